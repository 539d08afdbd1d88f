"""What is measured: a flow, a level, a move, a price, from what governs a number."""
