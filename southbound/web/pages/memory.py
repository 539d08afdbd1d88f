"""What was put together for a page, kept until the database changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

_Value = TypeVar("_Value")


class Memory:
    """Keeps the last answers, each with the state of the database that it was made from."""

    def __init__(self, *, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def recall(self, database: Path, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return what was made for a key since the database last changed, else make it."""
        whole = (database, stamp_of(database), key)
        with self._lock:
            if whole in self._kept:
                self._kept.move_to_end(whole)
                return cast("_Value", self._kept[whole])
        value = make()
        with self._lock:
            self._kept[whole] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value


def stamp_of(database: Path) -> tuple[tuple[int, int], ...]:
    """Return what changes whenever the database does: times and sizes of its file and its log."""
    stamps = []
    for path in (database, database.with_name(database.name + "-wal")):
        try:
            found = path.stat()
        except OSError:
            stamps.append((0, 0))
        else:
            stamps.append((found.st_mtime_ns, found.st_size))
    return tuple(stamps)
