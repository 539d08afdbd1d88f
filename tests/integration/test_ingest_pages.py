"""A feed of summaries polled, its pages read from a server on loopback, the full text tagged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.feed import FeedConfig
from nlp.entities.catalogue import read_catalogue
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from southbound.cli import run
from southbound.pipeline.page.queue import queue_pages
from southbound.pipeline.page.work import PageReport, read_pages
from southbound.pipeline.poll import poll_feeds
from southbound.pipeline.tag import tag_store
from southbound.settings import PageSettings, read_settings
from southbound.store import Store, open_store

POLL = read_settings(None).poll
SETTINGS = read_settings(None).page.model_copy(update={"spacing_seconds": 0.0})
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TITLE = "Mainland buyers return to Hong Kong technology shares"
SUMMARY = "Alibaba and Tencent rose in Hong Kong."
ITEM = (
    "<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate>"
    "<description>{summary}</description></item>"
)
Answer = tuple[int, dict[str, str], bytes]


class Site(ThreadingHTTPServer):
    """Serves what its table says and remembers what was asked, and when."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def page(self, path: str, markup: str | bytes, **headers: str) -> str:
        """Serve a page and return its address."""
        body = markup.encode() if isinstance(markup, str) else markup
        self.answers[path] = (200, {"Content-Type": "text/html", **headers}, body)
        return self.url + path


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        site.asked.append(self.path)
        answer = site.answers.get(self.path, (404, {}, b""))
        status, headers, body = answer() if callable(answer) else answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401  # the signature is the library's
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


@pytest.fixture
def tagger(tmp_path: Path, tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    folder = tmp_path / "entities"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "- {id: alibaba, name: Alibaba, type: company, listings: ['XHKG:9988']}\n"
        "- {id: smic, name: SMIC, type: company, listings: ['XHKG:0981']}\n"
        "- {id: deepseek, name: DeepSeek, type: company}\n",
        encoding="utf-8",
    )
    english = EncoderScorer(tiny_model, precision="int8", n_threads=2, max_windows=64)
    opened = Tagger([english, WordScorer(tiny_chinese_model, max_windows=64)], read_catalogue(folder))
    yield opened
    opened.close()


def now() -> datetime:
    return datetime.now(tz=UTC).replace(microsecond=0)


def news(root: Path, published: datetime) -> str:
    markup = (root / "tests" / "data" / "pages" / "news.html").read_text(encoding="utf-8")
    return markup.replace("2025-02-11T09:02:00+08:00", published.isoformat())


def poll(
    store: Store,
    folder: Path,
    *links: str,
    title: str = TITLE,
    summary: str = SUMMARY,
    date: datetime | None = None,
) -> FeedConfig:
    """Poll a feed that has an entry for each link."""
    stamp = (date or now() - timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = "".join(ITEM.format(title=title, link=link, date=stamp, summary=summary) for link in links)
    path = folder / "feed.xml"
    path.write_text(f'<rss version="2.0"><channel><title>L</title>{items}</channel></rss>', encoding="utf-8")
    feed = FeedConfig(url=str(path), publisher="Harbour Ledger")
    polled = poll_feeds(store, [feed], settings=POLL, only_due=False, tell=lambda _: None)
    assert polled.rejected == []
    return feed


def read(
    store: Store, *feeds: FeedConfig, settings: PageSettings = SETTINGS, allow: bool = True
) -> PageReport:
    queue_pages(store, feeds, settings=settings)
    with httpx.Client(trust_env=False) as client:
        return read_pages(store, client, settings=settings, allow_private=allow)


def page_row(store: Store) -> dict[str, Any]:
    (row,) = store._db.query("SELECT * FROM page")
    return dict(row)


def test_a_feed_of_summaries_ends_with_full_text_and_tags(
    store: Store, site: Site, tagger: Tagger, tmp_path: Path, root: Path
) -> None:
    link = site.page("/markets/1?utm_source=rss", news(root, now() - timedelta(minutes=8)))
    feed = poll(store, tmp_path, link)
    assert tag_store(store, tagger) == 1
    before = store.tags.known_between(*EVER)
    report = read(store, feed)
    assert (report.summary(), report.reasons) == ("pages: 1 read", [])
    assert site.asked == ["/robots.txt", "/markets/1?utm_source=rss"]

    first, full = store.articles.revisions(link)
    assert (first.body, first.title) == (SUMMARY, full.title)
    assert full.body.endswith("the release of a model by DeepSeek.")
    assert full.known_at > first.known_at
    assert full.published_at == first.published_at - timedelta(minutes=3)  # type: ignore[operator]  # the feed has one
    row = page_row(store)
    assert (row["author"], row["page_published_at"][:19]) == ("Ada Lam, Ben Ho", row["published_at"][:19])
    assert row["published_reason"] == "the page's time is earlier"

    assert tag_store(store, tagger) == 1
    (after,) = store.tags.known_between(*EVER)
    assert after.known_at == first.known_at
    assert after.body == full.body
    assert {entity.entity_id for entity in after.entities} == {"alibaba", "smic", "deepseek"}
    spans = [*(tag.evidence for tag in after.themes), *(tag.mentions for tag in after.entities)]
    assert all(spans)
    for span in (span for group in spans for span in group):
        text = after.title if span.field == "title" else after.body
        assert text[span.start : span.end] == span.text
    assert store.tags.known_between(*EVER, as_of=full.known_at) == before
    assert len(store.tags.theme_articles("ai")) == 1
    assert store.check() == []


def test_the_same_again_adds_nothing(store: Store, site: Site, tmp_path: Path, root: Path) -> None:
    link = site.page("/1", news(root, now()))
    feed = poll(store, tmp_path, link)
    read(store, feed)
    asked = list(site.asked)
    assert poll(store, tmp_path, link) == feed
    assert read(store, feed).summary() == "pages: nothing to read"
    assert (store.articles.count(), site.asked) == (2, asked)


def test_a_page_that_says_what_the_feed_said_adds_nothing(store: Store, site: Site, tmp_path: Path) -> None:
    body = "Alibaba and Tencent rose in Hong Kong on Tuesday as mainland investors bought shares again."
    link = site.page("/1", f"<html><body><article><h1>{TITLE}</h1><p>{body}</p></article></body></html>")
    report = read(store, poll(store, tmp_path, link, summary=body))
    assert (report.summary(), report.reasons) == ("pages: 1 the same as the feed", [])
    assert store.articles.count() == 1


def test_an_excerpt_is_kept_where_the_text_may_not_be(
    store: Store, site: Site, tagger: Tagger, tmp_path: Path, root: Path
) -> None:
    settings = SETTINGS.model_copy(update={"keep": "excerpt", "excerpt_chars": 200})
    link = site.page("/1", news(root, now()))
    feed = poll(store, tmp_path, link)
    assert read(store, feed, settings=settings).summary() == "pages: 1 held for tagging"
    assert store.articles.count() == 1
    assert store.check() == []
    tag_store(store, tagger)
    (after,) = store.tags.known_between(*EVER)
    assert after.body.startswith("Alibaba and Tencent rose in Hong Kong on Tuesday")
    assert "Turnover rose" not in after.body
    assert {entity.entity_id for entity in after.entities} == {"alibaba", "smic", "deepseek"}
    for tag in after.entities:
        assert tag.mentions
        for span in tag.mentions:
            assert (after.title if span.field == "title" else after.body)[span.start : span.end] == span.text
    assert page_row(store)["held_text"] is None
    dump = "\n".join(store._db.conn.iterdump())
    assert "Turnover rose" not in dump
    assert store.search.find("quota") == []
    assert store.check() == []


def test_a_chinese_portal_is_read_in_its_own_encoding(
    store: Store, site: Site, tmp_path: Path, root: Path
) -> None:
    markup = (root / "tests" / "data" / "pages" / "portal.html").read_text(encoding="utf-8")
    link = site.page("/gu/1.shtml", markup.encode("gbk"))
    read(
        store,
        poll(store, tmp_path, link, title="南向资金净买入超百亿 阿里巴巴领涨", summary="港股早盘走高。"),
    )
    assert store.articles.revisions(link)[-1].body.startswith("海港财经讯 2月11日，港股早盘走高")
    assert store.articles.revisions(link)[-1].language == "zh-Hans"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("consent", "is a check, a consent form or an error"), ("paywall", "is behind a paywall")],
)
def test_walls_are_told_and_not_used(
    store: Store, site: Site, tmp_path: Path, root: Path, name: str, reason: str
) -> None:
    link = site.page("/1", (root / "tests" / "data" / "pages" / f"{name}.html").read_text(encoding="utf-8"))
    report = read(store, poll(store, tmp_path, link))
    assert (report.summary(), report.reasons) == ("pages: 1 not used", [f"page {link} {reason}"])
    assert store.articles.count() == 1


def test_robots_are_asked_once_and_obeyed(store: Store, site: Site, tmp_path: Path, root: Path) -> None:
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/\n")
    links = [site.page("/private/1", news(root, now())), site.page("/2", news(root, now()))]
    report = read(store, poll(store, tmp_path, *links))
    assert report.reasons == [f"page {links[0]} may not be read: its site's robots.txt forbids it"]
    assert site.asked == ["/robots.txt", "/2"]


def test_nothing_is_read_while_robots_are_out_of_reach(
    store: Store, site: Site, tmp_path: Path, root: Path
) -> None:
    site.answers["/robots.txt"] = (503, {}, b"")
    link = site.page("/1", news(root, now()))
    report = read(store, poll(store, tmp_path, link))
    assert report.summary() == "pages: 1 to be tried again"
    assert site.asked == ["/robots.txt"]
    assert page_row(store)["next_try_at"] > (now() + timedelta(minutes=59)).isoformat()


def test_a_host_is_asked_at_its_pace(store: Store, site: Site, tmp_path: Path, root: Path) -> None:
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 12\n")
    feed = poll(store, tmp_path, *(site.page(f"/{n}", news(root, now())) for n in range(3)))
    settings = SETTINGS.model_copy(update={"spacing_seconds": 5.0})
    queue_pages(store, [feed], settings=settings)
    waits: list[float] = []
    with httpx.Client(trust_env=False) as client:
        read_pages(store, client, settings=settings, allow_private=True, wait=waits.append)
    assert [round(seconds) for seconds in waits] == [0, 5, 12, 12]


def test_a_host_that_wants_a_long_pause_is_left_for_the_next_run(
    store: Store, site: Site, tmp_path: Path, root: Path
) -> None:
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 600\n")
    feed = poll(store, tmp_path, *(site.page(f"/{n}", news(root, now())) for n in range(3)))
    assert read(store, feed).summary() == "pages: 1 read"
    assert store.pages.counts() == {"read": 1, "waiting": 2}


def test_failures_are_tried_again_with_pauses_and_given_up(store: Store, site: Site, tmp_path: Path) -> None:
    link = site.url + "/1"
    site.answers["/1"] = (503, {"Retry-After": "7200"}, b"")
    feed = poll(store, tmp_path, link)
    settings = SETTINGS.model_copy(update={"max_tries": 2})
    assert read(store, feed, settings=settings).summary() == "pages: 1 to be tried again"
    assert page_row(store)["next_try_at"] > (now() + timedelta(minutes=119)).isoformat()
    with store.transaction():
        store._db.execute("UPDATE page SET next_try_at = queued_at")
    report = read(store, feed, settings=settings)
    assert report.reasons == [f"page {link} answered 503 Service Unavailable; given up after 2 tries"]
    assert store.pages.counts() == {"failed": 1}
    assert store.check() == []


def test_private_addresses_are_refused_unless_allowed(
    store: Store, site: Site, tmp_path: Path, root: Path
) -> None:
    link = site.page("/1", news(root, now()))
    report = read(store, poll(store, tmp_path, link), allow=False)
    assert report.summary() == "pages: 1 not used"
    assert report.reasons == [f"page {link} leads to a private address, which is refused"]
    assert site.asked == []


def test_a_database_cut_in_the_past_forgets_the_page(
    store: Store, site: Site, tagger: Tagger, tmp_path: Path, root: Path
) -> None:
    link = site.page("/1", news(root, now()))
    feed = poll(store, tmp_path, link)
    tag_store(store, tagger)
    read(store, feed)
    tag_store(store, tagger)
    at = store.articles.revisions(link)[1].known_at
    expected = store.tags.known_between(*EVER, as_of=at)
    store.cut(at)
    assert store.tags.known_between(*EVER) == expected
    assert len(expected) == 1
    assert [line for line in store.check() if "page" in line] == []


def test_what_is_switched_off_is_not_queued(store: Store, site: Site, tmp_path: Path, root: Path) -> None:
    feed = poll(store, tmp_path, site.page("/1", news(root, now())))
    off = FeedConfig(url=feed.url, publisher=feed.publisher, full_text="no")
    assert queue_pages(store, [off], settings=SETTINGS) == 0
    assert queue_pages(store, [feed], settings=SETTINGS.model_copy(update={"enabled": False})) == 0
    assert queue_pages(store, [], settings=SETTINGS) == 0
    assert queue_pages(store, [feed], settings=SETTINGS) == 1
    assert queue_pages(store, [feed], settings=SETTINGS) == 0


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    (tmp_path / "off.yaml").write_text("page: {enabled: no}\n", encoding="utf-8")
    options = ["--db", str(tmp_path / "x.db")]
    command = ["ingest", "pages", "--once", "--config", str(tmp_path / "feeds.yaml")]
    assert run([*options, *command]) == 0
    assert capsys.readouterr().err == "pages: nothing to read\n"
    assert run([*options, "--config", str(tmp_path / "off.yaml"), *command]) == 0
    assert "page.enabled is off" in capsys.readouterr().err
