"""An entity: how much it is covered, with which themes and tone, its price, what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from nlp.entities.catalogue import Catalogue, Entity
from signals.error import SignalError
from southbound.comparable import comparable_closes
from southbound.desk.session import Span, session_on_or_after
from southbound.desk.theme import told
from southbound.digest.window import find_window
from southbound.digest.wording import clean_line
from southbound.error import UsageError
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.find import ArticleQuery, ListedArticle

_N_ARTICLES = 25
_N_RELATED = 12
_N_THEMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A session of an entity.

    Attributes:
        session: trading day.
        n_articles: that name it.
        share: of market news, 0..1; None where not told.
        tone: mean of those articles, -1..1; None without one.
        close: of the asset chosen, on the scale of the span's last one; None without a price.
    """

    session: date
    n_articles: int
    share: float | None
    tone: float | None
    close: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage:
    """An entity.

    Attributes:
        entity_id: its id.
        name: in English, or as the news write it.
        type: such as "company".
        entity: its entry in the catalogue; None for a name that stands in none.
        assets: its listings that have prices.
        asset: the one whose closes are shown; "" without one.
        coverage: one a session.
        n_articles: of the span.
        themes: of those articles: theme id, articles.
        related: entities that stand beside it: id, name, articles.
        children: entities of the catalogue that belong to it.
        articles: the latest of the span.
    """

    entity_id: str
    name: str
    type: str
    entity: Entity | None
    assets: tuple[str, ...]
    asset: str
    coverage: tuple[Coverage, ...]
    n_articles: int
    themes: tuple[tuple[str, int], ...]
    related: tuple[tuple[str, str, int], ...]
    children: tuple[Entity, ...]
    articles: tuple[ListedArticle, ...]


def build_entity(
    store: Store,
    entity_id: str,
    *,
    span: Span,
    settings: Settings,
    catalogue: Catalogue,
    asset: str = "",
    as_of: datetime | None = None,
) -> EntityPage | None:
    """Gather what an entity's page shows; None where neither the catalogue nor the news know it.

    Args:
        store: everything stored.
        entity_id: id in the catalogue, or that of a name outside it.
        span: sessions shown.
        settings: decision time and scaling.
        catalogue: of entities.
        asset: of its listings, the one whose closes are shown; the first with prices where it is none.
        as_of: nothing known at or after it is shown.

    Raises:
        UsageError: a day lies outside the calendar.
    """
    entity = catalogue.entities.get(entity_id)
    named = store.entities.of(entity_id, as_of=as_of)
    if entity is None and not named:
        return None
    start, end = _news_span(span, settings)
    within = [one for one in named if start <= one.known_at < end]
    taggings = [one.tagging_pk for one in within]
    assets = _priced(store, entity, as_of)
    shown = asset if asset in assets else (assets[0] if assets else "")
    frame = entity_frame(store, entity_id, span=span, settings=settings, asset=shown, as_of=as_of)
    query = ArticleQuery(entity=entity_id, start=start, end=end, as_of=as_of)
    return EntityPage(
        entity_id=entity_id,
        name=clean_line(entity.name if entity else named[-1].name),
        type=entity.type if entity else named[-1].type,
        entity=entity,
        assets=assets,
        asset=shown,
        coverage=_coverage(frame, _closes(store, shown, span, as_of)),
        n_articles=len(within),
        themes=tuple(store.entities.themes_of(taggings)[:_N_THEMES]),
        related=_related(store, entity_id, taggings),
        children=tuple(one for one in catalogue.entities.values() if one.parent == entity_id),
        articles=tuple(store.finder.find(query, limit=_N_ARTICLES)),
    )


def _news_span(span: Span, settings: Settings) -> tuple[datetime, datetime]:
    """Return from when to when the news of a span's sessions was known."""
    calendar = calendar_from_settings(settings)
    first, last = (session_on_or_after(day, calendar=calendar) for day in (span.start, span.end))
    return find_window(first, calendar=calendar).start, find_window(last, calendar=calendar).end


def _related(store: Store, entity_id: str, taggings: Sequence[int]) -> tuple[tuple[str, str, int], ...]:
    found = store.entities.beside(taggings, limit=_N_RELATED + 1)
    return tuple((key, clean_line(name), n) for key, name, n in found if key != entity_id)[:_N_RELATED]


def entity_frame(
    store: Store, entity_id: str, *, span: Span, settings: Settings, asset: str, as_of: datetime | None
) -> pd.DataFrame:
    """Return the entity's series, with closes of an asset where one is given; empty where nothing names it.

    Raises:
        UsageError: a day lies outside the calendar.
    """
    if not store.tags.names_entity(entity_id):
        return pd.DataFrame()
    request = SeriesRequest(
        theme=None,
        entity=entity_id,
        measure="share",
        start=span.start,
        end=span.end,
        as_of=as_of,
        with_prices=bool(asset),
        assets=(asset,) if asset else (),
    )
    try:
        return build_series(store, request, settings=settings)
    except SignalError as error:
        raise UsageError(str(error)) from error


def _priced(store: Store, entity: Entity | None, as_of: datetime | None) -> tuple[str, ...]:
    with_prices = set(store.market.asset_ids(as_of=as_of))
    listed = entity.tickers() if entity else ()
    own = (entity.entity_id,) if entity else ()
    return tuple(asset for asset in (*listed, *own) if asset in with_prices)


def _closes(store: Store, asset: str, span: Span, as_of: datetime | None) -> pd.Series:
    """Return the closes that are drawn: a split makes no cliff."""
    return comparable_closes(store, asset, until=span.end, as_of=as_of)


def _coverage(frame: pd.DataFrame, closes: pd.Series) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(
            session=row["session"].date(),
            n_articles=int(row["n_theme_articles"]),
            share=told(row["share"]),
            tone=told(row["tone"]),
            close=told(closes.get(row["session"])),
        )
        for row in frame.to_dict("records")
    )
