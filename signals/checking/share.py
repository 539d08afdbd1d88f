"""What was bought and sold of a single share through Stock Connect, where the exchange tells it."""

from __future__ import annotations

from math import isnan
from typing import Final

import pandas as pd

from signals.checking.assertion import Assertion, UncheckableError
from signals.checking.figure import FLOW_METRICS, Figure
from signals.checking.market import Market, ends_of
from signals.checking.period import Period
from signals.checking.words import is_within_session

_CHANNELS: Final = frozenset({"southbound", "northbound"})
_N_LEGS: Final = 2


def is_of_share(assertion: Assertion) -> bool:
    """Say whether a flow is that of a single share."""
    is_flow = assertion.metric in FLOW_METRICS - {"share_of_turnover"}
    return is_flow and bool(assertion.assets) and assertion.subject not in _CHANNELS


def share_flow_figure(assertion: Assertion, market: Market, period: Period) -> Figure:
    """Return what was traded of a share in a session: in both legs together, then in each.

    HKEX tells the ten shares of each leg that were traded most, and no others.

    Raises:
        UncheckableError: the share is not among them, or no single session is meant.
    """
    asset = next((one for one in assertion.assets if one.startswith("XHKG:")), "")
    if not asset or period.kind != "day" or "southbound" not in market.channels:
        raise UncheckableError("share_flow", assertion.subject)
    if is_within_session(assertion.sentence, assertion.position):
        raise UncheckableError("intraday")
    (day, *_) = ends_of(period, assertion.published_at, market.channels["southbound"].exchange)
    told = market.share_flows.get(asset)
    rows = None if told is None else told.loc[told["session"] == pd.Timestamp(day)]
    amounts = (
        [] if rows is None else [value for value in _amounts(rows, assertion.metric) if not isnan(value)]
    )
    if not amounts:
        raise UncheckableError("share_flow", asset)
    return Figure(
        amounts=tuple(dict.fromkeys([sum(amounts), *amounts])),
        unit="HKD",
        first=day,
        last=day,
        source=f"southbound:{asset}",
        is_partial=len(amounts) < _N_LEGS,
    )


def _amounts(rows: pd.DataFrame, metric: str) -> list[float]:
    values = rows["buy"] - rows["sell"] if metric == "net_flow" else rows[metric]
    return [float(value) for value in values]
