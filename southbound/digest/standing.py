"""How much each story of a session matters to its readers, and by which facts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nlp.annotation import EntityTag
from nlp.importance.model import ImportanceModel
from southbound.digest.brief_content import StoryLink
from southbound.digest.content import AlertLine
from southbound.digest.event import EVENT_VALUE, DayEvent, day_event
from southbound.digest.factor import Factor
from southbound.digest.story import Story
from southbound.digest.weight import choice_factors, main_theme, story_factors, theme_weight
from southbound.digest.wording import clean_line, count_text, instant_text, web_url
from southbound.store.entity import MIN_RELEVANCE

#: Reasons told of a story, beside whether it is new; the weightiest.
_MAX_REASONS: Final = 3
#: A theme that weighs more than this moves prices.
_MOVING: Final = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingStory:
    """A story with the facts that decide its place.

    Attributes:
        story: the story.
        theme: the theme it weighs most by, under which it is shown.
        theme_name: its name.
        alerts: names of the alerts that hold for its theme.
        watched: the desk's entities that it is about.
        choice: what the desk's list and the alerts do to its value.
        facts: what its own facts do.
        leads: whether it is the most valuable of its theme.
    """

    story: Story
    theme: str
    theme_name: str
    alerts: tuple[str, ...]
    watched: tuple[str, ...]
    choice: tuple[Factor, ...]
    facts: tuple[Factor, ...]
    leads: bool = False

    @property
    def value(self) -> float:
        """The product of its factors."""
        return math.prod(factor.value for factor in (*self.choice, *self.facts))


def stand_stories(
    stories: Sequence[Story],
    zscores: Mapping[str, float | None],
    *,
    alerts: Sequence[AlertLine],
    watched: Collection[str],
    theme_names: Mapping[str, str],
    importance: ImportanceModel | None = None,
) -> list[StandingStory]:
    """Return the stories of the desk's themes, and those about watched entities, the most valuable first.

    Args:
        stories: all stories.
        zscores: theme id -> z-score, of the desk's themes.
        alerts: rules that hold.
        watched: ids of the entities watched.
        theme_names: theme id -> name to show.
        importance: grades the leading reports; without one, the facts alone decide.
    """
    standing = []
    event = day_event(stories)
    for story in stories:
        named = _watched(story, watched)
        theme = main_theme(story, zscores) or (main_theme(story, story.scores) if named else None)
        if theme is None:
            continue
        told = tuple(alert.name for alert in alerts if theme in alert.themes)
        standing.append(
            StandingStory(
                story=story,
                theme=theme,
                theme_name=theme_names.get(theme, theme),
                alerts=told,
                watched=named,
                choice=tuple(choice_factors(told, named)),
                facts=_facts(story, zscores.get(theme), event, importance),
            )
        )
    return _with_leaders(sorted(standing, key=lambda one: (-one.value, one.story.reports[0].article_id)))


def _facts(
    story: Story, zscore: float | None, event: DayEvent | None, importance: ImportanceModel | None
) -> tuple[Factor, ...]:
    if event and event.story is story:
        return (Factor(value=EVENT_VALUE, reason=event.reason),)
    return tuple(story_factors(story, zscore, importance=importance))


def _with_leaders(ranked: Sequence[StandingStory]) -> list[StandingStory]:
    leaders = {one.theme: one for one in reversed(ranked)}
    return [replace(one, leads=True) if leaders[one.theme] is one else one for one in ranked]


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
    """Say why a story comes first: the desk's choice, its theme, the facts that raise its value most."""
    story = standing.story
    raising = sorted((one for one in standing.facts if one.reason), key=lambda one: -one.value)
    reasons = [one.reason for one in (*standing.choice, *raising[:_MAX_REASONS])]
    reasons.insert(len(standing.choice), _theme_reason(standing))
    if story.n_earlier:
        before = count_text(story.n_earlier, "report")
        reasons.append(f"goes on: {before} before, first {instant_text(story.began_at)}")
    elif story.n_earlier == 0:
        reasons.append("new")
    return tuple(reasons)


def _theme_reason(standing: StandingStory) -> str:
    told = f"{'leads ' if standing.leads else ''}{standing.theme_name}"
    return f"{told}, which moves prices" if theme_weight(standing.theme) >= _MOVING else told


def _watched(story: Story, watched: Collection[str]) -> tuple[str, ...]:
    if not watched:
        return ()
    names = {tag.entity_id: tag.name for report in story.reports for tag in _about(report.entities)}
    return tuple(clean_line(name) for entity_id, name in names.items() if entity_id in watched)


def _about(tags: Sequence[EntityTag]) -> list[EntityTag]:
    return [tag for tag in tags if tag.relevance >= MIN_RELEVANCE]
