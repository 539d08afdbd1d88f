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
from signals.checking.figure import FLOW_METRICS, PRICE_METRICS, Figure
from signals.checking.market import Exchange
from signals.checking.misreading import Misreading
from signals.checking.period import Period, kind_to_date, long_periods, near_periods, text_from_days
from signals.checking.words import place_of, speaks_of_average

_MAIN_INDEX: Final = "INDEX:HSI"
#: A level that is so many times the right one, or that small a part of it, is of something else.
_LIKELY_LEVEL: Final = 1.5
_LIKELY_FLOW: Final = 5.0
#: A day's move is of another time where it is so many times the right one and so many points more.
_LIKELY_MOVE, _LIKELY_POINTS = 3.0, 3.0
#: A record that a level misses by more than this part of it is another one's.
_NEAR_RECORD: Final = 0.05
#: What is said while a session is on may be about it, though another day of late was read.
_RECENT: Final = timedelta(days=10)
#: A session that is on moves a figure by no more than this part.
_RUNNING_REACH: Final = 0.1
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
        may: Tells what a number may be instead.
    """

    assertion: Assertion
    period: Period
    figure: Figure
    verdict: Verdict
    exchange: Exchange | None
    figure_of: Callable[[Period], Figure]
    may: Misreading


def require_sure(found: Contradiction) -> None:
    """Refuse a contradiction that a misreading explains.

    Raises:
        UncheckableError: one does.
    """
    if found.figure.is_partial:
        raise UncheckableError("share_flow", found.figure.source)
    _require_kind(found)
    _require_likely(found)
    _require_time(found)
    _require_other_times(found)
    _require_place(found.assertion, found.figure.source, found.exchange)


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
    """Doubt what may not be the subject's own figure: a growth, a part, a threshold, one of a list."""
    assertion, where = found.assertion, (found.assertion.sentence, found.assertion.position)
    is_move = assertion.metric in {"return", "change"} or _is_growth_of_trade(assertion)
    if is_move and found.may.is_growth(*where, is_day=found.period.kind == "day"):
        raise UncheckableError("growth")
    if assertion.metric in FLOW_METRICS and _averages_elsewhere(found):
        raise UncheckableError("period")
    if assertion.metric in PRICE_METRICS and found.may.is_future(*where):
        raise UncheckableError("other_market", found.figure.source)
    if assertion.metric in {"return", "change"} and found.may.is_relative(*where):
        raise UncheckableError("relative")
    if assertion.metric in FLOW_METRICS and found.may.is_of_part(*where):
        raise UncheckableError("share_flow")
    if found.may.is_modelled(assertion.sentence):
        raise UncheckableError("conditional")
    _require_subject(found)
    _require_direction(found)
    if assertion.metric in {"level", "price", "turnover"}:
        _require_level(found)


def _is_growth_of_trade(assertion: Assertion) -> bool:
    """Say whether it is told by how much trade grew: "turnover rose 19 percent"."""
    return assertion.metric in {"turnover", "buy", "sell"} and assertion.unit == "percent"


def _averages_elsewhere(found: Contradiction) -> bool:
    """Say whether a sentence speaks of a mean, but not beside its number, which was held against a sum."""
    is_mean = any(key == "average" for key, _ in found.figure.notes)
    return not is_mean and speaks_of_average(found.assertion.sentence)


def _require_subject(found: Contradiction) -> None:
    """Doubt a number that may be another subject's."""
    assertion, where = found.assertion, (found.assertion.sentence, found.assertion.position)
    source = found.figure.source
    if assertion.metric == "turnover" and assertion.subject != "hk_market" and found.may.is_of_market(*where):
        raise UncheckableError("subject")
    if source.startswith("INDEX:") and found.may.is_of_group(*where):
        raise UncheckableError("subject")
    if source == _MAIN_INDEX and found.may.is_of_technology(*where):
        raise UncheckableError("subject")
    if assertion.assets and not source.startswith("INDEX:") and found.may.tells_the_same(*where):
        raise UncheckableError("subject")
    if found.may.is_shared(*where) or found.may.is_of_list(*where):
        raise UncheckableError("shared")


def _require_direction(found: Contradiction) -> None:
    """Doubt a wrong direction where gains and losses are spoken of."""
    sentence = found.assertion.sentence
    is_mirrored = any(key == "direction" for key, _ in found.verdict.notes)
    if is_mirrored and (
        found.may.is_turned(sentence, found.assertion.position) or found.may.tells_both_ways(sentence)
    ):
        raise UncheckableError("turned")


def _require_level(found: Contradiction) -> None:
    """Doubt a level that is a goal, a threshold, or that of another day."""
    assertion, where = found.assertion, (found.assertion.sentence, found.assertion.position)
    if found.may.is_goal(*where):
        raise UncheckableError("target")
    if found.may.is_back_then(*where) or (
        assertion.value is not None and found.may.is_threshold(*where, assertion.value)
    ):
        raise UncheckableError("level")


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
    if assertion.metric in {"level", "price"} and not found.may.names_day(assertion.sentence):
        is_far = abs(value / figure - 1) > _NEAR_LEVEL
    if assertion.metric == "net_flow" and figure < value and found.may.names_day(assertion.sentence):
        is_far = False
    is_wild = value > _LIKELY_MOVE * figure + _LIKELY_POINTS and not found.may.names_day(assertion.sentence)
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
    if found.may.names_other_year(assertion.sentence, period.first, period.last):
        raise UncheckableError("period")
    if kind_to_date(period) == "span" and not found.may.names_dates(assertion.sentence):
        raise UncheckableError("period")
    is_to_date = period.kind != "day" and period.last >= min(found.figure.last, assertion.published_at.date())
    if is_to_date and found.may.names_past_day(*where):
        raise UncheckableError("period")
    is_whole = period.kind in {"week", "month", "quarter", "half", "year"}
    if assertion.metric in {"return", "change"} and is_whole and found.may.tells_other_span(*where):
        raise UncheckableError("cumulative")
    if assertion.metric in {"return", "change", "net_flow"} and found.may.is_cumulative(
        *where, is_day=period.kind == "day"
    ):
        raise UncheckableError("cumulative")
    if (
        assertion.metric in PRICE_METRICS
        and period.kind == "day"
        and found.may.is_of_the_moment(assertion.sentence)
    ):
        raise UncheckableError("intraday")
    if found.exchange is None:
        return
    _require_settled(found, found.exchange)
    if period.kind not in {"day", "week"}:
        return
    published_at = assertion.published_at
    is_running = found.exchange.is_open(published_at) and published_at.date() - period.last < _RECENT
    if is_running and not found.may.names_past_day(*where):
        raise UncheckableError("intraday")


def _require_settled(found: Contradiction, exchange: Exchange) -> None:
    """Doubt a number that the session going on may have brought near it."""
    value = found.assertion.value
    if value is None or not found.figure.is_running or not exchange.is_open(found.assertion.published_at):
        return
    if any(abs(abs(amount) / value - 1) <= _RUNNING_REACH for amount in found.figure.amounts):
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


def _require_place(assertion: Assertion, source: str, exchange: Exchange | None) -> None:
    """Doubt what may be about a share's listing elsewhere."""
    markets = {asset.partition(":")[0] for asset in assertion.assets}
    if assertion.metric not in PRICE_METRICS or len(markets) < 2:  # noqa: PLR2004 - Hong Kong and another
        return
    # Before Hong Kong opens, a headline on its market doesn't tell: New York has just closed.
    is_early = exchange is not None and exchange.is_before(assertion.published_at)
    headline = "" if is_early else assertion.headline
    if place_of(assertion.sentence, assertion.position, headline=headline) != "here":
        raise UncheckableError("listing", source)
