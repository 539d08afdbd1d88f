"""An asset's closes as known at an instant, any two of which make a return."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from signals.price import comparable_prices
from southbound.store import Store


def comparable_closes(
    store: Store, asset_id: str, *, until: date, as_of: datetime | None = None
) -> pd.Series:
    """Return closes under their sessions up to `until`, in order, on the scale of the last one.

    Null before a leap that no split known before `as_of` explains.
    """
    closes = store.market.closes(asset_id, as_of=as_of)
    splits = store.market.splits(asset_id, as_of=as_of)
    return comparable_prices(closes.loc[: pd.Timestamp(until)], splits)
