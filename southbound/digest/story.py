"""Reports of the same event, put together; and under which theme each story is shown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from southbound.digest.similarity import (
    OverlapIndex,
    is_update,
    jaccard,
    opening_shingles,
    title_terms,
)
from southbound.store.tag import TaggedArticle

_TITLE_OVERLAP = 0.6
_OPENING_OVERLAP = 0.35
#: Reports of one event have some words of their titles in common, however they begin.
_MIN_TITLE_OVERLAP = 0.1
#: A run of words that one publisher used in more reports than this is its form, not its news.
_MAX_OWN_USES = 3
#: A title of fewer terms ("Profit warning") says too little to tell two events apart.
_MIN_TITLE_TERMS = 5
#: Weight of a story that has nothing to do with Hong Kong or China.
_ELSEWHERE_WEIGHT = 0.3
#: A story on so many themes is still about each of them.
_FOCUSED_THEMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event and its reports, in the order in which they were known."""

    reports: tuple[TaggedArticle, ...]

    @property
    def lead(self) -> TaggedArticle:
        """The first report, or the last one that calls itself an update."""
        updates = [report for report in self.reports if is_update(report.title)]
        return updates[-1] if updates else self.reports[0]

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers, the leading report's first, each once."""
        return tuple(dict.fromkeys(report.publisher for report in (self.lead, *self.reports)))

    @property
    def hk_china(self) -> float:
        """Mean over the reports of how much they are about Hong Kong and China."""
        return sum(report.hk_china for report in self.reports) / len(self.reports)

    @property
    def scores(self) -> dict[str, float]:
        """Highest score of each theme among the reports, highest first."""
        scores: dict[str, float] = {}
        for tag in (tag for report in self.reports for tag in report.themes):
            scores[tag.theme] = max(tag.score, scores.get(tag.theme, 0.0))
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))

    def report_on(self, theme: str) -> TaggedArticle:
        """Return the leading report if it carries the theme, else the one that carries it most."""
        return max(
            self.reports,
            key=lambda report: (report is self.lead and _score(report, theme) > 0, _score(report, theme)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fingerprint:
    title: frozenset[str]
    opening: frozenset[str]
    named: frozenset[str]


def group_reports(articles: Iterable[TaggedArticle]) -> list[Story]:
    """Put the reports of one event into one story, in the order of their first reports.

    A report joins the story whose first report it is most like. It is not compared with later reports: a
    chain of small changes would otherwise tie the morning's event to the evening's.
    """
    ordered = sorted(articles, key=lambda article: (article.known_at, article.article_id))
    prints = _fingerprints(ordered)
    titles = OverlapIndex((one.title for one in prints), threshold=_TITLE_OVERLAP)
    openings = OverlapIndex((one.opening for one in prints), threshold=_OPENING_OVERLAP)
    groups: dict[int, list[TaggedArticle]] = {}
    for place, article in enumerate(ordered):
        near = titles.candidates(place) | openings.candidates(place)
        likeness = {first: _likeness(prints[first], prints[place]) for first in sorted(near)}
        best = max(likeness, key=lambda first: likeness[first], default=place)
        if likeness.get(best, 0.0) > 0:
            groups[best].append(article)
            continue
        groups[place] = [article]
        titles.add(place)
        openings.add(place)
    return [Story(reports=tuple(reports)) for reports in groups.values()]


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


def _fingerprints(articles: Sequence[TaggedArticle]) -> list[_Fingerprint]:
    openings = [opening_shingles(article.body) for article in articles]
    uses = Counter(
        (article.publisher, shingle)
        for article, opening in zip(articles, openings, strict=True)
        for shingle in opening
    )
    # What a publisher starts many texts with ("has an average rating of ...") is no sign of one event.
    own = [
        frozenset(shingle for shingle in opening if uses[article.publisher, shingle] <= _MAX_OWN_USES)
        for article, opening in zip(articles, openings, strict=True)
    ]
    return [
        _Fingerprint(title=title_terms(article.title), opening=opening, named=_named_in_title(article))
        for article, opening in zip(articles, own, strict=True)
    ]


def _named_in_title(article: TaggedArticle) -> frozenset[str]:
    return frozenset(
        tag.entity_id for tag in article.entities if any(mention.field == "title" for mention in tag.mentions)
    )


def _likeness(first: _Fingerprint, other: _Fingerprint) -> float:
    """Return how alike two reports are, 0 where they tell different events."""
    # "Tencent profit beats estimates" and "Alibaba profit beats estimates" share most of their words.
    if first.named and other.named and not first.named & other.named:
        return 0.0
    titles = jaccard(first.title, other.title)
    openings = jaccard(first.opening, other.opening)
    told = min(len(first.title), len(other.title)) >= _MIN_TITLE_TERMS
    by_title = titles >= _TITLE_OVERLAP and told
    by_opening = openings >= _OPENING_OVERLAP and titles >= _MIN_TITLE_OVERLAP
    return titles + openings if by_title or by_opening else 0.0


def _score(report: TaggedArticle, theme: str) -> float:
    return max((tag.score for tag in report.themes if tag.theme == theme), default=0.0)
