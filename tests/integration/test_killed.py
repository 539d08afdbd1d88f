"""Commands killed at random moments: nothing acknowledged is lost, nothing is doubled, all of it goes on.

The commands run as processes of their own, on one database, against a server on loopback whose feeds change
with each answer. Most are forked from a launcher that has everything imported, so that the moments fall into
their work and not into Python's start; some are started as a user would.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.archives.fingerprint import fingerprint_file
from southbound.store import Store, open_store

N_FEEDS = 16
N_SHOWN = 12
N_RECORDS = 6000
SINCE, UNTIL, N_SESSIONS = "2025-02-03", "2025-03-14", 28
DAILY_FILE = Path(__file__).parents[1] / "data" / "connect" / "data_tab_daily_20260716e.js"
#: Seconds that a command is thought to take, until one has been seen to take less.
GUESS = {"feeds": 0.6, "articles": 1.0, "pages": 0.6, "flows": 0.6, "tag": 2.0}
#: Seconds that Python takes to start with all of it.
START_SECONDS = 1.0
#: Of the commands: so many are started from nothing.
WHOLE_SHARE = 0.2

_LAUNCHER = """
import json, os, sys
import ingest.page.extract, southbound.pipeline.archive, southbound.pipeline.flow
import southbound.pipeline.page.work, southbound.pipeline.poll, southbound.pipeline.series
import southbound.pipeline.tag, southbound.pipeline.theme
from southbound.cli import run
for line in sys.stdin:
    task = json.loads(line)
    pid = os.fork()
    if pid == 0:
        log = os.open(task["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        code = run(task["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Launcher:
    """Runs commands, each in a process of its own."""

    def __init__(self, root: Path) -> None:
        self._root, self._environment = root, {**os.environ, "PYTHONPATH": str(root)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # a line that is waited for must not lie in a buffer
            cwd=root,
            env=self._environment,
        )

    def run(self, arguments: list[str], log: Path, *, kill_after: float | None = None) -> int:
        """Run a command and return its exit code, -9 where it was killed first."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        task = json.dumps({"arguments": arguments, "log": str(log)})
        self._process.stdin.write(f"{task}\n".encode())
        pid = int(self._process.stdout.readline())
        if kill_after is not None and not select.select([self._process.stdout], [], [], kill_after)[0]:
            with contextlib.suppress(ProcessLookupError):  # it may just have ended
                os.kill(pid, signal.SIGKILL)
        return int(self._process.stdout.readline())

    def run_whole(self, arguments: list[str], log: Path, *, kill_after: float) -> int:
        """Do the same with a command that is started from nothing."""
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "southbound", *arguments],
                stdout=said,
                stderr=said,
                cwd=self._root,
                env=self._environment,
            )
        try:
            return process.wait(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="module")
def launcher(root: Path) -> Iterator[Launcher]:
    opened = Launcher(root)
    yield opened
    opened.close()


Item = tuple[str, str]


class World(ThreadingHTTPServer):
    """Feeds that change with each answer, the pages of their items, and HKEX's daily files."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.draw = random.Random(seed)  # noqa: S311  # no secret
        self.shown: defaultdict[str, list[Item]] = defaultdict(list)
        self.served: defaultdict[str, list[frozenset[Item]]] = defaultdict(list)
        self.by_hash: dict[str, frozenset[Item]] = {}
        self._n_items = 0

    def feed(self, name: str) -> bytes:
        """Publish an item or two, now and then change one, and show the newest."""
        shown = self.shown[name]
        for _ in range(self.draw.randint(1, 2)):
            self._n_items += 1
            shown.insert(0, (f"urn:{name}:{self._n_items}", f"Report {self._n_items}"))
        if self.draw.random() < 0.2:
            identity, title = shown[-1]
            shown[-1] = (identity, f"UPDATE {title}")
        del shown[N_SHOWN:]
        entries = "".join(
            f"<item><title>{title}</title><guid isPermaLink='false'>{identity}</guid>"
            f"<link>{self.url}/page/{identity}</link><description>Summary</description></item>"
            for identity, title in shown
        )
        body = f'<rss version="2.0"><channel><title>{name}</title>{entries}</channel></rss>'.encode()
        self.served[name].append(frozenset(shown))
        self.by_hash[hashlib.sha256(body).hexdigest()] = frozenset(shown)
        return body

    def answer(self, path: str) -> bytes | None:
        kind, _, name = path[1:].partition("/")
        with self.lock:
            match kind:
                case "feed":
                    return self.feed(name)
                case "page":
                    words = f"<p>Page of {name}: {'money came south and shares rose. ' * 8}</p>"
                    return f"<html><body><article><h1>Report</h1>{words * 3}</article></body></html>".encode()
                case "flow":
                    day = f"{name[:4]}-{name[4:6]}-{name[6:8]}"
                    return DAILY_FILE.read_text(encoding="utf-8").replace("2026-07-16", day).encode()
        return None


class _Handler(BaseHTTPRequestHandler):
    server: World

    def do_GET(self) -> None:
        body = self.server.answer(self.path)
        with contextlib.suppress(ConnectionError):  # who asked may have been killed
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html" if "page" in self.path else "text/xml")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Fire:
    """One database under fire: runs commands on it, and compares what is stored with what is true."""

    def __init__(self, folder: Path, launcher: Launcher, world: World, settings: str) -> None:
        self.folder, self.launcher, self.world = folder, launcher, world
        self.database = folder / "fire.db"
        self.n_killed = 0
        self.acknowledged: set[Item] = set()
        self._duration = dict(GUESS)
        self._n_runs = self._n_files = 0
        (folder / "settings.yaml").write_text(settings, encoding="utf-8")
        feeds = [f"- {{url: {world.url}/feed/p{i}, publisher: p{i}}}\n" for i in range(N_FEEDS)]
        listed = "".join(feeds).replace("}\n", ", timezone: UTC}\n")
        (folder / "feeds.yaml").write_text(f"feeds:\n{listed}", encoding="utf-8")
        self._write_archive()

    @property
    def archive(self) -> Path:
        return self.folder / f"archive{self._n_files}.jsonl"

    def _write_archive(self) -> None:
        self._n_files += 1
        records = (
            json.dumps({"id": f"a{self._n_files}-{number}", "title": f"Item {number}", "body": "Text. " * 20})
            for number in range(N_RECORDS)
        )
        self.archive.write_text("\n".join(records), encoding="utf-8")

    def run(self, operation: str, *, kill_after: float | None = None, whole: bool = False) -> int:
        """Run a command to its end, or to a sudden one, and take down what it acknowledged."""
        self._n_runs += 1
        log = self.folder / f"{self._n_runs}-{operation}.log"
        self._let_an_hour_pass()
        n_served = {name: len(served) for name, served in self.world.served.items()}
        began = time.monotonic()
        if whole and kill_after is not None:
            code = self.launcher.run_whole(self._arguments(operation), log, kill_after=kill_after)
        else:
            code = self.launcher.run(self._arguments(operation), log, kill_after=kill_after)
        if code == -signal.SIGKILL:
            self.n_killed += 1
        else:
            assert code == 0, log.read_text(encoding="utf-8")
            if not whole:
                self._duration[operation] = time.monotonic() - began
        self._acknowledge(log.read_text(encoding="utf-8") if log.exists() else "", n_served)
        return code

    def run_and_kill(self, operation: str, chance: float, *, whole: bool) -> None:
        seconds = self._duration[operation] + (START_SECONDS if whole else 0.0)
        self.run(operation, kill_after=chance * seconds, whole=whole)

    def _arguments(self, operation: str) -> list[str]:
        shared = ["--db", str(self.database), "--config", str(self.folder / "settings.yaml")]
        feeds = ["--once", "--config", str(self.folder / "feeds.yaml")]
        span = ["--source", "hkex", "--since", SINCE, "--until", UNTIL]
        return (
            shared
            + {
                "feeds": ["ingest", "feeds", *feeds],
                "articles": ["ingest", "articles", str(self.archive)],
                "pages": ["ingest", "pages", *feeds],
                "flows": ["ingest", "flows", *span],
                "tag": ["tag", "--limit", "50"],
                "check": ["db", "check"],
            }[operation]
        )

    def _let_an_hour_pass(self) -> None:
        """Make every feed due, as it would be after a while."""
        if self.database.exists() and self.database.stat().st_size:
            with contextlib.closing(sqlite3.connect(self.database)) as conn, conn:
                if conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'feed'").fetchone():
                    conn.execute("UPDATE feed SET next_poll_at = '2025-01-01T00:00:00.000Z'")

    def _acknowledge(self, said: str, n_served: dict[str, int]) -> None:
        for line in said.splitlines():
            name, colon, _ = line.partition(": ")
            if colon and name in self.world.served:
                (served,) = self.world.served[name][n_served.get(name, 0) :]
                self.acknowledged |= served

    def check(self) -> None:
        """Compare what is stored with what was served and acknowledged."""
        with open_store(self.database) as store:
            assert store.check() == []
            rows = store._db.execute("SELECT article_id, title, body, revision FROM article").fetchall()
            stored = [(identity, title) for identity, title, body, _ in rows if body == "Summary"]
            pages = [identity for identity, _, body, _ in rows if body.startswith("Page of")]
            served = set().union(*(items for served in self.world.served.values() for items in served))
            assert len(stored) == len(set(stored)), "an item is doubled"
            assert set(stored) <= served, "an item was invented"
            assert set(stored) >= self.acknowledged, "an acknowledged item is lost"
            assert len(pages) == len(set(pages)), "a page was stored twice"
            assert len({(row[0], row[3]) for row in rows}) == len(rows), "two revisions have one number"
            for state in store.feeds.states().values():  # what a server won't send again must be stored
                assert self.world.by_hash[state.body_hash or ""] <= set(stored)
            self._check_archives(store, [row[0] for row in rows if row[0].startswith("a")])
            doubled = (
                "SELECT session, channel FROM flow GROUP BY session, channel, source HAVING count(*) > 1"
            )
            assert store._db.execute(doubled).fetchall() == []

    def _check_archives(self, store: Store, stored: list[str]) -> None:
        state = store.imports.state(fingerprint_file(self.archive))
        assert len(stored) == len(set(stored)) == (self._n_files - 1) * N_RECORDS + state.n_records
        if state.finished_at is not None:
            self._write_archive()

    def finish(self) -> None:
        """Let every command end by itself, and see that nothing is missing."""
        archive = self.archive
        for operation in ("feeds", "pages", "flows", "articles", "check"):
            assert self.run(operation) == 0
        self.check()
        with open_store(self.database, read_only=True) as store:
            assert store.imports.state(fingerprint_file(archive)).n_records == N_RECORDS
            assert set(store.pages.counts()) == {"read"}
            flows = store.market.flows()
            assert flows["session"].nunique() == len(flows) == N_SESSIONS
            assert store.holds.all() == []


@pytest.fixture
def fire(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    launcher: Launcher,
    tiny_model: Path,
    tiny_chinese_model: Path,
) -> Iterator[Fire]:
    with World(request.param) as world:
        thread = threading.Thread(target=world.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        models = f"model: '{tiny_model}', chinese_model: '{tiny_chinese_model}', recogniser: ''"
        settings = (
            "poll: {host_spacing_seconds: 0, host_concurrency: 12, allow_private_addresses: true}\n"
            "page: {spacing_seconds: 0}\n"
            f"flows: {{hkex_url: '{world.url}/flow/{{session}}', spacing_seconds: 0, retries: 0}}\n"
            f"tag: {{{models}, n_threads: 1}}\n"
        )
        yield Fire(tmp_path, launcher, world, settings)
        world.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("fire", "n_kills"),
    [(0, 12), *(pytest.param(seed, 20, marks=pytest.mark.slow) for seed in range(1, 11))],
    indirect=["fire"],
)
def test_killed_at_any_moment_nothing_is_lost_or_doubled_and_all_goes_on(
    fire: Fire, n_kills: int, request: pytest.FixtureRequest
) -> None:
    draw = random.Random(request.node.name)  # noqa: S311  # no secret
    while fire.n_killed < n_kills:
        operation = draw.choices(list(GUESS), [4, 4, 3, 3, 1])[0]
        fire.run_and_kill(operation, draw.random(), whole=draw.random() < WHOLE_SHARE)
        if fire.database.exists():
            fire.check()
    fire.finish()
