"""Stories of a window, as the store has put their reports together; under which theme each is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from southbound.digest.reported import ReportedStory
from southbound.store import Store
from southbound.store.story import StoryPast
from southbound.store.tag import TaggedArticle

#: Weight of a story that has nothing to do with Hong Kong or China.
_ELSEWHERE_WEIGHT = 0.3
#: A story on so many themes is still about each of them.
_FOCUSED_THEMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(ReportedStory[TaggedArticle]):
    """A story whose reports are tagged.

    Attributes:
        scores: highest score of each theme among the reports, highest first.
    """

    scores: Mapping[str, float] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find the scores once, and the leading report."""
        ReportedStory.__post_init__(self)  # super() knows no class that dataclass has made anew for its slots
        object.__setattr__(self, "scores", _highest_scores(self.reports))

    def report_on(self, theme: str) -> TaggedArticle:
        """Return the leading report if it carries the theme, else the one that carries it most."""
        return max(
            self.reports,
            key=lambda report: (report is self.lead and _score(report, theme) > 0, _score(report, theme)),
        )


def read_stories(
    store: Store, articles: Iterable[TaggedArticle], *, start: datetime, end: datetime, as_of: datetime | None
) -> list[Story]:
    """Return the stories of articles that were first known in the half-open span, as known before `as_of`."""
    placed = store.stories.known_between(start, end, as_of=as_of)
    past = store.stories.past(placed.values(), before=start, as_of=as_of)
    return group_reports(articles, placed, past)


def group_reports(
    articles: Iterable[TaggedArticle], placed: Mapping[str, str], past: Mapping[str, StoryPast]
) -> list[Story]:
    """Put the reports of one story together, stories in the order of their first reports.

    Args:
        articles: what was reported, in any order.
        placed: the story of each article by its id; an article without one stands alone.
        past: what there was of stories before, by their ids.
    """
    groups: dict[str, list[TaggedArticle]] = {}
    for article in sorted(articles, key=lambda article: (article.known_at, article.article_id)):
        groups.setdefault(placed.get(article.article_id, article.article_id), []).append(article)
    return [_story(story_id, reports, placed, past.get(story_id)) for story_id, reports in groups.items()]


def _story(
    story_id: str, reports: list[TaggedArticle], placed: Mapping[str, str], past: StoryPast | None
) -> Story:
    is_placed = any(report.article_id in placed for report in reports)
    return Story(
        story_id=story_id,
        reports=tuple(reports),
        n_earlier=(past.n_reports if past else 0) if is_placed else None,
        began_at=past.began_at if past else reports[0].known_at,
    )


def rank_stories(stories: Iterable[Story], theme: str) -> list[Story]:
    """Return the stories that carry a theme, best first."""
    carrying = [story for story in stories if theme in story.scores]
    return sorted(carrying, key=lambda story: (-story_value(story, theme), story.reports[0].known_at))


def story_value(story: Story, theme: str) -> float:
    """Return score x (1 + log reports) x (0.3 + 0.7 hk_china) x focus: how much a story matters to a theme.

    The focus is 1 up to three themes and falls with each further one: a round-up of the day's headlines
    carries many and leads none.
    """
    scope = _ELSEWHERE_WEIGHT + (1 - _ELSEWHERE_WEIGHT) * story.hk_china
    focus = min(1.0, _FOCUSED_THEMES / max(1, len(story.scores)))
    return story.scores.get(theme, 0.0) * (1 + math.log(len(story.reports))) * scope * focus


def home_themes(ranked: dict[str, list[Story]]) -> dict[int, str]:
    """Return for each story, by its identity, the theme in whose ranking it stands highest.

    Between equal ranks the higher score decides, then the order of the themes.
    """
    homes: dict[int, tuple[tuple[int, float], str]] = {}
    for theme, stories in ranked.items():
        for rank, story in enumerate(stories):
            standing = (rank, -story.scores[theme])
            if id(story) not in homes or standing < homes[id(story)][0]:
                homes[id(story)] = (standing, theme)
    return {story: theme for story, (_, theme) in homes.items()}


def _highest_scores(reports: Iterable[TaggedArticle]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for tag in (tag for report in reports for tag in report.themes):
        scores[tag.theme] = max(tag.score, scores.get(tag.theme, 0.0))
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _score(report: TaggedArticle, theme: str) -> float:
    return max((tag.score for tag in report.themes if tag.theme == theme), default=0.0)
