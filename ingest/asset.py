"""Identifiers of instruments: ``XHKG:700``, ``XNYS:BABA``, ``INDEX:HSI``."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.error import UnreadableInputError

#: ISO 4217: no currency is known.
NO_CURRENCY = "XXX"

_INDEX_CURRENCIES = {"HSI": "HKD", "HSTECH": "HKD", "HSCEI": "HKD", "CSI300": "CNY"}
_MARKETS = {"HK": "XHKG", "SS": "XSHG", "SH": "XSHG", "SZ": "XSHE"}
_MARKET_CURRENCIES = {"XHKG": "HKD", "XSHG": "CNY", "XSHE": "CNY", "XNYS": "USD", "XNAS": "USD"}
_FULL = re.compile(r"([A-Z][A-Z0-9]{3,9}):([A-Z0-9][A-Z0-9.\-]{0,19})")
_SUFFIXED = re.compile(r"(\d{1,6})\.(HK|SS|SH|SZ)")
_TABLE_SUFFIXES = re.compile(r"(?:\.(?:csv|tsv|txt|gz))+$", re.IGNORECASE)
_ADVICE = "write it as XHKG:700 or INDEX:HSI"


def asset_id_from_text(text: str) -> str:
    """Normalise an instrument's name: ``0700.HK``, ``XHKG:0700`` to ``XHKG:700``; ``HSI`` to ``INDEX:HSI``.

    Raises:
        UnreadableInputError: The text names no instrument in a way known here.
    """
    plain = text.strip().upper()
    if plain.removeprefix("^") in _INDEX_CURRENCIES:
        return f"INDEX:{plain.removeprefix('^')}"
    full, suffixed = _FULL.fullmatch(plain), _SUFFIXED.fullmatch(plain)
    if full is not None:
        return _join_asset_id(full[1], full[2])
    if suffixed is not None:
        return _join_asset_id(_MARKETS[suffixed[2]], suffixed[1])
    raise UnreadableInputError(f"{text!r} names no asset; {_ADVICE}")


def asset_id_from_path(path: Path) -> str:
    """Guess the instrument from the name of its file, such as ``HSI.csv`` or ``0700.HK.csv``.

    Raises:
        UnreadableInputError: The name tells nothing.
    """
    stem = _TABLE_SUFFIXES.sub("", path.name)
    for candidate in (stem, re.split(r"[_ ]", stem, maxsplit=1)[0]):
        try:
            return asset_id_from_text(candidate)
        except UnreadableInputError:
            continue
    raise UnreadableInputError(f"{path} does not say whose prices it holds; give --asset, {_ADVICE}")


def currency_from_asset_id(asset_id: str) -> str:
    """Give the currency that an instrument is quoted in; ``XXX`` where it is not known."""
    market, _, code = asset_id.partition(":")
    currencies = _INDEX_CURRENCIES if market == "INDEX" else _MARKET_CURRENCIES
    return currencies.get(code if market == "INDEX" else market, NO_CURRENCY)


def _join_asset_id(market: str, code: str) -> str:
    if market == "XHKG":
        code = code.lstrip("0") or "0"
    elif market in {"XSHG", "XSHE"}:
        code = code.zfill(6)
    return f"{market}:{code}"
