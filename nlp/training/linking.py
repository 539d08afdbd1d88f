"""Measure entity linking against the annotators' entities: `python -m nlp.training.linking --data DATA`.

A gold entity is found when a mention of ours overlaps one of its surfaces, or its Hong Kong code is
one of our tickers; an entity of ours is right when it meets a gold entity the same way and their Hong
Kong codes, where both have one, agree. Named products are not counted on either side.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from nlp.annotation import Field, Span
from nlp.entities.catalogue import Catalogue, Entity, read_catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.entities.relevance import describe_mentions, weigh
from nlp.training.example import Example, of_language, read_annotated
from nlp.training.place import find_places
from nlp.training.split import split_by_date

COUNTED_TYPES = ("company", "institution", "person", "index")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entity of ours in one item: its places and the relevance it was given."""

    entity: Entity
    mentions: tuple[Span, ...]
    codes: frozenset[str]
    relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """An annotator's entity in one item, with the places of its surfaces."""

    name: str
    type: str
    code: str | None
    salient: bool
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One item's outcome: what was found, missed, right and wrong."""

    example: Example
    found: tuple[tuple[Gold, Link], ...]
    missed: tuple[Gold, ...]
    right: tuple[Link, ...]
    wrong: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuality:
    """Precision and recall with the counts they stand on; nan where there is nothing to count."""

    precision: float
    recall: float
    n_given: int
    n_gold: int


def judge(
    examples: Iterable[Example],
    catalogue: Catalogue,
    relevance: Mapping[str, float],
    *,
    with_unlisted: bool = False,
) -> Iterator[Verdict]:
    """Yield each item's verdict, linked by the gazetteer alone; on demand with the names it does not list."""
    gazetteer = Gazetteer(catalogue)
    for example in examples:
        ours = _link(gazetteer, catalogue, example, relevance, with_unlisted=with_unlisted)
        links = [link for link in ours if link.entity.type in COUNTED_TYPES]
        golds = [gold for gold in read_golds(example) if gold.type in COUNTED_TYPES]
        met = [(gold, link) for gold in golds for link in links if _is_met(gold, link)]
        found = {id(gold): (gold, link) for gold, link in reversed(met)}
        right = {id(link) for gold, link in met if _codes_agree(gold, link)}
        yield Verdict(
            example=example,
            found=tuple(found.values()),
            missed=tuple(gold for gold in golds if id(gold) not in found),
            right=tuple(link for link in links if id(link) in right),
            wrong=tuple(link for link in links if id(link) not in right),
        )


def _link(
    gazetteer: Gazetteer,
    catalogue: Catalogue,
    example: Example,
    relevance: Mapping[str, float],
    *,
    with_unlisted: bool,
) -> list[Link]:
    day = date.fromisoformat(example.published_on) if example.published_on else None
    originals: dict[Field, str] = {"title": example.title, "body": example.lead}
    reading = gazetteer.read(example.title, example.lead, language=example.language)
    linked = gazetteer.link(reading, originals, day=day)
    named = [(catalogue.entities[key], spans) for key, spans in linked.items()]
    if with_unlisted:
        named += _unlisted(gazetteer.unlisted(originals, linked))
    total = sum(len(spans) for _, spans in named)
    return [
        Link(
            entity=entity,
            mentions=spans,
            codes=_hong_kong_codes(entity, day),
            relevance=weigh(
                describe_mentions(
                    spans, n_mentions=total, title_chars=len(example.title), body_chars=len(example.lead)
                ),
                relevance,
            ),
        )
        for entity, spans in named
    ]


def _unlisted(found: Mapping[tuple[str, str], tuple[Span, ...]]) -> list[tuple[Entity, tuple[Span, ...]]]:
    return [
        (Entity(entity_id=f"unlisted:{name}", name=name, type=kind, aliases=(name,)), spans)
        for (name, kind), spans in found.items()
    ]


def _hong_kong_codes(entity: Entity, day: date | None) -> frozenset[str]:
    return frozenset(x.removeprefix("XHKG:") for x in entity.tickers(day) if x.startswith("XHKG:"))


def read_golds(example: Example) -> list[Gold]:
    """Return an item's annotated entities, each with every place where a surface of it stands."""
    fields: tuple[tuple[Field, str], ...] = (("title", example.title), ("body", example.lead))
    return [
        Gold(
            name=str(row["name"]),
            type=str(row["type"]),
            code=str(row["hk"]) if row.get("hk") else None,
            salient=bool(row["salient"]),
            places=tuple(
                span
                for surface in row["surfaces"]
                if surface
                for field, text in fields
                for span in find_places(field, text, surface)
            ),
        )
        for row in example.entities
    ]


def _is_met(gold: Gold, link: Link) -> bool:
    return (gold.code is not None and gold.code in link.codes) or any(
        a.field == b.field and a.start < b.end and b.start < a.end for a in gold.places for b in link.mentions
    )


def _codes_agree(gold: Gold, link: Link) -> bool:
    return gold.code is None or not link.codes or gold.code in link.codes


def measure_links(verdicts: Sequence[Verdict]) -> dict[str, LinkQuality]:
    """Return the quality over items on Hong Kong and China, in all and by type.

    Precision counts by the type that our catalogue gives, recall by the annotators' type.
    """
    counted = [verdict for verdict in verdicts if verdict.example.hk_china]
    right = Counter(link.entity.type for verdict in counted for link in verdict.right)
    given = right + Counter(link.entity.type for verdict in counted for link in verdict.wrong)
    found = Counter(gold.type for verdict in counted for gold, _ in verdict.found)
    gold = found + Counter(gold.type for verdict in counted for gold in verdict.missed)
    groups = {"all": COUNTED_TYPES} | {kind: (kind,) for kind in COUNTED_TYPES}
    return {name: _quality(kinds, right, given, found, gold) for name, kinds in groups.items()}


def _quality(kinds: Iterable[str], *counts: Counter[str]) -> LinkQuality:
    right, given, found, gold = (sum(count[kind] for kind in kinds) for count in counts)
    return LinkQuality(
        precision=right / given if given else float("nan"),
        recall=found / gold if gold else float("nan"),
        n_given=given,
        n_gold=gold,
    )


def measure_relevance(verdicts: Sequence[Verdict]) -> float:
    """Return the area under the curve of relevance against "the item is about it", over found entities."""
    pairs = [(gold.salient, link.relevance) for verdict in verdicts for gold, link in verdict.found]
    return float(roc_auc_score([pair[0] for pair in pairs], [pair[1] for pair in pairs]))


def main() -> None:
    """Log the table for the development dates and for the other dates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data: labelled/")
    parser.add_argument("--config", type=Path, default=Path("config"), help="holds entities/")
    parser.add_argument(
        "--model", type=Path, default=Path("models/english"), help="for its relevance weights"
    )
    parser.add_argument("--language", default="en", choices=("en", "zh"))
    parser.add_argument("--unlisted", action="store_true", help="count names outside the catalogue too")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    manifest: dict[str, Any] = json.loads((arguments.model / "manifest.json").read_text(encoding="utf-8"))
    catalogue = read_catalogue(arguments.config / "entities")
    examples = of_language(read_annotated(arguments.data / "labelled"), arguments.language)
    split = split_by_date(examples)
    held = {example.example_id for example in split.development}
    others = [example for example in examples if example.example_id not in held]
    for name, chosen in (("development dates", split.development), ("other dates", others)):
        verdicts = list(judge(chosen, catalogue, manifest["relevance"], with_unlisted=arguments.unlisted))
        log.info("%s, relevance AUC %.3f", name, measure_relevance(verdicts))
        for kind, row in measure_links(verdicts).items():
            log.info(
                "  %-12s precision %.3f of %5d, recall %.3f of %5d",
                *(kind, row.precision, row.n_given, row.recall, row.n_gold),
            )


if __name__ == "__main__":
    main()
