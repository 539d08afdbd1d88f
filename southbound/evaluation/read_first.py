"""How good the order is in which stories are to be read, against mornings on which it was judged by hand.

`python -m southbound.evaluation.read_first DB` prints the measures of the present order and of a plain one,
by the number of reports. The judgements are `models/labels/read_first.jsonl`: a session, and the grades of
articles of its stories: 2 must be read first, 1 is worth reading, what isn't named is neither.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from signals.session import SessionCalendar
from southbound.digest.content import DigestOptions
from southbound.digest.standing import read_first, stand_stories
from southbound.digest.story import Story, read_stories
from southbound.digest.theme import theme_lines, theme_series
from southbound.digest.window import find_window
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import read_settings
from southbound.store import Store, open_store

LABELS: Final = Path("models/labels/read_first.jsonl")
MUST: Final = 2
_DEPTH: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A morning as it was judged: grades by articles' ids, and whether the weights were set on it."""

    session: date
    grades: Mapping[str, int]
    is_held_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The grades of a morning's stories in the order in which they would be read.

    Attributes:
        present: as the digest orders them.
        by_reports: those with most reports first, then by time.
        first: of the stories that the digest says to read first.
    """

    present: Sequence[int]
    by_reports: Sequence[int]
    first: Sequence[int]


def read_judged(path: Path) -> list[Judged]:
    """Read the judgements."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Judged(
            session=date.fromisoformat(row["session"]),
            grades=row["grades"],
            is_held_out=row["part"] == "held",
        )
        for row in rows
    ]


def ndcg(grades: Sequence[int], depth: int = _DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first grades, 0..1 (Järvelin, Kekäläinen 2002).

    The gain is 2 ** grade - 1, as is usual for graded relevance; 1 where nothing is worth reading.
    """
    best = _gain(sorted(grades, reverse=True)[:depth])
    return _gain(grades[:depth]) / best if best else 1.0


def share_of_musts(grades: Sequence[int], depth: int = _DEPTH) -> float:
    """Return which part of the first stories must be read, of as many as there could be."""
    possible = min(depth, sum(grade == MUST for grade in grades))
    return sum(grade == MUST for grade in grades[:depth]) / possible if possible else 1.0


def order_of(store: Store, judged: Judged, *, calendar: SessionCalendar, options: DigestOptions) -> Order:
    """Put a morning's stories in order, as known before its session's decision."""
    window = find_window(judged.session, calendar=calendar)
    known = store.tags.known_between(window.start, window.end, as_of=window.end)
    news = [article for article in known if article.themes]
    stories = read_stories(store, news, start=window.start, end=window.end, as_of=window.end)
    series = theme_series(store, news, window=window, calendar=calendar, options=options)
    lines = theme_lines(series, news, theme_names={}, baseline_sessions=options.baseline_sessions)
    zscores = {line.theme: line.zscore for line in lines}
    standing = stand_stories(stories, zscores, alerts=(), watched=(), theme_names={})
    leads = {one.story.lead.article_id: one.story for one in standing}
    return Order(
        present=[_grade(one.story, judged) for one in standing],
        by_reports=[_grade(one, judged) for one in sorted(stories, key=lambda one: -len(one.reports))],
        first=[_grade(leads[one.story.article_id], judged) for one in read_first(standing)],
    )


def render_orders(title: str, orders: Sequence[Order]) -> list[str]:
    """Write the measures of some mornings."""
    lines = [f"{title}: {len(orders)} mornings", f"  {'':<12}NDCG@{_DEPTH}  musts@{_DEPTH}"]
    for name, ranked in (
        ("present", [order.present for order in orders]),
        ("by reports", [order.by_reports for order in orders]),
    ):
        gains, musts = [ndcg(grades) for grades in ranked], [share_of_musts(grades) for grades in ranked]
        lines.append(f"  {name:<12}{_mean(gains):6.3f}  {_mean(musts):7.3f}")
    first = [float(grade == MUST) for order in orders for grade in order.first]
    return [*lines, f"  of the stories read first, musts: {_mean(first):.1%}"]


def main() -> None:
    """Print the measures on the mornings that the weights were set on, and on the later ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path, help="database with the judged mornings' news, tagged")
    parser.add_argument("--labels", type=Path, default=LABELS)
    arguments = parser.parse_args()
    settings = read_settings(None)
    calendar = calendar_from_settings(settings)
    options = DigestOptions(intensity=intensity_config(settings.series))
    judged = read_judged(arguments.labels)
    with open_store(arguments.db, read_only=True) as store:
        for title, is_held_out in (("development", False), ("held out", True)):
            orders = [
                order_of(store, one, calendar=calendar, options=options)
                for one in judged
                if one.is_held_out == is_held_out
            ]
            told = [order for order in orders if order.present]
            if told:
                sys.stdout.write("\n".join(render_orders(title, told)) + "\n")


def _grade(story: Story, judged: Judged) -> int:
    return max(judged.grades.get(report.article_id, 0) for report in story.reports)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


if __name__ == "__main__":
    main()
