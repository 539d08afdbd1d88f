"""A week in a few sentences, and what to keep in mind when reading it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from southbound.digest.content import Counts
from southbound.digest.week import BASELINE_WEEKS, WeekWindow
from southbound.digest.week_content import WeekFlow, WeekTheme
from southbound.digest.wording import (
    count_text,
    day_text,
    instant_text,
    money_text,
    percent_text,
    points_text,
    ratio_text,
)

#: A smaller change of share is not worth a sentence, nor one that a few articles make.
_MIN_CHANGE: Final = 0.01
_MIN_ARTICLES: Final = 5


def week_sentences(
    lines: Sequence[WeekTheme], flow: WeekFlow | None, counts: Counts, *, of_desk: bool = False
) -> tuple[str, ...]:
    """Say which theme led, which rose and fell most, and what mainland money did."""
    whose = "Leading theme of the desk's" if of_desk else "Leading theme"
    sentences = [_leading(lines[0], counts, whose)] if lines else []
    told = [line for line in lines if line.change is not None and line.n_articles >= _MIN_ARTICLES]
    rise = max(told, key=lambda line: line.change or 0.0, default=None)
    fall = min(told, key=lambda line: line.change or 0.0, default=None)
    if rise and rise is not lines[0] and (rise.change or 0.0) >= _MIN_CHANGE:
        sentences.append(f"Biggest rise: {_moved(rise)}.")
    if fall and fall is not lines[0] and (fall.change or 0.0) <= -_MIN_CHANGE:
        sentences.append(f"Biggest fall: {_moved(fall)}.")
    if flow:
        before = "" if flow.net_before is None else f", after {money_text(flow.net_before, signed=True)}"
        sessions = count_text(flow.n_sessions, "session")
        sentences.append(f"Southbound: {money_text(flow.net, signed=True)} net in {sessions}{before}.")
    return tuple(sentences)


def week_notes(window: WeekWindow, counts: Counts) -> tuple[str, ...]:
    """Say what limits the digest: a running week, no news, articles not tagged in time."""
    notes = []
    if not window.complete:
        left = len(window.whole) - len(window.sessions)
        still = f"; {count_text(left, 'session')} to come" if left else ""
        notes.append(f"Running week: as of {instant_text(window.as_of)} HKT{still}.")
    if not counts.n_market_news:
        notes.append("No market news was known in this week.")
    if counts.n_untagged:
        left_out = count_text(counts.n_untagged, "article was", "articles were")
        notes.append(f"{left_out} known but not tagged in time, and left out.")
    return tuple(notes)


def _leading(line: WeekTheme, counts: Counts, whose: str) -> str:
    news = count_text(counts.n_market_news, "market-news article")
    if line.share is None:
        return f"Most articles: {line.name}, {line.n_articles} of {news}."
    peak = f", highest on {day_text(line.peak)}" if line.peak else ""
    against = (
        ""
        if line.ratio is None or line.change is None
        else f"; {ratio_text(line.ratio)} its mean of the {BASELINE_WEEKS} weeks before "
        f"({points_text(line.change)})"
    )
    return f"{whose}: {line.name}, {percent_text(line.share)} of market news{peak}{against}."


def _moved(line: WeekTheme) -> str:
    return f"{line.name}, {points_text(line.change)} to {percent_text(line.share)}"
