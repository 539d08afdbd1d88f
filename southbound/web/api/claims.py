"""Claims: what the news asserts in numbers, each with what the data known then say to it."""

from __future__ import annotations

import json
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from southbound.claims.checked import find_claims
from southbound.claims.report import record_from_report, report_claims
from southbound.export_claim import frame_of_claims
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.claim import ClaimQuery
from southbound.web.api.asking import AsOf, Cursor, EntityId, From, Limit, Theme, To, require_theme
from southbound.web.api.form import Accept, FormatQuery, table_content, table_response
from southbound.web.api.model.claim import ClaimReportAnswer, ClaimsAnswer
from southbound.web.api.paging import cut_page, place_of
from southbound.web.problem import problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["claims"])
Reader = Annotated[Store, Depends(read_store)]
Subject = Annotated[EntityId | None, Query(description="southbound, northbound or an entity id.")]
MetricQuery = Annotated[
    Literal[
        "net_flow", "buy", "sell", "turnover", "share_of_turnover", "level", "change", "return", "price",
        "money_raised", "revenue", "profit", "growth", "rate", "money", "count", "percentage",
    ]
    | None,
    Query(description="What is measured."),
]  # fmt: skip
Publisher = Annotated[str | None, Query(min_length=1, max_length=200, description="Only this outlet.")]
ArticleQuery = Annotated[
    str | None, Query(min_length=1, max_length=2000, description="Only the article with this id.")
]
VerdictQuery = Annotated[
    Literal["confirmed", "contradicted", "unchecked", "checked"] | None,
    Query(description="What the data say; checked is either of the first two."),
]


@router.get(
    "/claims",
    response_model=ClaimsAnswer,
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_claims(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    request: Request,
    store: Reader,
    subject: Subject = None,
    metric: MetricQuery = None,
    verdict: VerdictQuery = None,
    theme: Theme = None,
    publisher: Publisher = None,
    article: ArticleQuery = None,
    since: From = None,
    to: To = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response:
    """Find claims with their verdicts, those of the newest articles first.

    Verdicts hold what was known before `as_of`; the next page's cursor stands in `next`, and in the header
    `x-next-cursor` of the other forms.
    """
    if theme is not None:
        require_theme(store, theme)
    place = place_of(cursor, as_of=as_of)
    query = ClaimQuery(
        subject=subject or "",
        metrics=(metric,) if metric else (),
        publisher=publisher or "",
        theme=theme or "",
        articles=(article,) if article else None,
        start=since,
        end=to,
        as_of=place.as_of,
    )
    settings: Settings = request.app.state.settings
    found = find_claims(store, query, calendar=calendar_from_settings(settings), outcome=verdict)
    shown, following = cut_page(
        list(islice(found, place.offset, place.offset + limit + 1)), place, limit=limit
    )
    about = f'"next": {json.dumps(following)}'
    response = table_response(frame_of_claims(shown), accept=accept, form=form, about=about)
    if following:
        response.headers["x-next-cursor"] = following
    return response


@router.get("/claims/report", responses=problem_answers(404, 422))
def get_claim_report(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    request: Request,
    store: Reader,
    subject: Subject = None,
    theme: Theme = None,
    publisher: Publisher = None,
    since: From = None,
    to: To = None,
    as_of: AsOf = None,
) -> ClaimReportAnswer:
    """Count claims: found, checked, confirmed, contradicted, unchecked by reason; by metric and outlet."""
    if theme is not None:
        require_theme(store, theme)
    query = ClaimQuery(
        subject=subject or "",
        publisher=publisher or "",
        theme=theme or "",
        start=since,
        end=to,
        as_of=as_of,
    )
    settings: Settings = request.app.state.settings
    found = find_claims(store, query, calendar=calendar_from_settings(settings))
    counted = report_claims(found, n_articles=store.claims.n_read(query))
    return ClaimReportAnswer.model_validate(record_from_report(counted))
