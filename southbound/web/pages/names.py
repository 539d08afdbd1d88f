"""How themes and entities are called in the reader's language."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from nlp.entities.catalogue import Catalogue
from southbound.language import naming
from southbound.language.naming import entity_name
from southbound.language.words import Language
from southbound.pipeline.catalogue import load_catalogue
from southbound.settings import Settings
from southbound.store import Store

__all__ = ["catalogue", "entity_name", "theme_names"]

_lock = Lock()
_catalogues: dict[tuple[tuple[Path, int], ...], Catalogue] = {}


def theme_names(store: Store, language: Language) -> dict[str, str]:
    """Return the names of the catalogue's themes and the user's own, by id."""
    return naming.theme_names(store.themes.names(), language)


def catalogue(settings: Settings) -> Catalogue:
    """Return the entities; the files are read once (in seconds), and again when one of the user's changes."""
    stamp = tuple((path, path.stat().st_mtime_ns) for path in settings.tag.entities if path.is_file())
    with _lock:
        if stamp not in _catalogues:
            _catalogues.clear()
            _catalogues[stamp] = load_catalogue(settings)
        return _catalogues[stamp]
