"""Identifiers of instruments: ``XHKG:700``, ``XNYS:BABA``, ``INDEX:HSI``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.error import UnreadableInputError

#: ISO 4217: no currency is known.
NO_CURRENCY = "XXX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Where instruments are traded.

    Attributes:
        currency: ISO 4217 code that they are quoted in.
        timezone: IANA name of the exchange's zone.
    """

    currency: str
    timezone: str


_HONG_KONG = Market(currency="HKD", timezone="Asia/Hong_Kong")
_MAINLAND = Market(currency="CNY", timezone="Asia/Shanghai")
_NEW_YORK = Market(currency="USD", timezone="America/New_York")
_UNKNOWN = Market(currency=NO_CURRENCY, timezone="Asia/Hong_Kong")
_MARKETS = {
    "XHKG": _HONG_KONG,
    "XSHG": _MAINLAND,
    "XSHE": _MAINLAND,
    "XNYS": _NEW_YORK,
    "XNAS": _NEW_YORK,
}
_INDICES = {"HSI": _HONG_KONG, "HSTECH": _HONG_KONG, "HSCEI": _HONG_KONG, "CSI300": _MAINLAND}
#: Names that vendors give to the indices, to ours.
_INDEX_ALIASES = {
    "^HSI": "HSI",
    "^HSCE": "HSCEI",
    "^HSCEI": "HSCEI",
    "^HSTECH": "HSTECH",
    "HSTECH.HK": "HSTECH",
    "000300.SS": "CSI300",
    "000300.SH": "CSI300",
    "^CSI300": "CSI300",
}
_SUFFIXES = {"HK": "XHKG", "SS": "XSHG", "SH": "XSHG", "SZ": "XSHE"}
_FULL = re.compile(r"([A-Z][A-Z0-9]{3,9}):([A-Z0-9][A-Z0-9.\-]{0,19})")
_SUFFIXED = re.compile(r"(\d{1,6})[._](HK|SS|SH|SZ)")
_TABLE_SUFFIXES = re.compile(r"(?:\.(?:csv|tsv|txt|json|gz))+$", re.IGNORECASE)
_ADVICE = "write it as XHKG:700 or INDEX:HSI"


def asset_id_from_text(text: str) -> str:
    """Normalise an instrument's name: ``0700.HK``, ``XHKG:0700`` to ``XHKG:700``; ``HSI`` to ``INDEX:HSI``.

    Raises:
        UnreadableInputError: The text names no instrument in a way known here.
    """
    plain = text.strip().upper()
    index = _INDEX_ALIASES.get(plain, plain)
    if index in _INDICES:
        return f"INDEX:{index}"
    full, suffixed = _FULL.fullmatch(plain), _SUFFIXED.fullmatch(plain)
    if full is not None:
        return _join_asset_id(full[1], full[2])
    if suffixed is not None:
        return _join_asset_id(_SUFFIXES[suffixed[2]], suffixed[1])
    raise UnreadableInputError(f"{text!r} names no asset; {_ADVICE}")


def asset_id_from_path(path: Path) -> str:
    """Guess the instrument from the name of its file: ``HSI.csv``, ``0700.HK.csv``, ``700_hk_d.csv``.

    Raises:
        UnreadableInputError: The name tells nothing.
    """
    stem = _TABLE_SUFFIXES.sub("", path.name)
    parts = re.split(r"[_ ]", stem)
    for candidate in (stem, parts[0], "_".join(parts[:2])):
        try:
            return asset_id_from_text(candidate)
        except UnreadableInputError:
            continue
    raise UnreadableInputError(f"{path} does not say whose prices it holds; give --asset, {_ADVICE}")


def market_of(asset_id: str) -> Market:
    """Give the market that an instrument belongs to; one without a currency where it is not known."""
    market, _, code = asset_id.partition(":")
    known: Mapping[str, Market] = _INDICES if market == "INDEX" else _MARKETS
    return known.get(code if market == "INDEX" else market, _UNKNOWN)


def currency_from_asset_id(asset_id: str) -> str:
    """Give the currency that an instrument is quoted in; ``XXX`` where it is not known."""
    return market_of(asset_id).currency


def zone_from_asset_id(asset_id: str) -> ZoneInfo:
    """Give the zone of the exchange, in which its sessions are dated; Hong Kong's where it is not known."""
    return ZoneInfo(market_of(asset_id).timezone)


def _join_asset_id(market: str, code: str) -> str:
    if market == "XHKG":
        code = code.lstrip("0") or "0"
    elif market in {"XSHG", "XSHE"}:
        code = code.zfill(6)
    return f"{market}:{code}"
