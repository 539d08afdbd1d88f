"""A series as it was known later, and every version of its values (after Delphi Epidata's lag and issues).

Values of past sessions change when tags come late: an article tagged after its session's decision, the
past tagged again by a new model, a theme of one's own defined anew. Between two such instants every value
stays as it is, so the series is computed once for each stretch between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from signals.session import SessionCalendar
from southbound.error import UsageError
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store

#: What makes a version: a row with the same of these is the same version.
_VALUES = ("intensity", "share", "volume", "zscore", "tone", "n_articles", "n_theme_articles", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vintage:
    """A stretch without late tags: the first session by whose decision it held, and the series in it."""

    issue: pd.Timestamp | None
    series: pd.DataFrame


def ask_series(
    store: Store, request: SeriesRequest, *, lag: int | None, issues: bool, settings: Settings
) -> pd.DataFrame:
    """Compute the series that is asked for: as it is known now, as it was after a lag, or all its versions.

    Raises:
        UsageError: lag and issues are both asked for, or the request has none of them.
        SignalError: a date lies outside the calendar.
    """
    if issues and lag is not None:
        raise UsageError("issues are of every lag: ask for issues, or for one lag")
    if issues:
        return issues_of_series(store, request, settings=settings)
    if lag is not None:
        return lagged_series(store, request, lag, settings=settings)
    return build_series(store, request, settings=settings)


def lagged_series(store: Store, request: SeriesRequest, lag: int, *, settings: Settings) -> pd.DataFrame:
    """Return each session's value as it was known at the decision `lag` sessions later.

    Sessions whose later decision has not come, or lies after `as_of`, are left out.

    Raises:
        UsageError: the lag is negative, or the series is not by session.
    """
    if lag < 0:
        raise UsageError(f"--lag counts sessions, from 0 on; not {lag}")
    calendar = calendar_from_settings(settings)
    vintages = _vintages(store, request, settings, calendar)
    last = vintages[-1].series
    due = _later(pd.DatetimeIndex(last["session"]), lag, calendar)
    parts = []
    for number, vintage in enumerate(vintages):
        end = vintages[number + 1].issue if number + 1 < len(vintages) else None
        holds = due.notna() & ((due >= vintage.issue) if vintage.issue is not None else True)
        holds = holds & ((due < end) if end is not None else True)
        rows = vintage.series.loc[vintage.series["session"].isin(due.index[holds])]
        parts.append(rows.assign(issue=due.loc[rows["session"]].to_numpy()))
    frame = pd.concat(parts).sort_values("session", ignore_index=True)
    if request.as_of is None:
        return frame
    return frame.loc[calendar.decisions_at(pd.DatetimeIndex(frame["issue"])) <= pd.Timestamp(request.as_of)]


def issues_of_series(store: Store, request: SeriesRequest, *, settings: Settings) -> pd.DataFrame:
    """Return every version of every session's values: the rows of the series with issue and lag.

    issue is the first session by whose decision the version was known, lag how many sessions after its own
    that was.
    """
    calendar = calendar_from_settings(settings)
    versions = []
    for vintage in _vintages(store, request, settings, calendar):
        rows = vintage.series
        sessions = rows["session"]
        if vintage.issue is not None:
            sessions = sessions.where(sessions >= vintage.issue, vintage.issue)
        versions.append(rows.assign(issue=sessions))
    frame = pd.concat(versions).sort_values(["session", "issue"], kind="stable", ignore_index=True)
    told = frame[["session", *_VALUES]]
    before = told.shift(1)
    same = ((told == before) | (told.isna() & before.isna())).all(axis=1)
    frame = frame.loc[~same].reset_index(drop=True)
    frame["lag"] = [
        len(calendar.sessions(session, issue)) - 1
        for session, issue in zip(frame["session"], frame["issue"], strict=True)
    ]
    return frame


def _vintages(
    store: Store, request: SeriesRequest, settings: Settings, calendar: SessionCalendar
) -> list[_Vintage]:
    if request.freq != "session":
        raise UsageError("--lag and --issues are of values by session; leave --freq out")
    instants = [one for one in store.tags.vintages() if request.as_of is None or one < request.as_of]
    known = pd.DatetimeIndex([pd.Timestamp(one) for one in instants], tz="UTC")
    issues = sorted(set(calendar.session_of(pd.Series(known)))) if len(known) else []
    cuts: list[datetime | None] = [
        calendar.decision_at(calendar.previous_sessions(pd.DatetimeIndex([issue]))[0]).to_pydatetime()
        for issue in issues
    ]
    return [
        _Vintage(issue=issue, series=build_series(store, replace(request, as_of=until), settings=settings))
        for issue, until in zip([None, *issues], [*cuts, request.as_of], strict=True)
    ]


def _later(sessions: pd.DatetimeIndex, lag: int, calendar: SessionCalendar) -> pd.Series:
    """Return for each session the one `lag` sessions later, where the series reaches it; else NaT."""
    if sessions.empty:
        return pd.Series(pd.DatetimeIndex([]), index=sessions)
    grid = calendar.sessions(sessions[0], sessions[-1])
    later = pd.Series(grid, index=grid).shift(-lag)
    return later.reindex(sessions)
