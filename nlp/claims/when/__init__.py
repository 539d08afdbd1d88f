"""When: times that a sentence names, and which of them a number is about."""
