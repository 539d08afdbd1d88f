"""The store: one SQLite file, and the only SQL of the project."""

from southbound.store.database import Store, open_store

__all__ = ["Store", "open_store"]
