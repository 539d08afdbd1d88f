"""The whole service as a process, with feeds on loopback: what its tests share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

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

settings, target, beside = read_settings(Path(sys.argv[1])), sys.argv[3], sys.argv[4].split()
if target:
    more = Stage(name="more", timing=Every(seconds=0.2), target=target, stays=True)
    run.stages_of = lambda settings: [
        more, *(one for one in stages_of(settings) if not beside or one.name in beside)
    ]
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

    def with_page(self, target: str = "", *, beside: str = "") -> Service:
        """Start a service with a page, and one more stage where its target is given, beside all or some."""
        return self._start([sys.executable, "script.py", "settings.yaml", str(self.database), target, beside])

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
