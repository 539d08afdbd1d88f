"""Hold an assertion against the market data: confirmed, contradicted with the right figure, or unchecked."""

from __future__ import annotations

import dataclasses
from typing import Final

from signals.checking.assertion import Assertion, UncheckableError, Verdict
from signals.checking.compare import gap_verdict, number_verdict
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
from signals.checking.period import (
    Period,
    kind_to_date,
    near_periods,
    period_from_text,
    text_from_days,
)
from signals.checking.record import previous_record, record_verdict
from signals.checking.words import is_average, limits_record, place_of, tells_record

_NO_FACTS: Final = frozenset({"forecast", "target", "denied", "conditional"})

#: A level that is so many times the right one, or that small a part of it, is of something else.
_LIKELY: Final = 2.0


def check(assertion: Assertion, market: Market) -> Verdict:
    """Hold an assertion against what was known of the market.

    A number is confirmed where the interval that its words allow meets the figure; a record where the figure
    is beyond those of all earlier periods of its kind; a comparison where both figures say so.
    """
    try:
        require_fact(assertion)
        return _checked(assertion, market)
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


def _checked(assertion: Assertion, market: Market) -> Verdict:
    source = _source(assertion, market)
    period = period_from_text(assertion.period)
    figure = _figure(assertion, market, source, period, is_mean=is_average(assertion.sentence))
    if assertion.comparison in {"above", "below"}:
        return _against_reference(assertion, market, source, period, figure)
    number = None if assertion.value is None else number_verdict(assertion, figure)
    if number is not None and (number.outcome == "contradicted" or assertion.comparison is None):
        if number.outcome == "contradicted":
            _require_likely(assertion, figure)
            _require_period(assertion, market, source, period)
        return _doubted(number, assertion)
    if not assertion.reference and limits_record(assertion.sentence):
        raise UncheckableError("reference")
    if source is None or assertion.metric == "share_of_turnover":
        raise UncheckableError("data", assertion.subject)
    return record_verdict(number, assertion, source, period, figure)


def _source(assertion: Assertion, market: Market) -> Prices | Flows | None:
    """Return the data that an assertion is about; None for the turnover of a whole market.

    Raises:
        UncheckableError: none are stored.
    """
    if assertion.metric in PRICE_METRICS:
        return prices_of(assertion, market)
    if assertion.metric == "turnover" and assertion.subject == "hk_market":
        return None
    return channel_of(assertion, market)


def _figure(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period, *, is_mean: bool
) -> Figure:
    if isinstance(source, Prices):
        return price_figure(assertion, source, period)
    return flow_figure(assertion, market, period, is_mean=is_mean)


def _require_likely(assertion: Assertion, figure: Figure) -> None:
    """Doubt a level that is no level of its index: it is a change, or of another one.

    Raises:
        UncheckableError: it is less than half of the level, or more than twice it.
    """
    level, value = figure.amounts[0], assertion.value
    if assertion.metric not in {"level", "price"} or value is None:
        return
    if not level / _LIKELY <= value <= level * _LIKELY:
        raise UncheckableError("unlike", figure.source)


def _require_period(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period
) -> None:
    """Doubt a contradiction where the number is that of another time near by: the period was misread then.

    Raises:
        UncheckableError: the number fits the day or the week of publication, or the session before.
    """
    if source is None:
        return
    today, _ = source.exchange.local(assertion.published_at)
    for other in near_periods(today):
        if other == period:
            continue
        try:
            figure = _figure(assertion, market, source, other, is_mean=False)
            fits = not figure.is_running and number_verdict(assertion, figure).outcome == "confirmed"
        except UncheckableError:
            continue
        if fits:
            raise UncheckableError("doubtful", text_from_days(other.first, other.last))


def _doubted(verdict: Verdict, assertion: Assertion) -> Verdict:
    """Return a verdict, unless it contradicts what may be about a share's listing elsewhere.

    Raises:
        UncheckableError: it does, and the text doesn't say which one it means.
    """
    markets = {asset.partition(":")[0] for asset in assertion.assets}
    is_open = (
        len(markets) > 1
        and place_of(assertion.sentence, assertion.position, headline=assertion.headline) != "here"
    )
    if verdict.outcome == "contradicted" and assertion.metric in PRICE_METRICS and is_open:
        raise UncheckableError("listing", verdict.source)
    return verdict


def _against_reference(
    assertion: Assertion, market: Market, source: Prices | Flows | None, period: Period, figure: Figure
) -> Verdict:
    """Decide whether a figure goes beyond that of another period, and by how much."""
    if assertion.reference:
        reference = period_from_text(assertion.reference)
        # The sentence says when the one figure is from, not the other.
        silent, is_mean = dataclasses.replace(assertion, sentence=""), is_average(assertion.sentence)
        other = _figure(silent, market, source, reference, is_mean=is_mean)
        verdict = gap_verdict(assertion, figure, other)
        note = ("compared", f"{assertion.reference} {other.amounts[0]:.10g}")
        return dataclasses.replace(verdict, notes=(*verdict.notes, note))
    if not tells_record(assertion.sentence) or source is None or kind_to_date(period) == "span":
        raise UncheckableError("reference")
    return previous_record(assertion, source, period, figure)
