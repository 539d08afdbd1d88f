"""What the API answers with, by router: every member with its meaning and unit."""
