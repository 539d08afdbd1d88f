"""Reviews: who corrected what, measured quality, and the way in for corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from nlp.review.change import Kind
from southbound.error import UsageError
from southbound.export_review import record_of_correction, record_of_report
from southbound.pipeline.review.correct import Reviewer, reviewer_name
from southbound.pipeline.review.report import measure_reviews
from southbound.pipeline.review.request import CorrectionRequest
from southbound.store import Store, open_store
from southbound.store.connection import plain_errors
from southbound.store.review import CorrectionQuery
from southbound.web.api.asking import AsOf, Cursor, Entity, From, Limit, Theme
from southbound.web.api.form import Accept, FormatQuery, page_response, table_content
from southbound.web.api.model.record import Instant, Page, Record
from southbound.web.api.paging import cut_page, place_of
from southbound.web.pages.names import catalogue
from southbound.web.problem import problem_answers, problem_response
from southbound.web.security.guard import require_scope
from southbound.web.security.token import LOCAL_USER, User
from southbound.web.store import read_store, reading_of

router = APIRouter(tags=["reviews"])
Reader = Annotated[Store, Depends(read_store)]


class ReviewLine(Record):
    """A row of the log of corrections: nothing is ever taken out of it or rewritten."""

    correction: int = Field(description="Number; grows with time.")
    known_at: Instant = Field(description="When it was made.")
    reviewer: str = Field(description="Who made it.")
    kind: Kind = Field(description="What was done.")
    article_id: str = Field(description="Of the article.")
    revision: int = Field(description="Of the article's text that was read.")
    theme: str | None = Field(description="Theme id, of a kind about themes.")
    entity: str | None = Field(description="Entity id, of a kind about entities.")
    mentions: tuple[dict[str, Any], ...] = Field(description="The entity's mentions it is about.")
    evidence: tuple[dict[str, Any], ...] = Field(description="What carries the theme.")
    to: dict[str, Any] | None = Field(description="The entity that the mentions went to.")
    label: int | None = Field(description="Tone -1, 0 or 1; scope 0 or 1.")
    story: str | None = Field(description="Story that was merged or split.")
    into: str | None = Field(description="Story that took the reports.")
    before: dict[str, Any] = Field(description="How it stood before.")
    stratum: Literal["uncertain", "influential", "control", "free"] = Field(
        description="Part of the queue it came from; control is random; free is none."
    )
    draw: int | None = Field(description="Item of the queue.")
    note: str = Field(description="In the reviewer's words.")
    undoes: int | None = Field(description="The correction that it takes back.")


class ReviewDone(Record):
    """What became of a correction."""

    correction: int = Field(description="Its number.")
    article_id: str = Field(description="Of the article.")
    changed: bool = Field(description="Whether what is shown changed.")
    message: str = Field(description="What became of it, in one line.")


@router.get(
    "/reviews",
    response_model=Page[ReviewLine],
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_reviews(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    store: Reader,
    reviewer: Annotated[str | None, Query(min_length=1, max_length=80, description="Only theirs.")] = None,
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    theme: Theme = None,
    entity: Entity = None,
    article: Annotated[str | None, Query(min_length=1, max_length=2000, description="Article id.")] = None,
    stratum: Annotated[
        Literal["uncertain", "influential", "control", "free"] | None, Query(description="Only this part.")
    ] = None,
    since: From = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response | Page[ReviewLine]:
    """List corrections, the latest first: who changed what, and when."""
    place = place_of(cursor, as_of=as_of)
    query = CorrectionQuery(
        reviewer=reviewer or "",
        kind=kind or "",
        theme=theme or "",
        entity=entity or "",
        article_id=article or "",
        stratum=stratum or "",
        start=since,
        as_of=place.as_of,
    )
    rows = store.corrections.find(query, limit=limit + 1, offset=place.offset, newest_first=True)
    lines = [ReviewLine.model_validate(record_of_correction(row)) for row in rows]
    shown, following = cut_page(lines, place, limit=limit)
    page = Page(items=tuple(shown), next=following)
    return page_response(page, ReviewLine, accept=accept, form=form)


@router.get("/reviews/quality", responses=problem_answers(422))
def get_quality(request: Request, store: Reader, as_of: AsOf = None) -> dict[str, Any]:
    """Return precision and recall by theme and month from the random control, and reviewers' agreement."""
    return _measured(store, request.app.state.settings.review.min_reviews, as_of)


@router.post(
    "/reviews", status_code=201, responses=problem_answers(400, 403, 413, 422), response_model=ReviewDone
)
def post_review(request: Request, correction: CorrectionRequest) -> ReviewDone | Response:
    """Store a correction and show it at once as a new version; needs the scope review."""
    refusal = require_scope(request.scope, "review")
    if refusal is not None:
        return refusal
    settings = request.app.state.settings
    user = request.scope["state"]["user"]
    name = user.name if isinstance(user, User) and user != LOCAL_USER else reviewer_name("", settings)
    database = request.app.state.database
    try:
        with plain_errors(database), open_store(database) as store:
            reviewer = Reviewer(store, settings, name, catalogue=lambda: catalogue(settings))
            # Nobody speaks in another's name with a token of their own.
            done = reviewer.correct(correction.model_copy(update={"reviewer": ""}))
    except UsageError as error:
        return problem_response(422, str(error))
    reading_of(request.app.state).expire()
    return ReviewDone(
        correction=done.pk, article_id=done.article_id, changed=done.changed, message=done.message
    )


def _measured(store: Store, least: int, as_of: datetime | None) -> dict[str, Any]:
    return record_of_report(measure_reviews(store, min_reviews=least, as_of=as_of))
