"""Numbers that a text asserts: what of, how much, when, and who says so."""
