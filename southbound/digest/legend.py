"""What the figures of a digest mean, in words, for every form of it."""

from __future__ import annotations

from typing import Final

from southbound.digest.content import Counts, DigestContent
from southbound.digest.week_content import WeekContent
from southbound.digest.wording import clean_line, count_text, instant_text

_SHARE: Final = """Share: a theme's part of market news (the articles that carry at least one theme),
 each article weighted by its score for the theme and its novelty: 1 for a story's first report, three
 quarters for each report of the 24 hours before it, multiplied. An article may carry several themes."""
_CHANGE: Final = """Vs {n} sessions: share less its mean over the {n} sessions before, in percentage
 points; {n}-session ratio (×): share over that mean."""
_INTENSITY: Final = """Intensity: share by publisher, scaled by each publisher's own variation (Baker,
 Bloom and Davis); 100 is the mean of the past. z: deviations of the share from the mean of its trailing
 sessions."""
_TONE: Final = """Tone: what the news means for holders, the mean of positive less negative probability,
 −1 to +1; within ±0.1 it is called neutral."""
_STORIES: Final = """Stories: reports of one event by any publisher; a story that had reports before this
 session's news is continuing."""
_ENTITIES: Final = "Entities: counted are articles that are about the entity, not those that only name it."
_CLAIMS: Final = """Claims: numbers of the news held against flows, indices and prices known by then. One is
 right where its own rounding allows the figure; what the data can't tell is not shown."""
_KNOWN: Final = """Southbound: net buying through Stock Connect. Nothing here was known at or after
 {as_of} HKT. {tags}"""


def window_text(content: DigestContent | WeekContent) -> str:
    """Say which news the digest covers."""
    start, end = instant_text(content.window_start), instant_text(content.window_end)
    return f"News known {start} to {end}, Hong Kong time"


def counts_text(counts: Counts) -> str:
    """Say how much news there is."""
    if not counts.n_articles:
        return "No tagged articles"
    if not counts.n_market_news:
        return f"{count_text(counts.n_articles, 'article')}, none of them market news"
    stories = count_text(counts.n_stories, "story", "stories")
    publishers = count_text(counts.n_publishers, "publisher")
    return (
        f"{count_text(counts.n_articles, 'article')}, {counts.n_market_news:,} of them market news: "
        f"{stories} from {publishers}"
    )


_WEEK: Final = """Week: means over its sessions, as in the series by week; news after the decision of its
 last session counts for the next week. Vs {n} weeks: share less its mean over the sessions of the {n} weeks
 before."""
_MOVED: Final = """What moved themes: the change of mean intensity against the week before, in points, split
 exactly over articles and added up by story and by name; an article that names several is shared out."""


def week_legend_lines(content: WeekContent) -> tuple[str, ...]:
    """Say what was measured in a week, one line a measure."""
    tags = f"Tags by {', '.join(content.models)}." if content.models else ""
    lines = (_SHARE, _WEEK, _INTENSITY, _MOVED, _TONE, _ENTITIES, _KNOWN)
    as_of = instant_text(content.as_of)
    return tuple(clean_line(line.format(n=content.baseline_weeks, as_of=as_of, tags=tags)) for line in lines)


def week_heading(content: WeekContent) -> str:
    """Name a week by its days: "Week 7 of 2025: 10 to 14 February"."""
    year, week = content.week.split("-W")
    first, last = content.sessions[0], content.sessions[-1]
    if first == last:
        return f"Week {int(week)} of {year}: {first.day} {first:%B}"
    month = "" if first.month == last.month else f" {first:%B}"
    return f"Week {int(week)} of {year}: {first.day}{month} to {last.day} {last:%B}"


def change_heading(content: DigestContent) -> str:
    """Head the column of changes."""
    return f"vs {content.baseline_sessions} sessions"


def legend_lines(content: DigestContent) -> tuple[str, ...]:
    """Say what was measured, one line a measure."""
    tags = f"Tags by {', '.join(content.models)}." if content.models else ""
    claims = (_CLAIMS,) if content.claims else ()
    lines = (_SHARE, _CHANGE, _INTENSITY, _TONE, _STORIES, _ENTITIES, *claims, _KNOWN)
    as_of = instant_text(content.as_of)
    return tuple(
        clean_line(line.format(n=content.baseline_sessions, as_of=as_of, tags=tags)) for line in lines
    )
