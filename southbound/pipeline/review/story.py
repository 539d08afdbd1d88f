"""Merge stories and split reports off them: further assignments, known from now on.

How new the reports of the stories concerned are is measured anew, for it depends on what else tells their
story: the first report of a merged story stays new, the others follow it. What was known before stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.review.change import STORY_KINDS
from nlp.review.standing import standing
from nlp.stories.novelty import Novelty, measure_novelty
from southbound.error import UsageError
from southbound.pipeline.review.request import CorrectionRequest, Reading
from southbound.store import Store
from southbound.store.review import Correction, CorrectionQuery
from southbound.store.story_change import Placement, StoryMember


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMove:
    """Which story is changed, and for a merge, which takes its reports."""

    story_id: str
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Where a report is to stand: `source` is the assignment that the rest is taken from."""

    story_id: str
    source: int
    is_lead: bool = False


def plan_move(store: Store, request: CorrectionRequest, reading: Reading) -> StoryMove:
    """Decide what a request does to stories; of two that are merged, the one that began first stays.

    Raises:
        UsageError: there is no such story, both are one, or nothing would be left.
    """
    article_id = reading.text.article_id
    story = _story_of(store, request.story or article_id)
    if request.kind == "split_story":
        if len(store.story_changes.members(story)) <= 1:
            raise UsageError(f"'{article_id}' is the only report of its story; there is nothing to split")
        return StoryMove(story_id=story)
    if not request.into:
        raise UsageError("merge_story needs `into`: the other story's id, or any article's of it")
    other = _story_of(store, request.into)
    if other == story:
        raise UsageError(f"both are reports of the story '{story}' already")
    ended, into = _in_order(store, story, other)
    return StoryMove(story_id=ended, into=into)


def apply_move(store: Store, row: Correction, *, at: datetime) -> int:
    """Do what a stored correction says inside the caller's transaction; return how many reports moved."""
    members = store.story_changes.members(row.story_id or "")
    if row.into is not None:
        wanted = {one.article_pk: _Wanted(story_id=row.into, source=one.row) for one in members}
    else:
        wanted = _split(members, row.article_id)
    return _settle(store, wanted, number=row.pk, at=at)


def undo_move(store: Store, row: Correction, *, number: int, at: datetime) -> int:
    """Put reports back where they were before a correction; one that was moved again since stays there."""
    moved = store.story_changes.moved_by(row.pk)
    wanted = {key: _Wanted(story_id=story, source=source) for key, (story, source) in moved.items()}
    return _settle(store, wanted, number=number, at=at)


def reapply_moves(store: Store, article_ids: Collection[str], *, model: str, at: datetime) -> int:
    """Do again what reviewers said of stories that another story model has just assigned anew.

    Args:
        store: inside whose transaction.
        article_ids: what has just been assigned; a correction waits until all its articles are.
        model: the story model.
        at: now.

    Returns:
        How many reports moved.
    """
    rows = [row for row in store.corrections.find(CorrectionQuery()) if row.change.kind in _STORY_OR_UNDO]
    n_moved = 0
    for row in standing(rows):
        named = {row.story_id, row.into} - {None} if row.into is not None else {row.article_id}
        if row.change.kind not in STORY_KINDS or not named & set(article_ids):
            continue
        places = [store.story_changes.current(str(article_id)) for article_id in sorted(map(str, named))]
        known = [place for place in places if place is not None and place.model == model]
        if len(known) == len(named):
            n_moved += _settle(store, _again(store, row, known), number=row.pk, at=at)
    return n_moved


_STORY_OR_UNDO = STORY_KINDS | {"undo"}


def _again(store: Store, row: Correction, places: Sequence[StoryMember]) -> dict[int, _Wanted]:
    stories = sorted({place.story_id for place in places})
    if row.into is None:
        members = store.story_changes.members(stories[0])
        return _split(members, row.article_id) if len(members) > 1 else {}
    if len(stories) == 1:
        return {}
    ended, into = _in_order(store, *stories)
    return {
        one.article_pk: _Wanted(story_id=into, source=one.row) for one in store.story_changes.members(ended)
    }


def _split(members: Sequence[StoryMember], article_id: str) -> dict[int, _Wanted]:
    """Make a report a story of its own; a story bears the name of its first report."""
    rest = [one for one in members if one.article_id != article_id]
    wanted = {
        one.article_pk: _Wanted(story_id=article_id, source=one.row, is_lead=True)
        for one in members
        if one.article_id == article_id
    }
    if wanted and rest and members[0].story_id == article_id:
        # Where the first report goes, the next takes its place.
        wanted |= {
            one.article_pk: _Wanted(story_id=rest[0].article_id, source=one.row, is_lead=one is rest[0])
            for one in rest
        }
    return wanted


def _settle(store: Store, wanted: Mapping[int, _Wanted], *, number: int, at: datetime) -> int:
    """Add the assignments that are wanted, and those of reports that are as new as before no more."""
    changes = store.story_changes
    stories = {one.story_id for one in wanted.values()}
    stories |= {one.story_id for one in changes.of_keys(wanted)}
    before = [member for story in sorted(stories) for member in changes.members(story)]
    after = [replace(one, story_id=wanted[one.article_pk].story_id) for one in _of(before, wanted)]
    after += [one for one in before if one.article_pk not in wanted]
    was, now = _measure(before), _measure(after)
    placements = []
    for one in after:
        aim = wanted.get(one.article_pk)
        novelty, entities = now[one.article_pk]
        if aim is not None or was[one.article_pk] != now[one.article_pk]:
            placements.append(
                Placement(
                    article_pk=one.article_pk,
                    story_id=one.story_id,
                    source=aim.source if aim else one.row,
                    is_lead=bool(aim and aim.is_lead),
                    novelty=novelty,
                    entities=entities,
                )
            )
    changes.place(placements, number=number, at=at)
    return len(wanted)


def _of(members: Sequence[StoryMember], keys: Collection[int]) -> Iterator[StoryMember]:
    return (one for one in members if one.article_pk in keys)


def _measure(members: Sequence[StoryMember]) -> dict[int, tuple[Novelty, dict[str, Novelty]]]:
    """Return how new each report is, in its story and for each of its entities, by its key."""
    told: dict[str, list[StoryMember]] = defaultdict(list)
    found = {}
    for one in sorted(members, key=lambda member: (member.known_at, member.article_id)):
        earlier = told[one.story_id]
        found[one.article_pk] = (
            measure_novelty(one.known_at, [other.known_at for other in earlier]),
            {
                entity: measure_novelty(
                    one.known_at, [other.known_at for other in earlier if entity in other.entities]
                )
                for entity in one.entities
            },
        )
        earlier.append(one)
    return found


def _in_order(store: Store, first: str, second: str) -> tuple[str, str]:
    """Return two stories, the one that began later first: it ends."""
    into = min((first, second), key=lambda one: (store.articles.revisions(one)[0].known_at, one))
    return (second if into == first else first), into


def _story_of(store: Store, key: str) -> str:
    if store.story_changes.members(key):
        return key
    found = store.stories.story_of(key)
    if found is None:
        raise UsageError(
            f"'{key[:120]}' is neither a story nor an article of one; see `southbound stories list`"
        )
    return found
