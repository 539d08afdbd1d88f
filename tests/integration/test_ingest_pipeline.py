"""Files brought into the store: counts, rejections, and what the past may know of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from ingest.error import UnreadableInputError
from ingest.feed import FeedConfig
from southbound.pipeline.archive import ingest_articles
from southbound.pipeline.flow import ingest_flows
from southbound.pipeline.poll import poll_feeds
from southbound.pipeline.price import ingest_prices
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.article import Added

ALL_SETTINGS = read_settings(None)
SETTINGS, POLL = ALL_SETTINGS.ingest, ALL_SETTINGS.poll
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
RSS = """<rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>"""
ITEM = (
    "<item><title>{title}</title><guid>{guid}</guid><pubDate>Tue, 11 Feb 2025 09:00:00 +0800</pubDate></item>"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rss(*titles: str) -> str:
    return RSS.format(items="".join(ITEM.format(title=title, guid=f"id-{title}") for title in titles))


def feed(path: Path, *, archive: bool = False, enabled: bool = True) -> FeedConfig:
    return FeedConfig(url=str(path), publisher="Harbour Ledger", archive=archive, enabled=enabled)


def poll(store: Store, *feeds: FeedConfig, only_due: bool = False) -> tuple[Added, list[str], list[str]]:
    said: list[str] = []
    report = poll_feeds(store, feeds, settings=POLL, only_due=only_due, tell=said.append)
    return report.added, report.rejected, said


def test_articles_of_every_kind_of_file(store: Store, tmp_path: Path) -> None:
    record = {"id": "a", "title": "Alibaba rises", "publisher": "Harbour", "published_at": "2025-02-11 09:00"}
    lines = write(tmp_path, "one.jsonl", json.dumps(record) + "\n")
    with gzip.open(tmp_path / "two.jsonl.gz", "wt", encoding="utf-8") as packed:
        packed.write(json.dumps({"id": "b", "title": "騰訊升"}) + "\n")
    table = write(tmp_path, "three.csv", "id,title,published_at\nc,Money came,2025-02-12T01:00:00Z\n")
    pd.DataFrame({"id": ["d"], "title": ["Shares fell"]}).to_parquet(tmp_path / "four.parquet")
    paths = [lines, tmp_path / "two.jsonl.gz", table, tmp_path / "four.parquet"]
    report = ingest_articles(store, paths, settings=SETTINGS)
    assert (report.added, report.rejected) == (Added(new=4), [])
    assert report.summary("articles") == "4 new articles, 0 known already"
    by_id = {article.article_id: article for article in store.articles.known_between(*EVER)}
    assert by_id["a"].known_at == datetime(2025, 2, 11, 1, 0, tzinfo=UTC)
    assert by_id["c"].known_at == datetime(2025, 2, 12, 1, 0, tzinfo=UTC)
    assert datetime.now(tz=UTC) - by_id["b"].known_at < timedelta(minutes=10)
    again = ingest_articles(store, paths, settings=SETTINGS)
    assert again.added == Added(known=4)
    assert again.summary("articles") == "0 new articles, 4 known already, nothing to add"


def test_rejected_records_do_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    path = write(
        tmp_path, "news.jsonl", '{"title": "One"}\n{broken\n{"body": "no title"}\n{"title": "Two"}\n'
    )
    report = ingest_articles(store, [path], settings=SETTINGS)
    assert report.added == Added(new=2)
    first, second = report.rejected
    assert first.startswith("news.jsonl line 2: no JSON object (")
    assert second.startswith("news.jsonl line 3: the article has no title")
    assert report.summary("articles") == "2 new articles, 0 known already, 2 rejected"


def test_what_stood_before_an_unreadable_file_is_kept(store: Store, tmp_path: Path) -> None:
    good, bad = write(tmp_path, "good.jsonl", '{"title": "One"}\n'), write(tmp_path, "bad.jsonl", "<html>")
    with pytest.raises(UnreadableInputError, match="holds HTML or XML"):
        ingest_articles(store, [good, bad], settings=SETTINGS)
    assert store.articles.count() == 1


def test_many_articles_go_in_batches(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "news.jsonl", "".join(f'{{"title": "Item {i}"}}\n' for i in range(9300)))
    done: list[int] = []
    ingest_articles(store, [path], settings=SETTINGS, on_progress=done.append)
    assert len(done) == 4  # three transactions, and the end
    assert sum(done) == path.stat().st_size
    assert store.articles.count() == 9300


def test_flows_and_prices(store: Store, tmp_path: Path) -> None:
    flows = write(tmp_path, "flow.csv", "date,net\n2025-02-10,2065.74\n2025-02-11,\n2025-02-12,many\n")
    prices = write(tmp_path, "HSI.csv", "date,close\n2025-02-10,21521.98\n2025-02-11,-3\n")
    report = ingest_flows(store, [flows], adapter=None, settings=SETTINGS)
    assert report.added == Added(new=2)
    assert report.rejected == ["flow.csv line 4: net is 'many', where a number is needed"]
    assert store.market.flows()["state"].tolist() == ["open", "missing"]
    report = ingest_prices(store, [prices], settings=ALL_SETTINGS)
    assert report.added == Added(new=1)
    assert len(report.rejected) == 1
    assert store.market.prices("INDEX:HSI")["close"].tolist() == [21521.98]
    # 18:00 and 16:30 in Hong Kong.
    assert store.market.flows()["known_at"][0] == pd.Timestamp("2025-02-10T10:00Z")
    assert store.market.prices("INDEX:HSI")["known_at"][0] == pd.Timestamp("2025-02-10T08:30Z")


def test_a_corrected_flow_file_adds_a_version(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "flow.csv", "date,net\n2025-02-10,1\n2025-02-11,2\n")
    ingest_flows(store, [path], adapter=None, settings=SETTINGS)
    write(tmp_path, "flow.csv", "date,net\n2025-02-10,1\n2025-02-11,2.5\n")
    report = ingest_flows(store, [path], adapter=None, settings=SETTINGS)
    assert report.added == Added(revised=1, known=1)
    assert report.summary("sessions") == "0 new sessions, 1 revised, 1 known already"
    assert store.market.flows()["net"].tolist() == [1.0, 2.5]
    assert store.market.flows(as_of=datetime(2025, 3, 1, tzinfo=UTC))["net"].tolist() == [1.0, 2.0]


def test_a_flow_file_that_breaks_half_way_leaves_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "flow.csv"
    with pytest.raises(UnreadableInputError):
        ingest_flows(
            store,
            [write(tmp_path, "flow.csv", "day,amount\n2025-02-10,1\n")],
            adapter=None,
            settings=SETTINGS,
        )
    assert len(store.market.flows()) == 0
    with pytest.raises(UnreadableInputError, match="unknown adapter"):
        ingest_flows(store, [path], adapter="excel", settings=SETTINGS)


def test_a_feed_is_kept_with_the_time_it_was_seen(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "ledger.xml", rss("One", "Two"))
    added, rejected, said = poll(store, feed(path))
    assert (added, rejected) == (Added(new=2), [])
    assert said == ["Harbour Ledger: 2 new articles, 0 known already"]
    for article in store.articles.known_between(*EVER):
        assert article.published_at == datetime(2025, 2, 11, 1, 0, tzinfo=UTC)
        assert datetime.now(tz=UTC) - article.known_at < timedelta(minutes=10)


def test_an_archived_feed_counts_as_known_when_it_was_published(store: Store, tmp_path: Path) -> None:
    poll(store, feed(write(tmp_path, "ledger.xml", rss("One")), archive=True))
    (article,) = store.articles.known_between(*EVER)
    assert article.known_at == datetime(2025, 2, 11, 1, 0, tzinfo=UTC)


def test_a_feed_that_has_not_changed_is_not_read_again(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "ledger.xml", rss("One"))
    poll(store, feed(path))
    added, rejected, said = poll(store, feed(path))
    assert (added, rejected) == (Added(), [])
    assert said == [f"Harbour Ledger: nothing new ({path})"]
    write(tmp_path, "ledger.xml", rss("One", "Two"))
    added, _, said = poll(store, feed(path))
    assert added == Added(new=1, known=1)
    assert said == ["Harbour Ledger: 1 new articles, 1 known already"]


def test_failing_feeds_never_stop_the_others(store: Store, tmp_path: Path) -> None:
    page = write(tmp_path, "page.xml", "<!DOCTYPE html><html><body>Moved</body></html>")
    missing = tmp_path / "missing.xml"
    untitled = write(tmp_path, "untitled.xml", RSS.format(items="<item><guid>x</guid></item>" + ITEM))
    good = write(tmp_path, "good.xml", rss("One"))
    added, rejected, said = poll(store, feed(page), feed(missing), feed(untitled), feed(good))
    assert added == Added(new=2)
    assert rejected[0] == f"feed {page} answered with an HTML page, not a feed; check the address"
    assert rejected[1].startswith(f"feed {missing} ")
    assert rejected[2].startswith(f"feed {untitled} entry 1: the entry has neither a title nor a text")
    assert len(said) == 2
    assert store.feeds.state(str(page)).n_failures == 1
    assert store.feeds.state(str(missing)).n_failures == 1
    assert store.feeds.state(str(good)).n_failures == 0


def test_a_feed_that_comes_back_is_taken_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "ledger.xml"
    poll(store, feed(path))
    poll(store, feed(path))
    assert store.feeds.state(str(path)).n_failures == 2
    write(tmp_path, "ledger.xml", rss("One"))
    added, rejected, _ = poll(store, feed(path))
    assert (added, rejected) == (Added(new=1), [])
    assert store.feeds.state(str(path)).n_failures == 0


def test_feeds_are_polled_when_they_are_due(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, "ledger.xml", rss("One"))
    poll(store, feed(path), only_due=True)
    assert poll(store, feed(path), only_due=True) == (Added(), [], [])
    assert poll(store, feed(path, enabled=False)) == (Added(), [], [])


def test_the_bundled_sample_goes_in_twice_without_a_trace(store: Store, root: Path) -> None:
    sample = root / "config" / "sample" / "market"
    flows = [sample / "southbound.csv"]
    first = ingest_flows(store, flows, adapter=None, settings=SETTINGS)
    second = ingest_flows(store, flows, adapter=None, settings=SETTINGS)
    assert first.added.new == second.added.known > 100
    assert first.rejected == second.rejected == []
    assert store.market.flows()["net"].iloc[0] == 2065.74
    names = ["HSI.csv", "HSTECH.csv", "0700.HK.csv", "9988.HK.csv", "CSI300.csv"]
    ingest_prices(store, [sample / name for name in names], settings=ALL_SETTINGS)
    assert {"INDEX:HSI", "INDEX:HSTECH", "XHKG:700", "XHKG:9988"} <= set(store.market.asset_ids())
