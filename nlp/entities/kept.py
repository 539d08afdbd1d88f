"""The catalogue in a form that is read fast, kept in a file beside nothing that people edit.

To parse the YAML of ten thousand entities takes a second of a processor, in every process that needs one of
them. So what was made of it is kept as JSON, under a name that says what it was made of: every byte of the
files, and of the code that reads them. Whoever edits an entity gets it at once, as no file of that name is
there yet; what is kept is never more than the files themselves say, and may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from nlp.entities import catalogue as source
from nlp.entities.catalogue import Catalogue, Entity, Listing, Validity, catalogue_files, read_catalogue

_PREFIX: Final = "entities-"
#: Versions that are kept, for installations beside each other; the oldest are deleted.
_N_KEPT: Final = 4


def read_kept_catalogue(folder: Path, *, kept_in: Path | None) -> Catalogue:
    """Return what `read_catalogue` does.

    Args:
        folder: where the entity files are.
        kept_in: folder of what is kept, made where there is none; None, or one that can't be written, keeps
            nothing.

    Raises:
        CatalogueError: a file can't be read, or two entries have the same id.
    """
    with _no_collection():
        if kept_in is None:
            return read_catalogue(folder)
        try:
            path = kept_in / f"{_PREFIX}{_fingerprint(folder)}.json"
        except OSError:
            return read_catalogue(folder)  # which meets it too, and says so
        found = _read(path)
        if found is None:
            found = read_catalogue(folder)
            # A date that was written as text can't be told as a date.
            with contextlib.suppress(OSError, AttributeError):
                _write(path, found)
        return found


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Hold off the collector of garbage: what is read stays, and looking through it takes as long again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fingerprint(folder: Path) -> str:
    """Return a name of what is read, and by which code."""
    told = hashlib.sha256()
    for path in (Path(source.__file__), Path(__file__), *catalogue_files(folder)):
        content = path.read_bytes() if path.is_file() else b""
        told.update(f"{path.name} {len(content)}\n".encode())
        told.update(content)
    return told.hexdigest()[:32]


def _read(path: Path) -> Catalogue | None:
    """Return what is kept; None where nothing is, or something else."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        entities = [_entity_from_row(row) for row in kept["entities"]]
        return Catalogue(entities={one.entity_id: one for one in entities}, by_listing=kept["by_listing"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, catalogue: Catalogue) -> None:
    """Keep a catalogue; others may read and write the same at the same time."""
    kept = {
        "entities": [_row_from_entity(entity) for entity in catalogue.entities.values()],
        "by_listing": dict(catalogue.by_listing),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", suffix=".partial", delete=False
    ) as partial:
        try:
            json.dump(kept, partial, ensure_ascii=False, separators=(",", ":"))
            partial.close()
            Path(partial.name).replace(path)
        except BaseException:
            Path(partial.name).unlink(missing_ok=True)
            raise
    older = sorted(path.parent.glob(f"{_PREFIX}*.json"), key=os.path.getmtime, reverse=True)
    for old in older[_N_KEPT:]:
        old.unlink(missing_ok=True)


def _row_from_entity(entity: Entity) -> list[Any]:
    return [
        entity.entity_id,
        entity.name,
        entity.type,
        entity.aliases,
        sorted(entity.ambiguous),
        entity.context,
        {form: _days(validity) for form, validity in entity.dated.items()},
        [[listing.asset_id, *_days(listing)] for listing in entity.listings],
        entity.parent,
        entity.description,
    ]


def _entity_from_row(row: list[Any]) -> Entity:
    entity_id, name, kind, aliases, ambiguous, context, dated, listings, parent, description = row
    return Entity(
        entity_id=entity_id,
        name=name,
        type=kind,
        aliases=tuple(aliases),
        ambiguous=frozenset(ambiguous),
        context=tuple(context),
        dated={form: Validity(**_validity(days)) for form, days in dated.items()},
        listings=tuple(Listing(asset_id=asset_id, **_validity(days)) for asset_id, *days in listings),
        parent=parent,
        description=description,
    )


def _days(held: Validity) -> list[str | None]:
    return [None if day is None else day.isoformat() for day in (held.valid_from, held.valid_to)]


def _validity(days: list[str | None]) -> Mapping[str, date | None]:
    valid_from, valid_to = (None if day is None else date.fromisoformat(day) for day in days)
    return {"valid_from": valid_from, "valid_to": valid_to}
