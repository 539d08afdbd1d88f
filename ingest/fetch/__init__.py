"""How a fetch is kept within bounds: which addresses, how long, how much, and what its headers say."""
