"""Import an archive of articles: how fast, where the time goes, and against what floor.

`python tests/bench/importing.py --data DATA`. On a broadcaster's year (30,209 items, English and Chinese),
each stage by itself and the whole, in this process; then a second import of the same file, and the naive way:
article by article, a look-up and two inserts each, every Chinese character set apart by itself. Times are of
the processor, so that other processes count little; the wall's time stands beside the whole.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.archives.read import read_articles
from ingest.article import Article
from southbound.instant import text_from_instant
from southbound.pipeline.archive import ingest_articles
from southbound.settings import read_settings
from southbound.store import open_store
from southbound.store.article import spaced

_SIGN = re.compile(r"([\u3400-\u9fff\uf900-\ufaff])")
_Answer = TypeVar("_Answer")


def main() -> None:
    """Run all stages and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--news", default="rthk_2024", help="which file of news; wire_2025-02-07_12 is long texts"
    )
    arguments = parser.parse_args()
    path = arguments.data / "news" / f"{arguments.news}.jsonl.gz"
    with tempfile.TemporaryDirectory() as folder:
        _measure(path, Path(folder))


def _measure(path: Path, folder: Path) -> None:
    lines, floor = _timed(lambda: gzip.decompress(path.read_bytes()).splitlines())
    n, n_bytes = len(lines), sum(map(len, lines))
    print(f"{n:,} articles, {n_bytes / 1e6:.1f} MB of JSON in {path.stat().st_size / 1e6:.1f} MB of gzip\n")
    _tell("floor: unpack and split the bytes", floor, n)
    _, parsing = _timed(lambda: [json.loads(line) for line in lines])
    _tell("parse the JSON", parsing, n)
    articles, reading = _timed(lambda: [x for x in read_articles(path) if isinstance(x, Article)])
    _tell("read the file into articles (both of these, and cleaning)", reading, n)
    _, spacing = _timed(lambda: [(spaced(a.title), spaced(a.body)) for a in articles])
    _tell("set Chinese characters apart for the search", spacing, n)
    started = time.perf_counter()
    whole = _import(path, folder / "whole.db")
    wall = time.perf_counter() - started
    _tell("the whole: `southbound ingest articles`", whole, n)
    print(f"  {n / wall:,.0f} a second by the wall's clock; {whole / floor:.1f} times the floor")
    print(f"{'the same once more (passed over)':60} {1000 * _import(path, folder / 'whole.db'):6.1f} ms")
    _tell("the same with --again (all known)", _import(path, folder / "whole.db", again=True), n)
    naive = _timed(lambda: _import_naively(path, folder / "naive.db"))[1]
    _tell("the naive way", naive, n)
    print(f"\n{naive / whole:.2f} times as fast as the naive way")


def _timed(work: Callable[[], _Answer]) -> tuple[_Answer, float]:
    started = time.process_time()
    answer = work()
    return answer, time.process_time() - started


def _tell(what: str, seconds: float, n: int) -> None:
    print(f"{what:60} {seconds:6.2f} s {n / max(seconds, 1e-9):12,.0f} a second")


def _import(path: Path, database: Path, *, again: bool = False) -> float:
    with open_store(database) as store:
        return _timed(
            lambda: ingest_articles(store, [path], settings=read_settings(None).ingest, again=again)
        )[1]


def _import_naively(path: Path, database: Path) -> None:
    open_store(database).close()
    connection = sqlite3.connect(database)
    for article in read_articles(path):
        if isinstance(article, Article):
            _add_naively(connection, article)
    connection.commit()
    connection.close()


def _add_naively(connection: sqlite3.Connection, article: Article) -> None:
    found = connection.execute(
        "SELECT content_hash FROM article WHERE article_id = ?", [article.article_id]
    ).fetchall()
    if (article.content_hash,) in found:
        return
    at = text_from_instant(article.published_at) if article.published_at else "2025-01-01T00:00:00.000Z"
    cursor = connection.execute(
        """INSERT INTO article (article_id, revision, title, body, url, canonical_url, publisher, language,
               published_at, seen_at, known_at, known_basis, content_hash, extra)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'published', ?, ?)""",
        [
            article.article_id,
            len(found),
            article.title,
            article.body,
            article.url,
            article.canonical_url,
            article.publisher,
            article.language,
            at,
            at,
            at,
            article.content_hash,
            json.dumps(dict(article.extra), ensure_ascii=False),
        ],
    )
    title, body = _SIGN.sub(r" \1 ", article.title), _SIGN.sub(r" \1 ", article.body)
    connection.execute(
        "INSERT INTO article_search(rowid, title, body) VALUES (?, ?, ?)", [cursor.lastrowid, title, body]
    )


if __name__ == "__main__":
    main()
