"""Feeds turned into articles."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import feed as feed_module
from ingest.error import UnreadableInputError
from ingest.feed import FeedConfig, ParsedFeed, parse_feed

DATA = Path(__file__).parents[1] / "data" / "ingest"
SEEN_AT = datetime(2025, 3, 11, 1, 0, tzinfo=UTC)


def parse(payload: bytes, *, language: str = "", url: str = "https://harbour.example/feed.xml") -> ParsedFeed:
    feed = FeedConfig(url=url, publisher="Harbour", language=language)
    return parse_feed(payload, feed=feed, headers={"Content-Type": "text/xml"}, seen_at=SEEN_AT)


def rss(items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


def test_an_rss_feed_is_read() -> None:
    parsed = parse((DATA / "market_rss.xml").read_bytes())
    assert parsed.is_feed
    assert [article.title for article in parsed.articles] == [
        "Chip makers lead the Hang Seng",
        "Written tomorrow",
        "Dated by a reset clock",
        "Without any date",
        "An entry that forgot its headline.",
    ]
    first = parsed.articles[0]
    assert first.article_id == "Harbour:1"
    assert first.body == "Southbound money & chips.\nSecond paragraph."
    assert first.url == "https://harbour.example/news/1?utm_source=rss&id=1"
    assert first.canonical_url == "https://harbour.example/news/1?id=1"
    assert first.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert first.language == "en"
    assert first.feed_url == "https://harbour.example/feed.xml"
    assert first.extra == {"tags": ["Stocks"]}


def test_an_entry_without_a_title_gets_its_texts_first_sentence_marked_as_made() -> None:
    parsed = parse((DATA / "market_rss.xml").read_bytes())
    last = parsed.articles[-1]
    assert last.title == last.body == "An entry that forgot its headline."
    assert last.extra == {"title_made_from": "body"}
    assert all("title_made_from" not in article.extra for article in parsed.articles[:-1])


def test_entries_with_neither_title_nor_text_are_rejected_by_number() -> None:
    parsed = parse((DATA / "market_rss.xml").read_bytes())
    (rejection,) = parsed.rejected
    assert rejection.where == "feed https://harbour.example/feed.xml entry 7"
    assert rejection.reason == "the entry has neither a title nor a text; nothing of it can be stored"


def test_impossible_dates_are_kept_as_claims() -> None:
    _, future, epoch, undated, _ = parse((DATA / "market_rss.xml").read_bytes()).articles
    assert future.published_at == SEEN_AT
    assert future.extra == {"claimed_published_at": "Wed, 12 Mar 2025 09:00:00 +0800"}
    assert future.article_id == "https://harbour.example/news/2"
    assert epoch.published_at is None
    assert epoch.extra == {"claimed_published_at": "Thu, 01 Jan 1970 00:00:00 GMT"}
    assert undated.published_at is None
    assert undated.extra == {}
    assert undated.article_id == "urn:harbour:4"


def test_a_clock_that_runs_ten_minutes_ahead_is_believed() -> None:
    item = "<item><title>a</title><pubDate>Tue, 11 Mar 2025 01:{}:00 GMT</pubDate></item>"
    assert parse(rss(item.format("10"))).articles[0].published_at == datetime(2025, 3, 11, 1, 10, tzinfo=UTC)
    assert parse(rss(item.format("11"))).articles[0].published_at == SEEN_AT


def test_an_atom_feed_is_read() -> None:
    (article,) = parse((DATA / "market_atom.xml").read_bytes(), language="zh").articles
    assert article.article_id == "tag:island.example,2025:1"
    assert article.title == "北水連續五日流入，金額創紀錄"
    assert article.body == "摘要比正文更長，所以取摘要：內地資金今日經港股通買入。"
    assert article.language == "zh-Hant"
    assert article.published_at == datetime(2025, 3, 10, 8, 5, tzinfo=UTC)  # no zone: the feed's own


def test_one_id_with_two_texts_is_kept_twice() -> None:
    item = "<item><guid>urn:x:1</guid><title>{}</title></item>"
    parsed = parse(rss(item.format("first") + item.format("corrected") + item.format("first")))
    assert [article.title for article in parsed.articles] == ["first", "corrected"]


def test_ids_fall_back_to_the_link_and_then_to_a_hash() -> None:
    linked, bare = parse(
        rss("<item><title>a</title><link>/b?utm_source=rss</link></item><item><title>c</title></item>")
    ).articles
    assert linked.article_id == "https://harbour.example/b"
    assert len(bare.article_id) == 64


def test_a_script_is_no_link() -> None:
    (article,) = parse(rss("<item><title>a</title><link>javascript:alert(1)</link></item>")).articles
    assert article.url is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", "answered with an HTML page, not a feed"),
        (b"\n<!-- a --><html><head><title>x</title></head></html>", "answered with an HTML page, not a feed"),
        (b"", "answered with nothing"),
        (b"  \n ", "answered with nothing"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "answered with binary data, not a feed"),
        (b'{"version": 1, "items": []}', "answered with JSON, not a feed"),
        (b"Internal error", "answered with something else, not a feed"),
        (b"<!-- x -->" * 300, "answered with something else, not a feed"),
    ],
)
def test_what_is_no_feed_says_what_it_is(payload: bytes, reason: str) -> None:
    parsed = parse(payload)
    assert not parsed.is_feed
    assert parsed.articles == ()
    assert parsed.reason == f"feed https://harbour.example/feed.xml {reason}; check the address"


def test_a_payload_is_never_taken_for_a_file_name(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss("<item><title>secret</title></item>"))
    assert parse(str(secret).encode()).articles == ()


def test_an_empty_feed_is_still_a_feed() -> None:
    assert parse(rss("")) == ParsedFeed(is_feed=True)


def test_a_feed_that_is_cut_off_gives_what_it_has() -> None:
    parsed = parse(rss("<item><title>whole</title></item><item><title>ha")[:-20])
    assert parsed.is_feed
    assert parsed.articles[0].title == "whole"


def test_a_feed_in_big5_is_decoded() -> None:
    items = "<channel><item><title>港股高開</title></item></channel>"
    text = f'<?xml version="1.0" encoding="big5"?><rss version="2.0">{items}</rss>'
    assert parse(text.encode("big5")).articles[0].title == "港股高開"


def test_a_giant_feed_is_not_read() -> None:
    assert feed_module.MAX_PAYLOAD_BYTES == 20 * 1024 * 1024
    parsed = parse(b" " * (20 * 1024 * 1024) + b"x")
    assert parsed.reason == "feed https://harbour.example/feed.xml is larger than 20 MB; check the address"


def test_a_parser_that_breaks_down_does_not_break_the_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise AssertionError("deep inside")

    monkeypatch.setattr("feedparser.parse", explode)
    parsed = parse(rss(""))
    assert not parsed.is_feed
    assert (
        parsed.reason
        == "feed https://harbour.example/feed.xml cannot be read (AssertionError); check the address"
    )


def test_a_feed_in_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnreadableInputError, match="unknown timezone 'Mars/Olympus'"):
        FeedConfig(url="https://x.example", publisher="x", timezone="Mars/Olympus")
