"""Which of a session's stories were reported before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from southbound.digest.story import Story, group_reports
from southbound.store.tag import TaggedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPast:
    """What there was of a story before an instant: how many reports, and when the first was known."""

    n_reports: int
    began_at: datetime


def story_pasts(stories: Iterable[Story], earlier: Sequence[TaggedArticle]) -> dict[str, StoryPast]:
    """Return what `earlier` articles hold of each story, by the id of its first report; none of new ones.

    The earlier articles and the stories' first reports are put together as those of one day are.
    """
    firsts = {story.reports[0].article_id: story.reports[0] for story in stories}
    pasts: dict[str, StoryPast] = {}
    for group in group_reports([*earlier, *firsts.values()]):
        before = [report for report in group.reports if report.article_id not in firsts]
        if before:
            past = StoryPast(n_reports=len(before), began_at=before[0].known_at)
            pasts |= {report.article_id: past for report in group.reports if report.article_id in firsts}
    return pasts
