"""A theme as a factor of assets, in the form that factor tools read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pandas as pd

from signals.evaluation import build_factor as panel_factor
from signals.price import comparable_prices
from signals.session import SessionCalendar
from southbound.pipeline.panel import theme_mentions
from southbound.pipeline.series import calendar_from_settings
from southbound.pipeline.tradeable import require_prices, stocks
from southbound.settings import Settings
from southbound.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRequest:
    """What is asked for.

    Attributes:
        theme: id.
        assets: listings; empty for all stocks that have prices.
        start: first session; None for the first with market news.
        end: last session; None for the last with market news.
        as_of: only what was known before.
        half_life: sessions after which a strength counts half; 0 for the session's own news alone.
    """

    theme: str
    assets: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    as_of: datetime | None = None
    half_life: float = 0.0


def build_factor(store: Store, request: FactorRequest, *, settings: Settings) -> pd.DataFrame:
    """Add up the theme's strength by session and asset.

    An article adds theme score x relevance to each asset whose entity it names, in the first session decided
    after it was known.

    Returns:
        Sessions ("date", naive) x assets ("asset"). Zero: no article named it; null: too little market news
        to say so.

    Raises:
        UsageError: no asset is named and none has prices.
        SignalError: the half-life is negative, or a date lies outside the calendar.
    """
    calendar = calendar_from_settings(settings)
    assets = list(dict.fromkeys(request.assets)) or stocks(store, as_of=request.as_of)
    known = store.tags.theme_articles(request.theme, as_of=request.as_of)["known_at"]
    n_articles = calendar.session_of(known).value_counts()
    grid = _grid(pd.DatetimeIndex(n_articles.index), request, calendar)
    thin = grid[n_articles.reindex(grid, fill_value=0).to_numpy() < settings.series.min_articles]
    mentions = theme_mentions(store, request.theme, calendar=calendar, as_of=request.as_of)
    factor = panel_factor(mentions, grid, assets, thin=thin, half_life=request.half_life)
    return factor.loc[None if request.start is None else pd.Timestamp(request.start) :]


def long_factor(factor: pd.DataFrame, *, name: str, named_only: bool = False) -> pd.Series:
    """Return the panel as one series under (date, asset), nulls (and zeros, if `named_only`) left out."""
    if named_only:
        factor = factor.where(factor > 0)
    index = pd.MultiIndex.from_product([factor.index, factor.columns], names=["date", "asset"])
    return pd.Series(factor.to_numpy().ravel(), index=index, name=name).dropna()


def price_panel(
    store: Store,
    assets: Sequence[str],
    *,
    field: Literal["open", "close"] = "close",
    as_of: datetime | None = None,
    as_traded: bool = False,
) -> pd.DataFrame:
    """Return prices of assets, dates x assets, null where unknown or not above zero.

    Both of a session's open and close come after its decision, at which a factor's value is known. Any two
    prices of an asset make a return: splits are applied, and before a leap that none explains it is null.
    Not so `as_traded`: there the prices are as stored.

    Raises:
        UsageError: an asset has no prices.
    """
    require_prices(store, assets, as_of=as_of)
    columns = {asset: _prices(store, asset, field, as_of, as_traded=as_traded) for asset in assets}
    table = pd.DataFrame(columns, columns=list(columns)).sort_index()
    table.index = pd.DatetimeIndex(table.index)
    return table.rename_axis(index="date", columns="asset")


def _prices(store: Store, asset: str, field: str, as_of: datetime | None, *, as_traded: bool) -> pd.Series:
    prices = store.market.bars(asset, as_of=as_of).set_index("session")[field].astype(float)
    if as_traded:
        return prices.where(prices > 0)
    return comparable_prices(prices, store.market.splits(asset, as_of=as_of))


def _grid(sessions: pd.DatetimeIndex, request: FactorRequest, calendar: SessionCalendar) -> pd.DatetimeIndex:
    """Return the sessions from the first with news, or `start`, to the last whose decision has come."""
    if sessions.empty:
        return pd.DatetimeIndex([], dtype="datetime64[us]")
    first = sessions.min() if request.start is None else min(sessions.min(), pd.Timestamp(request.start))
    last = sessions.max() if request.end is None else pd.Timestamp(request.end)
    grid = calendar.sessions(first, max(first, last))
    if request.as_of is None:
        return grid
    return grid[calendar.decisions_at(grid) <= pd.Timestamp(request.as_of)]
