"""What other projects' test feeds say should be read from them, against what we read.

The feedparser corpus states its expectation in a comment of each file. Its files have no titles, which our
articles need: where another field is looked at, the entries get the title "t" first.
"""

import ast
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ingest.article import Article
from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.feeds.encoding import decode_feed
from ingest.markup import text_from_html
from ingest.text import clean_line, clean_text

pytestmark = pytest.mark.real

SEEN_AT = datetime(2027, 1, 1, tzinfo=UTC)
HEAD_BYTES = 4000
EXPECTATION = re.compile(rb"Expect:\s*(.*)")
HEADER = re.compile(rb"Header:\s*([\w-]+):\s*(.*)")
CLAIM = re.compile(
    r"""(?P<where>entries\[(?P<number>\d)\]|feed)(?:\.|\[['"])(?P<field>\w+?)(?:['"]\])?\s*==\s*"""
    r"""(?P<value>'{3}.*?'{3}|u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|\(\d[\d, ]+\))"""
)
ITEM = re.compile(rb"<((?:\w+:)?(?:item|entry))((?:\s[^>]*?)?)(/?)>", re.IGNORECASE)

DATES = ("published", "updated", "created", "published_parsed", "updated_parsed", "created_parsed")
TEXTS = ("title", "summary", "description", "link", "id", "guid", "author")

#: Dates that mean nothing to us, by pattern of "file: field".
NOT_OUR_DATES = {
    "*: feed.*": "a date of the whole feed: we keep none, as each article has its own",
    "*: expired*": "when an advertisement or an event ends: no news text does",
}
LOCAL_ID = "an id of no global form gets the publisher before it"
#: Where we differ on purpose, by pattern of "file: field", with the reason.
DIFFERENCES = {
    "encoding/bozo_linenoise.xml: summary": "bytes in no encoding: noise either way",
    "wellformed/atom10/entry_content_and_summary.xml: summary": "the longest text is the body",
    "wellformed/rss/item_summary_and_description.xml: summary": "the longest text is the body",
    "wellformed/atom10/entry_summary_base64*.xml: summary": "declared as a binary file, hence no text",
    "wellformed/atom10/entry_id_with_attributes.xml: id": LOCAL_ID,
    "wellformed/rss/item_guid_not_permalink_not_url.xml: id": LOCAL_ID,
    "wellformed/node_precedence/atom10_id.xml: id": "the second entry repeats the first, and is dropped",
    "wellformed/base/http_entry_id_base_*.xml: id": "ids are not resolved: a moved feed keeps its articles",
    "wellformed/base/http_item_link_base_*.xml: link": "no header moves the base of links",
    "wellformed/rss/entity_in_doctype.xml: guid": "a document's own entities are never expanded",
    "wellformed/sanitize/*_crazy.xml: *": "a page inside an entry: scripts go, the text in its body stays",
    "wellformed/sanitize/entry_summary_iframe.xml: summary": "what stands behind an unclosed frame is hidden",
    "wellformed/sanitize/entry_title_on*.xml: title": "a picture is no headline: rejected",
}


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One comparison that a file's comment makes."""

    name: str
    payload: bytes
    headers: dict[str, str]
    number: int
    field: str
    value: str | tuple[int, ...]


def read_expectations(folder: Path) -> Iterator[Expectation]:
    for path in sorted(folder.rglob("*.xml")):
        payload = path.read_bytes()
        comment = EXPECTATION.search(payload[:HEAD_BYTES])
        if comment is None:
            continue
        headers = {
            name.decode(): value.decode().strip() for name, value in HEADER.findall(payload[:HEAD_BYTES])
        }
        for claim in CLAIM.finditer(comment[1].decode("utf-8", "replace")):
            place = "feed." if claim["where"] == "feed" else ""
            yield Expectation(
                name=f"{path.relative_to(folder)}: {place}{claim['field']}",
                payload=payload,
                headers=headers,
                number=int(claim["number"] or 0),
                field=claim["field"],
                value=ast.literal_eval(claim["value"]),
            )


def parse(expectation: Expectation) -> ParsedFeed:
    payload = expectation.payload
    if expectation.field != "title":
        payload = ITEM.sub(_add_title, payload)
    feed = FeedConfig(url="http://feed.example/f", publisher="P", timezone="UTC")
    return parse_feed(payload, feed=feed, headers=expectation.headers, seen_at=SEEN_AT)


def _add_title(match: re.Match[bytes]) -> bytes:
    closing = b"</%s>" % match[1] if match[3] else b""
    return b"<%s%s><title>t</title>%s" % (match[1], match[2], closing)


def is_met(expectation: Expectation) -> bool:
    articles = parse(expectation).articles
    if len(articles) <= expectation.number:
        return False
    article = articles[expectation.number]
    if expectation.field in DATES:
        return _instant_of(expectation.value) == _date_of(article, expectation.field)
    assert isinstance(expectation.value, str)
    return _text_of(article, expectation.field) in _our_forms(expectation.value, expectation.field)


def _instant_of(value: str | tuple[int, ...]) -> datetime:
    if isinstance(value, tuple):
        year, month, day, hour, minute, second = value[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    return datetime.fromisoformat(value) if value[0].isdigit() else parsedate_to_datetime(value)


def _date_of(article: Article, field: str) -> datetime | None:
    if field.startswith("updated") and "updated_at" in article.extra:
        return datetime.fromisoformat(str(article.extra["updated_at"]))
    return article.published_at


def _text_of(article: Article, field: str) -> object:
    if field in {"summary", "description"}:
        return article.body
    if field == "author":
        return article.extra.get("author")
    return {"title": article.title, "link": article.url}.get(field, article.article_id)


def _our_forms(value: str, field: str) -> set[str]:
    """Give an expected text as we keep texts: cleaned, and without tags where it is HTML."""
    if field == "title":
        return {clean_line(value), clean_line(text_from_html(value))}
    return {clean_text(value), text_from_html(value)} if field in {"summary", "description"} else {value}


@pytest.fixture(scope="module")
def expectations(real_data: Path) -> list[Expectation]:
    return list(read_expectations(real_data / "feeds" / "feedparser" / "tests"))


def reason_for(name: str, reasons: dict[str, str]) -> str | None:
    return next((reason for pattern, reason in reasons.items() if fnmatch(name, pattern)), None)


def test_every_date_that_a_feed_states_is_read_to_the_second(expectations: list[Expectation]) -> None:
    stated = [one for one in expectations if isinstance(one.value, tuple) or one.field in DATES]
    ours = [one for one in stated if reason_for(one.name, NOT_OUR_DATES) is None]
    assert len(stated) == 46
    assert len(ours) == 23
    assert [one.name for one in ours if not is_met(one)] == []


def test_texts_links_and_ids_differ_only_where_we_mean_it(expectations: list[Expectation]) -> None:
    stated = [one for one in expectations if one.field in TEXTS and ": feed." not in one.name]
    unmet = [one.name for one in stated if not is_met(one)]
    assert Counter(one.field for one in stated) == {
        "description": 508, "title": 72, "summary": 61, "link": 22, "id": 15, "author": 8, "guid": 4,
    }  # fmt: skip
    assert [name for name in unmet if reason_for(name, DIFFERENCES) is None] == []
    unused = [pattern for pattern in DIFFERENCES if not any(fnmatch(name, pattern) for name in unmet)]
    assert unused == []


@pytest.mark.parametrize(
    ("name", "article_id", "url", "published_at", "updated_at"),
    [
        (
            "full.rss",
            "P:7bd204c6-1655-4c27-aeee-53f933c5395f",
            "http://www.example.com/blog/post/1",
            "2009-09-06T16:20:00+00:00",
            None,
        ),
        (
            "full.atom",
            "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
            "http://example.org/2003/12/13/atom03",
            "2003-12-13T17:17:51+00:00",
            "2003-12-13T18:30:02+00:00",
        ),
        (
            "full.json",
            "P:2",
            "https://example.org/second-item",
            "2020-01-02T21:00:00+00:00",
            "2020-01-04T00:00:00+00:00",
        ),
    ],
)
def test_the_full_feeds_of_reader_are_read_as_it_reads_them(  # what a row states
    real_data: Path, name: str, article_id: str, url: str, published_at: str, updated_at: str | None
) -> None:
    payload = (real_data / "feeds" / "reader" / "tests" / "data" / name).read_bytes()
    feed = FeedConfig(url=f"http://feed.example/{name}", publisher="P", timezone="UTC")
    article = parse_feed(payload, feed=feed, headers={}, seen_at=SEEN_AT).articles[0]
    assert (article.article_id, article.url) == (article_id, url)
    assert article.published_at == datetime.fromisoformat(published_at)
    assert article.extra.get("updated_at") == updated_at


@pytest.mark.parametrize(
    ("name", "title", "n_entries"),
    [
        ("parser/testdata/encoding_WINDOWS-1251.xml", "Цитата #17703", 50),
        ("parser/testdata/encoding_ISO-8859-1.xml", "Red Dead Redemption 2: Hinweise auf", 40),
        ("parser/testdata/no_encoding_ISO-8859-1.xml", "Perturbateurs endocriniens :", 10),
        ("encoding/testdata/koi8r.xml", "Первая новость", 2),
        ("encoding/testdata/invalid-prolog.xml", "Café", 1),
        ("encoding/testdata/utf8-incorrect-prolog.xml", "Café", 1),
    ],
)
def test_the_encodings_of_miniflux_are_read(real_data: Path, name: str, title: str, n_entries: int) -> None:
    payload = (real_data / "feeds" / "miniflux" / "internal" / "reader" / name).read_bytes()
    feed = FeedConfig(url="http://feed.example/f", publisher="P")
    parsed = parse_feed(payload, feed=feed, headers={}, seen_at=SEEN_AT)
    assert parsed.n_entries == n_entries
    assert parsed.articles[0].title.startswith(title)


def _feeds_of(path: Path, *, language: str, size: int, count: int) -> Iterator[str]:
    """Make feeds of real headlines, `size` items each."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        titles = [
            record["title"] or record["body"][:60] for record in records if record["language"] == language
        ]
    for start in range(0, size * count, size):
        items = "".join(f"<item><title>{title}</title></item>" for title in titles[start : start + size])
        yield f'<?xml version="1.0" encoding="utf-8"?><rss><channel>{items}</channel></rss>'


@pytest.mark.parametrize(
    ("name", "language", "encoding", "floor"),
    [("rthk_2024", "zh-Hant", "big5hkscs", 0.99), ("flashes_2026-05", "zh-Hans", "gb18030", 0.99)],
)
def test_real_chinese_headlines_survive_a_wrong_claim_of_utf8(
    real_data: Path, name: str, language: str, encoding: str, floor: float
) -> None:
    path = real_data / "news" / f"{name}.jsonl.gz"
    for size in (3, 20):
        feeds = list(_feeds_of(path, language=language, size=size, count=300))
        payloads = [feed.encode(encoding, "ignore") for feed in feeds]
        right = sum(decode_feed(payload, {}) == payload.decode(encoding) for payload in payloads)
        assert right >= floor * len(feeds)
