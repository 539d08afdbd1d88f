"""Pages out of web archives, sound and broken."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from ingest.archives.read import read_articles
from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.rejection import Rejection

NOW = datetime(2025, 6, 1, tzinfo=UTC)
FETCHED = "2025-02-12T03:04:05Z"
PARAGRAPHS = [
    "Mainland investors bought Hong Kong shares worth a net HK$5.2 billion on Tuesday, the exchange says.",
    "Two thirds of the money went into five technology names, among them Alibaba and Tencent.",
    "Traders expect more of it, as the mainland's savings rates were cut again in the week before.",
]
PAGE = """<!DOCTYPE html><html lang="en-HK"><head><title>{title} - Harbour Ledger</title>
<meta property="og:site_name" content="Harbour Ledger"><meta property="og:title" content="{title}">
{meta}</head><body><nav><a href="/">Home</a> <a href="/markets">Markets</a></nav><article><h1>{title}</h1>
{text}</article><footer>All rights reserved</footer></body></html>"""


def page(title: str, *, meta: str = "") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return PAGE.format(title=title, meta=meta, text=text).encode()


def record(
    url: str,
    payload: bytes,
    *,
    packed: bool,
    content_type: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    encoding: str = "",
) -> bytes:
    fields = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
    fields += f"Content-Encoding: {encoding}\r\n" if encoding else ""
    block = fields.encode() + b"\r\n" + payload
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {FETCHED}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    whole = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(whole) if packed else whole


def three(*, packed: bool) -> list[bytes]:
    return [
        record(f"https://ledger.example/{n}", page(f"Southbound buying, day {n}"), packed=packed)
        for n in range(3)
    ]


def read(path: Path, *, skip: int = 0) -> tuple[list[Article], list[Rejection]]:
    found = list(read_articles(path, now=NOW, skip=skip))
    articles = [item for item in found if isinstance(item, Article)]
    return articles, [item for item in found if isinstance(item, Rejection)]


def write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_becomes_an_article(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    meta = '<meta property="article:published_time" content="2025-02-11T17:30:00+08:00">'
    body = page("Money returns", meta=meta)
    path = write(
        tmp_path / "crawl.warc.gz", record("https://ledger.example/a?utm_source=x", body, packed=packed)
    )
    (article,), rejected = read(path)
    assert not rejected
    assert (article.title, article.publisher, article.language) == ("Money returns", "Harbour Ledger", "en")
    assert article.canonical_url == "https://ledger.example/a"
    assert article.published_at == datetime(2025, 2, 11, 9, 30, tzinfo=UTC)
    assert article.body.split("\n") == PARAGRAPHS
    assert article.extra["fetched_at"] == "2025-02-12T03:04:05+00:00"


@pytest.mark.parametrize("claim", ["", "2025-02-10", "2025-02-12T12:00:00Z", "2031-01-01T00:00:00Z", "soon"])
def test_without_an_instant_that_can_be_true_a_page_is_as_old_as_its_fetch(
    tmp_path: Path, claim: str
) -> None:
    meta = f'<meta property="article:published_time" content="{claim}">' if claim else ""
    path = write(tmp_path / "a.warc", record("https://ledger.example/a", page("T", meta=meta), packed=False))
    (article,), _ = read(path)
    assert article.published_at == datetime(2025, 2, 12, 3, 4, 5, tzinfo=UTC)
    assert article.extra.get("claimed_published_at", "") == claim


def test_what_is_no_article_is_passed_over(tmp_path: Path) -> None:
    odd = [
        record("https://ledger.example/logo", b"\x89PNG", packed=True, content_type="image/png"),
        record("https://ledger.example/gone", page("Gone"), packed=True, status="404 Not Found"),
        record("https://ledger.example/data", b"{}", packed=True, content_type="application/json"),
    ]
    articles, rejected = read(write(tmp_path / "crawl.warc.gz", *odd, *three(packed=True)))
    assert [article.title[-5:] for article in articles] == ["day 0", "day 1", "day 2"]
    assert not rejected


def test_encodings_of_page_and_transfer_are_undone(tmp_path: Path) -> None:
    chinese = "<html><head><title>騰訊控股回購</title></head><body><p>港股通資金淨買入。</p></body></html>"
    path = write(
        tmp_path / "crawl.warc.gz",
        record(
            "https://a.example/1", chinese.encode("big5"), packed=True, content_type="text/html; charset=big5"
        ),
        record("https://a.example/2", gzip.compress(page("Packed")), packed=True, encoding="gzip"),
        record("https://a.example/4", b"\x0b\x02\x80", packed=True, encoding="br"),
        record("https://a.example/3", b"\x1f\x8bno gzip at all" * 9, packed=True, encoding="gzip"),
    )
    articles, rejected = read(path)
    assert [article.title for article in articles] == ["騰訊控股回購", "Packed"]
    assert articles[0].language == "zh-Hant"
    assert rejected[0].reason == "the page is compressed in a way that is not read (br)"
    assert len(rejected) == 2


@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_record_is_rejected_and_the_rest_read(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    first, second, third = three(packed=packed)
    hurt = bytearray(second)
    if packed:
        hurt[40:60] = b"\xff" * 20
    else:
        hurt[:4] = b"XXXX"
    path = write(tmp_path / "crawl.warc.gz", first, bytes(hurt), third)
    articles, (rejection,) = read(path)
    assert [article.title[-5:] for article in articles] == ["day 0", "day 2"]
    assert rejection.where == "crawl.warc.gz record 2"
    assert "broken record" in rejection.reason


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_cut_off_gives_what_came_before(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    whole = b"".join(three(packed=packed))
    last = len(three(packed=packed)[2])
    articles, (rejection,) = read(write(tmp_path / "crawl.warc.gz", whole[: -last // 3]))
    assert [article.title[-5:] for article in articles] == ["day 0", "day 1"]
    assert "record 3" in rejection.where


def test_a_file_compressed_as_a_whole_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "crawl.warc.gz", gzip.compress(b"".join(three(packed=False))))
    articles, rejected = read(path)
    assert [article.title[-5:] for article in articles] == ["day 0", "day 1", "day 2"]
    assert not rejected


def test_records_can_be_left_out_from_the_first(tmp_path: Path) -> None:
    path = write(tmp_path / "crawl.warc.gz", *three(packed=True))
    assert [article.title[-5:] for article in read(path, skip=2)[0]] == ["day 2"]


@pytest.mark.parametrize("packed", [True, False])
def test_no_damage_stops_the_reading(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    whole = b"".join(three(packed=packed))
    source = random.Random(20250211)  # noqa: S311 - no secret
    n_read = 0
    for _ in range(60):
        hurt = bytearray(whole)
        hurt[source.randrange(len(whole))] ^= 1 << source.randrange(8)
        articles, rejected = read(write(tmp_path / "crawl.warc.gz", bytes(hurt)))
        assert len(articles) + len(rejected) <= 4
        n_read += len(articles)
    assert n_read >= 60 * 2  # a flipped bit costs one page at most, nearly always


def test_a_page_without_a_title_is_rejected(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.warc", record("https://a.example/x", b"<html><p>text</p></html>", packed=False)
    )
    articles, (rejection,) = read(path)
    assert not articles
    assert rejection.reason == "the page https://a.example/x has no title"


def test_what_is_no_web_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="no WARC record"):
        read(write(tmp_path / "a.warc", b"nothing of the kind\n" * 50))
