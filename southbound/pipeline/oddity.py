"""What is odd about prices that are stored all the same: leaps, and days on which nobody traded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from ingest.price import Price, PriceRecord
from signals.price import find_leaps
from signals.session import SessionCalendar

#: Gives an asset's last session before another one, with its close, of raw or of adjusted prices.
CloseBefore: TypeAlias = Callable[[str, date, bool], tuple[date, float] | None]

#: Days named in a line; of more, the number is told.
_SHOWN = 5
_HONG_KONG_INDICES = frozenset({"INDEX:HSI", "INDEX:HSTECH", "INDEX:HSCEI"})


def describe_oddities(
    records: Sequence[PriceRecord], *, close_before: CloseBefore, calendar: SessionCalendar
) -> Iterator[str]:
    """Describe what is odd about an import, one line each."""
    yield from _describe_leaps(records, close_before)
    days = Counter(
        record.session
        for record in records
        if isinstance(record, Price) and trades_in_hong_kong(record.asset_id)
    )
    odd = sorted(days.keys() - sessions_of(calendar, days))
    if odd:
        yield f"no session of XHKG by the calendar, but stored: {list_days(odd)}"


def _describe_leaps(records: Sequence[PriceRecord], close_before: CloseBefore) -> Iterator[str]:
    closes: dict[tuple[str, bool], list[tuple[date, float]]] = defaultdict(list)
    splits: dict[str, set[date]] = defaultdict(set)
    for record in records:
        if isinstance(record, Price):
            closes[record.asset_id, record.adjusted].append((record.session, record.close))
        elif record.kind == "split":
            splits[record.asset_id].add(record.session)
    for (asset_id, adjusted), pairs in closes.items():
        before = close_before(asset_id, min(pairs)[0], adjusted)
        series = [before, *pairs] if before else pairs
        for leap in find_leaps(series, splits=splits[asset_id]):
            yield f"{asset_id}: {leap}, without a split; stored, but look at it: no return is told over it"


def trades_in_hong_kong(asset_id: str) -> bool:
    """Say whether an asset has a price on Hong Kong's sessions."""
    return asset_id.startswith("XHKG:") or asset_id in _HONG_KONG_INDICES


def sessions_of(calendar: SessionCalendar, days: Collection[date]) -> set[date]:
    """Return those of some days that are sessions; a day outside the calendar's span passes for one."""
    first, last = calendar.first.date(), calendar.last.date()
    known = [day for day in days if first <= day <= last]
    outside = {day for day in days if not first <= day <= last}
    if not known:
        return outside
    return outside | {session.date() for session in calendar.sessions(min(known), max(known))}


def list_days(days: Iterable[date]) -> str:
    """Name some days, and count the others."""
    ordered = sorted(days)
    more = f" and {len(ordered) - _SHOWN:,} more" if len(ordered) > _SHOWN else ""
    return ", ".join(map(str, ordered[:_SHOWN])) + more
