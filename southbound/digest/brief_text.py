"""The brief's facts in words, the same in every form of a digest."""

from __future__ import annotations

from southbound.digest.brief_content import Changes, ReadFirst, StoryLink, ThemeMove, WatchedEntity
from southbound.digest.phrase import Phrases
from southbound.digest.wording import percent_text

_MAX_PUBLISHERS = 3


def change_lines(changes: Changes, say: Phrases) -> tuple[str, ...]:
    """Say what changed since the session before, one line a fact."""
    moves = [_move_text(move, say) for move in changes.moves]
    lines = moves or [changes.reservation or say("quiet")]
    if changes.n_new_stories or changes.n_continuing_stories:
        lines.append(_stories_text(changes.n_new_stories, changes.n_continuing_stories, say))
    if changes.new_entities:
        lines.append(say("new_names", names=say.all_of(changes.new_entities)))
    return tuple(lines)


def _stories_text(n_new: int, n_continuing: int, say: Phrases) -> str:
    if not n_continuing:
        return say("stories_none_before", stories=say.count("stories", n_new))
    new, continuing = say.count("digest_new_stories", n_new), say.count("digest_go_on", n_continuing)
    return say("stories_new", new=new, continuing=continuing)


def reasons_text(first: ReadFirst, say: Phrases) -> str:
    """Say why a story comes first."""
    return say("joint").join(first.reasons)


def publishers_text(story: StoryLink, say: Phrases) -> str:
    """Name who reported a story, and in how many reports."""
    named = say.listed(story.publishers, limit=_MAX_PUBLISHERS)
    return f"{named}{say('comma')}{say.count('reports', story.n_reports)}" if story.n_reports > 1 else named


def watched_text(entity: WatchedEntity, say: Phrases) -> str:
    """Say how much was reported of a watched entity."""
    count = say.count("articles", entity.n_articles) if entity.n_articles else say("no_article")
    usual = "" if entity.usual_articles is None else say("usually", n=f"{entity.usual_articles:.1f}")
    return f"{count}{usual}"


def _move_text(move: ThemeMove, say: Phrases) -> str:
    """Say a theme's move: "AI frenzy up 12.1 pts to 24.2% (usual move 3.0 pts), 1st from 5th"."""
    usual = "" if move.usual_change is None else say("usual_move", size=say.points(move.usual_change)[1:])
    return say(
        "move_up" if move.change > 0 else "move_down",
        name=move.name,
        size=say.points(abs(move.change)).lstrip("+"),
        share=percent_text(move.share),
        usual=usual,
        rank=_rank_text(move, say),
    )


def _rank_text(move: ThemeMove, say: Phrases) -> str:
    key = "still" if move.rank == move.rank_before else "up" if move.rank < move.rank_before else "down"
    return say(f"rank_{key}", rank=say.rank(move.rank), before=say.rank(move.rank_before))
