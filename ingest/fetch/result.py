"""What comes of a fetch, and what it leaves for the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.fetch.failure import Failure

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What an earlier answer left, to tell whether the next one is new."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What came of fetching a feed.

    Attributes:
        status: ``ok``, ``not_modified`` (nothing to parse) or ``failed``.
        payload: The body, decompressed; empty unless ``ok``.
        headers: The answer's headers, names in lower case; also those of a refusal.
        etag: To be sent next time.
        last_modified: To be sent next time.
        body_hash: SHA-256 of the body in hexadecimal, to be passed next time.
        final_url: Where the answer came from, after redirects.
        moved_to: Where the address leads by permanent redirects alone; None where it leads nowhere.
        http_status: Of the last answer; None for files, and where none came.
        n_bytes: Length of the body, decompressed.
        failure: How bad it is, where ``failed``.
        reason: What went wrong, in one line, where ``failed``.
    """

    status: Literal["ok", "not_modified", "failed"]
    payload: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    final_url: str
    moved_to: str | None = None
    http_status: int | None = None
    n_bytes: int = 0
    failure: Failure | None = None
    reason: str | None = None


def result_from_body(
    payload: bytes,
    *,
    final_url: str,
    headers: Mapping[str, str],
    validators: Validators,
    moved_to: str | None = None,
    http_status: int | None = None,
) -> FetchResult:
    """Let the body's hash decide: servers change headers without a new body, and the other way round."""
    body_hash = hashlib.sha256(payload).hexdigest()
    is_known = body_hash == validators.body_hash
    return FetchResult(
        status="not_modified" if is_known else "ok",
        payload=b"" if is_known else payload,
        headers=headers,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        body_hash=body_hash,
        final_url=final_url,
        moved_to=moved_to,
        http_status=http_status,
        n_bytes=len(payload),
    )


def unmodified(
    final_url: str, headers: Mapping[str, str], validators: Validators, *, moved_to: str | None
) -> FetchResult:
    """Answer for a server that says that nothing has changed."""
    return FetchResult(
        status="not_modified",
        headers=headers,
        etag=headers.get("etag", validators.etag),
        last_modified=headers.get("last-modified", validators.last_modified),
        body_hash=validators.body_hash,
        final_url=final_url,
        moved_to=moved_to,
        http_status=NOT_MODIFIED,
    )
