"""Hold an assertion against the market data: confirmed, contradicted with the right figure, or unchecked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from signals.checking.assertion import Assertion, UncheckableError, Verdict
from signals.checking.compare import gap_verdict, number_verdict
from signals.checking.doubt import Contradiction, require_near, require_sure
from signals.checking.figure import (
    FLOW_METRICS,
    PRICE_METRICS,
    Figure,
    channel_of,
    flow_figure,
    price_figure,
    prices_of,
)
from signals.checking.market import Flows, Market, Prices
from signals.checking.misreading import Misreading
from signals.checking.period import (
    Period,
    kind_to_date,
    period_from_text,
)
from signals.checking.record import previous_record, record_verdict
from signals.checking.share import is_of_share, share_flow_figure
from signals.checking.words import is_average, limits_record, tells_record

_NO_FACTS: Final = frozenset({"forecast", "target", "denied", "conditional"})

#: Which way the net goes of what is bought and of what is sold.
_GROSS: Final = {"buy": "in", "sell": "out"}
_LONG: Final = frozenset({"month", "quarter", "half", "year"})
#: A period is just over for so long, and a sum may be short of its end by so many days.
_JUST_OVER: Final = timedelta(days=7)
_SHORT_DAYS: Final = 4


def check(assertion: Assertion, market: Market, may: Misreading) -> Verdict:
    """Hold an assertion against what was known of the market.

    A number is confirmed where the interval that its words allow meets the figure; a record where the figure
    is beyond those of all earlier periods of its kind; a comparison where both figures say so.

    Args:
        assertion: What is said.
        market: What it is held against.
        may: Tells what its number may be instead of what was read.
    """
    try:
        require_fact(assertion)
        return _checked(assertion, market, may)
    except UncheckableError as reason:
        return Verdict(outcome="unchecked", reason=reason.reason, detail=reason.detail)


def require_fact(assertion: Assertion) -> None:
    """Refuse what no market data can tell.

    Raises:
        UncheckableError: it is a forecast or the like, of another metric, or has nothing to compare.
    """
    if assertion.modality in _NO_FACTS:
        raise UncheckableError(assertion.modality)
    if assertion.metric not in PRICE_METRICS | FLOW_METRICS:
        raise UncheckableError("metric", assertion.metric)
    if assertion.value is None and assertion.comparison is None:
        raise UncheckableError("number")
    if assertion.unit == "times":
        raise UncheckableError("unit", assertion.unit)


def _checked(assertion: Assertion, market: Market, may: Misreading) -> Verdict:
    source = _source(assertion, market)
    period = period_from_text(assertion.period)
    is_mean = not isinstance(source, Prices) and is_average(assertion.sentence, assertion.position)

    def figure_of(other: Period) -> Figure:
        return _figure(assertion, market, source, other, is_mean=is_mean)

    figure = figure_of(period)
    verdict = _held(assertion, market, source, period, figure)
    if verdict.outcome == "confirmed":
        require_near(assertion, figure)
        return verdict
    if assertion.metric in _GROSS:
        return _as_net(assertion, market, may)
    short = _short_of_end(assertion, source, period, figure_of)
    if short is not None:
        whole = ("whole", f"{figure.amounts[0]:.10g}")
        verdict = _held(assertion, market, source, period, short)
        return dataclasses.replace(verdict, notes=(*verdict.notes, whole))
    exchange = None if source is None else source.exchange
    require_sure(
        Contradiction(
            assertion=assertion,
            period=period,
            figure=figure,
            verdict=verdict,
            exchange=exchange,
            figure_of=figure_of,
            may=may,
        )
    )
    return verdict


def _as_net(assertion: Assertion, market: Market, may: Misreading) -> Verdict:
    """Take what was bought, or sold, for the net of both: so it is mostly told.

    Raises:
        UncheckableError: the net is unlike it as well, or can't be told.
    """
    direction = _GROSS[assertion.metric]
    net = dataclasses.replace(assertion, metric="net_flow", direction=direction)
    verdict = _checked(net, market, may)
    if verdict.outcome == "contradicted":
        raise UncheckableError("doubtful", verdict.period)
    return dataclasses.replace(verdict, notes=(*verdict.notes, ("net", "")))


def _held(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period, figure: Figure
) -> Verdict:
    """Return what a figure says to an assertion: to its comparison, to its number, to its record."""
    if assertion.comparison in {"above", "below"}:
        return _against_reference(assertion, market, source, period, figure)
    number = None if assertion.value is None else number_verdict(assertion, figure)
    if number is not None and (number.outcome == "contradicted" or assertion.comparison is None):
        return number
    if not assertion.reference and limits_record(assertion.sentence):
        raise UncheckableError("reference")
    if source is None or assertion.metric == "share_of_turnover":
        raise UncheckableError("data", assertion.subject)
    return record_verdict(number, assertion, source, period, figure)


def _short_of_end(
    assertion: Assertion,
    source: Prices | Flows | None,
    period: Period,
    figure_of: Callable[[Period], Figure],
) -> Figure | None:
    """Return the flow up to a session just before the end of a period that a number tells; None without one.

    Who writes of a quarter on the day after its end has often added up to the session before the last.
    """
    if not isinstance(source, Flows) or period.kind not in _LONG or assertion.value is None:
        return None
    if assertion.comparison in {"above", "below"} or assertion.published_at.date() - period.last > _JUST_OVER:
        return None
    for n_days in range(1, _SHORT_DAYS + 1):
        last = period.last - timedelta(days=n_days)
        figure = figure_of(Period(kind="span", first=period.first, last=last))
        if number_verdict(assertion, figure).outcome == "confirmed":
            return figure
    return None


def _source(assertion: Assertion, market: Market) -> Prices | Flows | None:
    """Return the data that an assertion is about; None for a whole market and for a single share's flows.

    Raises:
        UncheckableError: none are stored.
    """
    if assertion.metric in PRICE_METRICS:
        return prices_of(assertion, market)
    if is_of_share(assertion) or (assertion.metric == "turnover" and assertion.subject == "hk_market"):
        return None
    return channel_of(assertion, market)


def _figure(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period, *, is_mean: bool
) -> Figure:
    if isinstance(source, Prices):
        return price_figure(assertion, source, period)
    if is_of_share(assertion):
        return share_flow_figure(assertion, market, period)
    return flow_figure(assertion, market, period, is_mean=is_mean)


def _against_reference(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period, figure: Figure
) -> Verdict:
    """Decide whether a figure goes beyond that of another period, and by how much."""
    if assertion.reference:
        reference = period_from_text(assertion.reference)
        # The sentence says when the one figure is from, not the other.
        silent, is_mean = (
            dataclasses.replace(assertion, sentence=""),
            is_average(assertion.sentence, assertion.position),
        )
        other = _figure(silent, market, source, reference, is_mean=is_mean)
        verdict = gap_verdict(assertion, figure, other)
        note = ("compared", f"{assertion.reference} {other.amounts[0]:.10g}")
        return dataclasses.replace(verdict, notes=(*verdict.notes, note))
    if not tells_record(assertion.sentence) or source is None or kind_to_date(period) == "span":
        raise UncheckableError("reference")
    return previous_record(assertion, source, period, figure)
