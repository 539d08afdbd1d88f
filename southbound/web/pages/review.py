"""Review: one item at a time, one key each; every answer is a form's, so it works without script too."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from southbound.desk.review import ReviewPage, build_article_review, build_item_page, mention_lines
from southbound.error import StoreError, UsageError
from southbound.language.sentence import said
from southbound.pipeline.review.correct import Reviewer
from southbound.pipeline.review.queue import DrawRequest, draw_items, next_items
from southbound.pipeline.review.request import request_from_record
from southbound.store import Store, open_store
from southbound.store.connection import plain_errors
from southbound.store.review_draw import Draw
from southbound.web.login import own_path
from southbound.web.pages import names
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import page_router
from southbound.web.pages.template import show
from southbound.web.pages.told import Told, keep_told, told_of
from southbound.web.pages.view import View
from southbound.web.security.guard import require_scope
from southbound.web.store import reading_of

router = page_router()
_LOG = logging.getLogger(__name__)
_MAX_FORM_BYTES: Final = 65_536
_NUMBERS: Final = ("draw", "undoes", "tone", "revision", "seen")
_TEXTS: Final = ("kind", "article_id", "theme", "entity", "evidence", "to", "into", "note")


@router.get("/review")
def show_review(request: Request) -> Response:
    """Show the next item, the item `draw`, or the article `article`."""
    refusal = require_scope(request.scope, "review")
    if refusal is not None:
        return refusal
    view = View(request=request)
    with view.store() as store:
        waiting = next_items(
            store,
            view.user_name,
            settings=view.settings,
            random=Random(view.user_name),  # noqa: S311 - the same order from page to page
        )
        page, position = _find(store, view, waiting)
        themes = names.theme_names(store, view.words.language)
    return show(
        view,
        "review",
        page=page,
        names=themes,
        n_waiting=len(waiting),
        position=position,
        told=told_of(request),
        mention_lines=mention_lines,
        entities=names.catalogue(view.settings) if view.words.is_chinese else None,
        entity_name=names.entity_name,
    )


@router.post("/review")
async def answer(request: Request) -> Response:
    """Store what a form says, and go on to where it leads."""
    refusal = require_scope(request.scope, "review")
    if refusal is not None:
        return refusal
    form = await _form(request)
    key = await run_in_threadpool(_store, View(request=request), form)
    target = own_path(form.get("next", "/review"))
    joint = "&" if "?" in target else "?"
    return RedirectResponse(f"{target}{joint}said={key}", status_code=303)


def _find(store: Store, view: View, waiting: list[Draw]) -> tuple[ReviewPage | None, int]:
    """Return the page that the address asks for, and its place among those that wait."""
    article = view.query.get("article", "")
    if article:
        page = build_article_review(store, article)
        if page is None:
            raise PageNotFoundError("not_article", article)
        return page, 0
    wanted = view.number("draw", 0)
    if wanted:
        draw = store.draws.get(wanted)
        page = build_item_page(store, draw) if draw else None
        if page is None:
            raise PageNotFoundError("not_article", str(wanted))
        return page, 0
    place = _place_after(waiting, view.number("skip", 0))
    for number in (*range(place, len(waiting)), *range(place)):
        page = build_item_page(store, waiting[number])
        if page is not None:
            return page, number + 1
    return None, 0


def _place_after(waiting: list[Draw], skipped: int) -> int:
    """Return the place after an item that was passed over; the first where it isn't there."""
    places = [number for number, draw in enumerate(waiting, start=1) if draw.pk == skipped]
    return places[0] % len(waiting) if places else 0


def _store(view: View, form: dict[str, str]) -> str:
    """Do what a form says; return under which key it can be told what became of it."""
    database = view.request.app.state.database
    try:
        with plain_errors(database), open_store(database) as store:
            told = _draw(view, store) if form.get("kind") == "draw" else _correct(view, store, form)
    except UsageError as error:
        told = Told(sentence=said(str(error), view.words.language))
    except StoreError as error:
        # Most likely another process writes for long: what was said is to be said again, on the same page.
        _LOG.error("%s", error)
        told = Told(sentence=view.words("review_not_stored"))
    reading_of(view.request.app.state).expire()
    return keep_told(view.request, told)


def _draw(view: View, store: Store) -> Told:
    made = draw_items(
        store,
        DrawRequest(n=view.settings.review.batch),
        settings=view.settings,
        now=datetime.now(UTC),
        random=SystemRandom(),
    )
    return Told(sentence=view.words("review_drawn", n=len(made)))


def _correct(view: View, store: Store, form: dict[str, str]) -> Told:
    reviewer = Reviewer(
        store, view.settings, view.user_name, catalogue=lambda: names.catalogue(view.settings)
    )
    request = request_from_record(_record(form))
    outcome = reviewer.correct(request)
    themes = names.theme_names(store, view.words.language)
    message = view.words("joint").join(_put_over(part, view, themes, request.theme) for part in outcome.said)
    return Told(sentence=message, correction=None if form.get("kind") == "undo" else outcome.pk)


def _put_over(sentence: str, view: View, themes: Mapping[str, str], theme: str) -> str:
    """Say what became of a correction with the names of what it is about, in the reader's language."""
    language = view.words.language
    if language == "en":
        return (
            re.sub(rf"\b{re.escape(theme)}\b", themes[theme], sentence, count=1)
            if theme in themes
            else sentence
        )
    entities = names.catalogue(view.settings)

    def name_of(key: str) -> str | None:
        if key in themes or key not in entities.entities:
            return themes.get(key)
        return names.entity_name(entities, key, entities.entities[key].name, language)

    return said(sentence, language, name_of=name_of)


def _record(form: dict[str, str]) -> dict[str, object]:
    """Return what a form says as a correction's record."""
    record: dict[str, object] = {key: form[key].strip() for key in _TEXTS if form.get(key, "").strip()}
    for key in _NUMBERS:
        if form.get(key, "").strip():
            record[key] = form[key].strip()
    if form.get("names"):
        record["names"] = True
    if form.get("hk_china"):
        record["hk_china"] = form["hk_china"] == "1"
    if form.get("mentions", "").strip():
        record["mentions"] = [word for word in form["mentions"].replace(",", " ").split() if word.isdecimal()]
    return record


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_BYTES:
            return {}
    parsed = parse_qs(body.decode("utf-8", "replace"))
    return {name: " ".join(values) for name, values in parsed.items()}
