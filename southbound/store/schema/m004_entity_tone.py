"""What a text means for each entity's own holders; empty for older tags."""

from __future__ import annotations

from sqlite_utils import Database

from southbound.store.schema.registry import migrations


@migrations()
def m004_entity_tone(db: Database) -> None:
    """Add the columns."""
    for column, kind in (
        ("tone", "INTEGER"),
        ("negative", "REAL"),
        ("neutral", "REAL"),
        ("positive", "REAL"),
    ):
        db.execute(f"ALTER TABLE entity_tag ADD COLUMN {column} {kind}")
