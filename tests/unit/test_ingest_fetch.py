"""What keeps a fetch within bounds: addresses, bodies, headers."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest

from ingest.fetch.address import is_public
from ingest.fetch.body import BodyError, read_body
from ingest.fetch.header import clock_skew_seconds, fresh_seconds, retry_after_seconds

NOW = datetime(2025, 2, 11, 1, 0, 0, tzinfo=UTC)
TEXT = b"<rss>" + b"Shares rose. " * 5000 + b"</rss>"


@pytest.mark.parametrize(
    "literal",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep their keys
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # no binding: an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "localhost",
        "",
    ],
)
def test_addresses_that_are_not_of_the_public_internet(literal: str) -> None:
    assert not is_public(literal)


@pytest.mark.parametrize(
    "literal", ["1.1.1.1", "203.119.87.10", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_public_internet(literal: str) -> None:
    assert is_public(literal)


def pieces(data: bytes, size: int = 1000) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def bare_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP ", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:999], mtime=0) + gzip.compress(TEXT[999:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 512),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
    ],
)
def test_packed_bodies_are_unpacked(encoding: str, packed: bytes, size: int) -> None:
    assert read_body(pieces(packed, size), encoding=encoding, max_bytes=100_000) == TEXT


@pytest.mark.parametrize(
    ("encoding", "packed", "reason"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], "broke off"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-8] + b"\0" * 8, "packed wrongly"),
        ("gzip", b"\x1f\x8bno gzip at all", "packed wrongly"),
        ("br", b"...", "is packed as br, which was not asked for"),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "is packed as gzip, gzip"),
    ],
)
def test_broken_bodies_are_refused(encoding: str, packed: bytes, reason: str) -> None:
    with pytest.raises(BodyError, match=reason):
        read_body(pieces(packed), encoding=encoding, max_bytes=100_000)


def test_a_body_that_unpacks_to_gigabytes_is_never_held() -> None:
    deflater = zlib.compressobj(9, wbits=31)
    zeros = b"\0" * 1024**2
    bomb = b"".join([*(deflater.compress(zeros) for _ in range(512)), deflater.flush()])
    assert len(bomb) < 1024**2
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match="larger than 1048576 bytes"):
            read_body([bomb], encoding="gzip", max_bytes=1024**2)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024**2


DATE = "Tue, 11 Feb 2025 00:50:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "Tue, 11 Feb 2025 01:10:00 GMT"}, 600.0),
        # By the server's clock, which is ten minutes behind.
        ({"retry-after": "Tue, 11 Feb 2025 01:10:00 GMT", "date": DATE}, 1200.0),
        ({"retry-after": "Tue, 11 Feb 2025 00:10:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 400}, None),
        ({}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600.0),
        ({"cache-control": 'max-age="600"', "age": "100"}, 500.0),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=600, no-store"}, None),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "private", "expires": "Tue, 11 Feb 2025 01:30:00 GMT"}, 1800.0),
        ({"expires": "Tue, 11 Feb 2025 01:30:00 GMT", "date": DATE}, 2400.0),
        ({"expires": "0"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_stays_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_seconds(headers, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"date": DATE}, -600.0),
        ({"date": DATE, "age": "600"}, 0.0),
        ({"date": "Tue, 11 Feb 2025 09:00:05 +0800"}, 5.0),
        ({"date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_how_far_a_servers_clock_is_from_ours(headers: dict[str, str], seconds: float | None) -> None:
    assert clock_skew_seconds(headers, now=NOW) == seconds
