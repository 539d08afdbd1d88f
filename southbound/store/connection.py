"""Opening the file: whose it is, how it is locked, what its errors mean."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from southbound.error import DamagedDatabaseError, ForeignDatabaseError, StoreError
from southbound.store.schema import APPLICATION_ID, USER_VERSION, migrations

_BUSY_SECONDS = 60


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open (and create or migrate, unless `read_only`) the database at `path`.

    Raises:
        ForeignDatabaseError: the file is something else, or of a newer version.
        StoreError: it can't be opened or migrated.
    """
    if read_only and not path.is_file():
        raise ForeignDatabaseError(
            f"there is no database {path}; run `southbound ingest` first, or give --db"
        )
    with plain_errors(path):
        conn = _connect(path, read_only=read_only)
        db = Database(conn)
        try:
            _check_identity(db, path, read_only=read_only)
            if not read_only:
                _migrate(db, path)
        except BaseException:
            conn.close()
            raise
    return db


@contextlib.contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one clear line each."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, path) from error


@contextlib.contextmanager
def write_transaction(db: Database, path: Path) -> Iterator[None]:
    """Hold the write lock for a block: all of it is stored, or nothing."""
    with plain_errors(path):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise
        db.conn.execute("COMMIT")


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    target = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    # A reader may be lent from thread to thread, to one at a time.
    conn = sqlite3.connect(
        target, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=not read_only
    )
    try:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA cache_size = -65536")
    except BaseException:
        conn.close()
        raise
    return conn


def _check_identity(db: Database, path: Path, *, read_only: bool) -> None:
    # In this order: somebody may be creating the file, and tables come together with the identity.
    is_empty = not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    application_id = _pragma(db, "application_id")
    version = _pragma(db, "user_version")
    if is_empty and application_id in (0, APPLICATION_ID):
        if read_only:
            raise ForeignDatabaseError(f"{path} is empty; run `southbound ingest` first, or give --db")
        return
    if application_id != APPLICATION_ID:
        raise ForeignDatabaseError(f"{path} is another program's database; give a different file with --db")
    if version > USER_VERSION:
        raise ForeignDatabaseError(
            f"{path} was written by a newer Southbound (schema {version}, not {USER_VERSION}); upgrade first"
        )
    if read_only and version < USER_VERSION:
        raise ForeignDatabaseError(f"{path} is of an older Southbound; run `southbound db upgrade` once")


def _migrate(db: Database, path: Path) -> None:
    if _pragma(db, "user_version") == USER_VERSION:
        return
    db.conn.execute("PRAGMA journal_mode = WAL")
    # One transaction: of several who create the file at once, the first does and the others find it done.
    with write_transaction(db, path):
        if _pragma(db, "user_version") != USER_VERSION:
            db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrations.apply(db)
            db.conn.execute(f"PRAGMA user_version = {USER_VERSION}")


def _pragma(db: Database, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _explain(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorname", "") or ""
    if code == "SQLITE_NOTADB":
        return ForeignDatabaseError(f"{path} is not a database; give a different file with --db")
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return StoreError(
            f"the disk under {path} is full or failing; free some space and run the command again"
        )
    if code.startswith("SQLITE_BUSY"):
        return StoreError(
            f"{path} is being written by another process for over {_BUSY_SECONDS} s; try again later"
        )
    if code.startswith("SQLITE_CORRUPT"):
        return DamagedDatabaseError(f"{path} is damaged; run `southbound db check`, then restore a backup")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return StoreError(f"{path} can't be opened for this; check that its folder exists and is writable")
    return StoreError(f"{path}: {error}")
