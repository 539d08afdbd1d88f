"""The entities on a desk's list: how much was reported of each, and what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

from nlp.annotation import EntityTag
from signals.session import SessionCalendar
from southbound.digest.brief_content import WatchedEntity
from southbound.digest.content import DigestOptions
from southbound.digest.entity import tone_score
from southbound.digest.standing import StandingStory, link_from_story
from southbound.store import Store
from southbound.store.entity import MIN_RELEVANCE
from southbound.store.tag import TaggedArticle

_MAX_STORIES: Final = 2
_MIN_SESSIONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is usual: sessions before, for how many sessions a count is asked, known before when."""

    before: Sequence[date]
    n_sessions: int
    as_of: datetime


def watch_entities(
    store: Store,
    articles: Sequence[TaggedArticle],
    stories: Sequence[StandingStory],
    *,
    past: Past,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> tuple[WatchedEntity, ...]:
    """Return a line for each entity that a desk watches, in the desk's order.

    Args:
        store: where the sessions before are.
        articles: the market news of a session or a week.
        stories: its stories, best first.
        past: from which the usual count is taken.
        calendar: decides the session of earlier articles.
        options: what the desk reads and watches, and the names.
    """
    return tuple(
        _watch(
            entity,
            options.entity_names.get(entity, entity),
            articles,
            stories,
            _usual(store, entity, past, calendar=calendar, options=options),
        )
        for entity in options.selection.entities
    )


def _watch(
    entity: str,
    name: str,
    articles: Sequence[TaggedArticle],
    stories: Sequence[StandingStory],
    usual: float | None,
) -> WatchedEntity:
    about = [(article, tag) for article in articles for tag in _tags_of(article, entity)]
    told = [one for one in stories if any(_tags_of(report, entity) for report in one.story.reports)]
    return WatchedEntity(
        entity_id=entity,
        name=name,
        n_articles=len(about),
        usual_articles=usual,
        tone=sum(tone_score(article, tag) for article, tag in about) / len(about) if about else None,
        stories=tuple(link_from_story(one) for one in told[:_MAX_STORIES]),
    )


def _usual(
    store: Store,
    entity: str,
    past: Past,
    *,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> float | None:
    rows = options.selection.read_rows(store.tags.theme_articles(None, entity=entity, as_of=past.as_of))
    sessions = calendar.session_of(rows["known_at"])
    began = sessions.min()
    counted = [day for day in past.before if pd.Timestamp(day) > began]
    if len(counted) < _MIN_SESSIONS:
        return None
    about = sessions.loc[rows["is_theme"] & (rows["relevance"] >= MIN_RELEVANCE)]
    return past.n_sessions * float(about.isin(pd.DatetimeIndex(counted)).sum()) / len(counted)


def _tags_of(article: TaggedArticle, entity: str) -> list[EntityTag]:
    return [tag for tag in article.entities if tag.entity_id == entity and tag.relevance >= MIN_RELEVANCE]
