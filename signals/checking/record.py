"""Figures of other periods: what a record, or a comparison with a named period, is held against."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from signals.checking.assertion import Assertion, UncheckableError, Verdict
from signals.checking.compare import gap_verdict, verdict_of
from signals.checking.figure import Figure
from signals.checking.market import Flows, Prices
from signals.checking.period import (
    Kind,
    Period,
    kind_to_date,
    label_of,
    period_from_text,
    start_of,
    starts_of,
)
from signals.checking.words import leg_of

#: A record of all times is believed only of data that reach so many years back, or to the beginning.
_YEARS_ENOUGH: Final = 10
#: The day on which southbound and northbound trading began.
_BEGINNING: Final = date(2014, 11, 17)
_MILLION: Final = 1e6
#: Who says "in a month" counts roughly: the figure that was beyond may lie in so much of its beginning, or in
#: its first week.
_ROLLED_ROOM: Final = 0.15
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The figures of earlier periods of a kind.

    Attributes:
        figures: By first day of the period, ascending.
        kind: Of the periods.
        since: The day on which the data begin.
        is_whole: Whether they tell all that there was, or at least ten years of it.
    """

    figures: pd.Series
    kind: Kind
    since: date
    is_whole: bool

    def extreme(self, *, highest: bool) -> tuple[float, str]:
        """Return the highest or lowest figure, and the name of its period."""
        figures = self.figures.to_numpy(dtype=float)
        place = int(figures.argmax() if highest else figures.argmin())
        return float(figures[place]), label_of(self.figures.index[place].date(), self.kind)


def earlier_figures(assertion: Assertion, source: Prices | Flows, period: Period) -> Earlier:
    """Return the figures of the periods of a kind before one; those since the reference, where there is one.

    Raises:
        UncheckableError: the period is of no kind that comes again, or the data begin too late.
    """
    kind = kind_to_date(period)
    if kind == "span":
        raise UncheckableError("period", assertion.period)
    values = _values(assertion, source, kind)
    start = start_of(period.first, kind)
    values = values.loc[values.index < pd.Timestamp(start)]
    is_whole = _reaches_back(source, start)
    if assertion.reference:
        after = _compared_after(period_from_text(assertion.reference), period)
        is_whole = source.first <= after
        if _is_rolled(assertion, source):
            span = period.first - after
            after += max(span * _ROLLED_ROOM, min(_WEEK, span / 4))
        values = values.loc[values.index > pd.Timestamp(after)]
    if values.empty:
        raise UncheckableError("history", source.first.isoformat())
    return Earlier(figures=values, kind=kind, since=source.first, is_whole=is_whole)


def _is_rolled(assertion: Assertion, source: Prices | Flows) -> bool:
    """Say whether a reference is counted back from the day of the text: "in nearly five months"."""
    reference = period_from_text(assertion.reference)
    written = assertion.published_at
    days = {written.date().day, source.exchange.local(written)[0].day}
    return reference.kind == "day" and reference.first.day in days


def _compared_after(reference: Period, period: Period) -> date:
    """Return the day after which figures are compared with: the end of a period since which it is a record.

    A reference that goes on up to the period itself is the span of the record.
    """
    return reference.last if reference.last < period.first else reference.first - timedelta(days=1)


def record_verdict(
    number: Verdict | None, assertion: Assertion, source: Prices | Flows, period: Period, figure: Figure
) -> Verdict:
    """Say whether a figure is beyond those of all earlier periods of its kind.

    Args:
        number: The verdict on the number beside it, confirmed; None where there is none.
        assertion: What says that it is a record.
        source: The data that the figure comes from.
        period: Of the figure.
        figure: That may be a record.

    Raises:
        UncheckableError: the data are too short to tell, and there is no number.
    """
    ours = figure.amounts[0]
    verdict = number or verdict_of(figure, holds=True, shown=ours, unit=figure.unit)
    earlier = earlier_figures(assertion, source, period)
    # The largest outflow, or fall, is the lowest figure.
    highest = assertion.comparison == "record_high" and assertion.sign >= 0
    best, label = earlier.extreme(highest=highest)
    told = f"{label} {best:.10g}"
    if not (ours > best if highest else ours < best):
        note = ("no_record" if number else "record", told)
        return dataclasses.replace(verdict, outcome="contradicted", notes=(*verdict.notes, note))
    if earlier.is_whole:
        since = () if assertion.reference else (("since", earlier.since.isoformat()),)
        return dataclasses.replace(verdict, notes=(*verdict.notes, ("record", told), *since))
    if number is None:
        raise UncheckableError("history", earlier.since.isoformat())
    return dataclasses.replace(number, notes=(*number.notes, ("record_open", earlier.since.isoformat())))


def previous_record(assertion: Assertion, source: Prices | Flows, period: Period, figure: Figure) -> Verdict:
    """Say whether a figure goes beyond the record before it, and by how much.

    Raises:
        UncheckableError: there is none.
    """
    earlier = earlier_figures(assertion, source, period)
    best, label = earlier.extreme(highest=assertion.comparison == "above")
    verdict = gap_verdict(assertion, figure, dataclasses.replace(figure, amounts=(best,)))
    return dataclasses.replace(verdict, notes=(*verdict.notes, ("compared", f"{label} {best:.10g}")))


def _values(assertion: Assertion, source: Prices | Flows, kind: Kind) -> pd.Series:
    if isinstance(source, Prices):
        is_move = assertion.metric == "return"
        return _price_values(assertion.metric, source.scaled if is_move else source.closes, kind)
    column = assertion.metric
    if column == "net_flow":
        column = leg_of(assertion.sentence, assertion.position)
    figures = source.rows[column].dropna() * _MILLION
    return pd.Series(figures.groupby(starts_of(pd.DatetimeIndex(figures.index), kind)).sum())


def _price_values(metric: str, closes: pd.Series, kind: Kind) -> pd.Series:
    last = closes.groupby(starts_of(pd.DatetimeIndex(closes.index), kind)).last()
    if metric == "return":
        return pd.Series(last.pct_change().dropna() * 100)
    return pd.Series(last.diff().dropna() if metric == "change" else last)


def _reaches_back(source: Prices | Flows, start: date) -> bool:
    if isinstance(source, Flows):
        return source.first <= _BEGINNING
    return (start - source.first).days > _YEARS_ENOUGH * 365
