"""Errors as problem+json (RFC 9457): what is wrong, in one clear line, and nothing of the inside."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from signals.error import SignalError
from southbound.error import SouthboundError, StoreError, UsageError
from southbound.web.plain import problem_page, wants_page
from southbound.web.security.header import SECURITY_HEADERS

MEDIA_TYPE: Final = "application/problem+json"
_LOG = logging.getLogger(__name__)


class Problem(BaseModel):
    """Why there is no answer."""

    type: str = Field(default="about:blank", description="Always about:blank: the status says it all.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong and what to do, in one line.")


class NotThereError(SouthboundError):
    """What is asked for does not exist, or was not known at the time."""


def problem_response(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as problem+json."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=" ".join(detail.split()))
    return Response(
        json.dumps(body.model_dump(), ensure_ascii=False),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def refuse(
    request: Request, status: int, detail: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error: to a browser that asks for a page as one, else as problem+json."""
    if wants_page(request):
        return problem_page(request, status, detail, headers=headers)
    return problem_response(status, detail, headers=headers)


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of errors for a route's `responses`."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install_problems(app: FastAPI) -> None:
    """Turn every error of an app into a problem."""
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in (SouthboundError, SignalError):
        app.add_exception_handler(kind, _on_ours)
    app.add_exception_handler(Exception, _on_unexpected)


def _on_invalid(_: Request, error: Exception) -> Response:
    details = error.errors() if isinstance(error, RequestValidationError) else []
    return problem_response(422, "; ".join(map(_told, details)) or "the request can't be read")


def _told(detail: Mapping[str, Any]) -> str:
    place: Sequence[Any] = detail["loc"]
    return f"{place[-1]}: {detail['msg'].removeprefix('Value error, ')}"


def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return refuse(request, 500, "")
    return refuse(request, error.status_code, str(error.detail), headers=error.headers)


def _on_ours(request: Request, error: Exception) -> Response:
    if isinstance(error, StoreError):
        _LOG.error("%s", error)
        return refuse(request, 503, "the database can't be read just now; the server's log says why")
    if isinstance(error, UsageError | NotThereError | SignalError):
        return refuse(request, 404, str(error))
    return refuse(request, 500, str(error))


def _on_unexpected(request: Request, error: Exception) -> Response:
    _LOG.error("unexpected %s", type(error).__name__)
    # It is answered outside the door, which puts them on all other answers.
    told = "something went wrong here; the server's log says what"
    return refuse(request, 500, told, headers=SECURITY_HEADERS)
