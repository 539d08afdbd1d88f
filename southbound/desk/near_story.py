"""Stories that may tell the same event as another: suggested to whoever would merge them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from southbound.digest.wording import clean_line
from southbound.store import Store
from southbound.store.tag import TaggedArticle

_AROUND: Final = timedelta(days=2)
_LEAST: Final = 0.3
_N_SHOWN: Final = 5
_PIECE: Final = 3


def find_near_stories(
    store: Store, story_id: str, reports: Sequence[TaggedArticle], *, as_of: datetime | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the stories of the days around that are most like one by names and titles: id and title."""
    if not reports:
        return ()
    start, end = reports[0].known_at - _AROUND, reports[-1].known_at + _AROUND
    stories = store.stories.known_between(start, end, as_of=as_of)
    found: dict[str, tuple[float, str]] = {}
    for article in store.tags.known_between(start, end, as_of=as_of):
        story = stories.get(article.article_id, article.article_id)
        if story == story_id:
            continue
        likeness = max(_likeness(article, report) for report in reports[:_N_SHOWN])
        found[story] = max(found.get(story, (0.0, "")), (likeness, clean_line(article.title)))
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple((story, title) for story, (likeness, title) in ranked[:_N_SHOWN] if likeness >= _LEAST)


def _likeness(first: TaggedArticle, second: TaggedArticle) -> float:
    """Return 0..1: half for the catalogue's entities that both name, half for their titles' pieces."""
    names = [{tag.entity_id for tag in one.entities if tag.linked} for one in (first, second)]
    return (_shared(*names) + _shared(_pieces(first.title), _pieces(second.title))) / 2


def _shared(first: Collection[str], second: Collection[str]) -> float:
    both, either = set(first) & set(second), set(first) | set(second)
    return len(both) / len(either) if either else 0.0


def _pieces(title: str) -> set[str]:
    folded = title.casefold()
    size = _PIECE if folded.isascii() else _PIECE - 1
    return {folded[start : start + size] for start in range(max(0, len(folded) - size + 1))}
