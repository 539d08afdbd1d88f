"""How long a round of many feeds takes, beside the least that politeness allows, and what memory it needs.

The feeds are served on loopback under many host names, as unevenly spread over hosts as real lists are, with
a delay like a distant server's; some never answer. The least is the spacing between the polls of the fullest
host. By default all waiting is scaled down, so the work weighs more than in earnest (`--scale 1`).
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import multiprocessing.connection
import random
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from ingest.feed import FeedConfig
from ingest.fetch.limit import FetchLimits
from ingest.http import Client, make_client
from ingest.schedule.plan import host_of
from southbound.memory import give_back_large_blocks
from southbound.pipeline.poll import poll_feeds
from southbound.settings import read_settings
from southbound.store import open_store

_SEED = 20250211
_N_ITEMS, _MANY_ITEMS = 40, 10_000
_BODY = "Shares in Hong Kong rose as money from the mainland came in, led by technology names. " * 7


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--hosts", type=int, default=150)
    parser.add_argument("--scale", type=float, default=5.0, help="all waiting is shorter by this factor")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds until a server answers, unscaled")
    parser.add_argument("--hanging", type=int, default=5, help="feeds that never answer")
    parser.add_argument("--large", type=int, default=0, help=f"feeds of {_MANY_ITEMS:,} items")
    arguments = parser.parse_args()

    give_back_large_blocks()
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_serve_feeds, args=(sender, arguments.delay / arguments.scale), daemon=True
    )
    process.start()
    try:
        _measure(receiver.recv(), arguments)
    finally:
        process.terminate()


def _measure(port: int, arguments: argparse.Namespace) -> None:
    feeds = _make_feeds(port, arguments)
    fullest = max(Counter(host_of(feed.url) for feed in feeds).values())
    settings = read_settings(None).poll
    floor = ((fullest - 1) * settings.host_spacing_seconds + arguments.delay) / arguments.scale
    settings = settings.model_copy(
        update={
            "allow_private_addresses": True,
            "host_spacing_seconds": settings.host_spacing_seconds / arguments.scale,
            "feed_seconds": settings.feed_seconds / arguments.scale,
        }
    )
    print(f"{len(feeds)} feeds, {fullest} on the fullest of {arguments.hosts} hosts")
    print(f"{settings.n_workers} workers, all waiting shorter by {arguments.scale:g}")
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "bench.db") as store:
        print(f"before: {_peak_megabytes():.0f} MB")
        for name in ("first round, all new", "second round, unchanged"):
            cpu = time.process_time()
            done = poll_feeds(
                store, feeds, settings=settings, only_due=False, tell=lambda _: None, connect=_connect
            )
            print(f"{name}: {done.describe()}")
            print(
                f"  {done.seconds:.1f} s, {done.seconds / floor:.2f} times the least ({floor:.1f} s), "
                f"{time.process_time() - cpu:.1f} s of one core, peak {_peak_megabytes():.0f} MB"
            )


def _make_feeds(port: int, arguments: argparse.Namespace) -> list[FeedConfig]:
    draw = random.Random(_SEED)
    ranks = [1 / (rank + 10) for rank in range(arguments.hosts)]
    hosts = [*range(arguments.hosts), *draw.choices(range(arguments.hosts), ranks, k=arguments.feeds)]
    paths = ["hang"] * arguments.hanging + ["large"] * arguments.large + ["feed"] * arguments.feeds
    return [
        FeedConfig(url=f"http://h{host}.example:{port}/{path}/{number}", publisher=f"Publisher {host}")
        for number, (host, path) in enumerate(
            zip(hosts[: arguments.feeds], draw.sample(paths[: arguments.feeds], arguments.feeds), strict=True)
        )
    ]


def _connect(limits: FetchLimits) -> Client:
    return make_client(limits, find_addresses=lambda _host, _port: ["127.0.0.1"])


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _serve_feeds(sender: multiprocessing.connection.Connection, delay: float) -> None:
    asyncio.run(_serve_forever(sender, delay))


async def _serve_forever(sender: multiprocessing.connection.Connection, delay: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                path = request.split(" ")[1]
                await asyncio.sleep(3600.0 if path.startswith("/hang") else delay)
                writer.write(_answer_to(request, path))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
    sender.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _answer_to(request: str, path: str) -> bytes:
    if "if-none-match" in request.lower():
        return b"HTTP/1.1 304 Not Modified\r\n\r\n"
    items = "".join(
        f"<item><title>Item {number} of {path}</title><guid>{path}#{number}</guid>"
        f"<description>{_BODY}</description></item>"
        for number in range(_MANY_ITEMS if path.startswith("/large") else _N_ITEMS)
    )
    body = f'<rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>'.encode()
    return f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body


if __name__ == "__main__":
    main()
