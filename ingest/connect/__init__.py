"""The sources of Stock Connect flows, one module each, and what decides over them."""
