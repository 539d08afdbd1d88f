"""The open database: transactions, several at once, checks, backups, a full disk, a sudden end."""

from __future__ import annotations

import random
import signal
import sqlite3
import string
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.article import Article, make_article
from southbound.error import StoreError
from southbound.store import Store, open_store

SEEN = datetime(2025, 2, 11, tzinfo=UTC)


def articles(first: int, count: int, *, body: str = "Shares rose.") -> list[Article]:
    return [
        make_article(title=f"Item {i}", body=body, article_id=str(i)) for i in range(first, first + count)
    ]


def add(store: Store, batch: list[Article]) -> None:
    with store.transaction():
        store.articles.add(batch, seen_at=SEEN, basis="seen")


def add_and_stop(store: Store) -> None:
    with store.transaction():
        store.articles.add(articles(3, 3), seen_at=SEEN, basis="seen")
        raise KeyboardInterrupt


def test_a_transaction_is_stored_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(path) as store:
        add(store, articles(0, 3))
        with pytest.raises(KeyboardInterrupt):
            add_and_stop(store)
        assert store.articles.count() == 3
        assert store.search.find("5") == []
        add(store, articles(3, 1))
    with open_store(path, read_only=True) as store:
        assert store.articles.count() == 4
        assert store.check() == []


def test_what_is_not_committed_is_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(path) as writer, open_store(path, read_only=True) as reader:
        with writer.transaction():
            writer.articles.add(articles(0, 3), seen_at=SEEN, basis="seen")
            assert reader.articles.count() == 0
        assert reader.articles.count() == 3


def test_readers_see_whole_batches_while_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    open_store(path).close()
    done = threading.Event()
    seen: list[int] = []
    errors: list[BaseException] = []

    def read() -> None:
        try:
            with open_store(path, read_only=True) as store:
                while not done.is_set():
                    seen.append(store.articles.count())
        except BaseException as error:  # noqa: BLE001 - collected for the assertion
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    with open_store(path) as store:
        for first in range(0, 100, 5):
            add(store, articles(first, 5))
        assert store.articles.count() == 100
    done.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen
    assert {count % 5 for count in seen} == {0}


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    open_store(path).close()
    errors: list[BaseException] = []

    def write(first: int) -> None:
        try:
            with open_store(path) as store:
                for number in range(first, first + 10):
                    add(store, articles(number, 1))
        except BaseException as error:  # noqa: BLE001 - collected for the assertion
            errors.append(error)

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    with open_store(path) as store:
        assert store.articles.count() == 30
        assert store.check() == []


_ENDLESS = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.article import make_article
from southbound.store import open_store
with open_store(Path(sys.argv[1])) as store:
    for first in itertools.count(0, 50):
        numbers = range(first, first + 50)
        batch = [make_article(title=f"Item {i}", body="x" * 500, article_id=str(i)) for i in numbers]
        with store.transaction():
            store.articles.add(batch, seen_at=datetime(2025, 2, 11, tzinfo=UTC), basis="seen")
        print(first + 50, flush=True)
"""


def test_nothing_committed_is_lost_when_the_process_is_killed(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "x.db"
    with subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        committed = [int(process.stdout.readline()) for _ in range(4)][-1]
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with open_store(path) as store:
        assert store.check() == []
        count = store.articles.count()
        assert count >= committed == 200
        assert count % 50 == 0
        add(store, articles(1_000_000, 1))
        assert store.articles.count() == count + 1


def test_a_full_disk_ends_with_one_line_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    letters = random.Random(1)  # noqa: S311 - no secrets here
    long = "".join(letters.choices(string.ascii_lowercase, k=200_000))
    with open_store(path) as store:
        add(store, articles(0, 3))
        (pages,) = store._db.execute("PRAGMA page_count").fetchone()
        store._db.execute(f"PRAGMA max_page_count = {pages + 4}").fetchone()
        with pytest.raises(StoreError) as caught:
            add(store, articles(3, 20, body=long))
        assert str(caught.value) == (
            f"the disk under {path} is full or failing; free some space and run the command again"
        )
        assert caught.value.exit_code == 1
        assert store.articles.count() == 3
        assert store.check() == []
        store._db.execute("PRAGMA max_page_count = 1000000").fetchone()
        add(store, articles(3, 20, body=long))
        assert store.articles.count() == 23
    with open_store(path, read_only=True) as store:
        assert store.check() == []


def test_a_check_finds_what_cannot_be_searched(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as store:
        add(store, articles(0, 3))
        store._db.execute("DELETE FROM article WHERE article_id = '1'")
        assert store.check() == ["2 articles are stored, 3 can be searched"]


def test_a_check_finds_references_to_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as store:
        store._db.execute("PRAGMA foreign_keys = OFF")
        store._db.execute("INSERT INTO tagging VALUES (7, 99, 'm', '', '', 0, 0, 0, 0, 0, 0, 0, 0)")
        assert store.check() == ["row 7 of tagging refers to a missing article"]


def test_damage_is_found_and_said_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(path) as store:
        add(store, articles(0, 400, body="Money flows south. " * 20))
    sound = path.read_bytes()
    # A page begins with what says where others are; the words in its middle could be any.
    for start in (50 * 4096, 60 * 4096):
        path.write_bytes(sound[:start] + b"\xa5" * 3000 + sound[start + 3000 :])
        with open_store(path, read_only=True) as store:
            findings = store.check()
        assert findings
        assert all(len(finding.splitlines()) == 1 for finding in findings)


def test_damage_to_the_first_pages_ends_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    open_store(path).close()
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xa5" * 3000 + content[3100:])
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert str(caught.value) == f"{path} is damaged; run `southbound db check`, then restore a backup"


def test_a_backup_is_a_database_of_its_own(tmp_path: Path) -> None:
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    with open_store(path) as store:
        add(store, articles(0, 3))
        store.backup(copy)
        add(store, articles(3, 3))
    with open_store(copy) as store:
        assert store.check() == []
        assert store.articles.count() == 3
        assert [hit.article_id for hit in store.search.find('"item 2"')] == ["2"]
    assert sorted(item.name for item in tmp_path.iterdir()) == ["copy.db", "x.db"]


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("mine", encoding="utf-8")
    with open_store(tmp_path / "x.db") as store, pytest.raises(StoreError) as caught:
        store.backup(target)
    assert str(caught.value) == f"{target} exists already; name a new file"
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_backup_needs_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "copy.db"
    with open_store(tmp_path / "x.db") as store, pytest.raises(StoreError) as caught:
        store.backup(target)
    assert str(caught.value).startswith(f"{target} can't be opened for this")


def test_a_backup_can_be_made_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with open_store(path) as writer, open_store(path, read_only=True) as reader:
        add(writer, articles(0, 2))
        with writer.transaction():
            writer.articles.add(articles(2, 2), seen_at=SEEN, basis="seen")
            reader.backup(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM article").fetchone() == (2,)
