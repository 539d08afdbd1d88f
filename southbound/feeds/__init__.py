"""Feeds as a list that a person keeps: how each is doing, and the file that names them."""
