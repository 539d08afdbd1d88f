"""Observations turned into series. Pure: no files, no network, no SQL, no clock."""
