"""Feeds found behind pages of a loopback server, their list, and their health as commands show it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from ingest.discovery.opml import read_opml
from ingest.discovery.probe import FoundFeed, find_feeds
from ingest.error import UnreadableInputError
from southbound.cli import run
from southbound.instant import text_from_instant
from southbound.settings import read_feeds
from southbound.store import open_store

NOW = datetime(2025, 3, 12, 4, 0, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>
<item><title>Hong Kong shares rise as mainland money returns</title><guid>{title}-1</guid>
<pubDate>Tue, 11 Mar 2025 17:00:00 +0800</pubDate></item>
<item><title>HKMA keeps the base rate</title><guid>{title}-2</guid></item></channel></rss>"""
HEADER = "state publisher last good next 24 h norm repeats failed clock feed"
HEAD = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


@contextmanager
def serve(pages: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Serve pages on loopback; yields the address and, as it grows, the list of paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def find(address: str) -> list[FoundFeed]:
    with httpx.Client() as client:
        return find_feeds(client, address, seen_at=NOW)


def test_a_feeds_own_address_is_taken() -> None:
    with serve({"/rss": RSS.format(title="Markets | Harbour Ledger")}) as (base, asked):
        (found,) = find(f"{base}/rss")
    assert asked == ["/rss"]
    assert (found.feed.url, found.feed.publisher, found.how) == (f"{base}/rss", "Harbour Ledger", "given")
    assert (found.feed.language, found.feed.timezone) == ("en", "Asia/Hong_Kong")
    assert (found.n_articles, found.newest_at) == (2, datetime(2025, 3, 11, 9, 0, tzinfo=UTC))


def test_the_feeds_that_a_page_declares_are_read_and_twins_left_out() -> None:
    links = [("All", "/rss"), ("Twin", "/rss?twin=1"), ("Dead", "/dead"), ("Page", "/page"), ("", "/zh")]
    page = f"<title>Harbour Ledger</title>{''.join(HEAD.format(*link) for link in links)}"
    pages = {
        "/": page,
        "/page": page,
        "/rss": RSS.format(title="All news"),
        "/rss?twin=1": RSS.format(title="All news"),
        "/zh": RSS.format(title="財經").replace(
            "Hong Kong shares rise as mainland money returns", "港股通資金流入"
        ),
    }
    with serve(pages) as (base, asked):
        found = find(base)
    assert [(one.feed.url, one.title, one.how) for one in found] == [
        (f"{base}/rss", "All news", "declared"),
        (f"{base}/zh", "財經", "declared"),
    ]
    assert {one.feed.publisher for one in found} == {"Harbour Ledger"}
    assert found[1].feed.language == ""  # one article of each language: each is looked at
    assert not any("feed" in path for path in asked)  # custom is not asked where the page says enough


def test_where_a_page_says_nothing_custom_is_asked_up_to_the_first() -> None:
    with serve({"/news": "<p>News</p>", "/rss.xml": RSS.format(title="L")}) as (base, asked):
        (found,) = find(f"{base}/news")
    assert (found.feed.url, found.how) == (f"{base}/rss.xml", "guessed")
    assert asked == ["/news", "/feed", "/rss", "/rss.xml"]


def test_without_a_feed_one_line_says_so() -> None:
    with serve({"/": "<p>Nothing here</p>"}) as (base, _):
        with pytest.raises(UnreadableInputError, match="there is no feed at"):
            find(base)
        with pytest.raises(UnreadableInputError, match="answered 404"):
            find(f"{base}/missing")


def test_a_feed_is_added_once_and_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ledger.xml").write_text(RSS.format(title="Ledger"), encoding="utf-8")
    (tmp_path / "settings.yaml").write_text("feeds: {shipped: false}\n", encoding="utf-8")
    settings = ["--config", "settings.yaml"]
    assert run([*settings, "feeds", "add", "ledger.xml"]) == 0
    said = capsys.readouterr().err
    assert "to feeds.yaml; `southbound ingest feeds` polls it from now on" in said
    assert "guessed: publisher Ledger, language en, timezone Asia/Hong_Kong" in said
    assert run([*settings, "feeds", "add", "./ledger.xml"]) == 2
    assert "is in your list already" in capsys.readouterr().err
    assert run([*settings, "ingest", "feeds", "--once"]) == 0
    capsys.readouterr()
    assert run([*settings, "feeds"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith("ok")
    assert "1 feeds: 1 ok" in err


def test_an_opml_list_goes_in_and_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.opml").write_text(
        '<opml version="2.0"><body><outline text="Press"><outline text="海港" xmlUrl="https://l.example.hk/rss"/>'
        '<outline text="Pearl" xmlUrl="https://p.example.cn/rss"/></outline>'
        '<outline text="SCMP" xmlUrl="https://www.scmp.com/rss/92/feed"/></body></opml>',
        encoding="utf-8",
    )
    assert run(["feeds", "import", "list.opml"]) == 0
    assert "2 feeds added to feeds.yaml, 1 known already" in capsys.readouterr().err
    assert run(["feeds", "import", "list.opml"]) == 0
    assert "0 feeds added to feeds.yaml, 3 known already" in capsys.readouterr().err
    own = read_feeds(tmp_path / "feeds.yaml")
    assert [(feed.publisher, feed.timezone) for feed in own] == [
        ("海港", "Asia/Hong_Kong"),
        ("Pearl", "Asia/Shanghai"),
    ]
    assert run(["feeds", "export", "-o", "out.opml"]) == 0
    listed = {feed.url: feed for feed in read_opml(tmp_path / "out.opml")}
    assert listed["https://l.example.hk/rss"].group == "Press"
    assert listed["https://www.scmp.com/rss/92/feed"].group == "South China Morning Post"
    assert run(["feeds", "import", "missing.opml"]) == 2


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """Make a database in which four feeds were polled hourly for 30 days, and their list."""
    names = ("good", "silent", "failing", "dead")
    entries = [f"  - {{url: 'https://{name}.example/', publisher: {name}, timezone: UTC}}" for name in names]
    (tmp_path / "feeds.yaml").write_text("\n".join(["feeds:", *entries, ""]), encoding="utf-8")
    path = tmp_path / "news.db"
    open_store(path).close()
    now = datetime.now(tz=UTC)
    with closing(sqlite3.connect(path)) as conn, conn:
        for name in names:
            _watch(conn, name, now)
        at = text_from_instant(now - timedelta(days=2))
        conn.execute(
            """UPDATE feed SET n_failures = 3, reason = 'answered 500', succeeded_at = ?
               WHERE publisher = 'failing'""",
            [at],
        )
        conn.execute("UPDATE feed SET dead_since = ?, reason = 'answered 410' WHERE publisher = 'dead'", [at])
        conn.execute("UPDATE feed SET moved_to = 'https://new.example/' WHERE publisher = 'good'")
    return path


def _watch(conn: sqlite3.Connection, name: str, now: datetime) -> None:
    url = f"https://{name}.example/"
    hours = [now - timedelta(hours=n) for n in reversed(range(30 * 24))]
    conn.execute(
        """INSERT INTO feed (url, publisher, polled_at, succeeded_at, status, next_poll_at)
           VALUES (?, ?, ?, ?, 'ok', ?)""",
        [url, name, *map(text_from_instant, (now, now, now + timedelta(minutes=15)))],
    )
    conn.executemany(
        "INSERT INTO poll (feed_url, polled_at, status, clock_skew_seconds) VALUES (?, ?, 'ok', 90)",
        [(url, text_from_instant(at)) for at in hours],
    )
    last = now - timedelta(days=4) if name == "silent" else now
    conn.executemany(
        """INSERT INTO article (article_id, title, body, publisher, language, seen_at, known_at, known_basis,
               content_hash, feed_url) VALUES (?, 't', '', ?, 'en', ?, ?, 'seen', ?, ?)""",
        [
            (f"{name}{at}{n}", name, text_from_instant(at), text_from_instant(at), f"{at}{n}", url)
            for at in hours
            for n in range(2)
            if at <= last
        ],
    )


def test_health_is_shown_with_what_needs_a_look_first(
    watched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--db", str(watched), "feeds", "--config", str(watched.parent / "feeds.yaml")]
    assert run(arguments) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == HEADER.split()
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == [
        "dead",
        "failing",
        "silent",
        "ok",
    ]
    assert "    failed 3 times in a row: answered 500" in lines
    assert any(line.startswith("    nothing new for 4 d; some 19") for line in lines)
    assert "    moved for good to https://new.example/" in lines
    assert "4 feeds: 1 dead, 1 failing, 1 silent, 1 ok" in err
    good = lines[-2].split()
    assert good[:2] == ["ok", "good"]
    assert good[-6:] == ["48", "0%", "0/672", "+90", "s", "https://good.example/"]


def test_health_as_json(watched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(watched.parent / "feeds.yaml")
    assert run(["--db", str(watched), "feeds", "--format", "json", "--config", config]) == 0
    records = {record["publisher"]: record for record in json.loads(capsys.readouterr().out)}
    assert list(records) == ["good", "silent", "failing", "dead"]
    good = records["good"]
    assert (good["articles_24h"], good["norm_24h"], good["polls_28d"]) == (48, 48.0, 672)
    assert (good["clock_skew_seconds"], good["repeat_share_28d"]) == (90, 0.0)
    assert records["silent"]["repeat_share_28d"] == 1.0  # each text had come from the first feed before
    assert records["silent"]["silent_hours"] == pytest.approx(96, abs=1.1)


def test_several_candidates_are_listed_and_one_is_picked(capsys: pytest.CaptureFixture[str]) -> None:
    from southbound.cli.feeds import _chosen  # noqa: PLC0415 - what stands between finding and adding

    page = HEAD.format("All", "/all") + HEAD.format("Markets", "/markets")
    pages = {"/": page, "/all": RSS.format(title="All"), "/markets": RSS.format(title="Markets")}
    with serve(pages) as (base, _):
        found = find(base)
    with pytest.raises(Exception, match="2 feeds are there; choose one with --pick N"):
        _chosen(found, 0)
    assert (
        capsys.readouterr().out.splitlines()[1].startswith(f"2  {base}/markets  Markets (2 articles, latest")
    )
    assert _chosen(found, 2).feed.url == f"{base}/markets"
    with pytest.raises(Exception, match="--pick takes 1 to 2 here; not 3"):
        _chosen(found, 3)
