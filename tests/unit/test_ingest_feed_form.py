"""JSON Feed and sitemaps for news."""

import json
from datetime import UTC, datetime

import pytest

from ingest.feed import FeedConfig, ParsedFeed, parse_feed

SEEN_AT = datetime(2025, 3, 11, 1, 0, tzinfo=UTC)
FEED = FeedConfig(url="https://harbour.example/news/feed.json", publisher="Harbour")
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
)
PAGE = """<url><loc>https://harbour.example/n/1?utm_source=map</loc><lastmod>2025-03-10T09:00:00+08:00</lastmod>
<news:news><news:publication><news:name>Harbour</news:name><news:language>zh-cn</news:language></news:publication>
<news:publication_date>2025-03-10T08:20:00+08:00</news:publication_date>
<news:title>AI stocks &amp; chips lead</news:title>
<news:keywords>chips, Hong Kong</news:keywords>
<news:stock_tickers>HKG:0700</news:stock_tickers></news:news></url>"""


def parse(text: str) -> ParsedFeed:
    return parse_feed(text.encode(), feed=FEED, headers={}, seen_at=SEEN_AT)


def parse_json(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> ParsedFeed:
    return parse(json.dumps({"version": version, "title": "Harbour", "items": items}))


def test_a_json_feed_is_read() -> None:
    item = {
        "id": 7,
        "url": "../n/7",
        "title": "Chip makers <b>lead</b>",
        "content_html": "<p>Southbound money &amp; chips.</p><p>More.</p>",
        "summary": "Short.",
        "date_published": "2025-03-10T16:20:00+08:00",
        "date_modified": "2025-03-10T17:00:00+08:00",
        "authors": [{"name": "A. Chan"}, {"url": "https://harbour.example/b"}, {"name": "B. Lee"}],
        "tags": ["Stocks", 5, None],
    }
    (article,) = parse_json(item).articles
    assert article.article_id == "Harbour:7"
    assert article.url == "https://harbour.example/n/7"
    assert (article.title, article.body) == ("Chip makers lead", "Southbound money & chips.\nMore.")
    assert article.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert article.extra == {
        "tags": ["Stocks", "5"],
        "author": "A. Chan, B. Lee",
        "updated_at": "2025-03-10T09:00:00+00:00",
    }


def test_a_json_feed_of_the_first_version_names_one_author() -> None:
    item = {
        "title": "a",
        "content_text": "5 < 6 & 7",
        "author": {"name": "C. Ho"},
        "external_url": "https://x.example/1",
    }
    (article,) = parse_json(item, version="https://jsonfeed.org/version/1").articles
    assert article.extra == {"author": "C. Ho"}
    assert (article.url, article.body) == ("https://x.example/1", "5 < 6 & 7")


def test_odd_items_of_a_json_feed_cost_only_themselves() -> None:
    parsed = parse_json(
        {"title": "kept", "id": True, "tags": "x", "date_published": []}, {"id": "2"}, "text", None
    )
    assert [article.title for article in parsed.articles] == ["kept"]
    assert [rejection.where for rejection in parsed.rejected] == [f"feed {FEED.url} entry 2"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("[1, 2]", "JSON"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "a JSON feed without items"),
        (
            SITEMAP.format("<url><loc>https://harbour.example/about</loc></url>"),
            "a sitemap of pages without news",
        ),
    ],
)
def test_what_is_no_feed_of_news_says_what_it_is(text: str, what: str) -> None:
    assert parse(text).reason == f"feed {FEED.url} answered with {what}, not a feed; check the address"


def test_a_sitemap_for_news_is_read() -> None:
    about = "<url><loc>https://harbour.example/about</loc></url>"
    parsed = parse(SITEMAP.format(PAGE + about))
    (article,) = parsed.articles
    assert parsed.rejected == ()
    assert article.title == "AI stocks & chips lead"
    assert article.article_id == article.canonical_url == "https://harbour.example/n/1"
    assert article.published_at == parsed.newest_published_at == datetime(2025, 3, 10, 0, 20, tzinfo=UTC)
    assert article.language == "en"  # its claim of zh-cn is wrong
    assert article.extra == {
        "tags": ["chips", "Hong Kong", "HKG:0700"],
        "updated_at": "2025-03-10T01:00:00+00:00",
    }


def test_an_index_of_sitemaps_names_them() -> None:
    places = [f"https://harbour.example/map{number}.xml" for number in range(4)]
    sitemaps = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    parsed = parse(f"<sitemapindex>{sitemaps}</sitemapindex>")
    assert not parsed.is_feed
    assert parsed.sitemaps == tuple(places)
    assert parsed.reason == (
        f"feed {FEED.url} is an index of sitemaps; poll the one with news instead: "
        f"{places[0]}, {places[1]}, {places[2]} and 1 more"
    )
