"""Importance: how much a report matters to a Hong Kong or China equity strategist's first minutes."""
