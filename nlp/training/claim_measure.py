"""How well claims are read: precision and recall of market claims on items labelled by reading.

`python -m nlp.training.claim_measure --data DATA` prints the tables; of the held-out half totals only. With
`--write` the same figures go to `models/claims/scores.json`, which nothing else writes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import isclose
from pathlib import Path
from typing import Any, Final

from nlp.annotation import Annotation, Text
from nlp.claims import CLAIM_READER
from nlp.claims.claim import MARKET_METRICS, Claim
from nlp.claims.reader import read_claim_reader
from nlp.claims.when.span import begin_of, end_of
from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.recogniser import Recogniser
from nlp.entities.unknown import PREFIX
from nlp.tagger import Tagger

#: The labels, as the repository names them.
LABELS: Final = "models/labels/claims.jsonl"
HALVES: Final = ("development", "held_out")
FAMILIES: Final = ("flow", "index", "share_price")
#: What must agree for a claim to be right, beside the place of its number.
FIELDS: Final = ("subject", "metric", "value", "unit", "period", "direction")
#: Which labelled items are of the development half.
SPLIT: Final = (
    "broadcaster before 2024-12-17, wires before 2025-02-12 12:00, flashes before 2026-05-29 13:00 are "
    "development"
)
#: Subjects outside the catalogue are labelled so, with their name left out in the labels' file.
OTHER: Final = "other:"
_TOLERANCE: Final = 1e-6
_FLOWS: Final = frozenset({"net_flow", "buy", "sell", "turnover", "share_of_turnover"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A claim that a reader wrote down: its place in a field, half open, and what it says."""

    field: str
    start: int
    end: int
    subject: str
    metric: str
    value: float | None
    unit: str
    period: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A labelled text; what was read of it is its title and the beginning of its body."""

    item_id: str
    half: str
    text: Text
    labels: tuple[Label, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one family: labels, claims read, those of them that are right, and looser ones."""

    labels: int = 0
    claims: int = 0
    right: int = 0
    loose: int = 0
    matched: int = 0
    agreeing: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Share of the claims read that are right; 1 where there are none."""
        return self.right / self.claims if self.claims else 1.0

    @property
    def recall(self) -> float:
        """Share of the labels that were read right; 1 where there are none."""
        return self.right / self.labels if self.labels else 1.0


def read_items(labels: Path, data: Path) -> list[Item]:
    """Read the labelled items with their texts.

    Args:
        labels: `models/labels/claims.jsonl`.
        data: development data, whose news the items are from.
    """
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    texts: dict[str, dict[str, Any]] = {}
    for source in sorted({row["source"] for row in rows}):
        wanted = {row["id"] for row in rows if row["source"] == source}
        with gzip.open(data / "news" / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts |= {item["id"]: item for item in map(json.loads, lines) if item["id"] in wanted}
    return [_item(row, texts[row["id"]]) for row in rows]


def _item(row: Mapping[str, Any], source: Mapping[str, Any]) -> Item:
    names = Label.__dataclass_fields__
    return Item(
        item_id=row["id"],
        half=row["half"],
        text=Text(
            title=source["title"],
            body=(source.get("body") or "")[: row["body_chars"]],
            language=source["language"],
            published_on=datetime.fromisoformat(source["published_at"]).date(),
            published_at=datetime.fromisoformat(source["published_at"]),
        ),
        labels=tuple(Label(**{name: claim[name] for name in names}) for claim in row["claims"]),
    )


def measure(items: Sequence[Item], annotations: Sequence[Annotation]) -> dict[tuple[str, str, str], Tally]:
    """Tally claims against labels, by half, language ("en", "zh" or "all") and family (or "all")."""
    tallies: dict[tuple[str, str, str], Tally] = {}
    for item, annotation in zip(items, annotations, strict=True):
        companies = _companies(annotation)
        claims = [claim for claim in annotation.claims if claim.metric in MARKET_METRICS]
        pairs = match(item.labels, claims)
        for name in ("all", item.text.language[:2]):
            for label, claim in pairs:
                for family in ("all", family_of(label or claim, companies)):
                    _count(tallies.setdefault((item.half, name, family), Tally()), label, claim)
    return tallies


def _companies(annotation: Annotation) -> frozenset[str]:
    return frozenset(tag.entity_id for tag in annotation.entities if tag.type == "company")


def family_of(claim: Label | Claim | None, companies: frozenset[str]) -> str:
    """Say which family a claim is of: flows, an index's numbers, or a share's price."""
    if claim is None or claim.metric in _FLOWS:
        return "flow"
    if claim.metric == "price" or claim.subject in companies:
        return "share_price"
    if claim.subject.startswith((OTHER, PREFIX)) or not claim.subject:
        return "share_price" if claim.metric == "return" else "index"
    return "index"


def match(labels: Sequence[Label], claims: Sequence[Claim]) -> list[tuple[Label | None, Claim | None]]:
    """Pair labels with the claims at their places, those that agree most first; the rest stand alone."""
    options = sorted(
        (-sum(agreement(label, claim).values()), i, j)
        for i, label in enumerate(labels)
        for j, claim in enumerate(claims)
        if _overlap(label, claim)
    )
    left, right = set(range(len(labels))), set(range(len(claims)))
    pairs: list[tuple[Label | None, Claim | None]] = []
    for _, i, j in options:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append((labels[i], claims[j]))
    return [*pairs, *((labels[i], None) for i in sorted(left)), *((None, claims[j]) for j in sorted(right))]


def _overlap(label: Label, claim: Claim) -> bool:
    number = claim.number
    return label.field == number.field and label.start < number.end and number.start < label.end


def agreement(label: Label, claim: Claim) -> dict[str, bool]:
    """Say field by field whether a claim says what a label says."""
    return {
        "subject": _same_subject(label.subject, claim.subject),
        "metric": label.metric == claim.metric,
        "value": _same_value(label.value, claim.value),
        "unit": label.unit == claim.unit,
        "period": span_of(label.period) == span_of(claim.period),
        "direction": label.direction == claim.direction,
    }


def span_of(period: str) -> tuple[date, date] | str:
    """Return a period's first and last weekday, by which a week is as its days are; else the period."""
    first, last = begin_of(period), end_of(period)
    if first is None or last is None:
        return period
    first += timedelta(days=(7 - first.weekday()) % 7 if first.weekday() >= _SATURDAY else 0)
    last -= timedelta(days=max(0, last.weekday() - _SATURDAY + 1))
    return (first, last) if first <= last else period


_SATURDAY: Final = 5


def _same_subject(label: str, subject: str) -> bool:
    if label.startswith(OTHER):
        return subject == "" or subject.startswith(PREFIX)
    return label == subject


def _same_value(label: float | None, value: float | None) -> bool:
    if label is None or value is None:
        return label is value
    return isclose(label, value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _count(tally: Tally, label: Label | None, claim: Claim | None) -> None:
    tally.labels += label is not None
    tally.claims += claim is not None
    if label is None or claim is None:
        return
    agrees = agreement(label, claim)
    tally.matched += 1
    tally.agreeing.update(name for name, same in agrees.items() if same)
    tally.right += all(agrees.values())
    tally.loose += agrees["metric"] and agrees["value"]


def annotate_claims(
    items: Sequence[Item], catalogue: Catalogue, *, config: Path, models: Path
) -> list[Annotation]:
    """Tag the items' entities and claims; themes and tone play no part.

    Args:
        items: whose texts are read.
        catalogue: the entities.
        config: folder that holds `claims.yaml`.
        models: folder that holds `recogniser`.
    """
    tagger = Tagger(
        [],
        catalogue,
        recogniser=Recogniser(models / "recogniser"),
        claim_reader=read_claim_reader(config / "claims.yaml"),
    )
    return list(tagger.annotate(item.text for item in items))


def tables(tallies: Mapping[tuple[str, str, str], Tally]) -> Iterator[str]:
    """Yield Markdown tables: precision and recall, then the agreement of matched numbers by field."""
    yield "| half | language | family | labels | read | right | precision | recall | place, metric, value |"
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|"
    for (half, language, family), tally in sorted(tallies.items()):
        loose = f"{tally.loose / max(1, tally.claims):.3f} / {tally.loose / max(1, tally.labels):.3f}"
        yield (
            f"| {half} | {language} | {family} | {tally.labels} | {tally.claims} | {tally.right} "
            f"| {tally.precision:.3f} | {tally.recall:.3f} | {loose} |"
        )
    yield ""
    yield "| half | matched | " + " | ".join(FIELDS) + " |"
    yield "|---|--:|" + "--:|" * len(FIELDS)
    for half in HALVES:
        tally = tallies.get((half, "all", "all"), Tally())
        cells = " | ".join(f"{tally.agreeing[name] / max(1, tally.matched):.3f}" for name in FIELDS)
        yield f"| {half} | {tally.matched} | {cells} |"


def scores_of(tallies: Mapping[tuple[str, str, str], Tally]) -> dict[str, Any]:
    """Return what `models/claims/scores.json` holds, of tallies of both halves."""
    claims: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for (half, language, family), tally in sorted(tallies.items()):
        claims.setdefault(half, {}).setdefault(language, {})[family] = {
            "labels": tally.labels,
            "read": tally.claims,
            "right": tally.right,
            "precision": round(tally.precision, _N_DIGITS),
            "recall": round(tally.recall, _N_DIGITS),
        }
    whole = {half: tallies.get((half, "all", "all"), Tally()) for half in HALVES}
    return {
        "reader": CLAIM_READER,
        "labels": LABELS,
        "split": SPLIT,
        "claims": claims,
        "agreement_of_matched_numbers": {
            half: {name: round(tally.agreeing[name] / max(1, tally.matched), _N_DIGITS) for name in FIELDS}
            for half, tally in whole.items()
        },
    }


_N_DIGITS: Final = 3


def main() -> None:
    """Print the tables, and write the scores where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="development data (news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--half", choices=HALVES, help="measure this half only")
    parser.add_argument("--write", action="store_true", help="write the scores of both halves to the models")
    arguments = parser.parse_args()
    if arguments.write and arguments.half:
        parser.error("--write takes both halves: leave --half out")
    items = read_items(arguments.models / "labels" / "claims.jsonl", arguments.data)
    chosen = [item for item in items if arguments.half in {None, item.half}]
    catalogue = read_catalogue(arguments.config / "entities")
    annotations = annotate_claims(chosen, catalogue, config=arguments.config, models=arguments.models)
    tallies = measure(chosen, annotations)
    print("\n".join(tables(tallies)))  # noqa: T201 - the tables are what was asked for
    if arguments.write:
        text = json.dumps(scores_of(tallies), indent=1, ensure_ascii=False) + "\n"
        (arguments.models / "claims" / "scores.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
