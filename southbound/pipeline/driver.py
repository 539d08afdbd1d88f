"""What moved a theme between two sessions: the change of its intensity by story, publisher and entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from signals.driver import attribute_change, split_over
from southbound.digest.story import Story, read_stories
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.tag import TaggedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRequest:
    """Which change is asked about: of a theme, in a session, against an earlier one (default the last)."""

    theme: str
    session: date
    against: date | None = None
    as_of: datetime | None = None


def explain_change(store: Store, request: DriverRequest, *, settings: Settings) -> pd.DataFrame:
    """Split the change of a theme's intensity three ways; each way's parts add up to it.

    A story is told by its first report; an article that names several entities is shared out among them by
    relevance, one that names none stands under "(no entity)".

    Returns:
        Columns split ("story", "publisher", "entity"), key, name, url, before, after, change (points of
        intensity) and n_articles; within a split the largest change first.

    Raises:
        SignalError: one of the sessions has no intensity.
    """
    calendar = calendar_from_settings(settings)
    articles = store.tags.theme_articles(request.theme, as_of=request.as_of)
    parts = attribute_change(
        articles,
        calendar=calendar,
        session=request.session,
        against=request.against,
        as_of=request.as_of,
        config=intensity_config(settings.series),
    )
    known = articles.set_index("article")["known_at"].reindex(parts["article"])
    start, end = _span(known)
    counted = set(parts["article"])
    tagged = [
        article
        for article in store.tags.known_between(
            start, end, as_of=request.as_of, hindsight=request.as_of is None
        )
        if article.article_id in counted
    ]
    tables = [
        _by_story(parts, read_stories(store, tagged, start=start, end=end, as_of=request.as_of)),
        _by_publisher(parts),
        _by_entity(parts, tagged),
    ]
    return pd.concat(tables, ignore_index=True)


def _span(known: pd.Series) -> tuple[datetime, datetime]:
    if known.empty:
        return (pd.Timestamp(0, tz="UTC").to_pydatetime(),) * 2
    return known.min().to_pydatetime(), (known.max() + pd.Timedelta(milliseconds=1)).to_pydatetime()


def _by_story(parts: pd.DataFrame, stories: list[Story]) -> pd.DataFrame:
    rows = [
        {"article": report.article_id, "story_id": story.story_id, "weight": 1.0}
        for story in stories
        for report in story.reports
    ]
    leads = {story.story_id: story.reports[0] for story in stories}
    table = split_over(parts, _keys(rows, "story_id"), key="story_id")
    return _labelled(
        table,
        "story",
        names=[leads[key].title for key in table["story_id"]],
        urls=[leads[key].url for key in table["story_id"]],
    )


def _by_publisher(parts: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"article": article, "outlet": publisher, "weight": 1.0}
        for article, publisher in zip(parts["article"], parts["publisher"], strict=True)
    ]
    table = split_over(parts, _keys(rows, "outlet"), key="outlet")
    return _labelled(table, "publisher", names=list(table["outlet"]))


def _by_entity(parts: pd.DataFrame, tagged: list[TaggedArticle]) -> pd.DataFrame:
    rows = [
        {"article": article.article_id, "entity_id": tag.entity_id, "weight": tag.relevance}
        for article in tagged
        for tag in article.entities
        if tag.relevance > 0
    ]
    names = {tag.entity_id: tag.name for article in tagged for tag in article.entities}
    table = split_over(parts, _keys(rows, "entity_id"), key="entity_id")
    return _labelled(table, "entity", names=[names.get(key, "(no entity)") for key in table["entity_id"]])


def _keys(rows: list[dict[str, object]], key: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["article", key, "weight"]).astype({"weight": float})


def _labelled(
    table: pd.DataFrame, split: str, *, names: list[str], urls: list[str | None] | None = None
) -> pd.DataFrame:
    """Put the split's own name, key, name and address in front of the figures."""
    key = table.columns[0]
    labelled = table.rename(columns={key: "key"})
    labelled.insert(0, "split", split)
    labelled.insert(2, "name", names)
    labelled.insert(3, "url", urls if urls is not None else None)
    return labelled
