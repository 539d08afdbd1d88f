"""Flows and index closes as they were known before the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd

from signals.flow import period_to_date, record_day_before, trailing_sum
from signals.session import SessionCalendar
from southbound.comparable import comparable_closes
from southbound.digest.content import FlowFigure, IndexFigure
from southbound.digest.window import SessionWindow, sessions_before
from southbound.digest.wording import day_text, money_text
from southbound.store import Store

_TRAILING: Final = 5
#: A record says something only against a year or more of figures.
_MIN_RECORD_SESSIONS: Final = 240
_NAMES: Final = {
    "INDEX:HSI": "Hang Seng Index",
    "INDEX:HSTECH": "Hang Seng Tech Index",
    "INDEX:HSCEI": "Hang Seng China Enterprises Index",
    "INDEX:CSI300": "CSI 300",
}


def read_flows(store: Store, window: SessionWindow) -> pd.DataFrame:
    """Return the southbound flows of earlier sessions, as known in time."""
    flows = store.market.flows(as_of=window.end)
    return flows.loc[flows["session"] < pd.Timestamp(window.session)]


def flow_figure(
    flows: pd.DataFrame, window: SessionWindow, *, calendar: SessionCalendar
) -> FlowFigure | None:
    """Return the last known net flow and its sums; None without a figure."""
    told = flows.loc[flows["net"].notna()]
    if told.empty:
        return None
    session = told["session"].iloc[-1].date()
    trailing = trailing_sum(told, session, n_sessions=_TRAILING)
    quarter = period_to_date(told, session)
    if trailing is None or quarter is None:
        return None
    return FlowFigure(
        session=session,
        net=float(told["net"].iloc[-1]),
        trailing_net=trailing.net,
        trailing_sessions=trailing.n_sessions,
        quarter=quarter.label,
        quarter_net=quarter.net,
        quarter_sessions=quarter.n_sessions,
        notes=(*_age_of_flow(flows, session, window, calendar), *_record(told, session)),
    )


def net_flows(flows: pd.DataFrame, sessions: Sequence[date]) -> tuple[float | None, ...]:
    """Return the net flow of each session, None where closed, missing or not known yet."""
    nets = flows.set_index("session")["net"].reindex(pd.DatetimeIndex(list(sessions)))
    return tuple(None if pd.isna(net) else float(net) for net in nets)


def index_figures(
    store: Store, assets: Sequence[str], window: SessionWindow, *, calendar: SessionCalendar
) -> tuple[IndexFigure, ...]:
    """Return the last known close of each asset that has one."""
    figures = (_index_figure(store, asset, window, calendar) for asset in assets)
    return tuple(figure for figure in figures if figure)


def index_name(asset_id: str) -> str:
    """Return the name that an index is shown by; its id where none is known."""
    return _NAMES.get(asset_id, asset_id)


def _index_figure(
    store: Store, asset_id: str, window: SessionWindow, calendar: SessionCalendar
) -> IndexFigure | None:
    day_before = window.session - timedelta(days=1)
    closes = comparable_closes(store, asset_id, until=day_before, as_of=window.end)
    if closes.empty:
        return None
    session = closes.index[-1].date()
    close = float(closes.iloc[-1])
    earlier = sessions_before(session, _TRAILING, calendar=calendar)
    notes = () if session == window.previous else (f"no close of {day_text(window.previous)} known",)
    return IndexFigure(
        asset_id=asset_id,
        name=index_name(asset_id),
        session=session,
        close=close,
        change=_change(close, closes, earlier[-1:]),
        change_5=_change(close, closes, earlier[:1]),
        notes=notes,
    )


def _change(close: float, closes: pd.Series, base: Sequence[date]) -> float | None:
    """Return the change against the close of a session, None where it has none that can be compared."""
    before = closes.get(pd.Timestamp(base[0])) if base else None
    return None if before is None or pd.isna(before) else close / float(before) - 1


def _age_of_flow(
    flows: pd.DataFrame, session: date, window: SessionWindow, calendar: SessionCalendar
) -> tuple[str, ...]:
    """Say why the figure is not of the session before: southbound was closed, or no figure is known."""
    if session == window.previous:
        return ()
    stated = flows.set_index("session")["state"].get(pd.Timestamp(window.previous))
    closed = stated == "closed" or calendar.southbound_state(window.previous) == "closed"
    day = day_text(window.previous)
    return (f"southbound trading was closed on {day}" if closed else f"no figure of {day} known",)


def _record(told: pd.DataFrame, session: date) -> tuple[str, ...]:
    record = record_day_before(told, session)
    first = told["session"].iloc[0]
    if record is None or len(told) < _MIN_RECORD_SESSIONS or told["net"].iloc[-1] <= record.net:
        return ()
    earlier = f"{money_text(record.net)} on {record.session.date()}"
    return (f"highest day on file since {first.date()}; before: {earlier}",)
