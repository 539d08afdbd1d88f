"""Claims of the news beside what the stored market data say to them."""
