"""Articles out of files of any form that is known, one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.archives.delimited import read_csv
from ingest.archives.gdelt import is_gkg, read_gkg
from ingest.archives.lines import read_json_lines
from ingest.archives.parquet import read_parquet
from ingest.archives.place import Terms
from ingest.archives.warc import read_warc
from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import Gauge, read_head, read_magic
from ingest.zone import zone_from_name

#: Zone of dates that name none.
DEFAULT_TIMEZONE = "Asia/Hong_Kong"
_PARQUET_MAGIC = b"PAR1"
_WARC_MAGIC = b"WARC/"
_JSON_LINES_NAME = re.compile(r"\.(?:jsonl|ndjson|json|jl)(?:\.gz)?$", re.IGNORECASE)
_CSV_NAME = re.compile(r"\.(?:csv|tsv|txt)(?:\.gz|\.zip)?$", re.IGNORECASE)
_WARC_NAME = re.compile(r"\.warc(?:\.gz)?$", re.IGNORECASE)
_Reader = Callable[[Path, Terms], Iterator[Article | Rejection]]


def read_articles(
    path: Path | str,
    *,
    timezone: str = DEFAULT_TIMEZONE,
    now: datetime | None = None,
    skip: int = 0,
    gauge: Gauge | None = None,
) -> Iterator[Article | Rejection]:
    """Read the articles of an archive file, one at a time.

    Known keys are ``id, title, body, url, publisher, published_at, language``; only the title is needed.
    ``lead`` or ``summary`` is the body where there is none; other keys are kept in ``extra``. A date that
    cannot be read, or cannot be true, is kept in ``extra["claimed_published_at"]``. For WARC and GDELT files
    see ``ingest.archives.warc`` and ``ingest.archives.gdelt``.

    Args:
        path: JSON Lines or CSV (either also compressed with gzip), Parquet, WARC, or GDELT GKG 2.1.
        timezone: IANA zone of dates that name none.
        now: Instant by which dates in the future are told; the present where missing.
        skip: Records (articles and rejections) from the first on that are left out.
        gauge: Told how many bytes of the file have been gone through.

    Yields:
        Articles, and rejections for the records that cannot be used.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    path = Path(path)
    terms = Terms(
        zone=zone_from_name(timezone), now=now or datetime.now(tz=UTC), skip=skip, gauge=gauge or Gauge()
    )
    yield from _reader_of_file(path)(path, terms)


def _reader_of_file(path: Path) -> _Reader:
    """Tell a file's form: by its content where that says so, else by its name."""
    if path.suffix.lower() in {".parquet", ".pq"} or read_magic(path) == _PARQUET_MAGIC:
        return read_parquet
    if _WARC_NAME.search(path.name):
        return read_warc
    head = read_head(path, text=False)
    if head.startswith(_WARC_MAGIC):
        return read_warc
    if is_gkg(head):
        return read_gkg
    if _CSV_NAME.search(path.name):
        return read_csv
    if _JSON_LINES_NAME.search(path.name) or head.lstrip().startswith(b"{"):
        return read_json_lines
    raise UnreadableInputError(
        f"{path} is of no known kind; name it .jsonl, .jsonl.gz, .csv, .parquet, .warc or .warc.gz"
    )
