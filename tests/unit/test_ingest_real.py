"""Everything read from real files, where the development data lies beside the checkout."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from ingest.archives.read import read_articles
from ingest.article import Article
from ingest.connect.reader import read_flows
from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.flow import Flow
from ingest.language import detect_language
from ingest.price import CorporateAction, Price, read_prices

pytestmark = pytest.mark.real

SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def parse(folder: Path) -> list[ParsedFeed]:
    """Parse every file below a folder, once for all tests."""
    feed = FeedConfig(url="https://feeds.example/f", publisher="P")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [parse_feed(path.read_bytes(), feed=feed, headers={}, seen_at=SEEN_AT) for path in files]


@pytest.mark.parametrize("corpus", ["feedparser", "miniflux", "reader"])
def test_every_feed_is_parsed_without_a_crash(real_data: Path, corpus: str) -> None:
    parsed = parse(real_data / "feeds" / corpus)
    assert all(one.is_feed or one.reason for one in parsed)
    feeds = {"feedparser": 2099, "miniflux": 16, "reader": 11}
    assert sum(one.is_feed for one in parsed) == feeds[corpus]


def test_entries_without_a_title_are_kept_and_what_is_left_has_no_text_at_all(real_data: Path) -> None:
    folders = sorted(path for path in (real_data / "feeds").iterdir() if path.is_dir())
    parsed = [poll for folder in folders for poll in parse(folder)]
    made = [one for poll in parsed for one in poll.articles if "title_made_from" in one.extra]
    assert len(made) == 305
    assert all(one.body.startswith(one.title.removesuffix("…")) for one in made)
    reasons = {rejection.reason.partition(";")[0] for poll in parsed for rejection in poll.rejected}
    assert reasons == {
        "the entry has neither a title nor a text",
        "the answer ends within this entry",
    }


def test_every_poll_of_a_real_feed_gives_dated_english_articles(real_data: Path) -> None:
    polls = parse(real_data / "feeds" / "rthk_polls")
    assert len(polls) == 55
    articles = [article for poll in polls for article in poll.articles]
    assert len(articles) == 3300
    assert all(article.published_at and article.language == "en" and article.body for article in articles)


def test_flows_are_read_in_full(real_data: Path) -> None:
    flows = list(read_flows(real_data / "market" / "southbound_daily.csv"))
    assert Counter(flow.state for flow in flows if isinstance(flow, Flow)) == {"open": 2652, "missing": 1}
    quarter = (date(2025, 1, 1), date(2025, 3, 28))
    nets = [
        flow.net or 0.0
        for flow in flows
        if isinstance(flow, Flow) and quarter[0] <= flow.session <= quarter[1]
    ]
    assert round(sum(nets)) == 435_738


def test_prices_are_read_in_full(real_data: Path) -> None:
    market = real_data / "market"
    files = [
        *(market / f"{name}.csv" for name in ("HSI", "HSTECH", "CSI300")),
        *(market / "stocks").glob("*.csv"),
    ]
    prices = {path.name: list(read_prices(path)) for path in files}
    assert len(prices) == 33
    kinds = Counter(type(record) for found in prices.values() for record in found)
    assert kinds == {Price: 51_695, CorporateAction: 186}
    assert len(prices["HSI.csv"]) == 9781
    assert len(prices["0700.HK.csv"]) == 1363 + 6


def test_a_real_archive_is_read_in_full(real_data: Path) -> None:
    found = list(read_articles(real_data / "news" / "rthk_2024.jsonl.gz", now=SEEN_AT))
    articles = [article for article in found if isinstance(article, Article)]
    assert len(articles) == len(found) == 30_209
    assert Counter(article.language for article in articles) == {"zh-Hant": 24_868, "en": 5_341}
    assert all(article.published_at for article in articles)
    detected = [detect_language(f"{article.title}\n{article.body}") for article in articles[::50]]
    assert detected == [article.language for article in articles[::50]]
