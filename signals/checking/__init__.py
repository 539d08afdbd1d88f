"""What texts assert in numbers, held against flows, indices and prices that were known at an instant."""
