"""Prices out of the files of each source: one module per form, all giving the same records."""
