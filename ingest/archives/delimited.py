"""CSV, with the keys of an archive as its columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ingest.archives.place import Record, Terms, articles_from_places
from ingest.archives.record import article_from_record
from ingest.article import Article
from ingest.rejection import Rejection
from ingest.table import iterate_rows


def read_csv(path: Path, terms: Terms) -> Iterator[Article | Rejection]:
    """Read the articles of a CSV file; a column ``title`` is needed.

    Raises:
        UnreadableInputError: The file is no such table.
    """
    make = partial(article_from_record, zone=terms.zone, now=terms.now)
    return articles_from_places(_iterate_places(path, terms), make, skip=terms.skip)


def _iterate_places(path: Path, terms: Terms) -> Iterator[tuple[str, Record | Rejection]]:
    for row in iterate_rows(path, needed=("title",), gauge=terms.gauge):
        if isinstance(row, Rejection):
            yield row.where, row
        else:
            yield f"{path.name} line {row.line}", row.values
