"""What changed since the digest of the session before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from southbound.digest.brief_content import Changes, ThemeMove
from southbound.digest.entity import entity_lines
from southbound.digest.story import Story
from southbound.digest.window import SessionWindow
from southbound.digest.wording import day_text
from southbound.store.tag import TaggedArticle

#: A change is unusual beyond this many times the mean absolute change of the sessions before.
_UNUSUAL: Final = 2.0
#: Smaller changes, of share and of rank, are not worth a line, however quiet a theme usually is.
_MIN_CHANGE: Final = 0.02
_MIN_RANKS: Final = 3
#: Nor are those of themes with fewer articles, or a smaller share, in both sessions.
_MIN_ARTICLES: Final = 3
_MIN_SHARE: Final = 0.03
_MIN_SESSIONS: Final = 5
_MAX_MOVES: Final = 5
_TOP_ENTITIES: Final = 10


def find_changes(
    series: Mapping[str, pd.DataFrame],
    news: Sequence[TaggedArticle],
    earlier: Sequence[TaggedArticle],
    *,
    window: SessionWindow,
    theme_names: Mapping[str, str],
    stories: Sequence[Story],
    baseline_sessions: int,
) -> Changes:
    """Compare a session with the one before.

    Args:
        series: of every theme that either session carries, as known in time, all on the same sessions, both
            of these among them.
        news: the session's market news.
        earlier: that of the session before.
        window: of the session.
        theme_names: theme id -> name, of the themes to look at.
        stories: of the session.
        baseline_sessions: sessions from which the usual change is taken.
    """
    reservation = _reservation(series, window, baseline_sessions)
    return Changes(
        before=window.previous,
        moves=() if reservation else tuple(_moves(series, window, theme_names, baseline_sessions)),
        reservation=reservation,
        n_new_stories=sum(story.n_earlier == 0 for story in stories),
        n_continuing_stories=sum(bool(story.n_earlier) for story in stories),
        new_entities=new_entities(news, earlier),
    )


def new_entities(news: Sequence[TaggedArticle], earlier: Sequence[TaggedArticle]) -> tuple[str, ...]:
    """Return the names among the ten most reported that were not among them before."""
    if not earlier:
        return ()
    top, before = (
        entity_lines(articles, theme_names={}, limit=_TOP_ENTITIES) for articles in (news, earlier)
    )
    known = {line.entity_id for line in before}
    return tuple(line.name for line in top if line.entity_id not in known and line.n_articles > 1)


def _reservation(series: Mapping[str, pd.DataFrame], window: SessionWindow, baseline_sessions: int) -> str:
    """Say why themes can't be compared with the session before; nothing where they can."""
    shares = next((table.set_index("session")["share"] for table in series.values()), pd.Series(dtype=float))
    for day in (window.session, window.previous):
        if pd.isna(shares.get(pd.Timestamp(day))):
            return f"Themes can't be compared: {day_text(day)} has too little news."
    if _usual(shares, baseline_sessions) is None:
        return "Themes can't be compared: too few sessions are known to say what is usual."
    return ""


def _moves(
    series: Mapping[str, pd.DataFrame],
    window: SessionWindow,
    theme_names: Mapping[str, str],
    baseline_sessions: int,
) -> list[ThemeMove]:
    shares, counts = _by_session(series, "share"), _by_session(series, "n_theme_articles")
    ranks = shares.rank(axis=1, ascending=False, method="min")
    days = pd.DatetimeIndex([window.previous, window.session])
    share_of, rank_of, count_of = (table.loc[days].to_dict("list") for table in (shares, ranks, counts))
    found = []
    for theme in set(series) & set(theme_names):
        share_before, share = map(float, share_of[theme])
        is_small = max(count_of[theme]) < _MIN_ARTICLES or max(share, share_before) < _MIN_SHARE
        if is_small or abs(share - share_before) < _MIN_CHANGE:
            continue
        rank_before, rank = map(int, rank_of[theme])
        move = ThemeMove(
            theme=theme,
            name=theme_names[theme],
            rank=rank,
            rank_before=rank_before,
            share=share,
            share_before=share_before,
            change=share - share_before,
            usual_change=_usual(shares[theme], baseline_sessions),
        )
        if _is_unusual(move, _usual(ranks[theme], baseline_sessions)):
            found.append(move)
    return sorted(found, key=lambda move: (-_oddity(move), move.theme))[:_MAX_MOVES]


def _is_unusual(move: ThemeMove, usual_ranks: float | None) -> bool:
    if move.usual_change is None or usual_ranks is None:
        return False
    by_share = abs(move.change) >= _UNUSUAL * move.usual_change
    by_rank = abs(move.rank - move.rank_before) >= max(_MIN_RANKS, _UNUSUAL * usual_ranks)
    return by_share or by_rank


def _oddity(move: ThemeMove) -> float:
    return abs(move.change) / max(move.usual_change or 0.0, _MIN_CHANGE / 2)


def _usual(values: pd.Series, n_sessions: int) -> float | None:
    """Return the mean absolute change between sessions before the last one."""
    changes = np.abs(np.diff(values.to_numpy(dtype=float)))[:-1][-n_sessions:]
    enough = np.count_nonzero(~np.isnan(changes)) >= _MIN_SESSIONS
    return float(pd.Series(changes).mean()) if enough else None


def _by_session(series: Mapping[str, pd.DataFrame], column: str) -> pd.DataFrame:
    """Put a column of all series side by side; they stand on the same sessions."""
    sessions = next(iter(series.values()))["session"]
    values = {theme: table[column].to_numpy() for theme, table in series.items()}
    return pd.DataFrame(values, index=pd.DatetimeIndex(sessions))
