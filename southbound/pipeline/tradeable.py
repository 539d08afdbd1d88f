"""The price at which a decision could be acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from southbound.store import Store

#: An asset trades at its opens where they are known for this share of its sessions, else at its closes.
#: The two are never mixed: from an open to a close is another span.
_ENOUGH_OPENS: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tradeable:
    """First tradeable prices after the decision.

    Attributes:
        table: sessions x assets; null where unknown.
        kinds: asset -> "open" or "close", whichever it is; None without a price in these sessions.
    """

    table: pd.DataFrame
    kinds: Mapping[str, str | None]


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
        prices = bars[kind].astype(float)
        columns[asset] = prices.where(prices > 0, np.nan)
        kinds[asset] = kind if n_closes else None
    table = pd.DataFrame(columns, index=sessions, columns=list(assets), dtype=float)
    return Tradeable(table=table.rename_axis(index="date", columns="asset"), kinds=kinds)
