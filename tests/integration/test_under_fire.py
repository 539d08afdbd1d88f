"""A full disk, a locked database, several processes at once: the commands themselves, as a user runs them."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.archives.fingerprint import fingerprint_file
from southbound.cli import run
from southbound.store import connection, open_store

N_FEEDS, N_ITEMS = 24, 20
N_RECORDS = 3000


class Publisher(ThreadingHTTPServer):
    """Serves feeds that don't change, on every address of loopback, and counts what it is asked."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.before_answer: Callable[[], None] = lambda: None


class _Handler(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked[self.path] += 1
            self.server.before_answer()
        text = "Money came south. " * 40
        items = "".join(
            f"<item><title>Item {number} of {self.path}</title><guid>urn:{self.path}:{number}</guid>"
            f"<description>{text}</description></item>"
            for number in range(N_ITEMS)
        )
        body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as opened:
        thread = threading.Thread(target=opened.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "fire.db"


@pytest.fixture
def polling(tmp_path: Path, database: Path, publisher: Publisher) -> list[str]:
    """The arguments that poll the publisher's feeds, on eight hosts."""
    urls = [f"http://127.0.0.{1 + i % 8}:{publisher.server_port}/p{i}" for i in range(N_FEEDS)]
    feeds = "".join(f"- {{url: '{url}', publisher: p{i}, timezone: UTC}}\n" for i, url in enumerate(urls))
    (tmp_path / "feeds.yaml").write_text(f"feeds:\n{feeds}", encoding="utf-8")
    own = "poll: {host_spacing_seconds: 0.05, allow_private_addresses: true}\npage: {enabled: false}\n"
    (tmp_path / "settings.yaml").write_text(own, encoding="utf-8")
    shared = ["--db", str(database), "--config", str(tmp_path / "settings.yaml")]
    return [*shared, "ingest", "feeds", "--once", "--config", str(tmp_path / "feeds.yaml")]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.jsonl"
    records = ({"id": f"a{i}", "title": f"Item {i}", "body": "Text. " * 30} for i in range(N_RECORDS))
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


@pytest.fixture
def importing(database: Path, archive: Path) -> list[str]:
    """The arguments that import the archive."""
    return ["--db", str(database), "ingest", "articles", str(archive)]


def start(root: Path, arguments: list[str], *, max_bytes: int | None = None) -> subprocess.Popen[str]:
    """Start the command; a file that grows beyond `max_bytes` meets the error of a full disk."""

    def limit() -> None:
        if max_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))

    return subprocess.Popen(
        [sys.executable, "-m", "southbound", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        preexec_fn=limit,  # noqa: PLW1509  # no thread of ours holds a lock that it needs
    )


def end_of(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Return the exit code and what was said."""
    said = process.communicate()[1].splitlines()
    return process.returncode, said


@contextmanager
def locked_at_first_request(
    database: Path, publisher: Publisher
) -> Iterator[tuple[threading.Event, Callable[[], None]]]:
    """Take the write lock, as another process does, once polling has begun; yield how to see and end it."""
    is_locked = threading.Event()
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:

        def lock() -> None:
            if not is_locked.is_set():
                other.execute("BEGIN IMMEDIATE")
                is_locked.set()

        publisher.before_answer = lock
        yield is_locked, other.rollback


def stored_items(database: Path) -> list[tuple[str, int]]:
    with open_store(database, read_only=True) as store:
        assert store.check() == []
        rows = store._db.execute("SELECT article_id, revision FROM article ORDER BY pk").fetchall()
        return [(str(identity), int(revision)) for identity, revision in rows]


def assert_all_is_imported_once(database: Path, archive: Path) -> None:
    assert sorted(stored_items(database)) == sorted((f"a{number}", 0) for number in range(N_RECORDS))
    with open_store(database, read_only=True) as store:
        assert store.imports.state(fingerprint_file(archive)).finished_at is not None


def assert_all_is_polled_once(database: Path, publisher: Publisher) -> None:
    assert set(publisher.asked) == {f"/p{number}" for number in range(N_FEEDS)}
    expected = {f"urn:/p{feed}:{item}" for feed in range(N_FEEDS) for item in range(N_ITEMS)}
    stored = stored_items(database)
    assert {identity for identity, _ in stored} == expected
    assert {revision for _, revision in stored} == {0}
    assert len(stored) == len(expected)


@pytest.mark.parametrize("kilobytes", [100, 1000])
def test_an_import_that_fills_the_disk_says_so_and_goes_on_later(
    root: Path, database: Path, importing: list[str], archive: Path, kilobytes: int
) -> None:
    code, said = end_of(start(root, importing, max_bytes=kilobytes * 1024))
    assert code == 1
    assert said == [
        f"southbound: the disk under {database} is full or failing; free some space and run the command again"
    ]
    if kilobytes > 100:  # there was room for the tables
        with open_store(database, read_only=True) as store:
            n_records = store.imports.state(fingerprint_file(archive)).n_records
        assert len(stored_items(database)) == n_records
    assert run(importing) == 0
    assert_all_is_imported_once(database, archive)


def test_polling_that_fills_the_disk_loses_nothing(
    root: Path, database: Path, polling: list[str], publisher: Publisher
) -> None:
    open_store(database).close()
    code, said = end_of(start(root, polling, max_bytes=database.stat().st_size + 300_000))
    assert code == 1
    assert said[-1] == (
        f"southbound: the disk under {database} is full or failing; free some space and run the command again"
    )
    acknowledged = [line.partition(":")[0] for line in said[:-1]]
    stored = {identity for identity, _ in stored_items(database)}
    assert 0 < len(acknowledged) < N_FEEDS
    assert {f"urn:/{feed}:{item}" for feed in acknowledged for item in range(N_ITEMS)} <= stored
    assert run(polling) == 0
    assert_all_is_polled_once(database, publisher)
    assert {publisher.asked[f"/{feed}"] for feed in acknowledged} == {1}


@pytest.mark.parametrize("seconds", [0.5, pytest.param(30, marks=pytest.mark.slow)])
def test_a_locked_database_is_waited_for(
    root: Path, database: Path, polling: list[str], publisher: Publisher, seconds: float
) -> None:
    open_store(database).close()
    with locked_at_first_request(database, publisher) as (is_locked, unlock):
        process = start(root, polling)
        assert is_locked.wait(timeout=60)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        assert stored_items(database) == []
        unlock()
        assert end_of(process)[0] == 0
    assert_all_is_polled_once(database, publisher)
    assert set(publisher.asked.values()) == {1}


def test_a_database_that_stays_locked_ends_a_round_with_one_line_and_loses_nothing(
    database: Path,
    polling: list[str],
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0.05)
    open_store(database).close()
    with locked_at_first_request(database, publisher) as (_, unlock):
        assert run(polling) == 1
        assert capsys.readouterr().err.splitlines() == [
            f"southbound: {database} is being written by another process for over 0.05 s; try again later"
        ]
        unlock()
    assert stored_items(database) == []
    assert run(polling) == 0
    assert_all_is_polled_once(database, publisher)


def test_several_processes_poll_each_feed_once(
    root: Path, database: Path, polling: list[str], publisher: Publisher
) -> None:
    processes = [start(root, polling) for _ in range(3)]
    assert [end_of(process)[0] for process in processes] == [0, 0, 0]
    assert run(polling) == 0
    assert set(publisher.asked.values()) == {1}
    assert_all_is_polled_once(database, publisher)


def test_several_processes_import_a_file_once(
    root: Path, database: Path, importing: list[str], archive: Path
) -> None:
    processes = [start(root, importing) for _ in range(2)]
    assert [end_of(process)[0] for process in processes] == [0, 0]
    assert_all_is_imported_once(database, archive)
