"""The one event abroad that fills a day: told once, by the report most like all the others on it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from southbound.digest.actor import is_about
from southbound.digest.repetition import words_of
from southbound.digest.story import Story
from southbound.digest.wording import clean_line

#: So much of a day's stories, and so many, are about whom the event is about, as far from home.
_MIN_SHARE, _MIN_STORIES, _MAX_HK_CHINA = 0.25, 12, 0.5
_MIN_RELEVANCE: Final = 0.6
#: So much of a body says what its report is about.
_OPENING: Final = 300
#: What the event weighs, whatever its theme: nearly as much as the market's answer to it.
EVENT_VALUE: Final = 2.3


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """What fills a day.

    Attributes:
        story: the story that tells it.
        reason: how many stories are about it.
    """

    story: Story
    reason: str


def day_event(stories: Sequence[Story]) -> DayEvent | None:
    """Return the event abroad that fills the day; None on most days."""
    about = Counter(
        tag.entity_id for story in stories for tag in story.lead.entities if tag.relevance >= _MIN_RELEVANCE
    )
    chief, count = max(about.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if count < max(_MIN_STORIES, _MIN_SHARE * len(stories)):
        return None
    told = [story for story in stories if is_about(story, (chief,), relevance=_MIN_RELEVANCE)]
    if sum(story.hk_china for story in told) > _MAX_HK_CHINA * count:
        return None
    name = next(tag.name for tag in told[0].lead.entities if tag.entity_id == chief)
    reason = f"{count} of {len(stories)} stories are about {clean_line(name)}"
    return DayEvent(story=_most_alike(told), reason=reason)


def _most_alike(stories: Sequence[Story]) -> Story:
    """Return the story whose title tells most of what the others in its language open with.

    Each word of a title counts by the part of those stories that have it; the root of the number of words
    keeps long titles from winning by their length.
    """
    openings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    totals = Counter(_language(story) for story in stories)
    for story in stories:
        openings[_language(story)].update(words_of(f"{story.lead.title} {story.lead.body[:_OPENING]}"))

    def share(story: Story) -> float:
        words, language = words_of(story.lead.title), _language(story)
        told = sum(openings[language][word] for word in words) / totals[language]
        return told / math.sqrt(max(1, len(words)))

    return max(stories, key=lambda story: (share(story), story.story_id))


def _language(story: Story) -> str:
    return story.lead.language[:2]
