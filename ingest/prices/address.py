"""Where each source keeps its prices: symbols, addresses and queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from ingest.asset import zone_from_asset_id
from ingest.error import UnreadableInputError

_YAHOO_INDICES = {"HSI": "^HSI", "HSTECH": "HSTECH.HK", "HSCEI": "^HSCE", "CSI300": "000300.SS"}
_STOOQ_INDICES = {"HSI": "^hsi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask for.

    Attributes:
        url: Address.
        params: Query.
        name: What the source's file would be called.
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str


def yahoo_request(base: str, asset_id: str, *, start: date, end: date) -> Request:
    """Ask Yahoo for daily candles, dividends and splits, from `start` to `end`, both included.

    Raises:
        UnreadableInputError: Yahoo has no symbol for the asset that is known here.
    """
    symbol = yahoo_symbol(asset_id)
    zone = zone_from_asset_id(asset_id)
    first = datetime.combine(start, time.min, tzinfo=zone)
    last = datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)
    params = {
        "interval": "1d",
        "period1": str(int(first.timestamp())),
        "period2": str(int(last.timestamp())),
        "events": "div,splits",
    }
    return Request(
        url=f"{base.rstrip('/')}/v8/finance/chart/{symbol}", params=params, name=f"{symbol.lstrip('^')}.json"
    )


def stooq_request(base: str, asset_id: str, *, start: date, end: date) -> Request:
    """Ask Stooq for a CSV of daily prices, from `start` to `end`, both included.

    Raises:
        UnreadableInputError: Stooq has no symbol for the asset that is known here.
    """
    symbol = stooq_symbol(asset_id)
    params = {"s": symbol, "i": "d", "d1": f"{start:%Y%m%d}", "d2": f"{end:%Y%m%d}"}
    name = f"{symbol.lstrip('^').replace('.', '_')}_d.csv"
    return Request(url=f"{base.rstrip('/')}/q/d/l/", params=params, name=name)


def quotation_request(base: str, session: date) -> Request:
    """Ask HKEX for the page of a day's quotations."""
    name = f"d{session:%y%m%d}e.htm"
    return Request(url=f"{base.rstrip('/')}/{name}", name=name)


def yahoo_symbol(asset_id: str) -> str:
    """Give Yahoo's symbol, such as ``0700.HK``, whose codes have at least four digits.

    Raises:
        UnreadableInputError: None is known.
    """
    market, _, code = asset_id.partition(":")
    symbols = {
        "XHKG": f"{code.zfill(4)}.HK",
        "XSHG": f"{code}.SS",
        "XSHE": f"{code}.SZ",
        "XNYS": code,
        "XNAS": code,
        "INDEX": _YAHOO_INDICES.get(code, ""),
    }
    return _require(symbols.get(market, ""), "Yahoo", asset_id)


def stooq_symbol(asset_id: str) -> str:
    """Give Stooq's symbol, such as ``700.hk``.

    Raises:
        UnreadableInputError: None is known.
    """
    market, _, code = asset_id.partition(":")
    symbols = {
        "XHKG": f"{code}.hk",
        "XNYS": f"{code}.us",
        "XNAS": f"{code}.us",
        "INDEX": _STOOQ_INDICES.get(code, ""),
    }
    return _require(symbols.get(market, "").lower(), "Stooq", asset_id)


def _require(symbol: str, source: str, asset_id: str) -> str:
    if not symbol:
        raise UnreadableInputError(
            f"{source} has no symbol for {asset_id} that is known here; use another source"
        )
    return symbol
