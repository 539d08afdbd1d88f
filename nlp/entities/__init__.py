"""Entities: the catalogue, its names found in text and decided on, and names that it does not know."""
