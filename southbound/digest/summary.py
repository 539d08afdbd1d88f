"""The session's news in a few sentences, and what to keep in mind when reading it."""

from __future__ import annotations

from collections.abc import Sequence

from southbound.digest.content import Counts, ThemeLine
from southbound.digest.window import SessionWindow
from southbound.digest.wording import count_text, instant_text, percent_text, points_text, ratio_text

#: A smaller change of share is not worth a sentence.
_MIN_RISE = 0.02
#: Nor is one that a couple of articles make.
_MIN_RISE_ARTICLES = 3


def summary_sentences(
    lines: Sequence[ThemeLine], counts: Counts, *, baseline_sessions: int, of_desk: bool = False
) -> tuple[str, ...]:
    """Say which theme leads, and which has risen and fallen most against its mean.

    Args:
        lines: every theme of the session, largest share first.
        counts: how much news there is.
        baseline_sessions: sessions of the mean.
        of_desk: the lines are those of a desk's choice of themes.
    """
    if not lines:
        return ()
    lead = lines[0]
    rise = max(lines, key=lambda line: line.change or 0.0)
    whose = "Leading theme of the desk's" if of_desk else "Leading theme"
    sentences = [_leading(lead, counts, baseline_sessions, whose)]
    if rise is not lead and (rise.change or 0.0) >= _MIN_RISE and rise.n_articles >= _MIN_RISE_ARTICLES:
        sentences.append(
            f"Biggest rise: {rise.name}, {points_text(rise.change)} "
            f"to {percent_text(rise.share)} of market news."
        )
    return tuple(sentences)


def _leading(line: ThemeLine, counts: Counts, baseline_sessions: int, whose: str) -> str:
    news = count_text(counts.n_market_news, "market-news article")
    if line.share is None:
        return f"Most articles: {line.name}, {line.n_articles} of {news}."
    against = (
        ""
        if line.ratio is None or line.change is None
        else f", {ratio_text(line.ratio)} its mean of the {baseline_sessions} sessions before "
        f"({points_text(line.change)})"
    )
    share = f"{percent_text(line.share)} of market news"
    return f"{whose}: {line.name}, {share} ({line.n_articles} of {news}){against}."


def content_notes(window: SessionWindow, counts: Counts, *, min_articles: int) -> tuple[str, ...]:
    """Say what limits the digest: an open window, little or no news, articles not tagged in time."""
    notes = []
    if not window.complete:
        notes.append(
            f"Open window: as of {instant_text(window.end)} HKT; news counts until "
            f"{instant_text(window.decision_at)} HKT."
        )
    if not counts.n_market_news:
        notes.append("No market news was known in this window.")
    elif counts.n_market_news < min_articles:
        news = count_text(counts.n_market_news, "article")
        notes.append(f"Thin: {news} of market news; measures are not told below {min_articles}.")
    if counts.n_untagged:
        left = count_text(counts.n_untagged, "article was", "articles were")
        notes.append(f"{left} known but not tagged in time, and left out.")
    return tuple(notes)
