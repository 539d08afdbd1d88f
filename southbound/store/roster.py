"""Which entities the news names, how often, and when last; held in memory as tags are."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlite_utils import Database

from southbound.store.entity import NamedEntity, has_words
from southbound.store.memory import Columns, Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Entity tags as pairs of a tagging's key and an entity's place, and who the entities are.

    Attributes:
        tagging: key of the tagging of each pair, ascending.
        place: of the entity, in `entities`.
        entities: id -> name, type and listings (JSON) as last written.
    """

    tagging: Integers
    place: npt.NDArray[np.int64]
    entities: dict[str, tuple[str, str, str]]

    def named(self, columns: Columns, *, as_of: datetime | None, words: str = "") -> list[NamedEntity]:
        """Return the entities that articles known before `as_of` name, those in most articles first.

        Args:
            columns: the taggings.
            as_of: what was known when.
            words: only entities whose name, id or listings have all of these.
        """
        rows = columns.rows_of(self.tagging)
        is_visible = np.zeros(len(columns.tagging) + 1, dtype=bool)
        is_visible[columns.visible(as_of)] = True
        seen = is_visible[rows]  # of row -1, what no visible article has, the last place says no
        counts = np.bincount(self.place[seen], minlength=len(self.entities))
        last = np.zeros(len(self.entities), dtype=np.int64)
        np.maximum.at(last, self.place[seen], columns.known_at.asi8[rows[seen]])
        wanted = words.casefold().split()
        found = [
            (place, entity_id, about)
            for place, (entity_id, about) in enumerate(self.entities.items())
            if counts[place] and has_words(wanted, (entity_id, about[0], about[2]))
        ]
        found.sort(key=lambda one: (-int(counts[one[0]]), one[1]))
        latest = pd.to_datetime(last, unit=columns.known_at.unit, utc=True)
        return [
            NamedEntity(
                entity_id=entity_id,
                name=name,
                type=kind,
                tickers=tuple(json.loads(tickers)),
                n_articles=int(counts[place]),
                last_known_at=latest[place].to_pydatetime(),
            )
            for place, entity_id, (name, kind, tickers) in found
        ]


class RosterMemory:
    """The roster of one database, kept up to date."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[Columns, Roster] | None = None

    def roster(self, db: Database, columns: Columns) -> Roster:
        """Return the roster for columns; what came since is added, where something went all is read."""
        with self._lock:
            if self._held is None:
                self._held = (columns, _read(db, after=0, before=columns.last, entities={}))
            held, roster = self._held
            if held is not columns:
                grew = held.n_taggings <= columns.n_taggings and _begins_with(columns.tagging, held.tagging)
                after = held.last if grew else 0
                added = _read(
                    db, after=after, before=columns.last, entities=dict(roster.entities) if grew else {}
                )
                self._held = (columns, _joined(roster, added) if grew else added)
            return self._held[1]


def _begins_with(longer: Integers, shorter: Integers) -> bool:
    return len(shorter) <= len(longer) and bool(np.array_equal(longer[: len(shorter)], shorter))


def _read(db: Database, *, after: int, before: int, entities: dict[str, tuple[str, str, str]]) -> Roster:
    """Read the pairs of taggings above one key up to another; `entities` is added to."""
    places = {entity_id: place for place, entity_id in enumerate(entities)}
    taggings, found = [], []
    for tagging, entity_id, *about in db.execute(
        """SELECT tagging_pk, entity_id, name, type, tickers FROM entity_tag
           WHERE tagging_pk > ? AND tagging_pk <= ? ORDER BY tagging_pk""",
        [after, before],
    ):
        taggings.append(tagging)
        found.append(places.setdefault(entity_id, len(places)))
        entities[entity_id] = (about[0], about[1], about[2])
    return Roster(
        tagging=np.array(taggings, dtype=np.int64), place=np.array(found, dtype=np.int64), entities=entities
    )


def _joined(held: Roster, added: Roster) -> Roster:
    return Roster(
        tagging=np.concatenate([held.tagging, added.tagging]),
        place=np.concatenate([held.place, added.place]),
        entities=added.entities,
    )
