"""JSON Lines: one object on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ingest.archives.place import Terms, articles_from_places
from ingest.archives.record import article_from_record, name_of_type
from ingest.article import Article
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import Gauge, iterate_lines, read_head

_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|\?xml|rss|feed)", re.IGNORECASE)


def read_json_lines(path: Path, terms: Terms) -> Iterator[Article | Rejection]:
    """Read the articles of a JSON Lines file.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    make = partial(article_from_record, zone=terms.zone, now=terms.now)
    places = ((f"{path.name} line {number}", data) for number, data in _iterate_filled(path, terms.gauge))
    return articles_from_places(places, lambda line: make(_object_from_line(line)), skip=terms.skip)


def iterate_json_lines(path: Path | str) -> Iterator[tuple[int, dict[str, object] | Rejection]]:
    """Read the objects of a JSON Lines file with their line numbers, blank lines left out.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    path = Path(path)
    for number, data in _iterate_filled(path, Gauge()):
        if isinstance(data, Rejection):
            yield number, data
            continue
        try:
            yield number, _object_from_line(data)
        except RejectedRecordError as error:
            yield number, Rejection(where=f"{path.name} line {number}", reason=str(error))


def _iterate_filled(path: Path, gauge: Gauge) -> Iterator[tuple[int, bytes | Rejection]]:
    """Yield the lines that are not blank, with their numbers."""
    _check_head(path)
    for line in iterate_lines(path, gauge):
        if isinstance(line.data, Rejection) or not line.data.isspace():
            yield line.number, line.data


def _check_head(path: Path) -> None:
    head = read_head(path).lstrip()
    if _MARKUP.match(head):
        raise UnreadableInputError(f"{path} holds HTML or XML, not JSON Lines")
    if re.match(rb"\[\s*(?:\{|$)", head):
        raise UnreadableInputError(f"{path} holds one JSON array; write one object on each line")


def _object_from_line(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line.decode().strip())
    except UnicodeDecodeError as error:
        raise RejectedRecordError(
            f"not UTF-8 text (byte {error.start + 1}); save the file as UTF-8"
        ) from None
    except (ValueError, RecursionError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise RejectedRecordError(f"no JSON object ({reason})") from None
    if not isinstance(value, dict):
        raise RejectedRecordError(f"a JSON {name_of_type(value)}, where an object is needed")
    return value
