"""The app: pages, API, and the door before them."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Final

import anyio.to_thread
from fastapi import FastAPI

from southbound import __version__
from southbound.error import StoreError
from southbound.pipeline.importance import importance_of
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.web import api, login
from southbound.web.cache import AnswerBook, AnswerCache
from southbound.web.head import AnswerHead
from southbound.web.pages import router as pages_router
from southbound.web.pages.names import catalogue
from southbound.web.problem import Problem, install_problems, problem_answers
from southbound.web.security.access import Access
from southbound.web.security.guard import Guard
from southbound.web.security.limit import Rate, RateLimit
from southbound.web.security.session import SessionBook
from southbound.web.store import Reading

_MEGABYTE: Final = 1_000_000
#: Requests that are worked on at once; more threads than cores only get into each other's way.
_N_THREADS: Final = 8
#: What any request may be answered: no token, unknown host, too many requests, no database.
_AT_THE_DOOR: Final = (401, 421, 429, 503)
_KEYS: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token that `southbound token new` made."},
    "password": {"type": "http", "scheme": "basic", "description": "The same as a feed reader's password."},
}
_DESCRIPTION: Final = """News to signals for Hong Kong and China markets. Everything can be asked for as
it was known at an instant (`as_of`). Instants are UTC; sessions are HKEX trading days; flows are HKD million;
shares are fractions. Errors are problem+json in one line. Answers carry an ETag: send it back in
If-None-Match."""


def create_app(settings: Settings, database: Path, *, access: Access | None = None) -> FastAPI:
    """Make the app.

    Args:
        settings: how it answers.
        database: what it shows; opened for reading at the first request.
        access: who gets in; default whoever reaches a local address.

    Raises:
        NlpError: the model that puts stories in order can't be used.
    """
    importance_of(settings)
    access = access or Access()
    app = FastAPI(
        title="Southbound",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    sessions = SessionBook(seconds=settings.web.session_hours * 3600)
    app.state.settings, app.state.database = settings, database
    app.state.access, app.state.sessions = access, sessions
    app.state.reading = Reading(database)
    app.include_router(api.router)
    app.include_router(login.router)
    app.include_router(pages_router)
    install_problems(app)
    _describe_problems(app)
    # The last one added is the first that a request meets.
    app.add_middleware(AnswerCache, book=AnswerBook(max_bytes=settings.web.cache_megabytes * _MEGABYTE))
    rate = Rate(per_second=settings.web.requests_per_second, burst=settings.web.burst)
    app.add_middleware(Guard, access=access, sessions=sessions, limit=RateLimit(rate))
    app.add_middleware(AnswerHead)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _N_THREADS
    Thread(target=_warm_up, args=(app.state.settings, app.state.reading), daemon=True).start()
    yield
    app.state.reading.close()


def _warm_up(settings: Settings, reading: Reading) -> None:
    """Read calendar, news and entities: seconds that the first reader need not wait for.

    A database that can't be read is told to whoever asks for something.
    """
    calendar_from_settings(settings)
    with suppress(StoreError), reading.store() as store:
        store.news.read()
    catalogue(settings)
    _set_aside()


@cache
def _set_aside() -> None:
    """Keep what stays for good out of further collections of garbage, once in a process.

    Each looks through hundreds of thousands of objects of the catalogue, under some request's hands.
    """
    gc.collect()
    gc.freeze()


def _describe_problems(app: FastAPI) -> None:
    """Put the record of errors, and what the door may answer, into the OpenAPI document."""
    plain = app.openapi

    def described() -> dict[str, object]:
        if app.openapi_schema is None:
            document = plain()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            document["components"]["securitySchemes"] = _KEYS
            for operation in (one for path in document["paths"].values() for one in path.values()):
                operation["security"] = [{}, *({name: []} for name in _KEYS)]
                for status, answer in problem_answers(*_AT_THE_DOOR).items():
                    operation["responses"].setdefault(str(status), answer)
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend the document
