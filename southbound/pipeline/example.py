"""Examples of a theme of one's own: a file of texts, or of ids of stored articles, with labels."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from southbound.error import UsageError
from southbound.store import Store

_YES = {"true", "1", "yes", "y"}
_NO = {"false", "0", "no", "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeExample:
    """A text that carries a theme, or doesn't."""

    title: str
    body: str
    label: bool

    def to_record(self) -> dict[str, Any]:
        """Return it as the store keeps it."""
        return {"title": self.title, "body": self.body, "label": self.label}


def read_examples(path: Path, store: Store) -> tuple[list[ThemeExample], list[str]]:
    """Read a file of examples, JSON Lines or CSV.

    A row holds `text`, or `title` and `body`, or `article_id` of a stored article, and `label` (true or
    false; without it, true).

    Returns:
        The examples, and one line for each row that can't be used.

    Raises:
        UsageError: the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}") from error
    rows = list(_csv_rows(text) if path.suffix.lower() == ".csv" else _json_rows(text))
    wanted = [str(row["article_id"]) for _, row in rows if isinstance(row, dict) and row.get("article_id")]
    stored = store.themes.find_articles(wanted)
    examples, rejected = [], []
    for number, row in rows:
        try:
            article = (
                stored.get(str(row["article_id"]))
                if isinstance(row, dict) and row.get("article_id")
                else None
            )
            examples.append(_example_from_row(row, (article.title, article.body) if article else None))
        except ValueError as error:
            rejected.append(f"{path.name} line {number}: {error}")
    return examples, rejected


def _example_from_row(row: Mapping[str, Any] | str, article: tuple[str, str] | None) -> ThemeExample:
    if isinstance(row, str):
        raise ValueError(row)  # noqa: TRY004 - it is the file that is wrong
    if row.get("article_id") and article is None:
        raise ValueError(f"the database has no article '{row['article_id']}'; give its text instead")
    title, body = article or (str(row.get("title") or row.get("text") or ""), str(row.get("body") or ""))
    if not title.strip() and not body.strip():
        raise ValueError("it has no text; give text, title and body, or article_id")
    return ThemeExample(title=title, body=body, label=_label_from_value(row.get("label", True)))


def _label_from_value(value: object) -> bool:
    word = str(value).strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise ValueError(f"its label is '{value}'; write true or false")


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield number, row if isinstance(row, dict) else "it is no JSON object; write one a line"


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    reader = csv.DictReader(text.splitlines())
    for row in reader:
        yield reader.line_num, {key: value for key, value in row.items() if key and value}
