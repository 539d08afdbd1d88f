"""A session's digest, put together from the store. Nothing in it was known at or after its `as_of`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from signals.session import SessionCalendar
from southbound.digest.brief import Session, make_brief, news_before
from southbound.digest.card import card_from_story
from southbound.digest.claim import claim_lines
from southbound.digest.content import (
    AlertLine,
    ChartData,
    Counts,
    DigestContent,
    DigestOptions,
    ThemeLine,
    ThemeSection,
)
from southbound.digest.entity import entity_lines
from southbound.digest.market import flow_figure, index_figures, net_flows, read_flows
from southbound.digest.story import Story, home_themes, rank_stories, read_stories
from southbound.digest.summary import content_notes, summary_sentences
from southbound.digest.theme import chart_lines, scaled_lines, theme_lines, theme_series
from southbound.digest.window import SessionWindow, find_window, sessions_before
from southbound.store import Store
from southbound.store.model_name import models_of
from southbound.store.tag import TaggedArticle

_CHART_THEMES = 3


def build_digest(
    store: Store,
    *,
    session: date,
    calendar: SessionCalendar,
    theme_names: Mapping[str, str],
    options: DigestOptions | None = None,
    as_of: datetime | None = None,
    alerts: Sequence[AlertLine] = (),
) -> DigestContent:
    """Gather what a strategist reads before a session opens, ready for `write_digest`.

    Args:
        store: where news, tags, flows and prices are.
        session: trading day; its news is that known from the decision of the session before to its own.
        calendar: Hong Kong sessions and their decision times.
        theme_names: theme id -> name to show; an id without a name is shown as it is.
        options: how much is shown; default DigestOptions().
        as_of: nothing known at or after this instant is used; the session's decision where it is earlier.
        alerts: rules that hold.

    Raises:
        UsageError: the day is no session, or `as_of` lies before its window.
    """
    options = options or DigestOptions()
    window = find_window(session, calendar=calendar, as_of=as_of)
    known = store.tags.known_between(window.start, window.end, as_of=window.end, hindsight=options.hindsight)
    tagged = [article for article in known if options.selection.reads(article)]
    news = [article for article in tagged if article.themes]
    earlier = news_before(store, window, calendar=calendar, options=options)
    series = theme_series(store, [*news, *earlier], window=window, calendar=calendar, options=options)
    lines = theme_lines(series, news, theme_names=theme_names, baseline_sessions=options.baseline_sessions)
    lines = [line for line in lines if options.selection.shows(line.theme)]
    shown = lines[: options.n_themes]
    read = Session(
        window=window,
        news=news,
        earlier=earlier,
        stories=read_stories(store, news, start=window.start, end=window.end, as_of=window.end),
        lines=scaled_lines(store, shown, window=window, calendar=calendar, options=options),
        zscores={line.theme: line.zscore for line in lines},
        series=series,
        alerts=alerts,
    )
    return _content(store, read, tagged, lines, calendar=calendar, theme_names=theme_names, options=options)


def _content(
    store: Store,
    read: Session,
    tagged: Sequence[TaggedArticle],
    lines: Sequence[ThemeLine],
    *,
    calendar: SessionCalendar,
    theme_names: Mapping[str, str],
    options: DigestOptions,
) -> DigestContent:
    """Put a digest together from what was read, all the desk's themes in `lines`."""
    window, shown = read.window, read.lines
    counts = _count(store, window, tagged, read.stories, options)
    flows = read_flows(store, window)
    min_articles = options.intensity.min_articles
    return DigestContent(
        session=window.session,
        decision_at=window.decision_at,
        as_of=window.end,
        window_start=window.start,
        window_end=window.end,
        complete=window.complete,
        baseline_sessions=options.baseline_sessions,
        counts=counts,
        summary=summary_sentences(
            lines,
            counts,
            baseline_sessions=options.baseline_sessions,
            of_desk=bool(options.selection.themes),
        ),
        themes=tuple(shown),
        sections=_sections(shown, read.stories, theme_names, options.n_stories),
        entities=entity_lines(read.news, theme_names=theme_names, limit=options.n_entities),
        flow=flow_figure(flows, window, calendar=calendar),
        indices=index_figures(store, options.assets, window, calendar=calendar),
        chart=_chart(read, flows, calendar=calendar, n_sessions=options.chart_sessions),
        notes=(
            *content_notes(window, counts, min_articles=min_articles),
            *_hindsight_notes(store, window, shown),
        ),
        models=tuple(models_of(article.model for article in tagged)),
        alerts=tuple(read.alerts),
        brief=make_brief(store, read, calendar=calendar, theme_names=theme_names, options=options),
        desk=options.desk,
        claims=claim_lines(store, window, read.news, calendar=calendar, selection=options.selection),
    )


def _chart(read: Session, flows: pd.DataFrame, *, calendar: SessionCalendar, n_sessions: int) -> ChartData:
    session = read.window.session
    days = (*sessions_before(session, n_sessions - 1, calendar=calendar), session)
    lines = chart_lines(read.lines[:_CHART_THEMES], read.series, days)
    return ChartData(sessions=days, lines=lines, net_flows=net_flows(flows, days))


def _hindsight_notes(store: Store, window: SessionWindow, shown: Sequence[ThemeLine]) -> list[str]:
    """Say of themes of the user's own that they were defined after what they are shown for."""
    notes = []
    for line in shown:
        versions = store.themes.versions(line.theme)
        if versions and versions[0].created_at >= window.end:
            day = versions[0].created_at.date()
            notes.append(f"{line.name} was defined on {day}, later than this digest's news: it is hindsight.")
    return notes


def _count(
    store: Store,
    window: SessionWindow,
    tagged: Sequence[TaggedArticle],
    stories: Sequence[Story],
    options: DigestOptions,
) -> Counts:
    news = [article for article in tagged if article.themes]
    in_time = {article.article_id for article in tagged}
    known = {
        article.article_id
        for article in store.articles.known_between(window.start, window.end)
        if options.selection.reads(article)
    }
    return Counts(
        n_articles=len(tagged),
        n_market_news=len(news),
        n_untagged=len(known - in_time),
        n_publishers=len({article.publisher for article in news}),
        n_stories=len(stories),
    )


def _sections(
    lines: Sequence[ThemeLine], stories: Sequence[Story], theme_names: Mapping[str, str], n_stories: int
) -> tuple[ThemeSection, ...]:
    """Return the stories by theme, each story under one of them only."""
    ranked = {line.theme: rank_stories(stories, line.theme) for line in lines}
    homes = home_themes(ranked)
    return tuple(_section(line, ranked[line.theme], homes, theme_names, n_stories) for line in lines)


def _section(
    line: ThemeLine,
    ranked: Sequence[Story],
    homes: Mapping[int, str],
    theme_names: Mapping[str, str],
    n_stories: int,
) -> ThemeSection:
    at_home = [story for story in ranked if homes[id(story)] == line.theme]
    others = [homes[id(story)] for story in ranked[:n_stories] if homes[id(story)] != line.theme]
    return ThemeSection(
        theme=line.theme,
        name=line.name,
        n_stories=len(ranked),
        stories=tuple(
            card_from_story(story, line.theme, theme_names=theme_names) for story in at_home[:n_stories]
        ),
        elsewhere=tuple(dict.fromkeys(theme_names.get(theme, theme) for theme in others)),
    )
