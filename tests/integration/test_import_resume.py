"""Imports that are stopped, go on, and are done once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.archives.fingerprint import fingerprint_file
from ingest.archives.lines import read_json_lines
from ingest.archives.place import Terms
from southbound.cli import run
from southbound.pipeline.archive import ingest_articles
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.article import Added

SETTINGS = read_settings(None).ingest


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def write(path: Path, count: int, *, body: str = "text") -> Path:
    lines = (
        json.dumps({"id": f"a{number}", "title": f"Item {number}", "body": body}) for number in range(count)
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class _StopError(Exception):
    pass


def test_a_stopped_import_goes_on_behind_its_last_transaction(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "news.jsonl", 9500)
    done: list[int] = []

    def stop_after_two(n_bytes: int) -> None:
        done.append(n_bytes)
        if len(done) == 2:
            raise _StopError

    with pytest.raises(_StopError):
        ingest_articles(store, [path], settings=SETTINGS, on_progress=stop_after_two)
    assert store.articles.count() == 8000
    skipped: list[int] = []

    def watched(path: Path, terms: Terms) -> object:
        skipped.append(terms.skip)
        return read_json_lines(path, terms)

    monkeypatch.setattr("ingest.archives.read.read_json_lines", watched)
    said: list[str] = []
    report = ingest_articles(store, [path], settings=SETTINGS, tell=said.append)
    assert (skipped, report.added) == ([8000], Added(new=1500))
    assert said == ["news.jsonl: going on after record 8,000"]


def test_a_finished_file_is_passed_over_wherever_it_lies(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", 1200)
    ingest_articles(store, [path], settings=SETTINGS)
    moved = path.rename(tmp_path / "moved.jsonl")
    said: list[str] = []
    done: list[int] = []
    report = ingest_articles(store, [moved], settings=SETTINGS, tell=said.append, on_progress=done.append)
    assert report.added == Added(known=1200)
    assert said == [
        f"moved.jsonl was imported on {datetime.now(tz=UTC):%Y-%m-%d}; --again reads it once more"
    ]
    assert sum(done) == moved.stat().st_size
    assert ingest_articles(store, [moved], settings=SETTINGS, again=True).added == Added(known=1200)


def test_a_file_that_was_written_again_is_read_again(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", 9000)
    before = path.stat()
    ingest_articles(store, [path], settings=SETTINGS)
    text = path.read_text(encoding="utf-8")
    middle = text.index('"Item 4500"')  # as far from both ends as can be, and of the same length
    path.write_text(f'{text[:middle]}"item 4500"{text[middle + 11 :]}', encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert path.stat().st_size == before.st_size
    report = ingest_articles(store, [path], settings=SETTINGS)
    assert report.added == Added(revised=1, known=8999)


def test_rejections_count_as_done(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text('{"title": "One"}\n{"body": "none"}\n\n{"title": "Two"}\n', encoding="utf-8")
    ingest_articles(store, [path], settings=SETTINGS)
    state = store.imports.state(fingerprint_file(path))
    assert (state.n_records, state.n_articles, state.n_rejected) == (3, 2, 1)
    assert state.finished_at is not None


def test_an_import_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, root: Path) -> None:
    path = write(tmp_path / "news.jsonl", 12_000, body="Mainland money bought Hong Kong shares. 港股通 " * 20)
    database = tmp_path / "killed.db"
    command = [sys.executable, "-m", "southbound", "--db", str(database), "ingest", "articles", str(path)]
    for least in (1000, 5000):
        process = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL)
        while process.poll() is None and _n_records(database, path) < least:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with open_store(database) as store:
            assert store.check() == []
            assert store.articles.count() == store.imports.state(fingerprint_file(path)).n_records
    assert subprocess.run(command, cwd=root, stderr=subprocess.DEVNULL, check=False).returncode == 0
    with open_store(database) as store:
        assert store.check() == []
        assert store.articles.count() == 12_000
        assert [len(store.articles.revisions(f"a{number}")) for number in (0, 999, 5500, 11_999)] == [1] * 4


def _n_records(database: Path, path: Path) -> int:
    if not database.is_file() or not database.stat().st_size:
        return 0
    with open_store(database) as store:
        return store.imports.state(fingerprint_file(path)).n_records


def test_what_was_cut_off_can_be_imported_again(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", 10)
    ingest_articles(store, [path], settings=SETTINGS)
    store.cut(datetime(2000, 1, 1, tzinfo=UTC))
    assert store.articles.count() == 0
    assert ingest_articles(store, [path], settings=SETTINGS).added == Added(new=10)


def test_the_command_says_what_it_passes_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "news.jsonl", 5)
    arguments = ["--db", str(tmp_path / "news.db"), "ingest", "articles", str(path)]
    assert run(arguments) == 0
    assert run(arguments) == 0
    assert "news.jsonl was imported on" in capsys.readouterr().err
    assert run([*arguments, "--again"]) == 0
    assert "5 known already" in capsys.readouterr().err


def test_long_articles_make_smaller_transactions(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "news.jsonl", 25, body="word " * 200_000)
    done: list[int] = []
    ingest_articles(store, [path], settings=SETTINGS, on_progress=done.append)
    assert len(done) == 4  # nine, nine and seven of a million characters; the end
    assert store.articles.count() == 25
