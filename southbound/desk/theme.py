"""A theme over a span: its intensity beside flow and index, what moved it on a day, what comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

import pandas as pd

from signals.error import SignalError
from signals.session import SessionCalendar
from southbound.claims.checked import CheckedClaim, find_claims, told_once
from southbound.desk.session import Span, session_on_or_after
from southbound.digest.window import find_window
from southbound.digest.wording import clean_line
from southbound.error import UsageError
from southbound.pipeline.driver import DriverRequest, explain_change
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.claim import ClaimQuery
from southbound.store.find import ArticleQuery, ListedArticle

INDEX = "INDEX:HSI"
_N_ARTICLES = 16
_N_ENTITIES = 12
#: Checked claims shown, out of the latest articles.
_N_CLAIMS = 12
_N_CLAIM_ARTICLES = 200
#: Of the parts that rose, and of those that fell.
_N_DRIVERS = 6

Split = Literal["story", "publisher", "entity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A session of a theme; None where a figure is not told.

    Attributes:
        session: trading day.
        intensity: 100 is the mean of the past.
        share: of market news, 0..1.
        zscore: deviations from the trailing mean.
        tone: mean of the theme's articles, -1..1.
        n_articles: market news.
        n_theme_articles: those that carry the theme.
        state: "ok", "warming", "thin" or "missing".
        net_flow: southbound net buying, HKD million.
        close: of the index.
    """

    session: date
    intensity: float | None
    share: float | None
    zscore: float | None
    tone: float | None
    n_articles: int
    n_theme_articles: int
    state: str
    net_flow: float | None
    close: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What a part of the news did to the intensity between two sessions, in points of intensity."""

    key: str
    name: str
    before: float
    after: float
    change: float
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDrivers:
    """The change of a day.

    Attributes:
        session: the day.
        before: intensity of the session it is compared with.
        after: intensity of the day.
        by: the parts by story, publisher and entity: the largest rises, then the largest falls.
        reason: why the change can't be told; "" where it can.
    """

    session: date
    before: float | None
    after: float | None
    by: Mapping[Split, tuple[Driver, ...]]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePage:
    """A theme.

    Attributes:
        theme: its id.
        span: sessions shown.
        points: one a session.
        drivers: of the day asked for; None without one.
        entities: that most of its articles of the span (or day) are about: id, name, articles.
        articles: the latest ones of the span, or those of the day.
        claims: the latest of its articles' claims that could be checked, with their verdicts.
    """

    theme: str
    span: Span
    points: tuple[Point, ...]
    drivers: DayDrivers | None
    entities: tuple[tuple[str, str, int], ...]
    articles: tuple[ListedArticle, ...]
    claims: tuple[CheckedClaim, ...] = ()


def build_theme(
    store: Store,
    theme: str,
    *,
    span: Span,
    settings: Settings,
    day: date | None = None,
    as_of: datetime | None = None,
) -> ThemePage:
    """Gather what a theme's page shows.

    Args:
        store: everything stored.
        theme: id.
        span: sessions shown.
        settings: decision time and scaling.
        day: whose change is explained and whose articles are listed; where it is no session, the next.
        as_of: nothing known at or after it is shown.

    Raises:
        UsageError: a day lies outside the calendar.
    """
    calendar = calendar_from_settings(settings)
    frame = theme_frame(store, theme, span=span, settings=settings, as_of=as_of)
    chosen = session_on_or_after(day, calendar=calendar) if day else None
    first, last = (chosen, chosen) if chosen else (span.start, span.end)
    start = find_window(session_on_or_after(first, calendar=calendar), calendar=calendar).start
    end = find_window(session_on_or_after(last, calendar=calendar), calendar=calendar).end
    query = ArticleQuery(theme=theme, start=start, end=end, as_of=as_of)
    return ThemePage(
        theme=theme,
        span=span,
        points=tuple(_point(row) for row in frame.to_dict("records")),
        drivers=_drivers(store, theme, chosen, settings, as_of) if chosen else None,
        entities=tuple(
            (key, clean_line(name), count)
            for key, name, count in store.entities.with_theme(
                theme, start, end, as_of=as_of, limit=_N_ENTITIES
            )
        ),
        articles=tuple(store.finder.find(query, limit=_N_ARTICLES)),
        claims=_claims(store, query, calendar),
    )


def _claims(store: Store, query: ArticleQuery, calendar: SessionCalendar) -> tuple[CheckedClaim, ...]:
    """Return the checked claims of the latest articles of a query."""
    ids = tuple(article.article_id for article in store.finder.find(query, limit=_N_CLAIM_ARTICLES))
    asked = ClaimQuery(articles=ids, as_of=query.as_of)
    return told_once(find_claims(store, asked, calendar=calendar, outcome="checked"))[:_N_CLAIMS]


def theme_frame(
    store: Store, theme: str, *, span: Span, settings: Settings, as_of: datetime | None
) -> pd.DataFrame:
    """Return the series with flows and the index beside it, as `southbound series --with flows,prices`.

    Raises:
        UsageError: a day lies outside the calendar.
    """
    request = SeriesRequest(
        theme=theme,
        start=span.start,
        end=span.end,
        as_of=as_of,
        with_flows=True,
        with_prices=True,
        assets=(INDEX,),
    )
    try:
        return build_series(store, request, settings=settings)
    except SignalError as error:
        raise UsageError(str(error)) from error


def _point(row: Mapping[object, object]) -> Point:
    return Point(
        session=cast("pd.Timestamp", row["session"]).date(),
        intensity=told(row["intensity"]),
        share=told(row["share"]),
        zscore=told(row["zscore"]),
        tone=told(row["tone"]),
        n_articles=int(cast("int", row["n_articles"])),
        n_theme_articles=int(cast("int", row["n_theme_articles"])),
        state=str(row["state"]),
        net_flow=told(row["net_flow"]),
        close=told(row[f"{INDEX}_close"]),
    )


def told(value: object) -> float | None:
    """Return a number of a table, None where it is null."""
    return None if pd.isna(value) else float(cast("float", value))  # type: ignore[call-overload]


def _drivers(
    store: Store, theme: str, session: date, settings: Settings, as_of: datetime | None
) -> DayDrivers:
    try:
        table = explain_change(
            store, DriverRequest(theme=theme, session=session, as_of=as_of), settings=settings
        )
    except SignalError as error:
        return DayDrivers(session=session, before=None, after=None, by={}, reason=str(error))
    splits: tuple[Split, ...] = ("story", "publisher", "entity")
    whole = table.loc[table["split"] == "publisher"]
    return DayDrivers(
        session=session,
        before=float(whole["before"].sum()),
        after=float(whole["after"].sum()),
        by={split: _parts(table, split) for split in splits},
        reason="",
    )


def _parts(table: pd.DataFrame, split: Split) -> tuple[Driver, ...]:
    parts = table.loc[table["split"] == split].sort_values("change", ascending=False, kind="stable")
    is_rise = parts["change"] > 0
    rows = pd.concat([parts[is_rise].head(_N_DRIVERS), parts[~is_rise].tail(_N_DRIVERS)]).to_dict("records")
    return tuple(
        Driver(
            key=str(row["key"]),
            name=clean_line(str(row["name"])),
            before=float(row["before"]),
            after=float(row["after"]),
            change=float(row["change"]),
            n_articles=int(row["n_articles"]),
        )
        for row in rows
    )
