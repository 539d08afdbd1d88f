"""The API under load, with 100,000 articles: how many requests a second, and how long each takes.

`python tests/bench/api.py [--db NEWS.db]`; without a database one is made of made-up news, with stories and
claims. The server runs as `southbound serve` does, in a process of its own; the clients are threads of this
one. "Cached" asks the same days and series again, at 200 requests a second and then as fast as it goes;
"uncached" asks each day, theme and word once. Beside them stands the floor: a FastAPI app that says hello and
nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings, read_themes
from tests.bench.newsroom import make_newsroom

API = "/api/v1"
_N_ARTICLES = 100_000
_N_CLIENTS = 16
_RATE = 200
_HELLO = """
import socket, sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/hello")
def hello() -> dict[str, str]:
    return {"hello": "world"}
listener = socket.create_server(("127.0.0.1", 0))
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print("http://127.0.0.1:%d/" % listener.getsockname()[1], file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of some requests: seconds that each took, and seconds in all."""

    name: str
    latencies: Sequence[float]
    seconds: float

    def __str__(self) -> str:
        """Tell it as a row of the table."""
        cuts = statistics.quantiles(self.latencies, n=100)
        rate = len(self.latencies) / self.seconds
        return f"{self.name:44} {rate:9.0f} {1000 * cuts[49]:8.1f} {1000 * cuts[94]:8.1f}"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=8.0)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':44} {'req/s':>9} {'p50 ms':>8} {'p95 ms':>8}")
    with _running([sys.executable, "-c", _HELLO]) as base:
        print(_full(base, "floor: hello, as fast as it goes", ["/hello"], asked.seconds))
        print(_paced(base, f"floor: hello at {_RATE} a second", ["/hello"], asked.seconds))
    with tempfile.TemporaryDirectory() as folder:
        database = asked.db or _made(Path(folder) / "news.db")
        with _serving(database, Path(folder)) as base:
            _measure(base, asked.seconds)


def _made(path: Path) -> Path:
    begun = time.perf_counter()
    make_newsroom(path, n_articles=_N_ARTICLES)
    print(f"({_N_ARTICLES:,} articles made in {time.perf_counter() - begun:.0f} s)")
    return path


def _measure(base: str, seconds: float) -> None:
    calendar = calendar_from_settings(read_settings(None))
    days = [day.date() for day in calendar.sessions(date(2025, 3, 3), date(2025, 11, 28))]
    themes = list(read_themes())
    begun = time.perf_counter()
    httpx.get(f"{base}{API}/series?theme=ai", timeout=60).raise_for_status()
    print(f"(first request of all, memory filled: {time.perf_counter() - begun:.1f} s)")
    digests = [f"{API}/sessions/{day}/digest" for day in days]
    for name, paths in {
        "uncached digest (JSON)": digests[:40],
        "uncached digest (HTML)": [f"{path}?format=html" for path in digests[40:80]],
        "uncached series": [f"{API}/series?theme={theme}" for theme in themes[1:]],
        "uncached series with flows and prices": [
            f"{API}/series?theme={theme}&flows=true&prices=true" for theme in themes
        ],
        "uncached series as of a day": [f"{API}/series?theme=ai&as_of={day}" for day in days[:40]],
        "uncached themes of a session": [f"{API}/themes?session={day}" for day in days[:40]],
        "uncached search, newest of a common word": [
            f"{API}/articles?q=yuan&limit={n}" for n in range(20, 60)
        ],
        "uncached search, best of the commonest word": [
            f"{API}/articles?q=note&order=best&limit={n}" for n in range(20, 60)
        ],
        "uncached search, best of two common words": [
            f"{API}/articles?q=shares%20growth&order=best&limit={n}" for n in range(20, 60)
        ],
        "uncached search by theme and entity": [
            f"{API}/articles?theme={theme}&entity=firm_{n}" for n, theme in enumerate(themes)
        ],
    }.items():
        print(_in_turn(base, name, paths))
    asked = [*digests[:3], digests[40] + "?format=html", *(f"{API}/series?theme={one}" for one in themes[:4])]
    print(_paced(base, f"cached digest and series at {_RATE} a second", asked, seconds))
    print(_full(base, "cached digest and series, as fast as it goes", asked, seconds))


def _in_turn(base: str, name: str, paths: Sequence[str]) -> Load:
    """Ask for each path once, one after the other."""
    begun = time.perf_counter()
    with httpx.Client(base_url=base, timeout=60) as client:
        return Load(
            name=name,
            latencies=[_timed(client, path) for path in paths],
            seconds=time.perf_counter() - begun,
        )


def _full(base: str, name: str, paths: Sequence[str], seconds: float) -> Load:
    """Ask as fast as the clients can, each for the paths in turn."""
    return _with_clients(base, name, paths, seconds, pause=lambda _: 0.0)


def _paced(base: str, name: str, paths: Sequence[str], seconds: float) -> Load:
    """Ask at a steady rate: a request that is late does not put off the next ones."""
    gap = _N_CLIENTS / _RATE
    return _with_clients(base, name, paths, seconds, pause=lambda number: number * gap)


def _with_clients(
    base: str, name: str, paths: Sequence[str], seconds: float, *, pause: Callable[[int], float]
) -> Load:
    def work(place: int) -> list[float]:
        latencies: list[float] = []
        begun = time.perf_counter() + pause(1) * place / _N_CLIENTS
        for number in itertools.count():
            now = time.perf_counter()
            if now - begun >= seconds:
                return latencies
            time.sleep(max(0.0, begun + pause(number) - now))
            latencies.append(_timed(clients[place], paths[(place + number) % len(paths)]))
        raise AssertionError

    with ExitStack() as room, ThreadPoolExecutor(_N_CLIENTS) as pool:
        # To make a client takes tens of milliseconds, which are none of the server's.
        clients = [room.enter_context(httpx.Client(base_url=base, timeout=60)) for _ in range(_N_CLIENTS)]
        begun = time.perf_counter()
        found = list(pool.map(work, range(_N_CLIENTS)))
        taken = time.perf_counter() - begun
    return Load(name=name, latencies=list(itertools.chain.from_iterable(found)), seconds=taken)


def _timed(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    client.get(path).raise_for_status()
    return time.perf_counter() - begun


@contextmanager
def _serving(database: Path, folder: Path) -> Iterator[str]:
    config = folder / "bench.yaml"
    config.write_text("web: {requests_per_second: 1000000, burst: 1000000}\n", encoding="utf-8")
    command = [sys.executable, "-m", "southbound", "--db", str(database), "--config", str(config)]
    with _running([*command, "serve", "--port", "0"]) as base:
        yield base


@contextmanager
def _running(command: Sequence[str], **options: Any) -> Iterator[str]:  # noqa: ANN401 - Popen's own
    """Run a server for a block and yield the address that it says it has."""
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)
    try:
        assert server.stderr is not None
        line = server.stderr.readline()
        yield next(word for word in line.split() if word.startswith("http")).rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=20)
        if server.stderr is not None:
            server.stderr.close()


if __name__ == "__main__":
    main()
