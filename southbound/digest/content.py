"""What a digest holds: plain records, ready to be written as HTML, Markdown or JSON.

All text in them comes from feeds and is clean (see :mod:`southbound.digest.wording`) but not escaped: each
writer escapes for its own form. The field names are the keys of the JSON form, so they are a contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nlp.importance.model import ImportanceModel
from signals.variant import IntensityConfig
from southbound.digest.brief_content import Brief
from southbound.digest.selection import Selection
from southbound.language.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestOptions:
    """How much a digest shows.

    Attributes:
        n_themes: themes in the table, those with the largest shares.
        n_stories: stories under each theme.
        n_entities: entities in the table, those named by most articles.
        baseline_sessions: sessions before this one that a share is compared with.
        chart_sessions: sessions in the chart, this one included.
        assets: indices whose closes are shown, in this order.
        intensity: how the series behind the figures are computed.
        hindsight: show a theme of the user's own that was defined after the session, and say so.
        selection: the part of the news that the desk reads.
        entity_names: names of the entities that it watches.
        desk: the desk's title; empty for everybody's.
        importance: grades how much a report matters; without one, a story's facts alone decide.
    """

    n_themes: int = 8
    n_stories: int = 3
    n_entities: int = 15
    baseline_sessions: int = 20
    chart_sessions: int = 40
    assets: tuple[str, ...] = ("INDEX:HSI", "INDEX:HSTECH")
    intensity: IntensityConfig = field(default_factory=IntensityConfig)
    hindsight: bool = False
    selection: Selection = field(default_factory=Selection)
    entity_names: Mapping[str, str] = field(default_factory=dict)
    desk: str = ""
    importance: ImportanceModel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much news the digest rests on.

    Attributes:
        n_articles: tagged articles of the window.
        n_market_news: those that carry a theme, the denominator of every share.
        n_untagged: articles of the window whose tags were not known in time; they are left out.
        n_publishers: publishers of the market news.
        n_stories: stories of the market news.
    """

    n_articles: int
    n_market_news: int
    n_untagged: int
    n_publishers: int
    n_stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """A theme's measures in the session; None where a measure could not be told.

    Attributes:
        theme: theme id.
        name: name to show.
        n_articles: articles of the session that carry the theme.
        n_publishers: their publishers.
        share: the theme's part of market news, each article weighted by its score, 0..1.
        baseline_share: mean share of the sessions before.
        change: share less baseline_share.
        ratio: share over baseline_share.
        intensity: 100 is the mean of the past.
        zscore: deviations of the share from its trailing mean.
        tone: mean tone of the theme's articles, -1..1.
        state: "ok", "warming", "thin" or "missing", as in the series; empty where that is not scaled.
    """

    theme: str
    name: str
    n_articles: int
    n_publishers: int
    share: float | None
    baseline_share: float | None
    change: float | None
    ratio: float | None
    intensity: float | None
    zscore: float | None
    tone: float | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The sentence that carries a theme, and a little of the text around it.

    Attributes:
        field: "title" or "body".
        before: context in front, with its space.
        text: the evidence, shortened where it is long.
        after: context behind, with its space.
    """

    field: str
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTheme:
    """A theme of a story, with the highest score among its reports and the evidence there."""

    theme: str
    name: str
    score: float
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntity:
    """An entity that the leading report names."""

    entity_id: str
    name: str
    tickers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """One event as the digest shows it: its leading report, and who else had it.

    Attributes:
        article_id: the leading report's.
        title: its title as published.
        url: its address, only if http or https.
        language: its language.
        publishers: of all reports, the leading one first, each once.
        n_reports: reports in the window.
        known_at: when the leading report could be known.
        first_known_at: when the first report in the window could be known.
        story_id: id of the story's first report, which may be older than the window.
        n_earlier: its reports before the window, 0 for a new story; None where it was not known whether
            there were any.
        began_at: when its first report of all could be known.
        tone: the leading report's, -1, 0 or 1.
        tone_score: positive less negative probability, -1..1.
        hk_china: mean over the reports of how much they are about Hong Kong and China, 0..1.
        themes: all themes of the story, the one it is shown under first.
        entities: of the leading report, the most relevant first.
    """

    article_id: str
    title: str
    url: str | None
    language: str
    publishers: tuple[str, ...]
    n_reports: int
    known_at: datetime
    first_known_at: datetime
    story_id: str
    n_earlier: int | None
    began_at: datetime
    tone: int
    tone_score: float
    hk_china: float
    themes: tuple[StoryTheme, ...]
    entities: tuple[StoryEntity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSection:
    """The stories shown under one theme.

    Attributes:
        theme: theme id.
        name: name to show.
        n_stories: stories that carry the theme, shown or not.
        stories: those shown, best first; none where each stands under another theme.
        elsewhere: names of the themes under which its best stories stand instead.
    """

    theme: str
    name: str
    n_stories: int
    stories: tuple[StoryCard, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLine:
    """An entity in the session's market news: the articles that are about it, their mean tone for holders."""

    entity_id: str
    name: str
    type: str
    tickers: tuple[str, ...]
    n_articles: int
    tone: float
    top_theme: str
    top_theme_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFigure:
    """Southbound net buying as known in time, HKD million.

    Attributes:
        session: last session with a known figure.
        net: its net buying.
        trailing_net: sum of the last sessions with a figure.
        trailing_sessions: how many those are (5, or fewer where the history is short).
        quarter: quarter of `session`, such as "2025-Q1".
        quarter_net: sum of that quarter up to `session`.
        quarter_sessions: sessions in that sum.
        notes: what to know about the figure: its age, a record.
    """

    session: date
    net: float
    trailing_net: float
    trailing_sessions: int
    quarter: str
    quarter_net: float
    quarter_sessions: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFigure:
    """The last known close of an index.

    Attributes:
        asset_id: such as "INDEX:HSI".
        name: name to show.
        session: last session with a known close.
        close: index points.
        change: against the close of the session before; None where that is not known.
        change_5: against the close five sessions before; None where that is not known.
        notes: what to know about the figure: its age.
    """

    asset_id: str
    name: str
    session: date
    close: float
    change: float | None
    change_5: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLine:
    """A theme's share by session of the chart; None where it could not be told."""

    theme: str
    name: str
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """Shares of the leading themes and southbound net flow (HKD million) over the same sessions."""

    sessions: tuple[date, ...]
    lines: tuple[ChartLine, ...]
    net_flows: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """A rule of the user's that holds: its name, its condition, the figures that made it hold, its themes."""

    name: str
    condition: str
    figures: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A number that the session's news asserts, and what the data known in time say to it.

    Attributes:
        sentence: what it stands in.
        language: of it.
        number: its words.
        outcome: "confirmed" or "contradicted".
        verdict: in words, with the right figure.
        period: for which the figure holds.
        source: of the figure.
        notes: what else is to be known of the verdict, each with its detail.
        subject: what it is about.
        metric: what it measures.
        figure: the right figure, signed.
        unit: of the figure.
        article_id: whose.
        publisher: outlet.
        url: address of the article, only if http or https.
    """

    sentence: str
    language: str
    number: str
    outcome: str
    verdict: str
    subject: str
    metric: str
    figure: float | None
    unit: str
    article_id: str
    publisher: str
    url: str | None
    period: str = ""
    source: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """One session's digest.

    Attributes:
        session: trading day that the digest is for.
        decision_at: when the session's values are fixed.
        as_of: everything here was known before this instant; never after decision_at.
        window_start: news known from this instant on (the session before was decided then).
        window_end: news known before this instant.
        complete: False where as_of lies before the decision, so that the window is still open.
        baseline_sessions: sessions that a share is compared with.
        counts: how much news there is.
        summary: the news of the session in a few sentences.
        themes: themes with the largest shares, largest first.
        sections: the stories, by theme, in the order of `themes`.
        entities: those named by most articles.
        flow: southbound net buying; None without a figure.
        indices: index closes, as far as known.
        chart: the last sessions of the leading themes and flows.
        notes: reservations about the whole: a thin session, an open window, untagged articles.
        models: model versions behind the tags.
        alerts: rules that hold.
        brief: what to read first, in the news' own words, and what changed since the session before.
        desk: title of the desk that it is for; empty for everybody's.
        claims: numbers of the news that could be checked, the contradicted ones first.
        language: of what is told; what is quoted stays in its own.
    """

    session: date
    decision_at: datetime
    as_of: datetime
    window_start: datetime
    window_end: datetime
    complete: bool
    baseline_sessions: int
    counts: Counts
    summary: tuple[str, ...]
    themes: tuple[ThemeLine, ...]
    sections: tuple[ThemeSection, ...]
    entities: tuple[EntityLine, ...]
    flow: FlowFigure | None
    indices: tuple[IndexFigure, ...]
    chart: ChartData
    notes: tuple[str, ...]
    models: tuple[str, ...]
    alerts: tuple[AlertLine, ...] = ()
    brief: Brief = field(default_factory=Brief)
    desk: str = ""
    claims: tuple[ClaimLine, ...] = ()
    language: Language = "en"
