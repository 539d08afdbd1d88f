"""What each stage of the service does, one module a stage; each is imported in the stage's own process only."""
