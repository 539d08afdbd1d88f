"""The model that grades how much a report matters, read once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from nlp.importance.model import ImportanceModel
from southbound.settings import Settings


def importance_of(settings: Settings) -> ImportanceModel | None:
    """Return the model that the settings name; None where they name none.

    Raises:
        NlpError: its folder can't be used.
    """
    name = settings.digest.importance
    return _read(settings.tag.folder_of(name)) if name else None


@cache
def _read(folder: Path) -> ImportanceModel:
    return ImportanceModel(folder)
