"""Entities: who is in the news, and how much over time."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from southbound.digest.wording import clean_line
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.entity import NamedEntity
from southbound.web.api.asking import (
    AsOf,
    Cursor,
    End,
    EntityPath,
    Limit,
    Start,
    require_order,
    within_calendar,
)
from southbound.web.api.form import Accept, FormatQuery, page_response, table_content
from southbound.web.api.model.entity import CoverageRow, EntityAnswer, EntityLineModel
from southbound.web.api.model.record import Page
from southbound.web.api.paging import cut_page, place_of
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["entities"])
Reader = Annotated[Store, Depends(read_store)]


@router.get(
    "/entities",
    response_model=Page[EntityLineModel],
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_entities(
    store: Reader,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=120, description="Words that name, id or listings have, in any case."),
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response | Page[EntityLineModel]:
    """List the entities that the news names, those in most articles first."""
    place = place_of(cursor, as_of=as_of)
    found = store.entities.named(as_of=place.as_of, words=q or "")
    shown, following = cut_page(found[place.offset : place.offset + limit + 1], place, limit=limit)
    page = Page(items=tuple(map(_line, shown)), next=following)
    return page_response(page, EntityLineModel, accept=accept, form=form)


@router.get("/entities/{entity}", responses=problem_answers(404, 422))
def get_entity(
    request: Request,
    store: Reader,
    entity: EntityPath,
    start: Start = None,
    end: End = None,
    as_of: AsOf = None,
) -> EntityAnswer:
    """Return an entity, and its share of the news and tone by session."""
    settings: Settings = request.app.state.settings
    require_order(start, end)
    named = {one.entity_id: one for one in store.entities.named(as_of=as_of)}
    if entity not in named:
        raise NotThereError(f"no article names '{entity}'; /api/v1/entities lists who is named")
    calendar = calendar_from_settings(settings)
    series = build_series(
        store,
        SeriesRequest(
            theme=None,
            entity=entity,
            start=within_calendar(start, calendar),
            end=within_calendar(end, calendar),
            as_of=as_of,
        ),
        settings=settings,
    )
    rows = [_row({str(name): value for name, value in row.items()}) for row in series.to_dict("records")]
    return EntityAnswer(entity=_line(named[entity]), coverage=tuple(rows))


def _line(entity: NamedEntity) -> EntityLineModel:
    return EntityLineModel(
        entity_id=entity.entity_id,
        name=clean_line(entity.name),
        type=entity.type,
        tickers=entity.tickers,
        n_articles=entity.n_articles,
        last_known_at=entity.last_known_at,
    )


def _row(row: dict[str, object]) -> CoverageRow:
    told = {name: None if pd.isna(row[name]) else row[name] for name in ("share", "tone")}  # type: ignore[call-overload]  # a scalar
    return CoverageRow.model_validate(
        {
            **told,
            "session": pd.Timestamp(str(row["session"])).date(),
            "n_articles": row["n_theme_articles"],
            "n_market_news": row["n_articles"],
            "state": row["state"],
        }
    )
