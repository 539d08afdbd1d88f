"""The brief of a digest: put together from the session, the one before, and the desk's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from signals.session import SessionCalendar
from southbound.digest.brief_content import Brief
from southbound.digest.change import find_changes
from southbound.digest.content import AlertLine, DigestOptions, ThemeLine
from southbound.digest.highlight import N_ASKED, find_highlights
from southbound.digest.standing import stand_stories
from southbound.digest.story import Story
from southbound.digest.variety import choose_stories, read_first
from southbound.digest.watched import Past, watch_entities
from southbound.digest.window import SessionWindow, find_window, sessions_before
from southbound.error import UsageError
from southbound.store import Store
from southbound.store.tag import TaggedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a session's brief is made of, all of it known before the window's end.

    Attributes:
        window: of the session.
        news: its market news, as far as the desk reads it.
        earlier: that of the session before.
        stories: of the news.
        lines: of the themes shown.
        zscores: of all the desk's themes, shown or not: a story of a small theme may matter most.
        series: of every theme that either session carries.
        alerts: rules that hold.
    """

    window: SessionWindow
    news: Sequence[TaggedArticle]
    earlier: Sequence[TaggedArticle]
    stories: Sequence[Story]
    lines: Sequence[ThemeLine]
    zscores: Mapping[str, float | None]
    series: Mapping[str, pd.DataFrame]
    alerts: Sequence[AlertLine]


def make_brief(
    store: Store,
    session: Session,
    *,
    calendar: SessionCalendar,
    theme_names: Mapping[str, str],
    options: DigestOptions,
) -> Brief:
    """Say what to read first, the top stories in their own words, and what changed."""
    selection = options.selection
    standing = stand_stories(
        session.stories,
        session.zscores,
        alerts=session.alerts,
        watched=selection.entities,
        theme_names=theme_names,
        importance=options.importance,
    )
    chosen = choose_stories(standing, N_ASKED)
    shown = {theme: theme_names.get(theme, theme) for theme in session.series if selection.shows(theme)}
    return Brief(
        read_first=read_first(chosen),
        highlights=find_highlights(chosen),
        changes=find_changes(
            session.series,
            session.news,
            session.earlier,
            window=session.window,
            theme_names=shown,
            stories=session.stories,
            baseline_sessions=options.baseline_sessions,
        )
        if session.earlier
        else None,
        watched=watch_entities(
            store,
            session.news,
            standing,
            past=Past(
                before=sessions_before(session.window.session, options.baseline_sessions, calendar=calendar),
                n_sessions=1,
                as_of=session.window.end,
            ),
            calendar=calendar,
            options=options,
        ),
    )


def news_before(
    store: Store, window: SessionWindow, *, calendar: SessionCalendar, options: DigestOptions
) -> list[TaggedArticle]:
    """Return the market news of the session before, as known now; none at the start of the calendar."""
    try:
        before = find_window(window.previous, calendar=calendar)
    except UsageError:
        return []
    tagged = store.tags.known_between(before.start, before.end, as_of=window.end, hindsight=options.hindsight)
    return [article for article in tagged if article.themes and options.selection.reads(article)]
