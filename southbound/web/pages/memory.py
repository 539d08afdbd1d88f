"""What was put together for a page, kept until the database changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

_Value = TypeVar("_Value")


class Memory:
    """Keeps the last answers, each with the mark of what was stored when it was made."""

    def __init__(self, *, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def recall(self, mark: Hashable, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return what was made for a key under the same mark, else make it."""
        whole = (mark, key)
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
