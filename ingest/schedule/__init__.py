"""Decide which feeds to poll, when and in which order. Pure: no network, no clock, no chance of its own."""
