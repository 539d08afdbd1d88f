"""What the API answers with: every member with its meaning and unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from southbound.instant import text_from_instant

Item = TypeVar("Item")
Instant = Annotated[
    datetime,
    PlainSerializer(text_from_instant, return_type=str),
    Field(description="UTC, to the millisecond."),
]
Share = Annotated[float, Field(ge=0, le=1)]


class Record(BaseModel):
    """Base of all records."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Page(Record, Generic[Item]):
    """A page of a list."""

    items: tuple[Item, ...] = Field(description="The items of this page, in order.")
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class ThemeNow(Record):
    """A theme and its measures in a session."""

    id: str = Field(description="Theme id.")
    name: str = Field(description="Name to show.")
    is_own: bool = Field(description="Whether the user defined it.")
    definition: str = Field(description="What it means.")
    intensity: float | None = Field(
        description="100 * Z / M after Baker, Bloom and Davis; 100 = mean of the past; null where thin or new."
    )
    share: float | None = Field(
        description="Sum of score * novelty over theme articles / market-news articles, 0 to 1."
    )
    share_before: float | None = Field(description="Mean share of the sessions before, 0 to 1.")
    volume: float | None = Field(description="Theme articles; null where the session is thin.")
    zscore: float | None = Field(description="Deviations of the share from its trailing mean.")
    tone: float | None = Field(description="Mean tone of the theme articles for holders, -1 to 1.")
    n_theme_articles: int = Field(description="Theme articles, also where the session is thin.")
    state: Literal["missing", "thin", "warming", "ok"] = Field(description="What the measures are worth.")


class ThemesAnswer(Record):
    """All themes in one session."""

    session: date | None = Field(description="HKEX trading day; null where nothing is tagged yet.")
    n_articles: int = Field(description="Market-news articles of the session.")
    themes: tuple[ThemeNow, ...] = Field(description="Largest share first.")


class SeriesRow(BaseModel):
    """A session or period of a series; columns of flows and prices stand beside these where asked for."""

    model_config = ConfigDict(extra="allow")

    session: date | None = Field(default=None, description="HKEX trading day (freq=session).")
    period: str | None = Field(default=None, description="ISO week or month (freq=week, month).")
    theme: str | None = Field(description="Theme id; null with an entity alone.")
    value: float | None = Field(description="The measure that was asked for.")
    intensity: float | None = Field(description="100 = mean of the past; null where thin or warming.")
    share: float | None = Field(description="Weighted theme articles / market-news articles, 0 to 1.")
    volume: float | None = Field(description="Theme articles.")
    zscore: float | None = Field(description="Deviations of the share from its trailing mean.")
    tone: float | None = Field(description="Mean tone for holders, -1 to 1.")
    n_articles: int = Field(description="Market-news articles.")
    n_theme_articles: int = Field(description="Theme articles.")
    state: str | None = Field(default=None, description="missing, thin, warming or ok.")
    known_at: str | None = Field(default=None, description="Decision time, UTC.")
    model: str = Field(description="Models whose tags are in it.")


class SeriesAnswer(Record):
    """A series."""

    theme: str | None = Field(description="Theme id.")
    entity: str | None = Field(description="Entity id.")
    measure: str = Field(description="What stands in `value`.")
    rows: tuple[SeriesRow, ...] = Field(description="By session or period, ascending.")


class TableAnswer(Record):
    """Themes, flows and prices beside each other; /api/v1/table/columns says what each column holds."""

    rows: tuple[dict[str, float | int | str | bool | None], ...] = Field(description="One row a session.")


class ColumnMeaning(Record):
    """A column of the table."""

    column: str = Field(description="Name.")
    type: str = Field(description="Type in pandas' words.")
    meaning: str = Field(description="What it holds, with its unit.")


class SessionLine(Record):
    """A trading day."""

    session: date = Field(description="HKEX trading day.")
    decision_at: Instant = Field(description="News known before it counts for the session, UTC.")
    southbound: Literal["open", "closed", "unknown"] = Field(description="Whether southbound trading is on.")
    n_articles: int = Field(description="Market-news articles, 0 where none are stored.")


class SpanModel(Record):
    """Where something stands in an article."""

    field: str = Field(description="title or body.")
    start: int = Field(description="First character, from 0.")
    end: int = Field(description="After the last character.")
    text: str = Field(description="What stands there.")


class ThemeTagModel(Record):
    """A theme of an article."""

    theme: str = Field(description="Theme id.")
    score: float = Field(description="How sure the model is, 0 to 1.")
    evidence: tuple[SpanModel, ...] = Field(description="The sentences that carry it.")


class ToneModel(Record):
    """What a text means for holders."""

    label: int = Field(description="-1, 0 or 1.")
    negative: float = Field(description="Probability, 0 to 1.")
    neutral: float = Field(description="Probability, 0 to 1.")
    positive: float = Field(description="Probability, 0 to 1.")


class EntityTagModel(Record):
    """An entity of an article."""

    entity_id: str = Field(description="Entity id; unknown:... stands in no catalogue.")
    name: str = Field(description="Name.")
    type: str = Field(description="company, institution, person, index or product.")
    tickers: tuple[str, ...] = Field(description="Listings, such as XHKG:9988.")
    relevance: float = Field(description="How much the article is about it, 0 to 1.")
    linked: bool = Field(description="Whether it stands in the catalogue.")
    mentions: tuple[SpanModel, ...] = Field(description="Where it is named.")
    tone: ToneModel | None = Field(description="For its own holders; null where not judged.")


class ArticleLine(Record):
    """An article of a list."""

    article_id: str = Field(description="Article id.")
    title: str = Field(description="Title, cleaned of control and direction characters.")
    url: str | None = Field(description="Its address, http or https only.")
    publisher: str = Field(description="Outlet.")
    language: str = Field(description="en, zh-Hans, zh-Hant, ...")
    known_at: Instant = Field(description="When it could be used, UTC.")
    tone: int | None = Field(description="-1, 0 or 1; null where not tagged.")
    themes: tuple[str, ...] = Field(description="Theme ids, strongest first.")


class TaggingModel(Record):
    """What one model said of one revision."""

    revision: int = Field(description="Which revision it read.")
    model: str = Field(description="Model and version.")
    tagged_at: Instant = Field(description="When it was made, UTC.")
    known_at: Instant = Field(description="Since when it can be used, UTC.")
    hk_china: float = Field(description="How much it is about Hong Kong or China, 0 to 1.")
    tone: ToneModel = Field(description="What it means for holders.")
    themes: tuple[ThemeTagModel, ...] = Field(description="Themes, strongest first.")
    entities: tuple[EntityTagModel, ...] = Field(description="Entities, most relevant first.")


class RevisionModel(Record):
    """A text of an article."""

    revision: int = Field(description="0 is the first.")
    title: str = Field(description="Title as it came: evidence offsets count in it. Escape it to show it.")
    body: str = Field(description="Text as it came: evidence offsets count in it. Escape it to show it.")
    known_at: Instant = Field(description="When it could be used, UTC.")


class ArticleAnswer(Record):
    """An article with its revisions and tags."""

    article_id: str = Field(description="Article id.")
    url: str | None = Field(description="Its address, http or https only.")
    publisher: str = Field(description="Outlet.")
    language: str = Field(description="en, zh-Hans, zh-Hant, ...")
    published_at: Instant | None = Field(description="What the source claims, UTC.")
    known_at: Instant = Field(description="When it could be used, UTC.")
    revisions: tuple[RevisionModel, ...] = Field(description="Its texts, the first one first.")
    taggings: tuple[TaggingModel, ...] = Field(description="Its tags, the first ones first.")


class EntityLineModel(Record):
    """An entity of a list."""

    entity_id: str = Field(description="Entity id.")
    name: str = Field(description="Name.")
    type: str = Field(description="company, institution, person, index or product.")
    tickers: tuple[str, ...] = Field(description="Listings, such as XHKG:9988.")
    n_articles: int = Field(description="Articles that name it.")
    last_known_at: Instant = Field(description="When the last of them was known, UTC.")


class CoverageRow(Record):
    """An entity's news in a session."""

    session: date = Field(description="HKEX trading day.")
    n_articles: int = Field(description="Articles that name it.")
    n_market_news: int = Field(description="All market-news articles of the session.")
    share: float | None = Field(description="Its weighted share of them, 0 to 1; null where thin.")
    tone: float | None = Field(description="Mean tone of its articles, -1 to 1.")
    state: str = Field(description="missing, thin, warming or ok.")


class EntityAnswer(Record):
    """An entity and its news over time."""

    entity: EntityLineModel = Field(description="Who it is.")
    coverage: tuple[CoverageRow, ...] = Field(description="By session, ascending.")


class ReportModel(Record):
    """A report of a story."""

    article_id: str = Field(description="Article id.")
    title: str = Field(description="Title.")
    url: str | None = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    known_at: Instant = Field(description="When it could be used, UTC.")


class StoryModel(Record):
    """An event and its reports."""

    story_id: str = Field(description="Id of its first report.")
    title: str = Field(description="Title of its leading report.")
    n_reports: int = Field(description="Reports known in the session.")
    publishers: tuple[str, ...] = Field(description="Outlets, the leading report's first.")
    hk_china: float = Field(description="How much it is about Hong Kong and China, 0 to 1.")
    themes: dict[str, float] = Field(description="Highest score of each theme among its reports.")
    reports: tuple[ReportModel, ...] = Field(description="The reports, the first one first.")


class FlowLineModel(Record):
    """A sum of southbound net flow beside the record of its kind."""

    label: str = Field(description="The day, the last sessions, the quarter or year to date.")
    net: float = Field(description="Net buying, HKD million.")
    n_sessions: int = Field(description="Sessions with a figure in it.")
    first: date = Field(description="First session.")
    last: date = Field(description="Last session.")
    record_label: str | None = Field(description="When the earlier record of its kind was.")
    record_net: float | None = Field(description="That record, HKD million.")
    is_record: bool = Field(description="Whether this is above it.")


class FlowSummaryAnswer(Record):
    """Southbound flows to date."""

    lines: tuple[FlowLineModel, ...] = Field(description="Day, 5 and 20 sessions, quarter, year.")


class FrameAnswer(Record):
    """A table: one record a row."""

    rows: tuple[dict[str, float | int | str | bool | None], ...] = Field(description="The rows.")


class AssetsAnswer(Record):
    """What has prices."""

    assets: tuple[str, ...] = Field(description="Asset ids, such as INDEX:HSI or XHKG:9988.")


class DriverRow(Record):
    """A part of a theme's change between two sessions."""

    split: Literal["story", "publisher", "entity"] = Field(description="Which way the change is split.")
    key: str = Field(description="Id of the story's first report, publisher or entity id.")
    name: str = Field(description="Name to show.")
    url: str | None = Field(description="Address of the story's first report.")
    before: float = Field(description="Points of intensity in the earlier session.")
    after: float = Field(description="Points of intensity in the session.")
    change: float = Field(description="Their difference; the parts of a split add up to the whole.")
    n_articles: int = Field(description="Articles behind it.")


class DriversAnswer(Record):
    """What moved a theme."""

    theme: str = Field(description="Theme id.")
    session: date = Field(description="HKEX trading day.")
    before: float = Field(description="Intensity in the earlier session.")
    after: float = Field(description="Intensity in the session.")
    change: float = Field(description="Points of intensity.")
    rows: tuple[DriverRow, ...] = Field(description="Within a split the largest change first.")


class ShiftModel(Record):
    """A level shift of a theme's intensity."""

    direction: Literal["up", "down"] = Field(description="Where to.")
    began: date = Field(description="First session of the new level, as estimated when it was found.")
    knowable: date = Field(description="Session in which it was found: nothing later was used.")
    before: float = Field(description="Mean intensity of the past it was set against.")
    after: float = Field(description="Mean intensity from its beginning until it was found.")
    n_sessions: int = Field(description="Sessions with a value in between.")


class RegimesAnswer(Record):
    """Level shifts of a theme."""

    theme: str = Field(description="Theme id.")
    shifts: tuple[ShiftModel, ...] = Field(description="Ascending.")


class FigureModel(Record):
    """A figure that a rule asked for."""

    text: str = Field(description='In words, such as "ai zscore 2.41".')
    value: float | None = Field(description="Its value (flows in HKD million, returns as fractions).")


class AlertModel(Record):
    """An alert rule at a session's decision."""

    name: str = Field(description="Name of the rule.")
    condition: str = Field(description="When it holds.")
    holds: bool | None = Field(description="Whether it does; null where a figure is not known.")
    figures: tuple[FigureModel, ...] = Field(description="What it was decided by.")


class AlertsAnswer(Record):
    """The alert rules at a session's decision."""

    session: date = Field(description="HKEX trading day.")
    rules: tuple[AlertModel, ...] = Field(description="In the order of the rules file.")


class FeedModel(Record):
    """How a feed is doing."""

    url: str = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    state: str = Field(description="off, new, dead, failing, silent or ok.")
    last_good_at: Instant | None = Field(description="Last poll that worked, UTC.")
    next_poll_at: Instant | None = Field(description="When it is due, UTC.")
    failures_in_a_row: int = Field(description="Since the last poll that worked.")
    reason: str | None = Field(description="Why the last poll failed.")
    articles_24h: int = Field(description="New articles of the last 24 hours.")
    norm_24h: float | None = Field(description="Median of the same hours in the four weeks before.")
    repeat_share_28d: float | None = Field(description="Articles that repeat another word for word, 0 to 1.")


class FeedsAnswer(Record):
    """All feeds."""

    now: Instant = Field(description="When this was told, UTC.")
    feeds: tuple[FeedModel, ...] = Field(description="In the order of the lists.")


class EvaluationAnswer(BaseModel):
    """Whether a theme says anything about flows and returns; see `southbound evaluate`."""

    model_config = ConfigDict(extra="allow")

    title: str = Field(description="What was tested.")
    kind: str = Field(description="market.")
    measure: str = Field(description="Measure of the theme.")
    units: dict[str, str] = Field(description="Unit of each target.")
    notes: list[str] = Field(description="What must be minded.")


class EventModel(Record):
    """A newly tagged article, as the stream of events tells it."""

    article_id: str = Field(description="Article id.")
    title: str = Field(description="Title.")
    url: str | None = Field(description="Its address.")
    publisher: str = Field(description="Outlet.")
    language: str = Field(description="en, zh-Hans, zh-Hant, ...")
    known_at: Instant = Field(description="When the article could be used, UTC.")
    tags_known_at: Instant = Field(description="When the tags could be used, UTC.")
    tone: int = Field(description="-1, 0 or 1.")
    themes: tuple[str, ...] = Field(description="Theme ids, strongest first.")
    entities: tuple[str, ...] = Field(description="Entity ids, most relevant first.")
