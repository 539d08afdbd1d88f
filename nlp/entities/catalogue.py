"""The catalogue of entities: names, aliases, listings, read from `config/entities`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from nlp.error import CatalogueError

TYPES = frozenset({"company", "institution", "person", "index", "product"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The days on which something holds, half open; None is without bound."""

    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        """Say whether it held on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Validity):
    """Where an entity trades: `asset_id` such as XHKG:9988, with the days it holds."""

    asset_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing in the world that news names.

    `aliases` are forms as they stand in text, the name included; those in `ambiguous` link only
    where the text confirms them, by one of the words in `context` or by an unambiguous form. `dated` are
    the aliases that were its names in some years only.
    """

    entity_id: str
    name: str
    type: str
    aliases: tuple[str, ...]
    ambiguous: frozenset[str] = frozenset()
    context: tuple[str, ...] = ()
    dated: Mapping[str, Validity] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()
    parent: str | None = None
    description: str = ""

    def tickers(self, day: date | None = None) -> tuple[str, ...]:
        """Return the listings that hold on `day` (or ever)."""
        return tuple(x.asset_id for x in self.listings if day is None or x.is_valid(day))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Catalogue:
    """All entities, by id and by listing; equal to itself alone, so that what is made of it can be kept."""

    entities: Mapping[str, Entity]
    by_listing: Mapping[str, str]


def catalogue_files(folder: Path) -> list[Path]:
    """Return the files that a catalogue is read from: the entities, and the list of equities at the end."""
    return [*sorted(folder.glob("*.yaml")), folder / "hkex_equities.csv"]


def read_catalogue(folder: Path) -> Catalogue:
    """Read every `*.yaml` of a folder and the list of equities beside them.

    Raises:
        CatalogueError: a file can't be read, or two entries have the same id.
    """
    *files, equities = catalogue_files(folder)
    entities: dict[str, Entity] = {}
    for path in files:
        for entity in _read_entities(path):
            if entity.entity_id in entities:
                raise CatalogueError(f"{path.name}: the id '{entity.entity_id}' stands twice; rename one")
            entities[entity.entity_id] = entity
    by_listing = {x.asset_id: e.entity_id for e in entities.values() for x in e.listings}
    for entity in _read_equities(equities):
        if entity.listings[0].asset_id not in by_listing:
            entities[entity.entity_id] = entity
            by_listing[entity.listings[0].asset_id] = entity.entity_id
    return Catalogue(entities=entities, by_listing=by_listing)


def _read_entities(path: Path) -> Iterable[Entity]:
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    for row in rows or ():
        yield entity_from_row(row, where=path.name)


def entity_from_row(row: Mapping[str, Any], *, where: str) -> Entity:
    """Make an entity of one entry of an entity file.

    Raises:
        CatalogueError: a key is missing or of an unknown kind; `where` names the file.
    """
    missing = {"id", "name", "type"} - row.keys()
    if missing:
        raise CatalogueError(f"{where}: the entry {row.get('id', row)} lacks {', '.join(sorted(missing))}")
    if row["type"] not in TYPES:
        raise CatalogueError(
            f"{where}: {row['id']} has type '{row['type']}'; valid: {', '.join(sorted(TYPES))}"
        )
    forms = [row["name"], *(row.get("names") or {}).values()]
    dated = {}
    for item in (item for group in (row.get("aliases") or {}).values() for item in group or ()):
        form = item["form"] if isinstance(item, Mapping) else item
        forms.append(form)
        if isinstance(item, Mapping):
            dated[str(form)] = Validity(valid_from=item.get("from"), valid_to=item.get("to"))
    return Entity(
        entity_id=str(row["id"]),
        name=str(row["name"]),
        type=str(row["type"]),
        aliases=tuple(dict.fromkeys(str(form) for form in forms)),
        ambiguous=frozenset(str(form) for form in row.get("ambiguous") or ()),
        context=tuple(str(word) for word in row.get("context") or ()),
        dated=dated,
        listings=tuple(_listing(item) for item in row.get("listings") or ()),
        parent=row.get("parent"),
        description=str(row.get("description") or ""),
    )


def _listing(item: str | Mapping[str, Any]) -> Listing:
    if isinstance(item, str):
        return Listing(asset_id=item)
    return Listing(asset_id=str(item["asset"]), valid_from=item.get("from"), valid_to=item.get("to"))


_LEGAL = re.compile(r",?\s+(?:Limited|Ltd\.?|Co\.?|Company|Corporation|Corp\.?|Inc\.?|plc|PLC|Incorporated)$")
_BROAD = re.compile(r"\s+(?:Holdings?|Group|International|Company)$")
_MIN_WORDS = 2
_MIN_HAN = 3


def _read_equities(path: Path) -> Iterable[Entity]:
    """Read the long tail: every equity of the exchange's list that no entry describes."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _equity(row)


def _equity(row: Mapping[str, str]) -> Entity:
    """Make an entity of a line of the list: sure forms are long names, the exchange's short names are not."""
    name = _without_legal_form(row["long_name"]) or row["short_name"].title()
    sure = [name] if row["long_name"] else []
    stem = _BROAD.sub("", name)
    unsure = [row["short_name"].title(), row["short_name"]]
    (sure if len(stem.split()) > _MIN_WORDS else unsure).append(stem)
    for han in filter(None, (row["zh_hans"], row["zh_hant"])):
        (sure if len(han) >= _MIN_HAN else unsure).append(han)
    unsure = [form for form in unsure if form not in sure]
    return Entity(
        entity_id=f"xhkg_{row['code']}",
        name=name,
        type="company",
        aliases=tuple(dict.fromkeys([name, *sure, *unsure])),
        ambiguous=frozenset(unsure),
        listings=(Listing(asset_id=f"XHKG:{row['code']}"),),
        description=row["industry"],
    )


def _without_legal_form(name: str) -> str:
    shorter = _LEGAL.sub("", name.strip())
    return shorter if shorter == name else _without_legal_form(shorter)
