"""Corrections: made, applied, queued, measured, learnt from."""
