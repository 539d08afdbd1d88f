"""The web: pages, an API beside them, and who may have what."""
