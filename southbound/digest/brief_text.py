"""The brief's facts in words, the same in every form of a digest."""

from __future__ import annotations

from southbound.digest.brief_content import Changes, ReadFirst, StoryLink, ThemeMove, WatchedEntity
from southbound.digest.wording import (
    count_text,
    listed_text,
    percent_text,
    points_text,
)

_MAX_PUBLISHERS = 3


def change_lines(changes: Changes) -> tuple[str, ...]:
    """Say what changed since the session before, one line a fact."""
    moves = [_move_text(move) for move in changes.moves]
    lines = moves or [changes.reservation or "No theme moved beyond its usual change."]
    if changes.n_new_stories or changes.n_continuing_stories:
        lines.append(_stories_text(changes.n_new_stories, changes.n_continuing_stories))
    if changes.new_entities:
        lines.append(f"Newly among the ten most reported names: {', '.join(changes.new_entities)}.")
    return tuple(lines)


def _stories_text(n_new: int, n_continuing: int) -> str:
    if not n_continuing:
        return f"{count_text(n_new, 'story', 'stories')}, none of them reported before."
    new = count_text(n_new, "new story", "new stories")
    return f"{new}, {count_text(n_continuing, 'goes', 'go')} on from before."


def reasons_text(first: ReadFirst) -> str:
    """Say why a story comes first."""
    return "; ".join(first.reasons)


def publishers_text(story: StoryLink) -> str:
    """Name who reported a story, and in how many reports."""
    named = listed_text(story.publishers, limit=_MAX_PUBLISHERS)
    return f"{named}, {count_text(story.n_reports, 'report')}" if story.n_reports > 1 else named


def watched_text(entity: WatchedEntity) -> str:
    """Say how much was reported of a watched entity."""
    count = count_text(entity.n_articles, "article") if entity.n_articles else "no article"
    usual = "" if entity.usual_articles is None else f" (usually {entity.usual_articles:.1f})"
    return f"{count}{usual}"


def rank_text(rank: int) -> str:
    """Write 1 as "1st", 12 as "12th"."""
    ending = "th" if rank % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def _move_text(move: ThemeMove) -> str:
    """Say a theme's move: "AI frenzy up 12.1 pts to 24.2% (usual move 3.0 pts), 1st from 5th"."""
    word = "up" if move.change > 0 else "down"
    usual = "" if move.usual_change is None else f" (usual move {points_text(move.usual_change)[1:]})"
    rank = (
        f", {rank_text(move.rank)} from {rank_text(move.rank_before)}"
        if move.rank != move.rank_before
        else f", still {rank_text(move.rank)}"
    )
    size = points_text(abs(move.change)).lstrip("+")
    return f"{move.name} {word} {size} to {percent_text(move.share)} of market news{usual}{rank}."
