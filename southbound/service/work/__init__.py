"""What each stage of the service does; a module is imported in its stage's own process only."""
