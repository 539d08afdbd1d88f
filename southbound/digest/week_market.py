"""Flows and index closes of a week, as known before its digest's as_of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd

from signals.flow import period_to_date, record_day_before
from southbound.comparable import comparable_closes
from southbound.digest.market import index_name
from southbound.digest.week import BASELINE_WEEKS, WeekWindow, label_of
from southbound.digest.week_content import SessionFlow, WeekFlow, WeekIndex
from southbound.digest.wording import day_text, money_text
from southbound.store import Store

#: A record says something only against a year or more of weeks.
_MIN_RECORD_WEEKS: Final = 48
#: "Highest since" says something only where the week it names is a quarter or more ago.
_MIN_SINCE_WEEKS: Final = 13


def week_flow(flows: pd.DataFrame, window: WeekWindow) -> WeekFlow | None:
    """Return the net flow of the week with its records; None where no session has a figure."""
    flows = flows.loc[flows["session"] <= pd.Timestamp(window.sessions[-1])]
    stated = flows.set_index("session")
    sessions = tuple(_session_flow(stated, day) for day in window.sessions)
    nets = [one.net for one in sessions if one.net is not None]
    told = flows.loc[flows["net"].notna()]
    if not nets:
        return None
    weeks = _by_week(told)
    earlier = weeks.loc[weeks.index < window.label]
    before = earlier.tail(BASELINE_WEEKS)
    quarter = period_to_date(told, told["session"].iloc[-1].date())
    return WeekFlow(
        net=sum(nets),
        n_sessions=len(nets),
        sessions=sessions,
        net_before=float(earlier.iloc[-1]) if len(earlier) else None,
        mean_before=float(before.mean()) if len(before) else None,
        quarter=quarter.label if quarter else "",
        quarter_net=quarter.net if quarter else sum(nets),
        notes=(*_missing(sessions), *_record_week(sum(nets), earlier), *_record_days(told, sessions)),
    )


def week_indices(store: Store, assets: Sequence[str], window: WeekWindow) -> tuple[WeekIndex, ...]:
    """Return the last close in the week of each asset that has one, with its changes."""
    figures = (_week_index(store, asset, window) for asset in assets)
    return tuple(figure for figure in figures if figure)


def _session_flow(stated: pd.DataFrame, day: date) -> SessionFlow:
    at = pd.Timestamp(day)
    if at not in stated.index:
        return SessionFlow(session=day, net=None, state="missing")
    net = float(stated["net"][at])
    return SessionFlow(session=day, net=None if math.isnan(net) else net, state=str(stated["state"][at]))


def _by_week(told: pd.DataFrame) -> pd.Series:
    labels = [label_of(day.date()) for day in told["session"]]
    return told.groupby(labels)["net"].sum().sort_index()


def _missing(sessions: Sequence[SessionFlow]) -> list[str]:
    missing = [day_text(one.session) for one in sessions if one.net is None and one.state == "missing"]
    closed = [day_text(one.session) for one in sessions if one.net is None and one.state == "closed"]
    return [
        *([f"no figure of {', '.join(missing)} known"] if missing else []),
        *([f"southbound trading was closed on {', '.join(closed)}"] if closed else []),
    ]


def _record_week(net: float, earlier: pd.Series) -> list[str]:
    """Say whether the week is a record, or since when there was none so high or so low."""
    if len(earlier) < _MIN_RECORD_WEEKS:
        return []
    for word, beaten in (("highest", earlier >= net), ("lowest", earlier <= net)):
        if not beaten.any():
            record = earlier.sort_values(ascending=word == "lowest")
            figure = money_text(float(record.iloc[0]), signed=True)
            return [f"{word} week on file since {earlier.index[0]}; before: {figure} in {record.index[0]}"]
        last = earlier.index[beaten][-1]
        if len(earlier.loc[last:]) > _MIN_SINCE_WEEKS:
            return [f"{word} week since {last} ({money_text(float(earlier[last]), signed=True)})"]
    return []


def _record_days(told: pd.DataFrame, sessions: Sequence[SessionFlow]) -> list[str]:
    notes = []
    for one in sessions:
        record = record_day_before(told, one.session)
        if record is not None and one.net is not None and one.net > record.net:
            before = f"{money_text(record.net, signed=True)} on {record.session.date()}"
            notes.append(f"{day_text(one.session)} was the highest day on file; before: {before}")
    return notes[-1:]


def _week_index(store: Store, asset_id: str, window: WeekWindow) -> WeekIndex | None:
    closes = comparable_closes(store, asset_id, until=window.sessions[-1], as_of=window.as_of)
    if closes.empty or closes.index[-1] < pd.Timestamp(window.sessions[0]):
        return None
    close = float(closes.iloc[-1])
    month_ago = window.sessions[0] - timedelta(weeks=BASELINE_WEEKS - 1)
    return WeekIndex(
        asset_id=asset_id,
        name=index_name(asset_id),
        session=closes.index[-1].date(),
        close=close,
        change=_change(close, closes, window.sessions[0]),
        change_4_weeks=_change(close, closes, month_ago - timedelta(days=month_ago.weekday())),
    )


def _change(close: float, closes: pd.Series, first: date) -> float | None:
    """Return the change against the last close before a day, None where that is over ten days old.

    None also where the two can't be compared.
    """
    before = closes.loc[closes.index < pd.Timestamp(first)]
    if before.empty or before.index[-1] < pd.Timestamp(first) - pd.Timedelta(days=10):
        return None
    return None if pd.isna(before.iloc[-1]) else close / float(before.iloc[-1]) - 1
