"""How themes and entities are called in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock

from nlp.entities.catalogue import Catalogue
from nlp.script import has_han
from southbound.pipeline.catalogue import load_catalogue
from southbound.settings import Settings, ThemeFile, read_themes
from southbound.store import Store
from southbound.web.words import Language, simplified

_lock = Lock()
_catalogues: dict[tuple[tuple[Path, int], ...], Catalogue] = {}


@cache
def themes() -> Mapping[str, ThemeFile]:
    """Return the catalogue's themes, read once."""
    return read_themes()


def theme_names(store: Store, language: Language) -> dict[str, str]:
    """Return the names of the catalogue's themes and the user's own, by id."""
    shipped = {
        key: theme.name if language == "en" else theme.name_zh[language] for key, theme in themes().items()
    }
    return shipped | store.themes.names()


def catalogue(settings: Settings) -> Catalogue:
    """Return the entities; the files are read once (in seconds), and again when one of the user's changes."""
    stamp = tuple((path, path.stat().st_mtime_ns) for path in settings.tag.entities if path.is_file())
    with _lock:
        if stamp not in _catalogues:
            _catalogues.clear()
            _catalogues[stamp] = load_catalogue(settings)
        return _catalogues[stamp]


def entity_name(entities: Catalogue, entity_id: str, name: str, language: Language) -> str:
    """Return what an entity is called; `name` where the catalogue has no Chinese form of it."""
    entity = entities.entities.get(entity_id)
    if language == "en" or entity is None:
        return name
    chinese = next((form for form in entity.aliases if has_han(form)), None)
    if chinese is None:
        return name
    return simplified(chinese) if language == "zh-Hans" else chinese
