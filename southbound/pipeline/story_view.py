"""Stories to be looked at: a session's largest ones, and all reports of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from southbound.digest.reported import ReportedStory
from southbound.digest.window import SessionWindow, find_window
from southbound.error import UsageError
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.story import StoryReport


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStory(ReportedStory[StoryReport]):
    """A story with its reports in a session's news."""


def list_stories(
    store: Store,
    *,
    session: date,
    settings: Settings,
    as_of: datetime | None = None,
    min_hk_china: float = 0.0,
    limit: int | None = None,
) -> list[SessionStory]:
    """Return the stories of a session's news, those with most reports first, then most publishers.

    Raises:
        UsageError: the day is no session, or `as_of` lies before its news.
    """
    window = find_window(session, calendar=calendar_from_settings(settings), as_of=as_of)
    placed = store.stories.known_between(window.start, window.end, as_of=window.end)
    groups: dict[str, list[StoryReport]] = {}
    for report in store.stories.reports(set(placed.values()), as_of=window.end):
        groups.setdefault(report.story_id, []).append(report)
    stories = [_in_window(reports, window) for reports in groups.values()]
    near = [story for story in stories if story.hk_china >= min_hk_china]
    return sorted(near, key=_standing)[:limit]


def read_story(store: Store, key: str, *, as_of: datetime | None = None) -> list[StoryReport]:
    """Return the reports of a story, by its id or that of any of its articles.

    Raises:
        UsageError: no such article has a story.
    """
    story_id = store.stories.story_of(key, as_of=as_of)
    if story_id is None:
        hint = "run `southbound tag`" if store.articles.revisions(key) else "see `southbound stories list`"
        raise UsageError(f"no story or article with a story is called '{key}'; {hint}")
    return store.stories.reports([story_id], as_of=as_of)


def _in_window(reports: Sequence[StoryReport], window: SessionWindow) -> SessionStory:
    return SessionStory(
        story_id=reports[0].story_id,
        reports=tuple(report for report in reports if window.start <= report.known_at < window.end),
        n_earlier=sum(report.known_at < window.start for report in reports),
        began_at=reports[0].known_at,
    )


def _standing(story: SessionStory) -> tuple[int, int, datetime, str]:
    return -len(story.reports), -len(story.publishers), story.began_at, story.story_id
