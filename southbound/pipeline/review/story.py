"""Merge stories and split reports off them: further assignments, known from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from southbound.error import UsageError
from southbound.pipeline.review.request import CorrectionRequest, Reading
from southbound.store import Store
from southbound.store.review import Correction
from southbound.store.review_effect import StoryMember


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMove:
    """Which story is changed, and for a merge, which takes its reports."""

    story_id: str
    into: str | None = None


def plan_move(store: Store, request: CorrectionRequest, reading: Reading) -> StoryMove:
    """Decide what a request does to stories; of two that are merged, the one that began first stays.

    Raises:
        UsageError: there is no such story, both are one, or nothing would be left.
    """
    article_id = reading.text.article_id
    story = _story_of(store, request.story or article_id)
    if request.kind == "split_story":
        if len(store.effects.members(story)) <= 1:
            raise UsageError(f"'{article_id}' is the only report of its story; there is nothing to split")
        return StoryMove(story_id=story)
    if not request.into:
        raise UsageError("merge_story needs `into`: the other story's id, or any article's of it")
    other = _story_of(store, request.into)
    if other == story:
        raise UsageError(f"both are reports of the story '{story}' already")
    earlier = min((story, other), key=lambda one: (store.articles.revisions(one)[0].known_at, one))
    return StoryMove(story_id=other if earlier == story else story, into=earlier)


def apply_move(store: Store, row: Correction, *, at: datetime) -> int:
    """Do what a stored correction says inside the caller's transaction; return how many reports moved."""
    members = store.effects.members(row.story_id or "")
    if row.into is not None:
        keys = [one.article_pk for one in members]
        store.effects.move_reports(keys, row.into, number=row.pk, at=at)
        return len(keys)
    alone = [one for one in members if one.article_id == row.article_id]
    rest = [one for one in members if one.article_id != row.article_id]
    for one in alone:
        store.effects.move_reports(
            [one.article_pk], one.article_id, number=row.pk, at=at, lead=one.article_pk
        )
    # A story bears the name of its first report: where that one goes, the next takes its place.
    renamed = rest if alone and row.article_id == row.story_id else []
    _rename(store, renamed, row.pk, at)
    return len(alone) + len(renamed)


def undo_move(store: Store, row: Correction, *, number: int, at: datetime) -> int:
    """Put reports back where they were before a correction; one that was moved again since stays there."""
    back = [key for key, is_latest in store.effects.moved_by(row.pk) if is_latest]
    for key in back:
        store.effects.restore_report(key, before=row.pk, number=number, at=at)
    return len(back)


def _rename(store: Store, members: list[StoryMember], number: int, at: datetime) -> None:
    if members:
        keys = [one.article_pk for one in members]
        store.effects.move_reports(keys, members[0].article_id, number=number, at=at)


def _story_of(store: Store, key: str) -> str:
    if store.effects.members(key):
        return key
    found = store.stories.story_of(key)
    if found is None:
        raise UsageError(
            f"'{key[:120]}' is neither a story nor an article of one; see `southbound stories list`"
        )
    return found
