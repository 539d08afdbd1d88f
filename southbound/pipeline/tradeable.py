"""The price at which a decision could be acted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

from signals.price import apply_splits, find_leaps
from southbound.error import UsageError
from southbound.instant import text_from_instant
from southbound.store import Store

#: An asset trades at its opens where they are known for this share of its sessions, else at its closes.
#: The two are never mixed: from an open to a close is another span.
_ENOUGH_OPENS: Final = 0.9
_INDEX: Final = "INDEX:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tradeable:
    """First tradeable prices after the decision.

    Attributes:
        table: sessions x assets, each with its splits applied (see `signals.price`); null where unknown.
        kinds: asset -> "open" or "close", whichever it is; None without a price in these sessions.
    """

    table: pd.DataFrame
    kinds: Mapping[str, str | None]


def stocks(store: Store, *, as_of: datetime | None = None) -> list[str]:
    """Return the assets with prices known before `as_of` that are no index.

    Raises:
        UsageError: there are none.
    """
    found = [asset for asset in store.market.asset_ids(as_of=as_of) if not asset.startswith(_INDEX)]
    if not found:
        raise _without_prices("stocks", as_of)
    return found


def require_prices(store: Store, assets: Sequence[str], *, as_of: datetime | None = None) -> None:
    """Raise UsageError where an asset has no price known before `as_of`."""
    lacking = sorted(set(assets) - set(store.market.asset_ids(as_of=as_of)))
    if lacking:
        raise _without_prices(", ".join(lacking), as_of)


def leap_notes(prices: Tradeable) -> list[str]:
    """Say which prices leap without a split; there is no return over those."""
    return [
        f"{asset} leaps from {leap.before:g} to {leap.after:g} on {leap.session} without a known split: "
        "returns over it are left out"
        for asset in prices.table.columns
        for leap in find_leaps(_dated(prices.table[asset].dropna()))
    ]


def _without_prices(whose: str, as_of: datetime | None) -> UsageError:
    when = f" known before {text_from_instant(as_of)}" if as_of else ""
    return UsageError(f"there are no prices of {whose}{when}; `southbound ingest prices` reads some")


def _dated(prices: pd.Series) -> Iterable[tuple[date, float]]:
    return zip(pd.DatetimeIndex(prices.index).date, prices, strict=True)


def tradeable_prices(
    store: Store, assets: Sequence[str], sessions: pd.DatetimeIndex, *, as_of: datetime | None = None
) -> Tradeable:
    """Return the opens of assets, or the closes of those whose opens are not stored.

    The decision falls before the open, so the open is the first price; where it is unknown, the close is.
    """
    columns: dict[str, pd.Series] = {}
    kinds: dict[str, str | None] = {}
    for asset in assets:
        bars = store.market.bars(asset, as_of=as_of).set_index("session").reindex(sessions)
        n_closes, n_opens = int(bars["close"].count()), int(bars["open"].count())
        kind = "open" if n_opens >= _ENOUGH_OPENS * max(n_closes, 1) else "close"
        columns[asset] = apply_splits(bars[kind], store.market.splits(asset, as_of=as_of))
        kinds[asset] = kind if n_closes else None
    table = pd.DataFrame(columns, index=sessions, columns=list(assets), dtype=float)
    return Tradeable(table=table.rename_axis(index="date", columns="asset"), kinds=kinds)
