"""What went through Stock Connect in one session: in all, by leg, and by the shares that were traded most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

FlowState = Literal["open", "closed", "missing"]
Channel = Literal["southbound", "northbound"]
LegName = Literal["shanghai", "shenzhen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLeg:
    """What went through one of the two links; amounts in millions of `currency`, None where not told.

    Attributes:
        leg: Link with which mainland exchange.
        buy: Bought.
        sell: Sold.
        turnover: Bought and sold together.
        n_trades: Trades, bought and sold.
        n_buys: Trades in which was bought.
        n_sells: Trades in which was sold.
        etf_turnover: Part of the turnover that is in exchange-traded funds.
        currency: ISO 4217 code; the totals of the flow may be in another one.
    """

    leg: LegName
    buy: float | None = None
    sell: float | None = None
    turnover: float | None = None
    n_trades: int | None = None
    n_buys: int | None = None
    n_sells: int | None = None
    etf_turnover: float | None = None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFlow:
    """One of the ten shares that were traded most through a link. A share that is not among them isn't zero.

    Attributes:
        leg: Link.
        rank: Place, from 1.
        asset_id: Such as ``XHKG:700``.
        name: As the source writes it.
        buy: Bought, in units (not millions) of `currency`, as the next two; None where not told.
        sell: Sold.
        turnover: Bought and sold together.
        currency: ISO 4217 code.
    """

    leg: LegName
    rank: int
    asset_id: str
    name: str
    buy: float | None = None
    sell: float | None = None
    turnover: float | None = None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What went through one channel in one session.

    The amounts are millions of `currency`, and None unless ``state`` is ``open``: missing, closed and zero
    are three things. A source that tells a part only (one leg, or the quota) leaves the totals None.

    Attributes:
        session: Trading day.
        net: Bought less sold, both legs together; southbound it is the asset ``FLOW:SOUTHBOUND``.
        buy: Bought.
        sell: Sold.
        turnover: Bought and sold together.
        sh_net: Net buying of the Shanghai leg.
        sz_net: Net buying of the Shenzhen leg.
        quota_used: Of the day's quota, RMB million. It counts orders that were not filled: no net buying.
        state: ``open``, ``closed`` (the channel did not trade) or ``missing`` (not told).
        channel: Which way the money went.
        currency: ISO 4217 code.
        source: Provider and file, as ``hkex:data_tab_daily_20260716e.js``.
        legs: The links, where they are told.
        shares: The shares traded most, where they are told, by leg and rank.
    """

    session: date
    net: float | None = None
    buy: float | None = None
    sell: float | None = None
    turnover: float | None = None
    sh_net: float | None = None
    sz_net: float | None = None
    quota_used: float | None = None
    state: FlowState
    channel: Channel = "southbound"
    currency: str = "HKD"
    source: str
    legs: tuple[FlowLeg, ...] = ()
    shares: tuple[ShareFlow, ...] = ()

    @property
    def provider(self) -> str:
        """Whose figures these are: ``hkex``, ``eastmoney``, ``tushare`` or ``csv``."""
        return self.source.partition(":")[0]

    @property
    def size(self) -> float | None:
        """Turnover, or what was bought and sold together where it is told apart."""
        if self.turnover is None and self.buy is not None and self.sell is not None:
            return self.buy + self.sell
        return self.turnover
