"""What an evaluation found, and how it is told: text, JSON, or a page with charts."""
