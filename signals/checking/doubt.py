"""When a contradiction is not believed: the sentence may be about another thing or time than was read.

News is mostly right: where a number and a figure differ, a misreading is likelier than a wrong number, unless
the sentence leaves no room for it. What is doubted stays unchecked, with the reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from signals.checking.assertion import Assertion, UncheckableError, Verdict
from signals.checking.compare import number_verdict
from signals.checking.figure import PRICE_METRICS, Figure
from signals.checking.market import Exchange
from signals.checking.period import Period, long_periods, near_periods, text_from_days
from signals.checking.words import (
    is_cumulative,
    is_goal,
    is_growth,
    is_of_market,
    is_shared,
    is_turned,
    names_day,
    names_past_day,
    place_of,
    tells_both_ways,
    tells_the_same,
)

#: A level that is so many times the right one, or that small a part of it, is of something else.
_LIKELY_LEVEL: Final = 2.0
_LIKELY_FLOW: Final = 5.0
#: A day's move is of another time where it is so many times the right one and so many points more.
_LIKELY_MOVE, _LIKELY_POINTS = 3.0, 3.0
#: A record that a level misses by more than this part of it is another one's.
_NEAR_RECORD: Final = 0.05
#: What is said while a session is on may be about it, though another day of late was read.
_RECENT: Final = timedelta(days=10)
#: A level further off than this part is believed to be wrong only where the sentence tells the day.
_NEAR_LEVEL: Final = 0.08
#: Who says "over 7 %" means less than so many times as much and so many points more.
_BEYOND, _BEYOND_POINTS = 1.5, 1.5
#: Of an open number, "over 2 %", so much more is looked at when it is held against other times.
_OPEN_REACH: Final = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A contradiction, and what it rests on.

    Attributes:
        assertion: What is said.
        period: What it was held against.
        figure: Of the period.
        verdict: That contradicts.
        exchange: Of the subject; None for a whole market.
        figure_of: Computes the figure of another period.
    """

    assertion: Assertion
    period: Period
    figure: Figure
    verdict: Verdict
    exchange: Exchange | None
    figure_of: Callable[[Period], Figure]


def require_sure(found: Contradiction) -> None:
    """Refuse a contradiction that a misreading explains.

    Raises:
        UncheckableError: one does.
    """
    _require_kind(found)
    _require_likely(found)
    _require_time(found)
    _require_other_times(found)
    _require_place(found.assertion, found.figure.source)


def require_near(assertion: Assertion, figure: Figure) -> None:
    """Doubt that "over 7 %" was said of a move of 16 %, though it is true: another time was meant.

    Raises:
        UncheckableError: a move is so far beyond the number that it is said to exceed.
    """
    if assertion.metric != "return" or assertion.bound != "at_least" or assertion.value is None:
        return
    if abs(figure.amounts[0]) > _BEYOND * assertion.value + _BEYOND_POINTS:
        raise UncheckableError("unlike", f"{figure.source} {figure.amounts[0]:.10g}")


def _require_kind(found: Contradiction) -> None:
    """Doubt growth read as a move, a market's turnover as a channel's, gains "trimmed to 41 points"."""
    assertion = found.assertion
    where = (assertion.sentence, assertion.position)
    if assertion.metric in {"return", "change"} and is_growth(*where, is_day=found.period.kind == "day"):
        raise UncheckableError("growth")
    if assertion.metric == "turnover" and assertion.subject != "hk_market" and is_of_market(*where):
        raise UncheckableError("subject")
    if assertion.metric in {"level", "price"} and is_goal(*where):
        raise UncheckableError("target")
    if assertion.assets and not found.figure.source.startswith("INDEX:") and tells_the_same(*where):
        raise UncheckableError("subject")
    if is_shared(*where):
        raise UncheckableError("shared")
    is_mirrored = any(key == "direction" for key, _ in found.verdict.notes)
    if is_mirrored and (is_turned(*where) or tells_both_ways(assertion.sentence)):
        raise UncheckableError("turned")


def _require_likely(found: Contradiction) -> None:
    """Doubt a number that is far from the figure: it is a change, or of another subject or time."""
    assertion, value, figure = found.assertion, found.assertion.value, abs(found.figure.amounts[0])
    if value is None:
        _require_near_record(found)
        return
    if assertion.comparison in {"above", "below"} or assertion.unit != found.figure.unit:
        return
    factor = {
        "level": _LIKELY_LEVEL,
        "price": _LIKELY_LEVEL,
        "net_flow": _LIKELY_FLOW,
        "turnover": _LIKELY_LEVEL,
    }.get(assertion.metric)
    is_far = factor is not None and not figure / factor <= value <= figure * factor
    if assertion.metric in {"level", "price"} and not names_day(assertion.sentence):
        is_far = abs(value / figure - 1) > _NEAR_LEVEL
    if assertion.metric == "net_flow" and figure < value and names_day(assertion.sentence):
        is_far = False
    is_wild = value > _LIKELY_MOVE * figure + _LIKELY_POINTS and not names_day(assertion.sentence)
    if is_far or (assertion.metric == "return" and found.period.kind == "day" and is_wild):
        raise UncheckableError("unlike", f"{found.figure.source} {found.figure.amounts[0]:.10g}")


def _require_near_record(found: Contradiction) -> None:
    """Doubt that a record told without a number is one of a level far below it."""
    if found.assertion.metric not in {"level", "price"}:
        return
    best = [float(detail.split()[-1]) for key, detail in found.verdict.notes if key == "record"]
    if best and abs(found.figure.amounts[0] / best[0] - 1) > _NEAR_RECORD:
        raise UncheckableError("unlike", found.figure.source)


def _require_time(found: Contradiction) -> None:
    """Doubt a move over several days that was read as a day's, and what is said while a session is on."""
    assertion, period = found.assertion, found.period
    where = (assertion.sentence, assertion.position)
    if assertion.metric in {"return", "change"} and is_cumulative(*where, is_day=period.kind == "day"):
        raise UncheckableError("cumulative")
    if found.exchange is None or period.kind not in {"day", "week"}:
        return
    published_at = assertion.published_at
    is_running = found.exchange.is_open(published_at) and published_at.date() - period.last < _RECENT
    if is_running and not names_past_day(*where):
        raise UncheckableError("intraday")


def _require_other_times(found: Contradiction) -> None:
    """Doubt a contradiction where the number is that of another time near by: the period was misread then."""
    if found.exchange is None or found.assertion.value is None:
        return
    today, _ = found.exchange.local(found.assertion.published_at)
    closed = _closed(found.assertion)
    others = near_periods(today) + (long_periods(today) if found.period.kind != "day" else ())
    for other in others:
        if other == found.period:
            continue
        try:
            figure = found.figure_of(other)
            fits = not figure.is_running and number_verdict(closed, figure).outcome == "confirmed"
        except UncheckableError:
            continue
        if fits:
            raise UncheckableError("doubtful", text_from_days(other.first, other.last))


def _closed(assertion: Assertion) -> Assertion:
    """Return an assertion that is open to one side with an end there, near its number."""
    low, high, value = assertion.low, assertion.high, assertion.value
    if value is None or (low is None) == (high is None):
        return assertion
    return dataclasses.replace(
        assertion,
        low=value / _OPEN_REACH if low is None else low,
        high=value * _OPEN_REACH if high is None else high,
    )


def _require_place(assertion: Assertion, source: str) -> None:
    """Doubt what may be about a share's listing elsewhere."""
    markets = {asset.partition(":")[0] for asset in assertion.assets}
    if assertion.metric not in PRICE_METRICS or len(markets) < 2:  # noqa: PLR2004 - Hong Kong and another
        return
    if place_of(assertion.sentence, assertion.position, headline=assertion.headline) != "here":
        raise UncheckableError("listing", source)
