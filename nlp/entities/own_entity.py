"""A user's own entities: new ones, and further forms of those that the catalogue ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from nlp.entities.catalogue import Catalogue, Entity, entity_from_row
from nlp.error import CatalogueError


def with_own_entities(catalogue: Catalogue, paths: Iterable[Path]) -> Catalogue:
    """Return the catalogue with what a user's own files add; a file that isn't there adds nothing.

    An entry is one as in `config/entities`, or names with `alias_of` an entity that gets further `aliases`.

    Raises:
        CatalogueError: a file can't be read, an id stands twice, or `alias_of` names no entity.
    """
    rows = [(path.name, row) for path in paths for row in read_rows(path)]
    if not rows:
        return catalogue
    entities = dict(catalogue.entities)
    by_listing = dict(catalogue.by_listing)
    for name, row in rows:
        entity = _entity(row, entities, where=name)
        entities[entity.entity_id] = entity
        by_listing |= {listing.asset_id: entity.entity_id for listing in entity.listings}
    return Catalogue(entities=entities, by_listing=by_listing)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the entries of an entity file, none where there is no file.

    Raises:
        CatalogueError: it can't be read, or is no list of entries.
    """
    if not path.is_file():
        return []
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogueError(f"{path} must hold a list of entities: `- id: ...` with name and type")
    return rows


def _entity(row: Mapping[str, Any], entities: Mapping[str, Entity], *, where: str) -> Entity:
    if "alias_of" not in row:
        entity = entity_from_row(row, where=where)
        if entity.entity_id in entities:
            raise CatalogueError(
                f"{where}: the id '{entity.entity_id}' is taken;"
                " to add forms of it, write `alias_of` in place of id"
            )
        return entity
    found = entities.get(str(row["alias_of"]))
    if found is None:
        raise CatalogueError(
            f"{where}: alias_of names no entity '{row['alias_of']}'; see `southbound entities find`"
        )
    forms = [str(form) for group in (row.get("aliases") or {}).values() for form in group or ()]
    return replace(found, aliases=tuple(dict.fromkeys([*found.aliases, *forms])))
