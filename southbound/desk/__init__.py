"""What each page of the desk shows, out of the store as of an instant: plain records, no HTTP, no HTML."""
