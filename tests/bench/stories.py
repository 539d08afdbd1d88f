"""Stories at length: `python tests/bench/stories.py --data DATA`; no timed test, it prints figures.

100,000 reports are put into stories in one pass. The first 69,000 are the development data as they are: a
broadcaster's year, the wire week, three desks' flashes, in the order of their times. The rest is the wire
week again, moved to later weeks, a tenth of its words replaced by others of the same text, so that a copy is
no repost of its original (which is forgotten by then anyway). No entities and no vectors: making those is
tagging's work. Without vectors no pair is read, so `--db DB` (may be given again) puts the reports of tagged
databases into stories, with what tagging made of them, once by features alone and once with reading.

The yardstick compares every report with all of the seven days before it, by the Jaccard index of the words of
title and opening alone. Both run over the same part of the wire week, in the same process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from nlp.scoring.engine import read_manifest
from nlp.stories.assignment import Assignment
from nlp.stories.cluster import N_AHEAD, Prepared, StoryIndex
from nlp.stories.judge import Judge, read_judge
from nlp.stories.recent import WINDOW
from nlp.stories.report import Report
from nlp.stories.term import Rarity, fold, iterate_words, rarity_from_models
from southbound.settings import read_settings
from southbound.store import Store, open_store

ROOT = Path(__file__).parent.parent.parent
_FILES = ("rthk_2024", "wire_2025-02-07_12", "flashes_2026-05")
_WIRE = "wire_2025-02-07_12"
_OPENING_CHARS = 400
_ALIKE = 0.5
_CHANGED = 0.1


def read_file(path: Path) -> list[Report]:
    """Read one news file in the order of its times."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    reports = [
        Report(
            article_id=row["id"],
            title=row["title"],
            body=row.get("body") or row.get("summary") or "",
            publisher=row.get("publisher") or "",
            known_at=datetime.fromisoformat(row["published_at"]).astimezone(UTC),
        )
        for row in rows
        if row.get("published_at")
    ]
    return sorted(reports, key=lambda report: (report.known_at, report.article_id))


def draw(news: Path, n: int) -> Iterator[Report]:
    """Yield n reports in the order of their times; one file is in memory at a time."""
    n_drawn, last = 0, None
    for name in _FILES:
        for report in read_file(news / f"{name}.jsonl.gz"):
            if n_drawn < n:
                yield report
                n_drawn, last = n_drawn + 1, report.known_at
    wire = read_file(news / f"{_WIRE}.jsonl.gz")
    week = [report for report in wire if report.known_at >= datetime(2025, 2, 6, tzinfo=UTC)]
    rng = random.Random(20250211)
    for copy in range(1, 1 + (n - n_drawn) // len(week) + 1):
        shift = (last or week[0].known_at) + timedelta(days=8 * copy) - week[0].known_at
        for report in week[: max(0, n - n_drawn - (copy - 1) * len(week))]:
            yield change(report, copy, shift, rng)


def change(report: Report, copy: int, shift: timedelta, rng: random.Random) -> Report:
    """Move a report to a later week and put other words of the same text in a tenth of its places."""
    words = report.body[:3000].split(" ")
    for _ in range(int(_CHANGED * len(words))):
        words[rng.randrange(len(words))] = rng.choice(words)
    return Report(
        article_id=f"{report.article_id}-{copy}",
        title=report.title,
        body=" ".join(words),
        publisher=report.publisher,
        known_at=report.known_at + shift,
    )


def compare_all(reports: list[Report]) -> int:
    """Compare each report with all of the seven days before; return in how many pairs half is shared."""
    kept: deque[tuple[datetime, frozenset[str]]] = deque()
    n_alike = 0
    for report in reports:
        words = frozenset(iterate_words(fold(f"{report.title} {report.body[:_OPENING_CHARS]}")))
        while kept and report.known_at - kept[0][0] > WINDOW:
            kept.popleft()
        for _, other in kept:
            common = len(words & other)
            n_alike += common >= _ALIKE * (len(words) + len(other) - common)
        kept.append((report.known_at, words))
    return n_alike


def main() -> None:
    """Print time, speed, memory, and the ratio to comparing all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--db", type=Path, action="append", default=[], help="a tagged database")
    parser.add_argument("--number", type=int, default=100_000)
    parser.add_argument("--part", type=int, default=6000, help="reports that are compared with all")
    arguments = parser.parse_args()
    for path in arguments.db:
        tagged(path)
    if arguments.data is None:
        return
    news, models = arguments.data / "news", ROOT / "models"
    rarity = rarity_from_models(models / "english", models / "chinese")
    ratio(news, rarity, arguments.part)

    index = StoryIndex(read_judge(models / "stories", n_threads=2), rarity)
    process, peak, most_kept, n_new = psutil.Process(), 0, 0, 0
    before, busy = process.memory_info().rss, 0.0
    started, cpu = time.perf_counter(), time.process_time()
    for number, report in enumerate(draw(news, arguments.number)):
        at = time.perf_counter()
        n_new += index.add(report).is_new
        busy += time.perf_counter() - at
        if number % 500 == 0:
            peak, most_kept = max(peak, process.memory_info().rss), max(most_kept, len(index))
    n = arguments.number
    print(f"{n:,} reports, {n_new:,} stories, at most {most_kept:,} kept at once")
    print(f"in the index: {busy:.0f} s, {n / busy:.0f} reports a second, one thread")
    print(f"with reading: {time.perf_counter() - started:.0f} s, CPU {time.process_time() - cpu:.0f} s")
    print(f"memory: {before >> 20} MiB before, {peak >> 20} MiB at most, one news file's articles included")


def tagged(path: Path) -> None:
    """Print how long the reports of a tagged database take, without and with reading of pairs."""
    settings = read_settings(None)
    rarity = rarity_from_models(ROOT / "models" / "english", ROOT / "models" / "chinese")
    vector_name = read_manifest(ROOT / "models" / "english").vector_name
    with open_store(path, read_only=True) as store:
        reports = list(_tagged_reports(store, vector_name))
    judge = read_judge(ROOT / "models" / settings.stories.model, n_threads=2)
    for name, one in (("by features", Judge(judge.decision)), ("with reading", judge)):
        index, cpu, started = StoryIndex(one, rarity), time.process_time(), time.perf_counter()
        n_new = sum(one.is_new for one in _add_all(index, reports))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - started
        print(
            f"{path.name} {name}: {len(reports):,} reports, {n_new:,} stories, CPU {cpu:.1f} s, {wall:.1f} s"
        )


def _add_all(index: StoryIndex, reports: Sequence[Report]) -> Iterator[Assignment]:
    """Assign reports, some prepared ahead as the pipeline does."""
    waiting: deque[Prepared] = deque()
    for report in reports:
        waiting.append(index.prepare(report))
        if len(waiting) > N_AHEAD:
            yield index.settle(waiting.popleft())
    yield from (index.settle(one) for one in waiting)


def _tagged_reports(store: Store, vector_name: str) -> Iterator[Report]:
    after = datetime(1970, 1, 1, tzinfo=UTC), ""
    while batch := store.story_queue.read_reports("none", vector_name=vector_name, after=after, limit=1000):
        yield from (waiting.report for waiting in batch)
        after = batch[-1].report.known_at, batch[-1].report.article_id


def ratio(news: Path, rarity: Rarity, n: int) -> None:
    """Print how long the index and the yardstick take over the same reports."""
    wire = read_file(news / f"{_WIRE}.jsonl.gz")[-n:]
    index = StoryIndex(read_judge(ROOT / "models" / "stories", n_threads=2), rarity)
    started = time.process_time()
    for report in wire:
        index.add(report)
    ours, started = time.process_time() - started, time.process_time()
    n_alike = compare_all(wire)
    theirs = time.process_time() - started
    print(f"{n:,} reports: index {ours:.1f} s CPU, comparing all {theirs:.1f} s CPU ({n_alike:,} alike)")
    print(f"at this number comparing all takes {theirs / ours:.2f} times as long; it grows with the square")


if __name__ == "__main__":
    main()
