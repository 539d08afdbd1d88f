"""What the readers of all forms share: where a record stands, and how reading goes on after a bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ingest.article import Article
from ingest.error import RejectedRecordError
from ingest.rejection import Rejection
from ingest.stream import Gauge

#: A record as a table or an object gives it: any kind of value under each name.
Record = Mapping[str, Any]
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a file is to be read.

    Attributes:
        zone: Of dates that name none.
        now: Instant by which dates in the future are told.
        skip: Records, counted from the first, that are left out: an earlier run has read them.
        gauge: Told how far the file has been read.
    """

    zone: ZoneInfo
    now: datetime
    skip: int = 0
    gauge: Gauge


def articles_from_places(
    places: Iterable[tuple[str, _Found | Rejection]], make: Callable[[_Found], Article], *, skip: int
) -> Iterator[Article | Rejection]:
    """Make articles of what was found at each place, but of the first ``skip``.

    A place that was read as a rejection, or that ``make`` says is no article, comes as a rejection.
    """
    for where, found in islice(places, skip, None):
        if isinstance(found, Rejection):
            yield found
            continue
        try:
            yield make(found)
        except RejectedRecordError as error:
            yield Rejection(where=where, reason=str(error))
