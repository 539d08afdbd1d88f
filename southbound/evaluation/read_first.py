"""How good the order is in which stories are to be read, against mornings and weeks judged by hand.

`python -m southbound.evaluation.read_first DB` prints the measures of the present order and of a plain one,
by the number of reports. The judgements are `models/labels/read_first.jsonl` and `read_weeks.jsonl`: a
session or a week, and the grades of articles of its stories: 2 must be read first, 1 is worth reading, what
isn't named is neither. `events` name the articles of stories that tell one event: whoever has read one of
them gains nothing by the next.

The shipped model of importance (`models/importance`) has learnt from news of the development dates, and of
the wires' sessions up to 12 February 2025: those measures are better than new days would give.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from signals.session import SessionCalendar
from southbound.digest.content import DigestOptions
from southbound.digest.standing import stand_stories
from southbound.digest.story import Story, read_stories
from southbound.digest.theme import theme_lines, theme_series
from southbound.digest.variety import choose_stories, read_first
from southbound.digest.week import find_week
from southbound.digest.week_build import build_week
from southbound.digest.window import find_window
from southbound.pipeline.importance import importance_of
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import read_settings
from southbound.store import Store, open_store

LABELS: Final = Path("models/labels/read_first.jsonl")
WEEK_LABELS: Final = Path("models/labels/read_weeks.jsonl")
MUST: Final = 2
_DEPTH: Final = 5
_SHOWN: Final = 10
#: Of a week so many stories belong in its digest, which shows a few more.
_WEEK_DEPTH: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A morning or a week as it was judged.

    Attributes:
        span: the session, or the week as "2024-W21".
        grades: by articles' ids.
        events: which event an article tells, by its id; one without tells its own.
        is_held_out: whether it had no part in setting the weights.
    """

    span: str
    grades: Mapping[str, int]
    events: Mapping[str, str]
    is_held_out: bool

    def gains(self, stories: Iterable[Sequence[str]]) -> list[int]:
        """Return what reading stories in this order gains, each given by its articles' ids: an event once."""
        told: set[str] = set()
        gained = []
        for articles in stories:
            graded = [one for one in articles if one in self.grades]
            events = {self.events.get(one, one) for one in graded}
            gained.append(max((self.grades[one] for one in graded), default=0) if not events & told else 0)
            told |= events
        return gained


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


#: Puts what was judged in order.
_MakeOrder = Callable[..., Order]


def read_judged(path: Path) -> list[Judged]:
    """Read the judgements."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Judged(
            span=row.get("session") or row["week"],
            grades=row["grades"],
            events={article: event[0] for event in row["events"] for article in event},
            is_held_out=row["part"] == "held",
        )
        for row in rows
    ]


def ndcg(grades: Sequence[int], depth: int = _DEPTH, *, of: Sequence[int] | None = None) -> float:
    """Return the normalised discounted cumulative gain of the first grades, 0..1 (Järvelin, Kekäläinen 2002).

    The gain is 2 ** grade - 1, as is usual for graded relevance; 1 where nothing is worth reading. `of` are
    the grades of all there was, where `grades` are but the first of them.
    """
    best = _gain(sorted(of or grades, reverse=True)[:depth])
    return _gain(grades[:depth]) / best if best else 1.0


def share_of_musts(grades: Sequence[int], depth: int = _DEPTH, *, of: Sequence[int] | None = None) -> float:
    """Return which part of the first stories must be read, of as many as there could be."""
    possible = min(depth, sum(grade == MUST for grade in of or grades))
    return sum(grade == MUST for grade in grades[:depth]) / possible if possible else 1.0


def order_of(store: Store, judged: Judged, *, calendar: SessionCalendar, options: DigestOptions) -> Order:
    """Put a morning's stories in order, as known before its session's decision."""
    window = find_window(date.fromisoformat(judged.span), calendar=calendar)
    known = store.tags.known_between(window.start, window.end, as_of=window.end)
    news = [article for article in known if article.themes]
    stories = read_stories(store, news, start=window.start, end=window.end, as_of=window.end)
    series = theme_series(store, news, window=window, calendar=calendar, options=options)
    lines = theme_lines(series, news, theme_names={}, baseline_sessions=options.baseline_sessions)
    zscores = {line.theme: line.zscore for line in lines}
    standing = stand_stories(
        stories, zscores, alerts=(), watched=(), theme_names={}, importance=options.importance
    )
    chosen = choose_stories(standing, _SHOWN)
    leads = {one.story.lead.article_id: one.story for one in standing}
    return Order(
        present=judged.gains(_articles(one.story) for one in chosen),
        by_reports=judged.gains(_articles(one) for one in sorted(stories, key=lambda one: -len(one.reports))),
        first=judged.gains(_articles(leads[one.story.article_id]) for one in read_first(chosen)),
    )


def week_order(store: Store, judged: Judged, *, calendar: SessionCalendar, options: DigestOptions) -> Order:
    """Take the top stories of a week's digest, as known before the session after it."""
    window = find_week(judged.span, calendar=calendar)
    known = store.tags.known_between(window.start, window.end, as_of=window.as_of)
    news = [article for article in known if article.themes]
    stories = read_stories(store, news, start=window.start, end=window.end, as_of=window.as_of)
    week = build_week(store, week=judged.span, calendar=calendar, theme_names={}, options=options)
    reports = {one.lead.article_id: _articles(one) for one in stories}
    return Order(
        present=judged.gains(reports[one.story.article_id] for one in week.stories),
        by_reports=judged.gains(_articles(one) for one in sorted(stories, key=lambda one: -len(one.reports))),
        first=judged.gains(reports[one.story.article_id] for one in week.read_first),
    )


def render_orders(title: str, orders: Sequence[Order], *, depth: int = _DEPTH) -> list[str]:
    """Write the measures of some mornings or weeks."""
    lines = [f"{title}: {len(orders)}", f"  {'':<12}NDCG@{depth}  musts@{depth}"]
    for name, ranked in (
        ("present", [order.present for order in orders]),
        ("by reports", [order.by_reports for order in orders]),
    ):
        best = [order.by_reports for order in orders]
        gains = [ndcg(grades, depth, of=of) for grades, of in zip(ranked, best, strict=True)]
        musts = [share_of_musts(grades, depth, of=of) for grades, of in zip(ranked, best, strict=True)]
        lines.append(f"  {name:<12}{_mean(gains):6.3f}  {_mean(musts):7.3f}")
    first = [float(grade == MUST) for order in orders for grade in order.first]
    return [*lines, f"  of the stories read first, musts: {_mean(first):.1%}"]


def main() -> None:
    """Print the measures on the mornings and weeks that the weights were set on, and on the later ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path, help="database with the judged mornings' news, tagged")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--week-labels", type=Path, default=WEEK_LABELS)
    parser.add_argument("--each", action="store_true", help="print each morning's and week's gains too")
    arguments = parser.parse_args()
    with open_store(arguments.db, read_only=True) as store:
        for name, path, order, depth in (
            ("mornings", arguments.labels, order_of, _DEPTH),
            ("weeks", arguments.week_labels, week_order, _WEEK_DEPTH),
        ):
            _measure(store, name, read_judged(path), order, depth=depth, each=arguments.each)


def _measure(
    store: Store, name: str, judged: Sequence[Judged], order: _MakeOrder, *, depth: int, each: bool
) -> None:
    settings = read_settings(None)
    calendar = calendar_from_settings(settings)
    options = DigestOptions(intensity=intensity_config(settings.series), importance=importance_of(settings))
    for part, is_held_out in (("development", False), ("held out", True)):
        meant = [one for one in judged if one.is_held_out == is_held_out]
        found = [(one, order(store, one, calendar=calendar, options=options)) for one in meant]
        told = [(one, found_order) for one, found_order in found if MUST in found_order.by_reports]
        if told and options.importance and not is_held_out:
            sys.stdout.write(f"{part} {name}: the model of importance has learnt from their days\n")
        for one, found_order in told if each else ():
            gained = "".join(map(str, found_order.present[:10]))
            first = "".join(map(str, found_order.first))
            sys.stdout.write(f"  {one.span}  {gained}  first {first}\n")
        if told:
            lines = render_orders(f"{part} {name}", [found_order for _, found_order in told], depth=depth)
            sys.stdout.write("\n".join(lines) + "\n")


def _articles(story: Story) -> list[str]:
    return [report.article_id for report in story.reports]


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


if __name__ == "__main__":
    main()
