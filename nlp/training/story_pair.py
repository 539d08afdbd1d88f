"""The labelled pairs of reports, and what the pair decision sees of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nlp.entities.catalogue import Catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.script import has_han
from nlp.stories.fingerprint import Fingerprint
from nlp.stories.likeness import describe
from nlp.stories.recent import RecentReports
from nlp.stories.report import Report
from nlp.stories.term import Rarity
from nlp.text import readable
from nlp.topics.vector import FeatureReader

LABELS = "story_pairs.jsonl"
#: Pairs that a decision was unsure of, read once.
BORDER_LABELS = "story_pairs_border.jsonl"
NEWS = "wire_2025-02-07_12.jsonl.gz"
#: Pairs whose later report is of this day, Hong Kong time, or after it are only measured.
HELD_OUT_FROM = "2025-02-12"
_HONG_KONG = timedelta(hours=8)
#: As much of a body is searched for entities, and read for its vector.
_ENTITY_CHARS = 1600
_VECTOR_CHARS = 3000
_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two articles that a reader compared.

    Attributes:
        a: id of one article.
        b: id of the other.
        label: "same", "related" or "different".
        hard: one had to look closely.
        stratum: by what the pair was drawn: language, likeness of title or body, across publishers or not.
    """

    a: str
    b: str
    label: str
    hard: bool
    stratum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPair:
    """A labelled pair as the clusterer sees it, the day of its later report, and whether it is Chinese."""

    pair: LabelledPair
    earlier: Fingerprint
    later: Fingerprint
    day: str
    is_chinese: bool

    @property
    def features(self) -> tuple[float, ...]:
        """What the decision on features sees, in the order of `likeness.FEATURES`."""
        return describe(self.earlier, self.later)

    @property
    def is_same(self) -> bool:
        """The reader took both for reports of one event."""
        return self.pair.label == "same"

    @property
    def is_held_out(self) -> bool:
        """Nothing is learnt from this pair."""
        return self.day >= HELD_OUT_FROM


def read_pairs(path: Path) -> list[LabelledPair]:
    """Read the labels, one JSON line a pair."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        LabelledPair(a=r["a"], b=r["b"], label=r["label"], hard=bool(r["hard"]), stratum=r["stratum"])
        for r in rows
    ]


def read_reports(news: Path) -> list[Report]:
    """Read the wire week's articles in the order in which they were known, without entities and vectors."""
    with gzip.open(news / NEWS, "rt", encoding="utf-8") as lines:
        reports = [_report(json.loads(line)) for line in lines]
    return sorted(reports, key=lambda report: (report.known_at, report.article_id))


def days_of(pairs: Iterable[LabelledPair], reports: Iterable[Report]) -> dict[tuple[str, str], str]:
    """Return the day of each pair's later report, by both ids, where both articles are at hand."""
    days = {report.article_id: _day_of(report.known_at) for report in reports}
    return {(one.a, one.b): max(days[one.a], days[one.b]) for one in pairs if one.a in days and one.b in days}


def held_out_pairs(pairs: Sequence[LabelledPair], reports: Iterable[Report]) -> list[LabelledPair]:
    """Return the pairs whose later report is of a held-out day; of both reports the articles are at hand."""
    days = days_of(pairs, reports)
    return [pair for pair in pairs if days.get((pair.a, pair.b), "") >= HELD_OUT_FROM]


def enrich(
    reports: Sequence[Report], catalogue: Catalogue, *, chosen: Collection[str] | None, models: Path
) -> list[Report]:
    """Add entities and vectors as tagging would, to the chosen reports or to all.

    Args:
        reports: in any order, which is kept.
        catalogue: the entities.
        chosen: ids; None for all.
        models: folder of the models; `english` gives the vectors.
    """
    gazetteer = Gazetteer(catalogue)
    wanted = [report for report in reports if chosen is None or report.article_id in chosen]
    named = {report.article_id: _with_entities(report, gazetteer) for report in wanted}
    reader = FeatureReader(models / "english", None, n_threads=2)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        texts = [(readable(one.title), readable(one.body[:_VECTOR_CHARS])) for one in batch]
        for one, vector in zip(batch, reader.read_vectors(texts), strict=True):
            named[one.article_id] = replace(named[one.article_id], vector=vector)
    reader.close()
    return [named.get(report.article_id, report) for report in reports]


def describe_pairs(
    pairs: Sequence[LabelledPair], reports: Iterable[Report], rarity: Rarity
) -> list[DescribedPair]:
    """Describe pairs as the clusterer would have seen them when the later report came.

    Args:
        pairs: to be described; those of which an article is missing are left out.
        reports: all reports of the time, in order: they tell what their publishers usually write.
        rarity: how rare words are.
    """
    needed = {key for pair in pairs for key in (pair.a, pair.b)}
    prints: dict[str, Fingerprint] = {}
    recent = RecentReports(rarity)
    han = set()
    for report in reports:
        recent.forget_before(report)
        if report.article_id not in needed:
            recent.pass_by(report)
            continue
        prints[report.article_id] = recent.take(report)
        recent.keep(prints[report.article_id])
        if has_han(report.title):
            han.add(report.article_id)
    return [
        _describe(pair, prints[pair.a], prints[pair.b], is_chinese=pair.a in han)
        for pair in pairs
        if pair.a in prints and pair.b in prints
    ]


def _describe(pair: LabelledPair, a: Fingerprint, b: Fingerprint, *, is_chinese: bool) -> DescribedPair:
    earlier, later = sorted((a, b), key=lambda one: (one.known_at, one.article_id))
    return DescribedPair(
        pair=pair,
        earlier=earlier,
        later=later,
        day=_day_of(later.known_at),
        is_chinese=is_chinese,
    )


def _day_of(instant: datetime) -> str:
    """Return the day in Hong Kong, whose clocks never change."""
    return (instant.astimezone(UTC) + _HONG_KONG).date().isoformat()


def _report(row: dict[str, str]) -> Report:
    return Report(
        article_id=row["id"],
        title=row["title"],
        body=row.get("body") or row.get("summary") or "",
        publisher=row["publisher"],
        known_at=datetime.fromisoformat(row["published_at"]).astimezone(UTC),
    )


def _with_entities(report: Report, gazetteer: Gazetteer) -> Report:
    title, body = readable(report.title), readable(report.body[:_ENTITY_CHARS])
    reading = gazetteer.read(title, body, language="zh" if has_han(title) else "en")
    linked = gazetteer.link(reading, {"title": title, "body": body})
    in_title = [key for key, spans in linked.items() if any(span.field == "title" for span in spans)]
    return replace(report, title_entities=frozenset(in_title), entities=frozenset(linked))
