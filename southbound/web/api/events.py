"""The stream of newly tagged articles, as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from southbound.digest.wording import clean_line, web_url
from southbound.settings import Settings
from southbound.store.mark import Mark
from southbound.store.tail import NewlyTagged
from southbound.web.api.asking import Entity, Theme
from southbound.web.api.model.event import EventModel
from southbound.web.problem import problem_answers, problem_response
from southbound.web.store import Reading, reading_of

router = APIRouter(tags=["articles"])

_BATCH: Final = 200
_PAUSE_SECONDS: Final = 0.5
#: Proxies close what is silent for half a minute or more.
_SILENCE_SECONDS: Final = 15.0
_MAX_STREAMS: Final = 100
_EXAMPLE: Final = 'id: 1017\nevent: tagged\ndata: {"article_id": "a1", "title": "...", "themes": ["ai"]}\n\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    theme: str | None
    entity: str | None

    def has(self, tagged: NewlyTagged) -> bool:
        by_theme = self.theme is None or self.theme in tagged.themes
        return by_theme and (self.entity is None or self.entity in tagged.entities)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events of type `tagged`, each an article as JSON; the id says where to go on.",
            "content": {"text/event-stream": {"example": _EXAMPLE}},
        },
        **problem_answers(422, 503),
    },
)
async def stream_events(
    request: Request,
    theme: Theme = None,
    entity: Entity = None,
    after: Annotated[
        int | None, Query(ge=0, le=2**53, description="Begin after this id; default: with what comes now.")
    ] = None,
    last_event_id: Annotated[
        str, Header(pattern=r"^[0-9]{0,15}$", description="Sent by browsers that take a stream up again.")
    ] = "",
) -> Response:
    """Tell every newly tagged article. The stream ends from time to time; browsers then take it up again."""
    state, settings = request.app.state, _settings(request)
    if getattr(state, "n_streams", 0) >= _MAX_STREAMS:
        return problem_response(503, f"{_MAX_STREAMS} streams are open already; try again later")
    place = int(last_event_id) if last_event_id else after
    events = _events(
        request,
        reading_of(state),
        _Wanted(theme=theme, entity=entity),
        place=place,
        ends=time.monotonic() + settings.web.stream_seconds,
    )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _events(
    request: Request, reading: Reading, wanted: _Wanted, *, place: int | None, ends: float
) -> AsyncIterator[str]:
    state = request.app.state
    state.n_streams = getattr(state, "n_streams", 0) + 1
    try:
        yield "retry: 2000\n\n"
        seen: Mark | None = None
        told_at = time.monotonic()
        end = await run_in_threadpool(_end, reading)
        # One beyond the end is of another database, or of what was taken back from a copy.
        place = end if place is None else min(place, end)
        while True:
            mark = reading.quick_mark()
            if mark is None:
                mark = await run_in_threadpool(reading.mark)
            if mark != seen:
                batch = await run_in_threadpool(_read, reading, place)
                # A full batch may have more behind it.
                seen = mark if len(batch) < _BATCH else None
                for tagged in batch:
                    place = tagged.place
                    if wanted.has(tagged):
                        yield event_text(tagged)
                        told_at = time.monotonic()
                if seen is None:
                    continue
            now = time.monotonic()
            if now >= ends or await request.is_disconnected():
                return
            if now - told_at > _SILENCE_SECONDS:
                yield ": still here\n\n"
                told_at = now
            await asyncio.sleep(min(_PAUSE_SECONDS, max(0.0, ends - now)))
    finally:
        state.n_streams -= 1


def event_text(tagged: NewlyTagged) -> str:
    """Write an event; its data is one line of JSON, whatever the title holds."""
    event = EventModel(
        article_id=tagged.article_id,
        title=clean_line(tagged.title),
        url=web_url(tagged.url),
        publisher=clean_line(tagged.publisher),
        language=tagged.language,
        known_at=tagged.known_at,
        tags_known_at=tagged.tags_known_at,
        tone=tagged.tone,
        themes=tagged.themes,
        entities=tagged.entities,
    )
    return f"id: {tagged.place}\nevent: tagged\ndata: {event.model_dump_json()}\n\n"


def _end(reading: Reading) -> int:
    with reading.store() as store:
        return store.tail.end()


def _read(reading: Reading, place: int) -> list[NewlyTagged]:
    with reading.store() as store:
        return store.tail.after(place, limit=_BATCH)
