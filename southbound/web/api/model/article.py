"""What the routes of articles answer with: lines of lists, texts, tags."""

from __future__ import annotations

from pydantic import Field

from southbound.web.api.model.record import Instant, Record


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
