"""Answers kept until the data that they are made of change, with ETags and "304 Not Modified"."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from southbound.error import StoreError
from southbound.store.mark import Mark
from southbound.web.store import reading_of

PREFIX: Final = "/api/v1/"
EVENTS: Final = "/api/v1/events"
#: An answer that is larger than this part of the cache is not kept.
_LARGEST_SHARE: Final = 0.25
Key: TypeAlias = tuple[Mark, str, bytes, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: str

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500


class AnswerBook:
    """Answers by what was asked of which data; those asked for longest ago go first."""

    def __init__(self, *, max_bytes: float) -> None:
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()

    def get(self, key: Key) -> Answer | None:
        """Return a kept answer."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, if it is not too large."""
        if answer.size > self._max_bytes * _LARGEST_SHARE:
            return
        if key in self._answers:
            self._n_bytes -= self._answers.pop(key).size
        self._answers[key] = answer
        self._n_bytes += answer.size
        while self._n_bytes > self._max_bytes:
            self._n_bytes -= self._answers.popitem(last=False)[1].size


class AnswerCache:
    """Keeps what the API answers; of several who ask the same at once, one makes the answer.

    Only answers with status 200 that don't say `no-store` are kept; streams pass through.
    """

    def __init__(self, app: ASGIApp, *, book: AnswerBook) -> None:
        self._app = app
        self._book = book
        self._making: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or have it made."""
        if not _is_answerable(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            mark = await _mark(scope)
        except StoreError:
            await self._app(scope, receive, send)  # which meets it too, and says so
            return
        # Some answers hold their own address, which is told from the name that was asked for.
        place = f"{scope.get('scheme', '')}://{headers.get('host', '')}"
        key = (mark, scope["path"], scope["query_string"], headers.get("accept", ""), place)
        if key in self._making:
            await self._making[key].wait()
        answer = self._book.get(key)
        if answer is not None:
            await _send(answer, headers, send)
            return
        done = self._making.setdefault(key, asyncio.Event())
        try:
            await self._make(key, scope, receive, send, headers)
        finally:
            if self._making.get(key) is done:
                del self._making[key]
            done.set()

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        """Let the app answer; what it answers in one piece gets an ETag and is kept."""
        start: Message | None = None
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if _is_kept(message):
                    start = message
                else:
                    await send(message)
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, collect)
        if start is not None:
            answer = _answer(start, b"".join(parts))
            self._book.put(key, answer)
            await _send(answer, headers, send)


def _is_answerable(scope: Scope) -> bool:
    """Say whether a request may be answered out of what is kept."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return bool(scope["path"].startswith(PREFIX)) and scope["path"] != EVENTS


async def _mark(scope: Scope) -> Mark:
    reading = reading_of(scope["app"].state)
    mark = reading.quick_mark()
    return await run_in_threadpool(reading.mark) if mark is None else mark


def _is_kept(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_stream = headers.get("content-type", "").startswith("text/event-stream")
    return start["status"] == 200 and not is_stream and "no-store" not in headers.get("cache-control", "")  # noqa: PLR2004


def _answer(start: Message, body: bytes) -> Answer:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["etag"] = etag
    headers["cache-control"] = "private, no-cache"
    headers.add_vary_header("accept")
    return Answer(status=start["status"], headers=tuple(headers.raw), body=body, etag=etag)


async def _send(answer: Answer, asked: Headers, send: Send) -> None:
    if _matches(asked.get("if-none-match", ""), answer.etag):
        kept = [pair for pair in answer.headers if pair[0] not in {b"content-length", b"content-type"}]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})


def _matches(header: str, etag: str) -> bool:
    """Say whether an If-None-Match names an ETag (weakly compared, as RFC 9110 has it) or any."""
    named = [one.strip().removeprefix("W/") for one in header.split(",")]
    return etag in named or "*" in named
