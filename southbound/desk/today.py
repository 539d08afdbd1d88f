"""The page of a session: every theme by strength and change, what happened, and what the market did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import pandas as pd

from nlp.entities.catalogue import Catalogue
from nlp.importance.model import ImportanceModel
from southbound.alert import read_alerts
from southbound.desk.session import last_sessions, next_session
from southbound.digest.card import card_from_story
from southbound.digest.content import (
    AlertLine,
    ChartData,
    ChartLine,
    Counts,
    DigestOptions,
    EntityLine,
    FlowFigure,
    IndexFigure,
    StoryCard,
    ThemeLine,
)
from southbound.digest.entity import entity_lines
from southbound.digest.market import flow_figure, index_figures, net_flows, read_flows
from southbound.digest.standing import stand_stories
from southbound.digest.story import Story, read_stories
from southbound.digest.theme import series_to_window, shares_of, theme_line
from southbound.digest.variety import choose_stories
from southbound.digest.window import SessionWindow, find_window
from southbound.pipeline.alert import alert_line, judge_rules
from southbound.pipeline.entity import EmergingName, find_emerging
from southbound.pipeline.importance import importance_of
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.model_name import models_of
from southbound.store.tag import TaggedArticle

CHART_SESSIONS = 40
_CHART_THEMES = 3
_N_STORIES = 14
_N_ENTITIES = 12
_N_EMERGING = 8
#: Names whose articles hardly touch Hong Kong or China are no concern of this desk.
_MIN_HK_CHINA = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """A theme in the session, and its shares over the sessions of the chart (None where not told)."""

    line: ThemeLine
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """One session.

    Attributes:
        window: which news counts.
        following: the session after; None at the end of the calendar.
        counts: how much news there is.
        is_thin: whether there is too little of it to tell measures.
        themes: all of them, the strongest first.
        stories: the session's most important ones.
        entities: those that most articles are about.
        emerging: names that recur and stand in no catalogue.
        flow: southbound net buying; None without a figure.
        indices: their last closes.
        chart: leading themes and flows.
        alerts: rules that hold.
        models: behind the tags.
    """

    window: SessionWindow
    following: date | None
    counts: Counts
    is_thin: bool
    themes: tuple[ThemeRow, ...]
    stories: tuple[StoryCard, ...]
    entities: tuple[EntityLine, ...]
    emerging: tuple[EmergingName, ...]
    flow: FlowFigure | None
    indices: tuple[IndexFigure, ...]
    chart: ChartData
    alerts: tuple[AlertLine, ...]
    models: tuple[str, ...]


def build_today(
    store: Store,
    *,
    session: date,
    settings: Settings,
    theme_names: Mapping[str, str],
    catalogue: Catalogue,
    as_of: datetime | None = None,
) -> Today:
    """Gather what a session's page shows.

    Args:
        store: everything stored.
        session: trading day.
        settings: decision time, scaling, indices, alert rules.
        theme_names: of the catalogue's themes and the user's own.
        catalogue: of entities; what it has is not emerging.
        as_of: nothing known at or after it is shown; the session's decision where that is earlier.

    Raises:
        UsageError: the day is no session, or `as_of` lies before its window.
    """
    calendar = calendar_from_settings(settings)
    window = find_window(session, calendar=calendar, as_of=as_of)
    tagged = store.tags.known_between(window.start, window.end, as_of=window.end)
    news = [article for article in tagged if article.themes]
    stories = read_stories(store, news, start=window.start, end=window.end, as_of=window.end)
    days = last_sessions(session, CHART_SESSIONS, calendar=calendar)
    themes = _theme_rows(store, news, window, theme_names, settings)
    flows = read_flows(store, window)
    counts = _count(store, window, tagged, len(stories))
    alerts = _alerts(store, window, settings)
    return Today(
        window=window,
        following=next_session(session, calendar=calendar),
        counts=counts,
        is_thin=counts.n_market_news < settings.series.min_articles,
        themes=themes,
        stories=_top_stories(stories, themes, alerts, theme_names, importance_of(settings)),
        entities=entity_lines(news, theme_names=theme_names, limit=_N_ENTITIES),
        emerging=_emerging(store, catalogue, window),
        flow=flow_figure(flows, window, calendar=calendar),
        indices=index_figures(store, settings.digest.assets, window, calendar=calendar),
        chart=_chart(themes, days, flows),
        alerts=alerts,
        models=tuple(models_of(article.model for article in tagged)),
    )


def frame_of_themes(today: Today) -> pd.DataFrame:
    """Return the session's themes as a table for download: one row a theme, fractions as such."""
    names = [field.name for field in fields(ThemeLine)]
    rows = [{name: getattr(row.line, name) for name in names} for row in today.themes]
    frame = pd.DataFrame(rows, columns=names)
    frame.insert(0, "session", pd.Timestamp(today.window.session))
    return frame.assign(as_of=pd.Timestamp(today.window.end))


def _options(settings: Settings) -> DigestOptions:
    return DigestOptions(
        baseline_sessions=settings.digest.baseline_sessions,
        chart_sessions=CHART_SESSIONS,
        intensity=intensity_config(settings.series),
    )


def _theme_rows(
    store: Store,
    news: Sequence[TaggedArticle],
    window: SessionWindow,
    theme_names: Mapping[str, str],
    settings: Settings,
) -> tuple[ThemeRow, ...]:
    """Return every theme, those without an article too: that one fell to nothing is news."""
    calendar, options = calendar_from_settings(settings), _options(settings)
    series = series_to_window(store, theme_names, window=window, calendar=calendar, options=options)
    days = last_sessions(window.session, CHART_SESSIONS, calendar=calendar)
    carrying = {
        theme: [article for article in news if any(tag.theme == theme for tag in article.themes)]
        for theme in series
    }
    rows = [
        ThemeRow(
            line=theme_line(
                theme, theme_names[theme], frame, carrying[theme], settings.digest.baseline_sessions
            ),
            shares=shares_of(frame, days),
        )
        for theme, frame in series.items()
    ]
    return tuple(
        sorted(rows, key=lambda row: (-(row.line.share or 0.0), -row.line.n_articles, row.line.name))
    )


def _top_stories(
    stories: Sequence[Story],
    themes: Sequence[ThemeRow],
    alerts: Sequence[AlertLine],
    theme_names: Mapping[str, str],
    importance: ImportanceModel | None,
) -> tuple[StoryCard, ...]:
    """Return the stories that matter most, in the order in which a digest says to read them."""
    zscores = {row.line.theme: row.line.zscore for row in themes if row.line.n_articles}
    standing = stand_stories(
        stories, zscores, alerts=alerts, watched=(), theme_names=theme_names, importance=importance
    )
    return tuple(
        card_from_story(one.story, one.theme, theme_names=theme_names)
        for one in choose_stories(standing, _N_STORIES)
    )


def _emerging(store: Store, catalogue: Catalogue, window: SessionWindow) -> tuple[EmergingName, ...]:
    found = find_emerging(
        store,
        catalogue,
        as_of=window.end,
        min_hk_china=_MIN_HK_CHINA,
        limit=_N_EMERGING,
        min_stories=2,
    )
    return tuple(found)


def _chart(themes: Sequence[ThemeRow], days: Sequence[date], flows: pd.DataFrame) -> ChartData:
    """Return the day's leading themes, and where it has too few, those that led the sessions before it."""
    leading = sorted(
        themes, key=lambda row: (-(row.line.share or 0.0), -sum(share or 0.0 for share in row.shares))
    )
    lines = [
        ChartLine(theme=row.line.theme, name=row.line.name, shares=row.shares)
        for row in leading[:_CHART_THEMES]
    ]
    return ChartData(sessions=tuple(days), lines=tuple(lines), net_flows=net_flows(flows, days))


def _alerts(store: Store, window: SessionWindow, settings: Settings) -> tuple[AlertLine, ...]:
    rules = read_alerts(settings.alerts.rules).rules
    states = judge_rules(store, rules, session=window.session, as_of=window.end, settings=settings)
    return tuple(alert_line(state) for state in states if state.holds)


def _count(store: Store, window: SessionWindow, tagged: Sequence[TaggedArticle], n_stories: int) -> Counts:
    news = [article for article in tagged if article.themes]
    known = {article.article_id for article in store.articles.known_between(window.start, window.end)}
    return Counts(
        n_articles=len(tagged),
        n_market_news=len(news),
        n_untagged=len(known - {article.article_id for article in tagged}),
        n_publishers=len({article.publisher for article in news}),
        n_stories=n_stories,
    )
