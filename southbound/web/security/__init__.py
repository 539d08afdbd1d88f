"""Who may ask for what, how often, and what a browser is told to keep to."""
