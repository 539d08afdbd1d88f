"""What the figures of a digest mean, in words, for every form of it."""

from __future__ import annotations

from typing import Final

from southbound.digest.content import Counts, DigestContent
from southbound.digest.phrase import Phrases
from southbound.digest.week_content import WeekContent
from southbound.digest.wording import clean_line

_DAY_LINES: Final = ("share", "change", "intensity", "tone", "stories", "entities", "claims", "known")
_WEEK_LINES: Final = ("share", "week", "intensity", "moved", "tone", "entities", "known")


def window_text(content: DigestContent | WeekContent, say: Phrases) -> str:
    """Say which news the digest covers."""
    return say("window", start=say.instant(content.window_start), end=say.instant(content.window_end))


def counts_text(counts: Counts, say: Phrases) -> str:
    """Say how much news there is."""
    if not counts.n_articles:
        return say("empty")
    articles = say.count("articles", counts.n_articles)
    if not counts.n_market_news:
        return say("no_news", articles=articles)
    return say(
        "counts",
        articles=articles,
        news=f"{counts.n_market_news:,}",
        stories=say.count("stories", counts.n_stories),
        publishers=say.count("publishers", counts.n_publishers),
    )


def title_text(content: DigestContent | WeekContent, say: Phrases, *, desk: str) -> str:
    """Name a digest by its desk (`desk`, as it is written in that place) and its day or week."""
    if isinstance(content, WeekContent):
        return say("week_named", title=say("week_title", desk=desk), week=week_heading(content, say))
    return say("named", title=say("title", desk=desk), day=say.long_day(content.session))


def week_heading(content: WeekContent, say: Phrases) -> str:
    """Name a week by its days: "Week 7 of 2025: 10 to 14 February"."""
    return say.week(content.week, content.sessions[0], content.sessions[-1])


def legend_lines(content: DigestContent, say: Phrases) -> tuple[str, ...]:
    """Say what was measured, one line a measure."""
    keys = [key for key in _DAY_LINES if key != "claims" or content.claims]
    return _lines(content, keys, content.baseline_sessions, say)


def week_legend_lines(content: WeekContent, say: Phrases) -> tuple[str, ...]:
    """Say what was measured in a week, one line a measure."""
    return _lines(content, _WEEK_LINES, content.baseline_weeks, say)


def _lines(
    content: DigestContent | WeekContent, keys: tuple[str, ...] | list[str], n: int, say: Phrases
) -> tuple[str, ...]:
    tags = say("tags", models=say.all_of(content.models)) if content.models else ""
    as_of = say.instant(content.as_of)
    return tuple(clean_line(say(f"legend_{key}", n=n, as_of=as_of, tags=tags)) for key in keys)
