"""Labelled examples: read from the annotators' files, from our own labels, from items we wrote."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlp.text import readable


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftLabels:
    """Probabilities in place of labels: themes (27), tones (3; negative, neutral, positive), scope."""

    themes: tuple[float, ...]
    tone: tuple[float, ...]
    scope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a reader said of an item, without its text."""

    themes: frozenset[str]
    tone: int
    hk_china: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One item with its labels.

    `published_on` is an ISO date or empty; `source` says which file it stood in. Where a model was the
    annotator, `taught` holds what it said, and counts instead of the labels. `entity_tones` are by
    surface: what the item means for the holders of what it names. `other` is what another reader said.
    """

    example_id: str
    title: str
    lead: str
    language: str
    publisher: str
    published_on: str
    themes: frozenset[str]
    tone: int
    hk_china: bool
    source: str
    entities: tuple[Mapping[str, Any], ...] = ()
    entity_tones: Mapping[str, int] = field(default_factory=dict)
    other: Label | None = None
    taught: SoftLabels | None = None

    @property
    def reading(self) -> tuple[str, str]:
        """Title and lead as the tagger reads them: markup and boilerplate are blank."""
        return readable(self.title), readable(self.lead)


#: The annotators' files, by name.
LABELLED_FILES = ("en_wire", "en_hk", "rare", "zh")
NEWS_FILES = ("rthk_2024", "wire_2025-02-07_12", "flashes_2026-05")
UNLABELLED = "unlabelled"
OWN_LABELS = "own_labels"
PASSAGES = "passages"
_MIN_TITLE_CHARS = 16
#: As much of a body as the annotators saw.
LEAD_CHARS = 700


def read_annotated(folder: Path) -> list[Example]:
    """Read the annotators' items (`labelled/*.jsonl` of the development data), both languages."""
    return [
        _example_from_row(row, source=name)
        for name in LABELLED_FILES
        for row in _read_lines(folder / f"{name}.jsonl")
    ]


def read_own_items(folder: Path) -> list[Example]:
    """Read the items that the developers wrote themselves (`models/own_items`)."""
    return [
        _example_from_row({"language": "en", **row}, source="own_items")
        for path in sorted(folder.glob("*.jsonl"))
        for row in _read_lines(path)
    ]


def read_own_labels(labels: Path, news: Path) -> list[Example]:
    """Join our labels (ids, no text) with the texts of the development data.

    A label whose text is not at hand is left out.
    """
    by_id = {row["id"]: row for row in _read_lines(labels)}
    return [
        _example_from_row(
            {
                **row,
                **by_id[row["id"]],
                "lead": " ".join(_body(row).split())[:LEAD_CHARS],
            },
            source=OWN_LABELS,
        )
        for row in read_news(news)
        if row["id"] in by_id
    ]


def read_passages(labels: Path, news: Path) -> list[Example]:
    """Join our labels of passages (ids and offsets in the body, no text) with the development data.

    A passage takes the place of the lead; one whose text is not at hand is left out.
    """
    by_id: dict[str, list[dict[str, Any]]] = {}
    for row in _read_lines(labels):
        by_id.setdefault(row["id"], []).append(row)
    return [
        _example_from_row({**row, **label, "lead": _passage(row, label)}, source=PASSAGES)
        for row in read_news(news)
        for label in by_id.get(row["id"], ())
    ]


def with_entity_tones(examples: Iterable[Example], path: Path) -> list[Example]:
    """Join examples with a file of entities' tones (`models/labels/entity_tones.jsonl`)."""
    by_id = {row["id"]: row["tones"] for row in _read_lines(path)}
    return [
        replace(example, entity_tones=by_id[example.example_id]) if example.example_id in by_id else example
        for example in examples
    ]


def with_second_reading(examples: Iterable[Example], path: Path) -> list[Example]:
    """Put a second, blind reading (`models/labels/second_pass.jsonl`) in place of our own first one.

    The second was made with the annotators' habits at hand; the first stays beside it as the other.
    """
    second = read_labels(path)
    return [
        _read_again(example, second[example.example_id])
        if example.source == OWN_LABELS and example.example_id in second
        else example
        for example in examples
    ]


def _read_again(example: Example, second: Label) -> Example:
    first = Label(themes=example.themes, tone=example.tone, hk_china=example.hk_china)
    return replace(example, themes=second.themes, tone=second.tone, hk_china=second.hk_china, other=first)


def read_labels(path: Path) -> dict[str, Label]:
    """Read a file of labels (`models/labels/*.jsonl`) by id."""
    return {
        row["id"]: Label(themes=frozenset(row["themes"]), tone=row["tone"], hk_china=row["hk_china"])
        for row in _read_lines(path)
    }


def read_news(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the articles of the development data (`news/*.jsonl.gz`) as they stand there."""
    for name in NEWS_FILES:
        yield from _read_lines(folder / f"{name}.jsonl.gz")


def read_unlabelled(news: Path, known: Collection[str]) -> list[Example]:
    """Read the news that nobody labelled: without the ids and titles in `known`, each title once."""
    seen = set(known)
    found = []
    for row in read_news(news):
        title = str(row.get("title") or "")
        if len(title) < _MIN_TITLE_CHARS or row["id"] in seen or title in seen:
            continue
        seen.add(title)
        labels = {"themes": (), "tone": 0, "hk_china": False}
        lead = " ".join(_body(row).split())[:LEAD_CHARS]
        found.append(_example_from_row({**row, **labels, "lead": lead}, source=UNLABELLED))
    return found


def _body(row: Mapping[str, Any]) -> str:
    return str(row.get("body") or row.get("summary") or "")


def _passage(row: Mapping[str, Any], label: Mapping[str, Any]) -> str:
    """Return a stretch of a body without markup and boilerplate, which only the whole body shows."""
    return " ".join(readable(_body(row))[label["start"] : label["end"]].split())


def _example_from_row(row: Mapping[str, Any], *, source: str) -> Example:
    return Example(
        example_id=str(row["id"]),
        title=str(row["title"]),
        lead=str(row.get("lead") or ""),
        language=str(row["language"])[:2],
        publisher=str(row.get("publisher") or source),
        published_on=str(row.get("published_at") or "")[:10],
        themes=frozenset(row["themes"]),
        tone=int(row["tone"]),
        hk_china=bool(row["hk_china"]),
        source=source,
        entities=tuple(row.get("entities") or ()),
    )


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def of_language(examples: Iterable[Example], language: str) -> list[Example]:
    """Keep the examples of one language ("en" or "zh")."""
    return [example for example in examples if example.language == language]
