"""Full-text search over title and body; each CJK character is a word of its own."""

from __future__ import annotations

import re

from sqlite_utils import Database

from southbound.store.schema.registry import migrations


@migrations()
def m002_full_text_search(db: Database) -> None:
    """Make the index and fill it with what is stored."""
    db.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5(title, body, content='', tokenize='unicode61')"
    )
    cjk = re.compile(r"([\u3400-\u9fff\uf900-\ufaff])")
    rows = db.query("SELECT pk, title, body FROM article")
    for row in list(rows):
        db.execute(
            "INSERT INTO article_search(rowid, title, body) VALUES (?, ?, ?)",
            [row["pk"], cjk.sub(r" \1 ", row["title"]), cjk.sub(r" \1 ", row["body"])],
        )
