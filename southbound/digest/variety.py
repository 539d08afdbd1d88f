"""Which stories are read together: the weightiest, each of which adds to those before it.

As in maximal marginal relevance (Carbonell, Goldstein 1998), each place goes to the story whose value is
greatest after what the chosen ones already tell is taken off. Nothing is banned: a theme with two great
stories shows both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from nlp.stories.number import iterate_numbers
from nlp.stories.term import fold
from southbound.digest.actor import most_relevant
from southbound.digest.brief_content import ReadFirst
from southbound.digest.repetition import is_repetition, words_of
from southbound.digest.standing import StandingStory, link_from_story, reasons_of

_MAX_READ: Final = 3
#: Stories that may be chosen: so many of the weightiest.
_CANDIDATES: Final = 60
#: What each chosen story of the same theme leaves of a story's value.
_SAME_THEME: Final = 0.95
#: What one with all the same names, themes or numbers takes off: of another language told at the same time,
#: it is most likely the same event; of the same language, the store has already found it to be another.
_TRANSLATED, _RELATED = 0.8, 0.5
_SAME_TIME: Final = timedelta(hours=12)
#: So much of a body says what its report is about.
_OPENING: Final = 500
#: So many numbers that both tell make two reports alike; fewer than two say nothing.
_TELLING_NUMBERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What a story is about, as far as two can be compared in whatever language they are told."""

    standing: StandingStory
    words: frozenset[str]
    names: Mapping[str, float]
    numbers: frozenset[str]


def read_first(chosen: Sequence[StandingStory]) -> tuple[ReadFirst, ...]:
    """Return the three stories to read first, the first of those that `choose_stories` chose."""
    return tuple(ReadFirst(story=link_from_story(one), reasons=reasons_of(one)) for one in chosen[:_MAX_READ])


def choose_stories(stories: Sequence[StandingStory], limit: int) -> list[StandingStory]:
    """Return the stories to be read, in this order.

    What is about a watched entity or sets off an alert loses nothing by sharing its theme with another; what
    is told in nearly the words of a chosen one is left out.

    Args:
        stories: the weightiest first.
        limit: how many are wanted.
    """
    left = [_matter(standing) for standing in stories[:_CANDIDATES]]
    values = [one.standing.value for one in left]
    chosen: list[StandingStory] = []
    while left and len(chosen) < limit:
        place = max(range(len(left)), key=lambda place: (values[place], -place))
        if values[place] <= 0:
            break
        taken = left.pop(place)
        values.pop(place)
        chosen.append(taken.standing)
        values = [value * _left_over(one, taken) for value, one in zip(values, left, strict=True)]
    return chosen


def _matter(standing: StandingStory) -> _Matter:
    lead = standing.story.lead
    return _Matter(
        standing=standing,
        words=words_of(lead.title),
        names={tag.entity_id: tag.relevance for tag in most_relevant(standing.story)},
        numbers=frozenset(iterate_numbers(fold(f"{lead.title} {lead.body[:_OPENING]}"))),
    )


def _left_over(one: _Matter, taken: _Matter) -> float:
    """Return which part of a story's value is left when another is read."""
    if is_repetition(one.words, taken.words):
        return 0.0
    standing = one.standing
    is_wanted = bool(standing.watched or standing.alerts)
    same_theme = standing.theme == taken.standing.theme and not is_wanted
    likeness = _cosine(standing.story.scores, taken.standing.story.scores) * _cosine(one.names, taken.names)
    weight = _RELATED
    if _is_translation(one, taken):
        likeness, weight = max(likeness, _shared(one.numbers, taken.numbers)), _TRANSLATED
    return (_SAME_THEME if same_theme else 1.0) * (1 - weight * likeness)


def _is_translation(one: _Matter, other: _Matter) -> bool:
    """Say whether two are in different languages and began at about the same time."""
    first, second = one.standing.story, other.standing.story
    languages = {first.lead.language[:2], second.lead.language[:2]}
    return len(languages) > 1 and abs(first.reports[0].known_at - second.reports[0].known_at) < _SAME_TIME


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how far the numbers that stand in both make two alike, 0..1."""
    common = len(one & other)
    return min(1.0, common / _TELLING_NUMBERS) if common > 1 else 0.0


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    norms = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(value * other.get(key, 0.0) for key, value in one.items()) / norms if norms else 0.0
