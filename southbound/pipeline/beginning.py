"""Why a result is empty, in words: since when there is something."""

from __future__ import annotations

from datetime import datetime

from southbound.instant import text_from_instant
from southbound.store import Store


def why_empty(store: Store, as_of: datetime | None) -> str:
    """Return one line that says why there is no row, and from when on there are some."""
    first = store.news.first_known()
    if first is None:
        return "no row: no market news is tagged yet; run `southbound ingest` and `southbound tag`"
    if as_of is None or as_of > first:
        return "no row: there is no session in the span that was asked for"
    return (
        f"no row: nothing was known before {text_from_instant(as_of)}; "
        f"the first tagged article was known at {text_from_instant(first)}"
    )
