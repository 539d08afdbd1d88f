"""Bring archives of articles into the store: resumable, and the same input twice adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.archives.fingerprint import fingerprint_file
from ingest.archives.read import read_articles
from ingest.article import Article
from ingest.rejection import Rejection
from ingest.stream import Gauge
from southbound.pipeline.report import Report
from southbound.settings import IngestSettings
from southbound.store import Store
from southbound.store.article import Added
from southbound.store.imports import ImportState

#: A transaction holds so many records, or fewer long ones: each has its price, and holds up other writers.
_BATCH_RECORDS = 4000
_BATCH_CHARS = 8_000_000


def ingest_articles(
    store: Store,
    paths: Iterable[Path],
    *,
    settings: IngestSettings,
    again: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Import archives of articles, in transactions of some thousand records.

    An archived article counts as known when it was published. With each transaction is stored how far its
    file is done, so that an import that was stopped goes on there, and a finished file is passed over.

    Args:
        store: Where articles and the progress are kept.
        paths: Files of any form that `ingest.archives` reads.
        settings: Zone of dates that name none.
        again: Read files from the beginning, whatever is known of them.
        on_progress: Receives how many further bytes of the files are done.
        tell: Receives a line about each file that is passed over, or taken up in its middle.

    Raises:
        UnreadableInputError: a file can't be used; what came before it is stored.
    """
    report = Report()
    for path in paths:
        fingerprint = fingerprint_file(path)
        done = ImportState() if again else store.imports.state(fingerprint)
        if done.finished_at is not None:
            tell(_passed_over(path, done))
            report.added += Added(known=done.n_articles)
            on_progress(path.stat().st_size)
            continue
        if done.n_records:
            tell(f"{path.name}: going on after record {done.n_records:,}")
        _import_file(store, path, fingerprint, done, settings, report, on_progress)
    return report


def size_of(paths: Iterable[Path]) -> int:
    """Return the bytes that files have together; one that can't be read counts as none."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def _import_file(
    store: Store,
    path: Path,
    fingerprint: str,
    done: ImportState,
    settings: IngestSettings,
    report: Report,
    on_progress: Callable[[int], None],
) -> None:
    seen_at = datetime.now(tz=UTC)
    gauge, n_bytes, told = Gauge(), path.stat().st_size, 0
    items = read_articles(path, timezone=settings.archive_zone, now=seen_at, skip=done.n_records, gauge=gauge)
    store.search.gather_for_bulk()
    for batch, position in _read_ahead(items, gauge):
        articles = list(report.accept(batch))
        done = _advanced(done, n_records=len(batch), n_articles=len(articles))
        with store.transaction():
            report.added += store.articles.add(articles, seen_at=seen_at, basis="published")
            store.imports.record(fingerprint, done, path=str(path), n_bytes=n_bytes, at=seen_at)
        on_progress(position - told)
        told = position
    with store.transaction():
        finished = replace(done, finished_at=datetime.now(tz=UTC))
        store.imports.record(fingerprint, finished, path=str(path), n_bytes=n_bytes, at=seen_at)
    on_progress(n_bytes - told)


def _passed_over(path: Path, done: ImportState) -> str:
    rejected = f" with {done.n_rejected:,} rejected" if done.n_rejected else ""
    return f"{path.name} was imported on {done.finished_at:%Y-%m-%d}{rejected}; --again reads it once more"


def _advanced(done: ImportState, *, n_records: int, n_articles: int) -> ImportState:
    return replace(
        done,
        n_records=done.n_records + n_records,
        n_articles=done.n_articles + n_articles,
        n_rejected=done.n_rejected + n_records - n_articles,
    )


def _read_ahead(
    items: Iterator[Article | Rejection], gauge: Gauge
) -> Iterator[tuple[list[Article | Rejection], int]]:
    """Yield batches, each with how far the file was read for it, and read the next one meanwhile.

    SQLite works without Python's lock, so that reading and storing take two cores.
    """

    def read() -> tuple[list[Article | Rejection], int]:
        return _next_batch(items), gauge.position

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive") as reader:
        coming = reader.submit(read)
        while (found := coming.result())[0]:
            coming = reader.submit(read)
            yield found


def _next_batch(items: Iterator[Article | Rejection]) -> list[Article | Rejection]:
    batch: list[Article | Rejection] = []
    n_chars = 0
    for item in items:
        batch.append(item)
        n_chars += len(item.body) if isinstance(item, Article) else 0
        if len(batch) == _BATCH_RECORDS or n_chars >= _BATCH_CHARS:
            break
    return batch
