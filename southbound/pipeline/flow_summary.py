"""Southbound flows as a strategist quotes them: sums to date beside the record of their kind."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from signals.flow import (
    FlowSum,
    period_to_date,
    record_day_before,
    record_period_before,
    sum_between,
    trailing_sum,
)
from southbound.error import UsageError
from southbound.instant import text_from_instant
from southbound.store import Store

_TRAILING = (5, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLine:
    """A sum of net flow (HKD million) and the earlier record of its kind, where there is one."""

    label: str
    net: float
    n_sessions: int
    first: date
    last: date
    record_label: str | None = None
    record_net: float | None = None

    @property
    def is_record(self) -> bool:
        """Whether it is above the record before it."""
        return self.record_net is not None and self.net > self.record_net


def summarise_flows(
    store: Store, *, start: date | None, end: date | None, as_of: datetime | None
) -> list[FlowLine]:
    """Sum the net flow of the last session, the last sessions, the quarter and the year up to `end`.

    Args:
        store: where flows are.
        start: with it, the span from here to `end` stands first.
        end: last session counted; default the last that has a figure.
        as_of: only figures known before it.

    Raises:
        UsageError: no flow is known in that span.
    """
    flows = store.market.flows(as_of=as_of)
    told = flows.loc[flows["net"].notna()]
    if end is not None:
        told = told.loc[told["session"] <= pd.Timestamp(end)]
    if told.empty:
        when = f"was known before {text_from_instant(as_of)}" if as_of else "is known"
        until = f" up to {end}" if end else ""
        raise UsageError(f"no southbound flow{until} {when}; `southbound ingest flows` reads them")
    session = told["session"].iloc[-1].date()
    day, record = sum_between(told, session, session), record_day_before(told, session)
    span = sum_between(told, start, end or session) if start is not None else None
    lines = [
        _line(span),
        _line(day, (str(record.session.date()), record.net) if record else None),
        *(_line(trailing_sum(told, session, n_sessions=count)) for count in _TRAILING),
    ]
    for period in ("quarter", "year"):
        best = record_period_before(told, session, period)
        lines.append(_line(period_to_date(told, session, period), (best.label, best.net) if best else None))
    return [line for line in lines if line is not None]


def most_traded(store: Store, *, end: date | None, as_of: datetime | None) -> pd.DataFrame:
    """Return the ten shares of each southbound leg that were traded most, with their net buying.

    Args:
        store: where flows are.
        end: last session that may be told; default the last one known.
        as_of: only what was known before it.

    Returns:
        session, leg, rank, asset_id, name, buy, sell, net, turnover (units of the currency, not millions;
        null where not told), currency, known_at. A share that is not there was not among the ten.

    Raises:
        UsageError: no session tells them.
    """
    table = store.market.by_provider.most_traded(until=end, as_of=as_of)
    if table.empty:
        raise UsageError(
            "no session with its most traded shares is known there; `southbound ingest flows` reads them out "
            "of HKEX's daily files"
        )
    first = ["session", "leg", "rank", "asset_id", "name"]
    told = [*first, "buy", "sell", "net", "turnover", "currency", "known_at"]
    return table.assign(net=table["buy"] - table["sell"])[told]


def records_from_lines(lines: list[FlowLine]) -> list[dict[str, Any]]:
    """Return the lines as JSON has them."""
    return [
        {**asdict(line), "first": str(line.first), "last": str(line.last), "is_record": line.is_record}
        for line in lines
    ]


def _line(total: FlowSum | None, record: tuple[str, float] | None = None) -> FlowLine | None:
    if total is None:
        return None
    first, last = total.first.date(), total.last.date()
    return FlowLine(
        label=str(first) if total.label == f"{first}..{first}" else total.label,
        net=round(total.net, 2),
        n_sessions=total.n_sessions,
        first=first,
        last=last,
        record_label=record[0] if record else None,
        record_net=round(record[1], 2) if record else None,
    )
