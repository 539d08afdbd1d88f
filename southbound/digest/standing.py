"""How much each story of a session matters to its readers, and by which facts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.annotation import EntityTag
from nlp.stories.term import is_intraday
from southbound.digest.brief_content import ReadFirst, StoryLink
from southbound.digest.content import AlertLine
from southbound.digest.repetition import is_repetition, words_of
from southbound.digest.story import Story, home_themes, rank_stories, story_value
from southbound.digest.wording import clean_line, count_text, instant_text, number_text, web_url
from southbound.store.entity import MIN_RELEVANCE

_MAX_READ: Final = 3
#: What each fact does to a story's value.
_CONTINUING, _ALERT, _WATCHED = 0.6, 1.5, 2.0
#: How a market stood during a session.
_INTRADAY: Final = 0.4
#: Weight of a story whose tone is neutral.
_NEUTRAL: Final = 0.5
#: What each deviation of its theme from the usual adds, up to so many.
_PER_Z, _MAX_Z = 0.25, 3.0
#: A z-score below this stands out from nothing.
_MIN_Z: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingStory:
    """A story with the facts that decide its place.

    Attributes:
        story: the story.
        theme: the theme it is shown under.
        theme_name: its name.
        zscore: of the theme; None where it is not known.
        stands_out: whether that is the session's largest, and large.
        leads: whether it ranks first in its theme.
        alerts: names of the alerts that hold for its theme.
        watched: the desk's entities that it is about.
    """

    story: Story
    theme: str
    theme_name: str
    zscore: float | None
    stands_out: bool
    leads: bool
    alerts: tuple[str, ...]
    watched: tuple[str, ...]

    @property
    def value(self) -> float:
        """The story's value to its theme, raised and lowered by the facts.

        A second report of one publisher counts half as much as one of another: it confirms less. What is
        neutral for holders counts less than what is good or bad for them; how an index stood at noon is
        stale when it has closed.
        """
        reports, publishers = len(self.story.reports), len(self.story.publishers)
        weight = 1 + math.log(publishers + (reports - publishers) / 2)
        return (
            story_value(self.story, self.theme)
            / (1 + math.log(reports))
            * weight
            * (_NEUTRAL + (1 - _NEUTRAL) * abs(self.story.lead.tone_score))
            * (1 + _PER_Z * min(_MAX_Z, max(0.0, self.zscore or 0.0)))
            * (_CONTINUING if self.story.n_earlier else 1.0)
            * (_INTRADAY if all(is_intraday(one.title) for one in self.story.reports) else 1.0)
            * (_ALERT if self.alerts else 1.0)
            * (_WATCHED if self.watched else 1.0)
        )


def stand_stories(
    stories: Sequence[Story],
    zscores: Mapping[str, float | None],
    *,
    alerts: Sequence[AlertLine],
    watched: Collection[str],
    theme_names: Mapping[str, str],
) -> list[StandingStory]:
    """Return the stories of the themes shown, and those about watched entities, the most valuable first.

    Args:
        stories: all stories.
        zscores: theme id -> z-score, of the themes shown, in their order.
        alerts: rules that hold.
        watched: ids of the entities watched.
        theme_names: theme id -> name to show.
    """
    ranked = {theme: rank_stories(stories, theme) for theme in zscores}
    homes = home_themes(ranked)
    largest = _largest_z(zscores)
    standing = []
    for story in stories:
        named = _watched(story, watched)
        theme = homes.get(id(story)) or (next(iter(story.scores), None) if named else None)
        if theme is None:
            continue
        standing.append(
            StandingStory(
                story=story,
                theme=theme,
                theme_name=theme_names.get(theme, theme),
                zscore=zscores.get(theme),
                stands_out=theme == largest,
                leads=ranked.get(theme, [None])[0] is story,
                alerts=tuple(alert.name for alert in alerts if theme in alert.themes),
                watched=named,
            )
        )
    return sorted(standing, key=lambda one: (-one.value, one.story.reports[0].article_id))


def read_first(stories: Sequence[StandingStory]) -> tuple[ReadFirst, ...]:
    """Return the three stories to read first, no two of one theme or on nearly the same words.

    What is about a watched entity or sets off an alert may share its theme with another.
    """
    chosen: list[StandingStory] = []
    for standing in stories:
        if not any(_crowds(standing, other) for other in chosen):
            chosen.append(standing)
        if len(chosen) == _MAX_READ:
            break
    return tuple(ReadFirst(story=link_from_story(one), reasons=reasons_of(one)) for one in chosen)


def _crowds(standing: StandingStory, other: StandingStory) -> bool:
    titles = words_of(standing.story.lead.title), words_of(other.story.lead.title)
    same_theme = standing.theme == other.theme and not standing.watched and not standing.alerts
    return same_theme or is_repetition(*titles)


def link_from_story(standing: StandingStory) -> StoryLink:
    """Name a story in one line."""
    story, lead = standing.story, standing.story.lead
    return StoryLink(
        article_id=clean_line(lead.article_id),
        title=clean_line(lead.title),
        url=web_url(lead.url),
        language=lead.language,
        publishers=tuple(clean_line(name) for name in story.publishers),
        n_reports=len(story.reports),
        theme_name=standing.theme_name,
        tone=lead.tone,
    )


def reasons_of(standing: StandingStory) -> tuple[str, ...]:
    """Say why a story comes first: each reason a fact of it."""
    reasons = []
    if standing.watched:
        reasons.append(f"about {', '.join(standing.watched)}, on this desk's list")
    reasons += [f"alert: {name}" for name in standing.alerts]
    if standing.stands_out:
        z = number_text(standing.zscore, digits=1, signed=True)
        reasons.append(f"{standing.theme_name} stands out most (z {z})")
    else:
        reasons.append(f"{'leads ' if standing.leads else ''}{standing.theme_name}")
    if len(standing.story.publishers) > 1:
        reasons.append(f"reported by {len(standing.story.publishers)} publishers")
    if standing.story.n_earlier:
        before = count_text(standing.story.n_earlier, "report")
        reasons.append(f"goes on: {before} before, first {instant_text(standing.story.began_at)}")
    elif standing.story.n_earlier == 0:
        reasons.append("new")
    return tuple(reasons)


def _largest_z(zscores: Mapping[str, float | None]) -> str | None:
    """Return the theme whose z-score is largest, if any stands out."""
    told = {theme: z for theme, z in zscores.items() if z is not None and z >= _MIN_Z}
    return max(told, key=lambda theme: told[theme], default=None)


def _watched(story: Story, watched: Collection[str]) -> tuple[str, ...]:
    names = {
        tag.entity_id: clean_line(tag.name) for report in story.reports for tag in _about(report.entities)
    }
    return tuple(name for entity_id, name in names.items() if entity_id in watched)


def _about(tags: Sequence[EntityTag]) -> list[EntityTag]:
    return [tag for tag in tags if tag.relevance >= MIN_RELEVANCE]
