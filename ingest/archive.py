"""Articles out of files: JSON Lines, CSV and Parquet, one record at a time."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.article import UNKNOWN_PUBLISHER, Article, make_article
from ingest.date import parse_instant, plausible_instant
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import iterate_lines, read_head, read_magic
from ingest.table import iterate_rows
from ingest.zone import zone_from_name

#: Zone of dates that name none.
DEFAULT_TIMEZONE = "Asia/Hong_Kong"
_KNOWN_KEYS = frozenset({"id", "title", "body", "url", "publisher", "published_at", "language"})
_BODY_KEYS = ("body", "lead", "summary")
_BATCH_ROWS = 256
_PARQUET_MAGIC = b"PAR1"
_JSON_LINES_NAME = re.compile(r"\.(?:jsonl|ndjson|json|jl)(?:\.gz)?$", re.IGNORECASE)
_CSV_NAME = re.compile(r"\.(?:csv|tsv|txt)(?:\.gz)?$", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|\?xml|rss|feed)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A record with its place in the input; ``record`` is a rejection where it could not be read."""

    where: str
    record: Mapping[str, object] | Rejection


def read_articles(
    path: Path | str,
    *,
    timezone: str = DEFAULT_TIMEZONE,
    now: datetime | None = None,
) -> Iterator[Article | Rejection]:
    """Read the articles of an archive file, one at a time.

    Known keys are ``id, title, body, url, publisher, published_at, language``; only the title is needed.
    ``lead`` or ``summary`` is the body where there is none; other keys are kept in ``extra``. A date that
    cannot be read, or cannot be true, is kept in ``extra["claimed_published_at"]``.

    Args:
        path: JSON Lines or CSV (either also compressed with gzip), or Parquet.
        timezone: IANA zone of dates that name none.
        now: Instant by which dates in the future are told; the present where missing.

    Yields:
        Articles, and rejections for the records that cannot be used.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    zone = zone_from_name(timezone)
    present = now or datetime.now(tz=UTC)
    for place in _iterate_records(Path(path)):
        if isinstance(place.record, Rejection):
            yield place.record
            continue
        try:
            yield article_from_record(place.record, zone=zone, now=present)
        except RejectedRecordError as error:
            yield Rejection(where=place.where, reason=str(error))


def iterate_json_lines(path: Path | str) -> Iterator[tuple[int, dict[str, object] | Rejection]]:
    """Read the objects of a JSON Lines file with their line numbers, blank lines left out.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    path = Path(path)
    _check_json_lines(path)
    for line in iterate_lines(path):
        if isinstance(line.data, Rejection):
            yield line.number, line.data
        elif line.data.strip():
            yield line.number, _object_from_line(line.data, f"{path.name} line {line.number}")


def article_from_record(record: Mapping[str, object], *, zone: ZoneInfo, now: datetime) -> Article:
    """Build an article from a record with the keys of an archive.

    Raises:
        RejectedRecordError: The record has no title, or a text that is none.
    """
    body_key = next((key for key in _BODY_KEYS if _text_from_value(record, key).strip()), "body")
    claimed = record.get("published_at")
    published_at = plausible_instant(_instant_from_value(claimed, zone), now=now)
    extra = {key: value for key, value in record.items() if key not in _KNOWN_KEYS and key != body_key}
    if published_at is None and claimed is not None:
        extra["claimed_published_at"] = claimed
    language = record.get("language")
    return make_article(
        title=_text_from_value(record, "title"),
        body=_text_from_value(record, body_key),
        url=_text_from_value(record, "url"),
        publisher=_text_from_value(record, "publisher") or UNKNOWN_PUBLISHER,
        language=language if isinstance(language, str) else None,
        published_at=published_at,
        article_id=_text_from_value(record, "id"),
        extra=extra,
    )


def _iterate_records(path: Path) -> Iterator[_Place]:
    kind = _kind_of_file(path)
    if kind == "parquet":
        yield from _iterate_parquet(path)
    elif kind == "csv":
        for row in iterate_rows(path, needed=("title",)):
            where, record = (
                ("", row) if isinstance(row, Rejection) else (f"{path.name} line {row.line}", row.values)
            )
            yield _Place(where=where, record=record)
    else:
        for number, found in iterate_json_lines(path):
            yield _Place(where=f"{path.name} line {number}", record=found)


def _kind_of_file(path: Path) -> str:
    if path.suffix.lower() in {".parquet", ".pq"} or read_magic(path) == _PARQUET_MAGIC:
        return "parquet"
    if _CSV_NAME.search(path.name):
        return "csv"
    if _JSON_LINES_NAME.search(path.name) or read_head(path).lstrip().startswith(b"{"):
        return "jsonl"
    raise UnreadableInputError(f"{path} is of no known kind; name it .jsonl, .jsonl.gz, .csv or .parquet")


def _check_json_lines(path: Path) -> None:
    head = read_head(path).lstrip()
    if _MARKUP.match(head):
        raise UnreadableInputError(f"{path} holds HTML or XML, not JSON Lines")
    if re.match(rb"\[\s*(?:\{|$)", head):
        raise UnreadableInputError(f"{path} holds one JSON array; write one object on each line")


def _object_from_line(line: bytes, where: str) -> dict[str, object] | Rejection:
    try:
        value = json.loads(line.decode().strip())
    except UnicodeDecodeError as error:
        return Rejection(
            where=where, reason=f"not UTF-8 text (byte {error.start + 1}); save the file as UTF-8"
        )
    except (ValueError, RecursionError) as error:
        return Rejection(where=where, reason=f"no JSON object ({_first_line(error)})")
    if not isinstance(value, dict):
        return Rejection(where=where, reason=f"a JSON {_name_of_type(value)}, where an object is needed")
    return value


def _iterate_parquet(path: Path) -> Iterator[_Place]:
    number = 0
    try:
        with pq.ParquetFile(path) as table:
            if "title" not in table.schema_arrow.names:
                found = ", ".join(table.schema_arrow.names[:20]) or "none"
                raise UnreadableInputError(f"{path} has no column 'title'; its columns: {found}")
            for batch in table.iter_batches(batch_size=_BATCH_ROWS):
                for record in batch.to_pylist():
                    number += 1
                    yield _Place(where=f"{path.name} row {number}", record=record)
    except (pa.ArrowException, OSError, ValueError) as error:
        if not number:
            raise UnreadableInputError(f"{path} cannot be read as Parquet: {_first_line(error)}") from None
        where = f"{path.name} row {number + 1}"
        reason = f"the file is damaged from here on ({_first_line(error)}); what came before was read"
        yield _Place(where=where, record=Rejection(where=where, reason=reason))


def _text_from_value(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if value is None or (isinstance(value, float) and math.isnan(value)):  # how pandas writes a missing text
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    raise RejectedRecordError(f'"{key}" is a JSON {_name_of_type(value)}, where text is needed')


def _instant_from_value(value: object, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return parse_instant(str(value), timezone=zone)
    return None


def _name_of_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "text", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number" if isinstance(value, int | float) else type(value).__name__)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
