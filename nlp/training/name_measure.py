"""Measure the names that the tagger finds outside the catalogue against the annotators' entities.

An annotated entity is unknown where no linked mention overlaps one of its surfaces. It is found when a
name of ours overlaps one; a name of ours is right when it overlaps any surface of any entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nlp.annotation import Field
from nlp.entities.catalogue import TYPES, Catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.entities.naming import Namer
from nlp.entities.recogniser import Recogniser
from nlp.entities.unknown import UnknownName
from nlp.training.example import Example
from nlp.training.linking import Gold, meets, read_golds
from nlp.training.split import DEVELOPMENT, Split


@dataclass(frozen=True, slots=True, kw_only=True)
class NameVerdict:
    """One item's outcome: its unknown entities, those found (and exactly), our names and the right ones."""

    example: Example
    unknown: tuple[Gold, ...]
    found: tuple[Gold, ...]
    exact: tuple[Gold, ...]
    given: tuple[UnknownName, ...]
    right: tuple[UnknownName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameScores:
    """Figures by type and for all: (value, count) of recall, of exact recall, of precision."""

    recall: dict[str, tuple[float, int]]
    exact: dict[str, tuple[float, int]]
    precision: dict[str, tuple[float, int]]

    def headline(self) -> dict[str, tuple[float, int]]:
        """Return the figures that have floors."""
        return {"recall": self.recall["all"], "precision": self.precision["all"]}

    def as_json(self) -> dict[str, Any]:
        """Return the figures for a file."""
        return {"recall": self.recall, "exact": self.exact, "precision": self.precision}


def judge_names(
    recogniser: Recogniser, examples: Sequence[Example], catalogue: Catalogue
) -> Iterator[NameVerdict]:
    """Yield each item's verdict, with names found as the tagger finds them."""
    gazetteer = Gazetteer(catalogue)
    namer = Namer(gazetteer, recogniser)
    readings = [gazetteer.read(e.title, e.lead, language=e.language) for e in examples]
    for example, reading, found in zip(examples, readings, recogniser.find(readings), strict=True):
        originals: dict[Field, str] = {"title": example.title, "body": example.lead}
        linked = gazetteer.link(reading, originals)
        given = namer.name(reading, found, linked, originals)
        spans = [span for spans in linked.values() for span in spans]
        golds = [gold for gold in read_golds(example) if gold.places]
        unknown = [gold for gold in golds if not meets(gold, spans)]
        ours = [span for name in given for span in name.mentions]
        yield NameVerdict(
            example=example,
            unknown=tuple(unknown),
            found=tuple(gold for gold in unknown if meets(gold, ours)),
            exact=tuple(gold for gold in unknown if {*gold.places} & {*ours}),
            given=tuple(given),
            right=tuple(name for name in given if any(meets(gold, name.mentions) for gold in golds)),
        )


def measure_names(recogniser: Recogniser, examples: Sequence[Example], catalogue: Catalogue) -> NameScores:
    """Return recall by the annotators' type, precision by ours."""
    verdicts = list(judge_names(recogniser, examples, catalogue))
    unknown = Counter(gold.type for v in verdicts for gold in v.unknown)
    found = Counter(gold.type for v in verdicts for gold in v.found)
    exact = Counter(gold.type for v in verdicts for gold in v.exact)
    given = Counter(name.type for v in verdicts for name in v.given)
    right = Counter(name.type for v in verdicts for name in v.right)
    return NameScores(
        recall=_shares(found, unknown), exact=_shares(exact, unknown), precision=_shares(right, given)
    )


def _shares(part: Counter[str], whole: Counter[str]) -> dict[str, tuple[float, int]]:
    shares = {"all": (part.total() / max(1, whole.total()), whole.total())}
    return shares | {kind: (part[kind] / max(1, whole[kind]), whole[kind]) for kind in sorted(TYPES)}


def render_name_card(name: str, scores: NameScores, split: Split) -> str:
    """Return the model card as Markdown."""
    n_train = sum(bool(example.entities) for example in split.train)
    rows = [
        f"| {kind} | {count} | {share:.2f} | {scores.exact[kind][0]:.2f} | {scores.precision[kind][1]} |"
        f" {scores.precision[kind][0]:.2f} |"
        for kind, (share, count) in scores.recall.items()
    ]
    held = ", ".join(f"{start} to {end}" for start, end in DEVELOPMENT)
    return "\n".join(
        [
            f"# {name}",
            "",
            "Finds English names that the catalogue doesn't know: companies, institutions, people, indices,",
            "products. A spaCy recogniser (hashed words, shapes; two convolutions of 64; transitions),",
            "trained from nothing. It reads the title and the first 700 characters of the body.",
            "Rules for roles, legal forms and listing codes (`nlp/entities/unlisted.py`) add what it misses.",
            "Licence of these weights: Apache-2.0. News texts were used to train and are not contained.",
            "",
            "## Data",
            "",
            f"- {n_train} items with entities by the annotators, also with other, mostly invented names",
            "- items that nobody annotated, marked by what the gazetteer links, other capitals left open",
            "",
            f"Held out by date: {held} (half open).",
            "",
            "## Scores on the held-out split",
            "",
            "An annotated entity is unknown where no linked mention overlaps it, found where a name of ours",
            "does; a name of ours is right where it overlaps an annotated entity.",
            "The whole of what the tagger gives as unlinked is measured, rules included.",
            "",
            "| type | unknown | recall | exact | names given | precision |",
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            "",
        ]
    )
