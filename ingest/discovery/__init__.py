"""Finding the feed behind an address, and lists of feeds in OPML."""
