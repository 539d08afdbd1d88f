"""Of whom: the subjects that a text names, and which of them a number is of."""
