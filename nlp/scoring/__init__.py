"""Scores: a text in windows through encoder and word model, and the sentences that carry a theme."""
