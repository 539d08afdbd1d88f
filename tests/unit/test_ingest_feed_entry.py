"""What is believed of an entry's claims, and what is only kept."""

from datetime import UTC, datetime

import pytest

from ingest.article import Article
from ingest.feed import FeedConfig, ParsedFeed, parse_feed

SEEN_AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def parse(items: str, *, channel: str = "", timezone: str = "Asia/Hong_Kong") -> ParsedFeed:
    spaces = (
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xml:base="https://harbour.example/markets/"'
    )
    text = f'<rss version="2.0" {spaces}><channel>{channel}{items}</channel></rss>'
    feed = FeedConfig(url="https://cdn.example/feed.xml", publisher="Harbour", timezone=timezone)
    return parse_feed(text.encode(), feed=feed, headers={}, seen_at=SEEN_AT)


def article_of(item: str, *, timezone: str = "Asia/Hong_Kong") -> Article:
    (article,) = parse(f"<item><title>a</title>{item}</item>", timezone=timezone).articles
    return article


def test_the_last_change_is_kept_beside_the_publication() -> None:
    published = "<pubDate>Sun, 03 May 2026 15:05:00 HKT</pubDate>"
    article = article_of(published + "<atom:updated>2026-05-03T16:00:00+08:00</atom:updated>")
    assert article.published_at == datetime(2026, 5, 3, 7, 5, tzinfo=UTC)
    assert article.extra == {"updated_at": "2026-05-03T08:00:00+00:00"}
    same = article_of(published + "<atom:updated>2026-05-03T07:05:00Z</atom:updated>")
    assert same.extra == {}


def test_the_last_change_stands_in_for_a_publication_that_cannot_be_true() -> None:
    article = article_of("<pubDate>0</pubDate><atom:updated>2026-05-03T16:00:00+08:00</atom:updated>")
    assert article.published_at == datetime(2026, 5, 3, 8, tzinfo=UTC)
    assert article.extra == {"claimed_published_at": "0"}


def test_a_change_in_the_future_is_only_claimed() -> None:
    article = article_of(
        "<pubDate>Sun, 03 May 2026 15:05:00 HKT</pubDate><atom:updated>2027-01-01T00:00:00Z</atom:updated>"
    )
    assert article.published_at == datetime(2026, 5, 3, 7, 5, tzinfo=UTC)
    assert article.extra == {"claimed_updated_at": "2027-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("date", "timezone", "note"),
    [
        (
            "Sun, 03 May 2026 15:05:00 CST",
            "Asia/Hong_Kong",
            "CST read as +08:00, as the feed's zone is Asia/Hong_Kong",
        ),
        (
            "Sun, 03 May 2026 01:05:00 CST",
            "America/New_York",
            "CST read as -06:00, as the feed's zone is America/New_York",
        ),
        ("2026年5月3日 下午3:05", "Asia/Hong_Kong", "no known zone in the date, read as Asia/Hong_Kong"),
        ("Sun, 03 May 2026 07:05:00 GMT", "Asia/Hong_Kong", None),
        ("1777791900", "Asia/Hong_Kong", None),
    ],
)
def test_the_article_says_how_its_zone_was_decided(date: str, timezone: str, note: str | None) -> None:
    article = article_of(f"<pubDate>{date}</pubDate>", timezone=timezone)
    assert article.published_at == datetime(2026, 5, 3, 7, 5, tzinfo=UTC)
    assert article.extra.get("published_zone") == note


def test_links_are_relative_to_the_nearest_base() -> None:
    assert article_of("<link>today/1</link>").url == "https://harbour.example/markets/today/1"


def test_without_a_base_links_are_relative_to_where_the_answer_came_from() -> None:
    feed = FeedConfig(url="https://old.example/feed.xml", publisher="Harbour")
    text = "<rss version='2.0'><channel><item><title>a</title><link>today/1</link></item></channel></rss>"
    for base_url, expected in (
        (None, "https://old.example/today/1"),
        ("https://new.example/markets/feed.xml", "https://new.example/markets/today/1"),
    ):
        parsed = parse_feed(text.encode(), feed=feed, headers={}, seen_at=SEEN_AT, base_url=base_url)
        assert [(one.url, one.feed_url) for one in parsed.articles] == [(expected, feed.url)]


def test_an_id_that_several_pages_share_is_none() -> None:
    item = "<item><title>{0}</title><link>/{0}</link><guid isPermaLink='false'>news</guid></item>"
    assert [article.article_id for article in parse(item.format("a") + item.format("b")).articles] == [
        "https://harbour.example/a",
        "https://harbour.example/b",
    ]
    assert [article.article_id for article in parse(item.format("a")).articles] == ["Harbour:news"]


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>15</ttl>", 900),
        ("<ttl> 0 </ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999</ttl>", 31_536_000),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 86_400),
        ("<sy:updateFrequency>2</sy:updateFrequency>", 43_200),
        ("<ttl>5</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 300),
        ("", None),
    ],
)
def test_a_feed_says_how_long_it_may_be_left_alone(channel: str, seconds: int | None) -> None:
    assert parse("", channel=channel).ttl_seconds == seconds


def test_a_language_is_believed_where_the_text_does_not_tell() -> None:
    channel = "<language>zh-cn</language>"
    english, german = parse(
        "<item><title>Chip shares rise on the news</title></item>"
        "<item xml:lang='de'><title>Aktien steigen und die Anleger sind mit der Bank zufrieden"
        "</title></item>",
        channel=channel,
    ).articles
    assert (english.language, german.language) == ("en", "de")
