"""What a week's digest holds; as in `southbound.digest.content`, field names are keys of the JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from southbound.digest.brief_content import Highlight, ReadFirst, StoryLink, WatchedEntity
from southbound.digest.content import ChartData, Counts, EntityLine
from southbound.language.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTheme:
    """A theme's measures in a week: means over its sessions that have them; None where none has.

    Attributes:
        theme: theme id.
        name: name to show.
        n_articles: articles of the week that carry the theme.
        n_publishers: their publishers.
        rank: place by share, 1 for the largest.
        rank_before: place in the week before; None where it had no share.
        share: part of market news.
        share_before: the same in the week before.
        baseline_share: mean of the sessions of the weeks before.
        change: share less baseline_share.
        ratio: share over baseline_share.
        intensity: 100 is the mean of the past.
        zscore: deviations of the share from its trailing mean.
        tone: mean tone, -1..1.
        peak: session with the highest share.
    """

    theme: str
    name: str
    n_articles: int
    n_publishers: int
    rank: int
    rank_before: int | None
    share: float | None
    share_before: float | None
    baseline_share: float | None
    change: float | None
    ratio: float | None
    intensity: float | None
    zscore: float | None
    tone: float | None
    peak: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekStory:
    """A story of the week, with the first and last instants at which reports of it could be known."""

    story: StoryLink
    first_known_at: datetime
    last_known_at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFlow:
    """Southbound net buying of a session, HKD million; None where closed, or not known."""

    session: date
    net: float | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFlow:
    """Southbound net buying of a week, HKD million.

    Attributes:
        net: sum of the sessions with a figure.
        n_sessions: how many those are.
        sessions: each session of the week.
        net_before: of the week before; None without a figure.
        mean_before: mean of the weeks before that have figures; None without one.
        quarter: quarter of the last session with a figure, such as "2025-Q1".
        quarter_net: sum of that quarter to date.
        notes: records, and figures that are missing.
    """

    net: float
    n_sessions: int
    sessions: tuple[SessionFlow, ...]
    net_before: float | None
    mean_before: float | None
    quarter: str
    quarter_net: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekIndex:
    """An index over the week: last known close, change against the close before the week, and over four."""

    asset_id: str
    name: str
    session: date
    close: float
    change: float | None
    change_4_weeks: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPart:
    """What a story or an entity adds to the change of a theme's intensity, in points of it."""

    key: str
    name: str
    url: str | None
    change: float
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDrivers:
    """What moved a theme between the week before and this one.

    Attributes:
        theme: theme id.
        name: name to show.
        before: mean intensity of the week before.
        after: mean intensity of the week.
        stories: those that changed it most, the largest change (either way) first.
        entities: the same by entity; an article that names several is shared out by relevance.
    """

    theme: str
    name: str
    before: float
    after: float
    stories: tuple[DriverPart, ...]
    entities: tuple[DriverPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekContent:
    """One week's digest.

    Attributes:
        week: such as "2025-W07".
        sessions: its sessions that have begun.
        as_of: everything here was known before this instant.
        window_start: news known from this instant on: the decision of the session before the week.
        window_end: news known before this instant: the decision of its last session, or as_of.
        complete: False where the week still runs.
        baseline_weeks: weeks before this one that themes are compared with.
        counts: how much news there is.
        summary: the week in a few sentences.
        read_first: at most three stories, with reasons.
        highlights: at most five sentences of the top stories, no two nearly equal.
        themes: those with the largest shares, largest first.
        stories: the top stories.
        drivers: of the themes that moved most.
        entities: those named by most articles.
        watched: the desk's entities.
        flow: southbound net buying; None without a figure.
        indices: index closes, as far as known.
        chart: leading themes and flows over this and the weeks before.
        notes: reservations about the whole.
        models: model versions behind the tags.
        desk: title of the desk that it is for; empty for everybody's.
        language: of what is told; what is quoted stays in its own.
    """

    week: str
    sessions: tuple[date, ...]
    as_of: datetime
    window_start: datetime
    window_end: datetime
    complete: bool
    baseline_weeks: int
    counts: Counts
    summary: tuple[str, ...]
    read_first: tuple[ReadFirst, ...]
    highlights: tuple[Highlight, ...]
    themes: tuple[WeekTheme, ...]
    stories: tuple[WeekStory, ...]
    drivers: tuple[ThemeDrivers, ...]
    entities: tuple[EntityLine, ...]
    watched: tuple[WatchedEntity, ...]
    flow: WeekFlow | None
    indices: tuple[WeekIndex, ...]
    chart: ChartData
    notes: tuple[str, ...]
    models: tuple[str, ...]
    desk: str
    language: Language = "en"
