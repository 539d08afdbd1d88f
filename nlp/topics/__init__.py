"""Themes of one's own: learnt from a definition or few examples, on the encoder's vectors and words."""
