"""What a price file tells: prices, dividends and splits, and what makes them credible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from ingest.error import RejectedRecordError
from ingest.rejection import Rejection
from ingest.remark import Remark

ActionKind = Literal["dividend", "split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One session's prices of an instrument.

    Attributes:
        asset_id: Such as ``INDEX:HSI`` or ``XHKG:700``.
        session: Trading day.
        open: First price; None where the source tells none, as for the next five.
        high: Highest price.
        low: Lowest price.
        close: Last price, always above zero.
        volume: Shares, as the source counts them.
        turnover: Value of what was traded, in ``currency``.
        adjusted: Whether the prices are adjusted for dividends: such a history is rewritten by each dividend.
        currency: ISO 4217 code.
        source: Adapter and file.
    """

    asset_id: str
    session: date
    open: float | None = None
    high: float | None = None
    low: float | None = None
    close: float
    volume: float | None = None
    turnover: float | None = None
    adjusted: bool
    currency: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporateAction:
    """A dividend or a split, by which raw prices can be adjusted without rewriting them.

    Attributes:
        asset_id: Such as ``XHKG:700``.
        session: First trading day without the dividend, or with the new number of shares.
        kind: ``dividend`` or ``split``.
        value: Currency units a share; or, for a split, the shares that one old share became.
        currency: ISO 4217 code.
        source: Adapter and file.
    """

    asset_id: str
    session: date
    kind: ActionKind
    value: float
    currency: str
    source: str


PriceRecord: TypeAlias = Price | CorporateAction  # also for isinstance()
#: What a reader yields, each with its place in the input.
Found: TypeAlias = tuple[str, PriceRecord | Rejection | Remark]


def check_price(price: Price, *, today: date) -> Price:
    """Return a price that can be true.

    Args:
        price: As read.
        today: The present day in the exchange's zone.

    Raises:
        RejectedRecordError: The close is not above zero, an amount is negative, or the session lies ahead.
    """
    if price.close <= 0:
        advice = "; adjusted prices may fall below it: import unadjusted ones" if price.adjusted else ""
        raise RejectedRecordError(f"close is {price.close:g}; a price is above zero{advice}")
    for name in ("volume", "turnover"):
        amount = getattr(price, name)
        if amount is not None and amount < 0:
            raise RejectedRecordError(f"{name} is {amount:g}; it cannot be negative")
    if price.session > today:
        raise RejectedRecordError(f"session {price.session} lies in the future")
    return price


def positive(value: float | None) -> float | None:
    """Take a price that is not above zero for one that is missing: some sources write 0 for that."""
    return value if value is not None and value > 0 else None
