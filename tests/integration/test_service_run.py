"""The whole service as a process: feeds on loopback, hanging ones, stuck stages, signals, two at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from southbound.error import SouthboundError
from southbound.store import open_store

EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
PATIENCE = 120.0  # seconds: for a machine that has much else to do

#: The service with a page of its own and, if asked for, one more stage.
SCRIPT = """
import sys
from pathlib import Path
from fastapi import FastAPI
from southbound.service import run
from southbound.service.logs import configure_logs
from southbound.service.schedule import Every
from southbound.service.stage import Stage, stages_of
from southbound.settings import read_settings

settings, target = read_settings(Path(sys.argv[1])), sys.argv[3]
if target:
    more = Stage(name="more", timing=Every(seconds=0.2), target=target, stays=True)
    run.stages_of = lambda settings: [more, *stages_of(settings)]
request = run.Request(database=Path(sys.argv[2]), settings=settings, make_app=FastAPI, port=0)
run.run_service(request, log=configure_logs("json"))
"""

#: Stages that go wrong.
ODD_STAGES = """
import os, time
from datetime import UTC, datetime

def sleep_in_vain(setup):
    return lambda job: time.sleep(10_000)

def sleep_for_ever(setup):
    def work(job):
        with job.store.transaction():
            time.sleep(10_000)
    return work

def crash(setup):
    return lambda job: os.abort()

def write_slowly(setup):
    def work(job):
        with job.store.transaction():
            for number in range(8):
                job.store._db.conn.execute(
                    "INSERT INTO poll (feed_url, polled_at, status) VALUES (?, ?, 'ok')",
                    [f"slow-{number}", datetime.now(tz=UTC).isoformat()])
                time.sleep(0.25)
        time.sleep(10_000)
    return work
"""


class Feeds:
    """A server of feeds: some answer, some never do."""

    def __init__(self) -> None:
        self.titles: dict[str, list[str]] = {}
        self.n_asked: dict[str, int] = {}
        feeds, self._is_closed = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.strip("/")
                feeds.n_asked[path] = feeds.n_asked.get(path, 0) + 1
                if path not in feeds.titles:
                    feeds._is_closed.wait()
                    return
                items = "".join(
                    f"<item><title>{title}</title><guid>{path}-{title}</guid></item>"
                    for title in feeds.titles[path]
                )
                body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def close(self) -> None:
        self._is_closed.set()
        self._server.shutdown()
        self._server.server_close()


class Service:
    """A running service and what it logs."""

    def __init__(self, arguments: list[str], *, folder: Path, root: Path) -> None:
        path = os.pathsep.join([str(root), str(folder)])
        self.process = subprocess.Popen(
            arguments,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr:
            self.lines.extend(self.process.stderr)

    def events(self, name: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
        return [event for event in found if event["event"] == name]

    def page(self) -> str:
        """Return where the page is."""
        wait_until(lambda: any("page at" in line for line in self.lines), self)
        (line,) = [json.loads(line)["event"] for line in list(self.lines) if "page at" in line]
        return str(line.rpartition(" ")[2])

    def end(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 40.0) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=seconds)
        self._reader.join(timeout=10)
        return code


def wait_until(is_so: Callable[[], bool], service: Service | None = None) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        told = "".join(service.lines) if service else ""
        assert time.monotonic() < end, f"waited in vain: {told}"
        assert service is None or service.process.poll() is None, f"it has ended: {told}"
        time.sleep(0.05)


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    opened = Feeds()
    yield opened
    opened.close()


class Desk:
    """A folder with a database, settings and feeds, in which services are started."""

    def __init__(self, folder: Path, root: Path, models: tuple[Path, Path]) -> None:
        self.folder, self.root = folder, root
        self.database = folder / "news.db"
        self.settings: dict[str, Any] = {
            "feeds": {"shipped": False, "files": ["feeds.yaml"]},
            "poll": {"host_spacing_seconds": 0, "host_concurrency": 50, "feed_seconds": 3},
            "page": {"enabled": False},
            "tag": {"model": str(models[0]), "chinese_model": str(models[1]), "recogniser": ""},
            "service": {
                "poll_seconds": 0.5,
                "tag_seconds": 0.2,
                "retry_seconds": 0.2,
                "stop_seconds": 5,
                "lease_seconds": 4,
                "log": "json",
                "alerts": False,
            },
        }
        self.settings["poll"]["allow_private_addresses"] = True
        (folder / "odd_stages.py").write_text(ODD_STAGES, encoding="utf-8")
        (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
        self.running: list[Service] = []

    def write(self, *urls: str) -> None:
        """Write the settings and the list of feeds."""
        (self.folder / "settings.yaml").write_text(yaml.safe_dump(self.settings), encoding="utf-8")
        entries = [
            {"url": url, "publisher": f"P{number}", "timezone": "UTC"} for number, url in enumerate(urls)
        ]
        (self.folder / "feeds.yaml").write_text(yaml.safe_dump({"feeds": entries}), encoding="utf-8")

    def with_page(self, target: str = "") -> Service:
        """Start a service with a page, and one more stage where its target is given."""
        return self._start([sys.executable, "script.py", "settings.yaml", str(self.database), target])

    def command(self, *arguments: str) -> Service:
        """Start a command."""
        globals_ = ["--config", "settings.yaml", "--db", str(self.database)]
        return self._start([sys.executable, "-m", "southbound", *globals_, *arguments])

    def _start(self, arguments: list[str]) -> Service:
        self.running.append(Service(arguments, folder=self.folder, root=self.root))
        return self.running[-1]

    def tagged(self) -> list[str]:
        """Return the titles of what is tagged, as a page would show them."""
        try:
            with open_store(self.database, read_only=True) as store:
                return sorted(article.title for article in store.tags.known_between(*EVER))
        except SouthboundError:  # not made yet
            return []

    def check(self) -> list[str]:
        with open_store(self.database, read_only=True) as store:
            return store.check()


@pytest.fixture
def desk(tmp_path: Path, root: Path, tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, root, (tiny_model, tiny_chinese_model))
    yield made
    for service in made.running:
        with contextlib.suppress(ProcessLookupError):
            service.process.kill()
        service.process.wait()


def test_news_is_polled_tagged_and_visible_while_a_feed_hangs_and_a_stage_sleeps(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.write(feeds.url("a"), feeds.url("never"))
    service = desk.with_page("odd_stages:sleep_in_vain")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], service)
    # A feed that is added meanwhile is polled without a restart.
    feeds.titles["b"] = ["Tencent fell"]
    desk.write(feeds.url("a"), feeds.url("b"), feeds.url("never"))
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose", "Tencent fell"], service)
    assert feeds.n_asked["never"] >= 1
    page = service.page()
    assert ask(f"{page}healthz")[0] == 200
    wait_until(lambda: json.loads(ask(f"{page}readyz")[1])["queues"]["untagged"] == 0, service)
    status, text = ask(f"{page}readyz")
    ready = json.loads(text)
    assert (status, ready["ready"], ready["problems"]) == (200, True, [])
    assert ready["stages"]["more"]["state"] == "running"
    assert ready["stages"]["tag"]["seconds_since"]["succeeded"] < PATIENCE
    metrics = ask(f"{page}metrics")[1]
    for line in (
        "southbound_articles 2.0",
        'southbound_polls_total{outcome="new"} 2.0',
        "southbound_articles_tagged_total 2.0",
        'southbound_queue_length{queue="untagged"} 0.0',
        "southbound_tagging_lag_seconds 0.0",
    ):
        assert line in metrics
    assert 'southbound_stage_last_success_timestamp_seconds{stage="poll"}' in metrics
    assert service.end() == 0
    assert desk.check() == []
    assert all(line.startswith("{") for line in service.lines)
    assert not any("Alibaba" in line or "Tencent" in line for line in service.lines)


def test_a_stage_that_hangs_inside_a_transaction_is_ended_and_the_others_go_on(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.settings["service"] |= {"write_seconds": 2, "retry_seconds": 5}
    desk.write(feeds.url("a"))
    service = desk.with_page("odd_stages:sleep_for_ever")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], service)
    failed = service.events("stage.failed")
    assert {one["stage"] for one in failed} == {"more"}
    assert {one["detail"] for one in failed} == {"held the database for 2 s and was ended"}
    assert service.end() == 0
    assert desk.check() == []


def test_a_stage_that_crashes_is_started_again_with_growing_pauses(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:crash")
    wait_until(lambda: len(service.events("stage.failed")) >= 3, service)
    failed = service.events("stage.failed")[:3]
    assert [one["retry_seconds"] for one in failed] == [0.2, 0.4, 0.8]
    assert all(one["detail"] == "its process ended with code -6" for one in failed)
    page = service.page()
    wait_until(lambda: ask(f"{page}readyz")[0] == 503, service)
    assert json.loads(ask(f"{page}readyz")[1])["problems"][0].startswith("stage more has failed ")
    assert ask(f"{page}healthz")[0] == 200
    assert 'southbound_stage_runs_total{outcome="failed",stage="more"}' in ask(f"{page}metrics")[1]
    assert service.end() == 0


def test_a_stop_lets_the_open_transaction_end_and_nothing_more(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:write_slowly")

    def is_writing() -> bool:
        stages = json.loads(ask(f"{service.page()}readyz")[1]).get("stages", {})
        return bool(stages.get("more", {}).get("state") == "running")

    wait_until(is_writing, service)
    time.sleep(1.0)
    started = time.monotonic()
    assert service.end() == 0
    assert time.monotonic() - started < 12
    with open_store(desk.database) as store:
        slow = store._db.execute("SELECT count(*) FROM poll WHERE feed_url LIKE 'slow-%'").fetchone()
        assert slow[0] in {0, 8}
        assert store.check() == []
        assert store.service.lease() is None


def test_killed_outright_it_goes_on_where_it_was(desk: Desk, feeds: Feeds) -> None:
    feeds.titles["a"] = [f"Item {number} on shares" for number in range(600)]
    desk.settings["service"]["tag_batch"] = 20
    desk.write(feeds.url("a"))
    first = desk.command("run", "--no-web")
    wait_until(lambda: len(desk.tagged()) > 0, first)
    first.end(signal.SIGKILL)
    n_before = len(desk.tagged())
    second = desk.command("run", "--no-web")
    wait_until(lambda: len(desk.tagged()) == 600, second)
    assert n_before < 600
    assert second.end(signal.SIGINT) == 0
    assert desk.check() == []
    assert desk.tagged() == sorted(feeds.titles["a"])


def test_a_killed_services_stages_end_with_it(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:sleep_in_vain")
    service.page()

    def children() -> list[str]:
        found = subprocess.run(
            ["ps", "--no-headers", "-o", "pid,args", "-A"], capture_output=True, text=True, check=True
        )
        ours = [line.split()[0] for line in found.stdout.splitlines() if "southbound.service.worker" in line]
        return [pid for pid in ours if _folder_of(pid) == str(desk.folder)]

    wait_until(lambda: len(children()) >= 2, service)
    service.end(signal.SIGKILL)
    wait_until(lambda: children() == [])


def _folder_of(pid: str) -> str:
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/{pid}/cwd").readlink())
    return ""


def test_a_second_service_says_who_has_the_database_and_a_standby_takes_over(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.write(feeds.url("a"))
    first = desk.command("run", "--no-web")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], first)
    second = desk.command("run", "--no-web")
    assert second.process.wait(timeout=PATIENCE) == 1
    second._reader.join(timeout=10)
    (line,) = second.lines
    assert f"is served already, by process {first.process.pid} on " in line
    # Commands of the user's own work beside it.
    assert desk.command("tag").process.wait(timeout=PATIENCE) == 0
    standby = desk.command("run", "--no-web", "--standby")
    wait_until(lambda: len(standby.events("standby")) == 1, standby)
    first.end(signal.SIGKILL)
    wait_until(lambda: any("works on" in line for line in standby.lines), standby)
    feeds.titles["b"] = ["Tencent fell"]
    desk.write(feeds.url("a"), feeds.url("b"))
    wait_until(lambda: "Tencent fell" in desk.tagged(), standby)
    assert standby.end() == 0
    assert desk.check() == []


def test_once_does_what_is_due_and_stops(desk: Desk, feeds: Feeds) -> None:
    feeds.titles["a"] = [f"Item {number} on shares" for number in range(45)]
    desk.settings["service"]["tag_batch"] = 20
    desk.write(feeds.url("a"))
    service = desk.command("run", "--once")
    assert service.process.wait(timeout=PATIENCE) == 0
    assert len(desk.tagged()) == 45
    desk.settings["tag"]["model"] = "no-such-model"
    desk.write(feeds.url("a"))
    broken = desk.command("run", "--once")
    assert broken.process.wait(timeout=PATIENCE) == 3
    broken._reader.join(timeout=10)
    assert broken.lines[-1].startswith("southbound: 2 stages failed, the rest is done (tag: ")
    assert "; stories: no-such-model/manifest.json can't be read" in broken.lines[-1]


def test_the_database_is_copied_every_night(desk: Desk) -> None:
    hour = datetime.now(tz=UTC).hour
    desk.settings["service"] |= {"backup_folder": "copies", "backup_at": f"{(hour + 7) % 24:02}:00"}
    desk.write()
    assert desk.command("run", "--once").process.wait(timeout=PATIENCE) == 0
    (copy,) = (desk.folder / "copies").iterdir()
    with open_store(copy, read_only=True) as store:
        assert store.check() == []
