"""Parquet, with the keys of an archive as its columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.archives.place import Record, Terms, articles_from_places
from ingest.archives.record import article_from_record
from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.rejection import Rejection

_BATCH_ROWS = 256


def read_parquet(path: Path, terms: Terms) -> Iterator[Article | Rejection]:
    """Read the articles of a Parquet file; a column ``title`` is needed.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    make = partial(article_from_record, zone=terms.zone, now=terms.now)
    return articles_from_places(_iterate_places(path, terms), make, skip=terms.skip)


def _iterate_places(path: Path, terms: Terms) -> Iterator[tuple[str, Record | Rejection]]:
    number = 0
    try:
        with pq.ParquetFile(path) as table:
            if "title" not in table.schema_arrow.names:
                found = ", ".join(table.schema_arrow.names[:20]) or "none"
                raise UnreadableInputError(f"{path} has no column 'title'; its columns: {found}")
            n_rows, size = table.metadata.num_rows, path.stat().st_size
            for batch in table.iter_batches(batch_size=_BATCH_ROWS):
                terms.gauge.set(size * (number + len(batch)) // n_rows)
                for record in batch.to_pylist():
                    number += 1
                    yield f"{path.name} row {number}", record
    except (pa.ArrowException, OSError, ValueError) as error:
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        if not number:
            raise UnreadableInputError(f"{path} cannot be read as Parquet: {first_line}") from None
        where = f"{path.name} row {number + 1}"
        reason = f"the file is damaged from here on ({first_line}); what came before was read"
        yield where, Rejection(where=where, reason=reason)
