"""How the shipped weights are made: examples, the split by date, fine-tuning, calibration, scores.

Nothing here is imported when news is tagged.
"""
