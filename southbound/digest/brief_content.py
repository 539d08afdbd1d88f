"""What is told before the tables: sentences of the top stories, what changed, what to read first.

As in :mod:`southbound.digest.content`, text is clean but not escaped, and field names are keys of the JSON
form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    """A story named in one line, by its leading report.

    Attributes:
        article_id: the leading report's.
        title: its title as published.
        url: its address, only if http or https.
        language: its language.
        publishers: of all reports, the leading one first, each once.
        n_reports: reports in the window.
        theme_name: the theme under which it is shown.
        tone: the leading report's, -1, 0 or 1.
    """

    article_id: str
    title: str
    url: str | None
    language: str
    publishers: tuple[str, ...]
    n_reports: int
    theme_name: str
    tone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A sentence taken from a story as it stands there, and the report that it is from."""

    text: str
    language: str
    article_id: str
    publisher: str
    url: str | None
    theme_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMove:
    """A theme that moved further between two sessions than it usually does.

    Attributes:
        theme: theme id.
        name: name to show.
        rank: place by share, 1 for the largest.
        rank_before: the same in the session before.
        share: part of market news.
        share_before: the same in the session before.
        change: share less share_before.
        usual_change: mean of the absolute changes between sessions before that; None where too few are known.
    """

    theme: str
    name: str
    rank: int
    rank_before: int
    share: float
    share_before: float
    change: float
    usual_change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since the digest of the session before.

    Attributes:
        before: that session.
        moves: themes that moved beyond their usual change, the most unusual first.
        reservation: why no moves can be told; empty where they can.
        n_new_stories: stories without an earlier report.
        n_continuing_stories: stories that had one. Of further stories it is not known whether they had.
        new_entities: names among the ten most reported that were not among them the session before.
    """

    before: date
    moves: tuple[ThemeMove, ...]
    reservation: str
    n_new_stories: int
    n_continuing_stories: int
    new_entities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFirst:
    """A story that should be read first, and the facts that put it there."""

    story: StoryLink
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedEntity:
    """An entity on a desk's list, also where nothing was reported of it.

    Attributes:
        entity_id: its id.
        name: name to show.
        n_articles: the session's articles that are about it.
        usual_articles: mean of the sessions before; None where too few are known.
        tone: mean tone for its holders, -1..1; None without an article.
        stories: the stories about it, best first, a few of them.
    """

    entity_id: str
    name: str
    n_articles: int
    usual_articles: float | None
    tone: float | None
    stories: tuple[StoryLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What stands before the tables.

    Attributes:
        read_first: at most three stories, with reasons.
        highlights: at most five sentences of the top stories, no two nearly equal.
        changes: against the session before; None at the start of the calendar.
        watched: the desk's entities, in its own order.
    """

    read_first: tuple[ReadFirst, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    changes: Changes | None = None
    watched: tuple[WatchedEntity, ...] = ()
