"""Where the migrations are registered, in the order of their names."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database, Migrations

from southbound.instant import text_from_instant

migrations = Migrations("southbound")


def migrated_at(db: Database, name: str) -> str:
    """Return when a migration was applied, as instants are stored; after all instants where it wasn't."""
    row = db.execute("SELECT applied_at FROM _sqlite_migrations WHERE name = ?", [name]).fetchone()
    return text_from_instant(datetime.fromisoformat(row[0])) if row else "9999"


def execute_all(db: Database, statements: str) -> None:
    """Execute statements that are separated by semicolons, inside the caller's transaction."""
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)
