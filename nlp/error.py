"""What can be wrong with models and catalogues."""

from __future__ import annotations


class NlpError(Exception):
    """Base of this package's errors; the message is one line that says what to do."""


class ModelError(NlpError):
    """The weights or their manifest are missing, damaged or of another kind."""


class CatalogueError(NlpError):
    """An entity or theme file can't be used as it stands."""
