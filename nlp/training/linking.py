"""Measure entity linking against the annotators' entities: `python -m nlp.training.linking --data DATA`.

A gold entity is found when a mention of ours overlaps one of its surfaces, or its Hong Kong code is
one of our tickers; an entity of ours is right when it meets a gold entity the same way and their Hong
Kong codes, where both have one, agree. Named products are not counted on either side.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sklearn.metrics import roc_auc_score

from nlp.annotation import Annotation, EntityTag, Span
from nlp.entities.catalogue import Catalogue, Entity, read_catalogue
from nlp.tagger import Tagger
from nlp.training.example import Example, of_language, read_annotated
from nlp.training.load import load_scorer
from nlp.training.measure import annotate, day_of
from nlp.training.place import find_surfaces
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
    examples: Sequence[Example], annotations: Sequence[Annotation], catalogue: Catalogue
) -> Iterator[Verdict]:
    """Yield each item's verdict on what its annotation gives as linked entities."""
    for example, annotation in zip(examples, annotations, strict=True):
        links = [
            _link(tag, catalogue, day_of(example.published_on))
            for tag in annotation.entities
            if tag.linked and tag.type in COUNTED_TYPES
        ]
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


def _link(tag: EntityTag, catalogue: Catalogue, day: date | None) -> Link:
    entity = catalogue.entities[tag.entity_id]
    codes = frozenset(x.removeprefix("XHKG:") for x in entity.tickers(day) if x.startswith("XHKG:"))
    return Link(entity=entity, mentions=tag.mentions, codes=codes, relevance=tag.relevance)


def read_golds(example: Example) -> list[Gold]:
    """Return an item's annotated entities, each with every place where a surface of it stands."""
    return [
        Gold(
            name=str(row["name"]),
            type=str(row["type"]),
            code=str(row["hk"]) if row.get("hk") else None,
            salient=bool(row["salient"]),
            places=tuple(find_surfaces(row["surfaces"], title=example.title, body=example.lead)),
        )
        for row in example.entities
    ]


def _is_met(gold: Gold, link: Link) -> bool:
    return (gold.code is not None and gold.code in link.codes) or meets(gold, link.mentions)


def meets(gold: Gold, spans: Sequence[Span]) -> bool:
    """Say whether any of some spans overlaps a place of an annotated entity."""
    return any(a.field == b.field and a.start < b.end and b.start < a.end for a in gold.places for b in spans)


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
    parser.add_argument("--model", type=Path, help="for relevance, which is left out without")
    parser.add_argument("--language", default="en", choices=("en", "zh"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    catalogue = read_catalogue(arguments.config / "entities")
    tagger = Tagger([load_scorer(arguments.model)] if arguments.model else [], catalogue)
    examples = of_language(read_annotated(arguments.data / "labelled"), arguments.language)
    split = split_by_date(examples)
    held = {example.example_id for example in split.development}
    others = [example for example in examples if example.example_id not in held]
    for name, chosen in (("development dates", split.development), ("other dates", others)):
        verdicts = list(judge(chosen, annotate(tagger, chosen), catalogue))
        auc = f", relevance AUC {measure_relevance(verdicts):.3f}" if arguments.model else ""
        log.info("%s%s", name, auc)
        for kind, row in measure_links(verdicts).items():
            log.info(
                "  %-12s precision %.3f of %5d, recall %.3f of %5d",
                *(kind, row.precision, row.n_given, row.recall, row.n_gold),
            )
    tagger.close()


if __name__ == "__main__":
    main()
