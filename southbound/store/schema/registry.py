"""Where the migrations are registered, in the order of their names."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("southbound")


def execute_all(db: Database, statements: str) -> None:
    """Execute statements that are separated by semicolons, inside the caller's transaction."""
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)
