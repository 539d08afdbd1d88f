"""A week's digest, put together from the store. Nothing in it was known at or after its `as_of`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

from signals.session import SessionCalendar
from southbound.digest.brief_content import WatchedEntity
from southbound.digest.content import ChartData, ChartLine, Counts, DigestOptions
from southbound.digest.entity import entity_lines
from southbound.digest.highlight import N_ASKED, find_highlights
from southbound.digest.market import net_flows
from southbound.digest.standing import (
    StandingStory,
    link_from_story,
    reasons_of,
    stand_stories,
)
from southbound.digest.story import Story, read_stories
from southbound.digest.theme import series_of_themes, shares_of
from southbound.digest.variety import choose_stories, read_first
from southbound.digest.watched import Past, watch_entities
from southbound.digest.week import BASELINE_WEEKS, WeekWindow, find_week
from southbound.digest.week_content import ThemeDrivers, WeekContent, WeekStory, WeekTheme
from southbound.digest.week_driver import theme_drivers
from southbound.digest.week_market import week_flow, week_indices
from southbound.digest.week_summary import week_notes, week_sentences
from southbound.digest.week_theme import week_themes
from southbound.store import Store
from southbound.store.model_name import models_of
from southbound.store.tag import TaggedArticle

_CHART_THEMES: Final = 3
_CHART_WEEKS: Final = 8
_N_STORIES: Final = 10
_N_DRIVERS: Final = 3
#: Themes with fewer articles move for no reason that is worth telling.
_MIN_DRIVEN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """The week's news, and the market news of the week before."""

    tagged: Sequence[TaggedArticle]
    market: Sequence[TaggedArticle]
    earlier: Sequence[TaggedArticle]
    n_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Week:
    """What a week's digest is made of: all the desk's themes, and the series of every theme."""

    window: WeekWindow
    news: _News
    lines: Sequence[WeekTheme]
    series: Mapping[str, pd.DataFrame]


def build_week(
    store: Store,
    *,
    week: str,
    calendar: SessionCalendar,
    theme_names: Mapping[str, str],
    options: DigestOptions | None = None,
    as_of: datetime | None = None,
) -> WeekContent:
    """Gather what a strategist reads of a week, ready for `write_digest`.

    Args:
        store: where news, tags, flows and prices are.
        week: ISO week such as "2025-W07"; its news is that of its sessions, as in the series by week.
        calendar: Hong Kong sessions and their decision times.
        theme_names: theme id -> name to show; an id without a name is shown as it is.
        options: how much is shown; default DigestOptions().
        as_of: nothing known at or after this instant is used; default the decision of the session after.

    Raises:
        UsageError: there is no such week, it has no session, or `as_of` lies before it.
    """
    options = options or DigestOptions()
    window = find_week(week, calendar=calendar, as_of=as_of)
    news = _read_news(store, window, calendar, options)
    series = _read_series(store, news, window, calendar, options)
    lines = [
        line
        for line in week_themes(series, news.market, window=window, theme_names=theme_names)
        if options.selection.shows(line.theme)
    ]
    week_read = _Week(window=window, news=news, lines=lines, series=series)
    return _content(store, week_read, calendar=calendar, theme_names=theme_names, options=options)


def _content(
    store: Store,
    read: _Week,
    *,
    calendar: SessionCalendar,
    theme_names: Mapping[str, str],
    options: DigestOptions,
) -> WeekContent:
    """Put a week's digest together from what was read."""
    window, news, lines = read.window, read.news, read.lines
    stories = read_stories(store, news.market, start=window.start, end=window.end, as_of=window.as_of)
    shown = lines[: options.n_themes]
    standing = _stand(stories, lines, theme_names, options)
    chosen = choose_stories(standing, N_ASKED)
    flows = store.market.flows(as_of=window.as_of)
    flow = week_flow(flows, window)
    counts = _count(news, stories)
    return WeekContent(
        week=window.label,
        sessions=window.sessions,
        as_of=window.as_of,
        window_start=window.start,
        window_end=window.end,
        complete=window.complete,
        baseline_weeks=BASELINE_WEEKS,
        counts=counts,
        summary=week_sentences(lines, flow, counts, of_desk=bool(options.selection.themes)),
        read_first=read_first(chosen),
        highlights=find_highlights(chosen),
        themes=tuple(shown),
        stories=tuple(_week_story(one) for one in chosen[:_N_STORIES]),
        drivers=_drivers(store, lines, read.series, news, window, calendar, options),
        entities=entity_lines(news.market, theme_names=theme_names, limit=options.n_entities),
        watched=_watched(store, news, standing, window, calendar, options),
        flow=flow,
        indices=week_indices(store, options.assets, window),
        chart=_chart(shown, read.series, flows, _chart_days(window, calendar)),
        notes=week_notes(window, counts),
        models=tuple(models_of(article.model for article in news.tagged)),
        desk=options.desk,
    )


def _stand(
    stories: Sequence[Story],
    lines: Sequence[WeekTheme],
    theme_names: Mapping[str, str],
    options: DigestOptions,
) -> list[StandingStory]:
    return stand_stories(
        stories,
        {line.theme: line.zscore for line in lines},
        alerts=(),
        watched=options.selection.entities,
        theme_names=theme_names,
        importance=options.importance,
    )


def _chart(
    shown: Sequence[WeekTheme],
    series: Mapping[str, pd.DataFrame],
    flows: pd.DataFrame,
    days: tuple[date, ...],
) -> ChartData:
    lines = tuple(
        ChartLine(theme=line.theme, name=line.name, shares=shares_of(series[line.theme], days))
        for line in shown[:_CHART_THEMES]
    )
    known = flows.loc[flows["session"] <= pd.Timestamp(days[-1])]
    return ChartData(sessions=days, lines=lines, net_flows=net_flows(known, days))


def _read_news(store: Store, window: WeekWindow, calendar: SessionCalendar, options: DigestOptions) -> _News:
    reads = options.selection.reads
    tagged = store.tags.known_between(
        window.start, window.end, as_of=window.as_of, hindsight=options.hindsight
    )
    kept = [article for article in tagged if reads(article)]
    first = calendar.previous_sessions(pd.DatetimeIndex([pd.Timestamp(window.last_week[0])]))[0]
    earlier = store.tags.known_between(
        calendar.decision_at(first).to_pydatetime(),
        window.start,
        as_of=window.as_of,
        hindsight=options.hindsight,
    )
    known = store.articles.known_between(window.start, window.end)
    return _News(
        tagged=kept,
        market=[article for article in kept if article.themes],
        earlier=[article for article in earlier if article.themes and reads(article)],
        n_known=len({article.article_id for article in known if reads(article)}),
    )


def _read_series(
    store: Store, news: _News, window: WeekWindow, calendar: SessionCalendar, options: DigestOptions
) -> dict[str, pd.DataFrame]:
    return series_of_themes(
        store,
        {tag.theme for article in (*news.market, *news.earlier) for tag in article.themes},
        between=(min(_chart_days(window, calendar)[0], window.before[0]), window.sessions[-1]),
        as_of=window.as_of,
        calendar=calendar,
        options=options,
    )


def _chart_days(window: WeekWindow, calendar: SessionCalendar) -> tuple[date, ...]:
    first = pd.Timestamp(window.sessions[0]) - pd.Timedelta(weeks=_CHART_WEEKS - 1)
    return tuple(day.date() for day in calendar.sessions(first, window.sessions[-1]))


def _count(news: _News, stories: Sequence[Story]) -> Counts:
    return Counts(
        n_articles=len(news.tagged),
        n_market_news=len(news.market),
        n_untagged=max(0, news.n_known - len(news.tagged)),
        n_publishers=len({article.publisher for article in news.market}),
        n_stories=len(stories),
    )


def _week_story(standing: StandingStory) -> WeekStory:
    reports = standing.story.reports
    return WeekStory(
        story=link_from_story(standing),
        first_known_at=reports[0].known_at,
        last_known_at=reports[-1].known_at,
        reasons=reasons_of(standing),
    )


def _drivers(
    store: Store,
    lines: Sequence[WeekTheme],
    series: Mapping[str, pd.DataFrame],
    news: _News,
    window: WeekWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> tuple[ThemeDrivers, ...]:
    """Explain the themes whose share moved most against the week before."""
    moved = [
        line
        for line in lines
        if line.n_articles >= _MIN_DRIVEN and line.share is not None and line.share_before is not None
    ]
    moved.sort(key=lambda line: -abs((line.share or 0.0) - (line.share_before or 0.0)))
    both = [*news.earlier, *news.market]
    start = min((article.known_at for article in both), default=window.start)
    stories = read_stories(store, both, start=start, end=window.end, as_of=window.as_of)
    found = (
        theme_drivers(
            store,
            line,
            series[line.theme],
            stories,
            window=window,
            calendar=calendar,
            options=options,
        )
        for line in moved[:_N_DRIVERS]
    )
    return tuple(drivers for drivers in found if drivers)


def _watched(
    store: Store,
    news: _News,
    standing: Sequence[StandingStory],
    window: WeekWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> tuple[WatchedEntity, ...]:
    return watch_entities(
        store,
        news.market,
        standing,
        past=Past(before=window.before, n_sessions=len(window.sessions), as_of=window.as_of),
        calendar=calendar,
        options=options,
    )
