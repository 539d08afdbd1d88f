"""Opening the file: what is refused, and how errors read."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.article import make_article
from southbound.error import ForeignDatabaseError, StoreError
from southbound.store import connection, open_store
from southbound.store.schema import USER_VERSION


def run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for statement in statements:
            conn.execute(statement)


def refusal(path: Path, *, read_only: bool = False) -> tuple[str, int]:
    """Open what must be refused; return the message and the exit code."""
    with pytest.raises(StoreError) as caught:
        open_store(path, read_only=read_only)
    return str(caught.value), caught.value.exit_code


def test_a_new_file_says_whose_it_is(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with open_store(path) as store:
        assert store.articles.count() == 0
        assert store.check() == []
    head = path.read_bytes()[:100]
    assert head[:16] == b"SQLite format 3\0"
    assert head[68:72] == b"SBnd"
    assert head[60:64] == USER_VERSION.to_bytes(4)


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with open_store(path) as store:
        assert store.articles.count() == 0


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "again.db"
    open_store(path).close()
    before = path.read_bytes()
    open_store(path).close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a b.db", "what?.db", "100%41.db", "x#y.db", "港股.db"])
def test_odd_names_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    open_store(tmp_path / name).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, *, read_only: bool) -> None:
    path = tmp_path / "notes.db"
    run_sql(path, "CREATE TABLE article (title)", "INSERT INTO article VALUES ('mine')")
    before = path.read_bytes()
    message, code = refusal(path, read_only=read_only)
    assert message == f"{path} is another program's database; give a different file with --db"
    assert code == 2
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["notes.db"]


def test_another_programs_empty_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    run_sql(path, "PRAGMA application_id = 7")
    assert refusal(path) == (f"{path} is another program's database; give a different file with --db", 2)


@pytest.mark.parametrize("content", [b"no database", b"%PDF-1.7\n" * 200, b"\0" * 5000])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    assert refusal(path) == (f"{path} is not a database; give a different file with --db", 2)
    assert path.read_bytes() == content


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "future.db"
    open_store(path).close()
    run_sql(path, "PRAGMA user_version = 99")
    expected = f"{path} was written by a newer Southbound (schema 99, not {USER_VERSION}); upgrade first"
    assert refusal(path) == (expected, 2)
    assert refusal(path, read_only=True) == (expected, 2)


def test_reading_needs_a_file(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    expected = f"there is no database {path}; run `southbound ingest` first, or give --db"
    assert refusal(path, read_only=True) == (expected, 2)
    assert not path.exists()


def test_reading_needs_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    message, code = refusal(path, read_only=True)
    assert message == f"{path} is empty; run `southbound ingest` first, or give --db"
    assert code == 2
    open_store(path).close()
    run_sql(path, "PRAGMA user_version = 1")
    message, code = refusal(path, read_only=True)
    assert message == f"{path} is of an older Southbound; run `southbound db upgrade` once"
    assert code == 2


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "x.db"
    assert refusal(path) == (
        f"{path} can't be opened for this; check that its folder exists and is writable",
        1,
    )


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    message, code = refusal(tmp_path)
    assert message == f"{tmp_path} can't be opened for this; check that its folder exists and is writable"
    assert code == 1


def test_nothing_is_written_through_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    open_store(path).close()
    now = datetime(2025, 2, 11, tzinfo=UTC)
    with open_store(path, read_only=True) as store:
        with pytest.raises(StoreError) as caught, store.transaction():
            store.articles.add([make_article(title="New")], seen_at=now, basis="seen")
        assert store.articles.count() == 0
    assert str(caught.value).startswith(f"{path} can't be opened for this")


def test_a_long_lock_ends_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "busy.db"
    open_store(path).close()
    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0.05)
    with open_store(path) as writer, open_store(path) as other, writer.transaction():
        with pytest.raises(StoreError) as caught, other.transaction():
            pytest.fail("the block must not be entered")
        assert str(caught.value) == (
            f"{path} is being written by another process for over 0.05 s; try again later"
        )


def test_several_may_create_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "race.db"
    barrier = threading.Barrier(8)
    errors: list[BaseException] = []

    def create() -> None:
        barrier.wait()
        try:
            open_store(path).close()
        except Exception as error:  # noqa: BLE001 - collected for the assertion
            errors.append(error)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_store(path) as store:
        assert store.check() == []


def test_a_refused_file_is_an_error_of_the_store() -> None:
    assert issubclass(ForeignDatabaseError, StoreError)
    assert (StoreError.exit_code, ForeignDatabaseError.exit_code) == (1, 2)
