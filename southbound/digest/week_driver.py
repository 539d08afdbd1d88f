"""What moved a theme between two weeks: the change of its mean intensity over stories and entities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Final

import pandas as pd

from signals.driver import attribute_change, split_over
from signals.session import SessionCalendar
from southbound.digest.content import DigestOptions
from southbound.digest.story import Story
from southbound.digest.week import WeekWindow
from southbound.digest.week_content import DriverPart, ThemeDrivers, WeekTheme
from southbound.digest.wording import clean_line, web_url
from southbound.store import Store
from southbound.store.tag import TaggedArticle

_N_STORIES: Final = 4
_N_ENTITIES: Final = 4
#: A smaller part is not worth a line.
_MIN_POINTS: Final = 0.5


def theme_drivers(
    store: Store,
    line: WeekTheme,
    series: pd.DataFrame,
    stories: Sequence[Story],
    *,
    window: WeekWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> ThemeDrivers | None:
    """Split a theme's change of mean intensity between the last week and this one.

    Args:
        store: where the articles are.
        line: the theme.
        series: of the theme, with the sessions of both weeks.
        stories: of the news of both weeks.
        window: of the week.
        calendar: decides sessions.
        options: scaling and selection.

    Returns:
        None where either week has no session with an intensity.
    """
    told = set(series.loc[series["intensity"].notna(), "session"].dt.date)
    after = [day for day in window.sessions if day in told]
    before = [day for day in window.last_week if day in told]
    if not after or not before:
        return None
    articles = options.selection.read_rows(
        store.tags.theme_articles(line.theme, as_of=window.as_of, hindsight=options.hindsight)
    )
    parts = _mean_parts(articles, before, after, window=window, calendar=calendar, options=options)
    reports = [report for story in stories for report in story.reports]
    return ThemeDrivers(
        theme=line.theme,
        name=line.name,
        before=float(parts["before"].sum()),
        after=float(parts["after"].sum()),
        stories=_story_parts(parts, stories),
        entities=_entity_parts(parts, reports),
    )


def _mean_parts(
    articles: pd.DataFrame,
    before: Sequence[date],
    after: Sequence[date],
    *,
    window: WeekWindow,
    calendar: SessionCalendar,
    options: DigestOptions,
) -> pd.DataFrame:
    """Return each article's part of the two weeks' mean intensities: before, after, change."""
    tables = []
    for earlier, later in zip_longest(before, after):
        table = attribute_change(
            articles,
            calendar=calendar,
            session=later or after[-1],
            against=earlier or before[0],
            as_of=window.as_of,
            config=options.intensity,
        )
        table["before"] *= (earlier is not None) / len(before)
        table["after"] *= (later is not None) / len(after)
        tables.append(table)
    parts = pd.concat(tables).groupby(["article", "publisher"], as_index=False)[["before", "after"]].sum()
    return parts.assign(change=parts["after"] - parts["before"])


def _story_parts(parts: pd.DataFrame, stories: Sequence[Story]) -> tuple[DriverPart, ...]:
    keys = pd.DataFrame(
        [
            {"article": report.article_id, "story": story.reports[0].article_id, "weight": 1.0}
            for story in stories
            for report in story.reports
        ],
        columns=["article", "story", "weight"],
    )
    leads = {story.reports[0].article_id: story.lead for story in stories}
    table = split_over(parts, keys, key="story").dropna(subset="story")
    return tuple(
        DriverPart(
            key=str(row["story"]),
            name=clean_line(leads[row["story"]].title),
            url=web_url(leads[row["story"]].url),
            change=float(row["change"]),
            n_articles=int(row["n_articles"]),
        )
        for row in table.head(_N_STORIES).to_dict("records")
        if abs(row["change"]) >= _MIN_POINTS
    )


def _entity_parts(parts: pd.DataFrame, reports: Sequence[TaggedArticle]) -> tuple[DriverPart, ...]:
    rows = [
        {"article": report.article_id, "entity": tag.entity_id, "weight": tag.relevance}
        for report in reports
        for tag in report.entities
        if tag.linked and tag.relevance > 0
    ]
    names = {tag.entity_id: tag.name for report in reports for tag in report.entities}
    keys = pd.DataFrame(rows, columns=["article", "entity", "weight"]).astype({"weight": float})
    table = split_over(parts, keys, key="entity").dropna(subset="entity")
    return tuple(
        DriverPart(
            key=str(row["entity"]),
            name=clean_line(names[row["entity"]]),
            url=None,
            change=float(row["change"]),
            n_articles=int(row["n_articles"]),
        )
        for row in table.head(_N_ENTITIES).to_dict("records")
        if abs(row["change"]) >= _MIN_POINTS
    )
