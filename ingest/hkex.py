"""HKEX's daily Stock Connect statistics (``data_tab_daily_<YYYYMMDD>e.js``).

A script that assigns a list of four objects, one for each leg. Each has a table with one row for each label;
labels come and go with the years, so everything is found by label, nothing by position.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text, session_from_text

_TAB_DATA = re.compile(r"\s*(?:var\s+)?tabData\s*=\s*")
_TAB_DATA_HEAD = re.compile(rb"\s*(?:var\s+)?tabData\b")
_SHANGHAI, _SHENZHEN = "SSE Southbound", "SZSE Southbound"
_NORTHBOUND = ("SSE Northbound", "SZSE Northbound")
_BUY, _SELL, _TOTAL = "Buy Turnover", "Sell Turnover", "Total Turnover"
_MAX_DIFFERENCE = 0.02  # HKD million: three amounts rounded to 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What was traded through one southbound leg, HKD million."""

    buy: float
    sell: float
    turnover: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectDay:
    """One day of southbound trading.

    Attributes:
        session: Trading day.
        shanghai: Shanghai leg; None where the file tells no amounts.
        shenzhen: Shenzhen leg, likewise.
        is_closed: Whether the channel did not trade although the Hong Kong market did.
    """

    session: date
    shanghai: Leg | None
    shenzhen: Leg | None
    is_closed: bool


def is_daily_file(head: bytes) -> bool:
    """Say whether a file that starts so is HKEX's daily script."""
    return _TAB_DATA_HEAD.match(head) is not None


def parse_daily_file(text: str, *, name: str) -> ConnectDay:
    """Read HKEX's daily script.

    Args:
        text: The script, without a byte order mark.
        name: What to call the file in messages.

    Raises:
        UnreadableInputError: The script has another form; the message names what is missing.
        RejectedRecordError: The amounts contradict each other.
    """
    markets = _markets_from_text(text, name)
    legs = {market: _leg_from_market(_pick(markets, market, name), name) for market in (_SHANGHAI, _SHENZHEN)}
    southbound_trades = any(_is_trading_day(markets[market]) for market in legs)
    northbound_trades = any(_is_trading_day(markets[market]) for market in _NORTHBOUND if market in markets)
    all_zero = all(leg == Leg(buy=0, sell=0, turnover=0) for leg in legs.values())
    return ConnectDay(
        session=_session_from_market(markets[_SHANGHAI], name),
        shanghai=legs[_SHANGHAI],
        shenzhen=legs[_SHENZHEN],
        # When only the mainland is shut, southbound is still called a trading day, with 0.00 throughout.
        is_closed=not southbound_trades or (all_zero and not northbound_trades),
    )


def _markets_from_text(text: str, name: str) -> dict[str, Mapping[str, object]]:
    assignment = _TAB_DATA.match(text)
    if assignment is None:
        raise UnreadableInputError(
            f"{name} does not start with 'tabData =' (on days without trading HKEX answers with a page)"
        )
    try:
        markets, _ = json.JSONDecoder().raw_decode(text, assignment.end())
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is cut off or damaged: {error}") from None
    if not isinstance(markets, list):
        raise UnreadableInputError(f"{name} has no list of markets behind 'tabData ='")
    return {str(market.get("market")).strip(): market for market in markets if isinstance(market, dict)}


def _pick(markets: Mapping[str, Mapping[str, object]], market: str, name: str) -> Mapping[str, object]:
    if market not in markets:
        raise UnreadableInputError(f"{name} has no market {market!r}; it has: {', '.join(markets) or 'none'}")
    return markets[market]


def _is_trading_day(market: Mapping[str, object]) -> bool:
    return market.get("tradingDay") in {1, "1", "true"}  # true equals 1


def _session_from_market(market: Mapping[str, object], name: str) -> date:
    try:
        return session_from_text(str(market.get("date", "")))
    except RejectedRecordError as error:
        raise UnreadableInputError(f"{name}: {error}") from None


def _leg_from_market(market: Mapping[str, object], name: str) -> Leg | None:
    label_of_market = str(market["market"]).strip()
    texts = _texts_by_label(market, f"{name}, {label_of_market}")
    amounts = {}
    for label in (_BUY, _SELL, _TOTAL):
        if label not in texts:
            found = ", ".join(texts) or "none"
            raise UnreadableInputError(f"{name}, {label_of_market}: no label {label!r}; it has: {found}")
        amounts[label] = number_from_text(texts[label], column=f"{label_of_market}, {label}")
    buy, sell, turnover = amounts[_BUY], amounts[_SELL], amounts[_TOTAL]
    if buy is None or sell is None or turnover is None:
        return None
    if abs(buy + sell - turnover) > _MAX_DIFFERENCE + 1e-6:  # floats: a difference of 0.02 sharp is allowed
        reason = f"{label_of_market}: bought {buy} and sold {sell} do not add up to the total {turnover}"
        raise RejectedRecordError(reason)
    return Leg(buy=buy, sell=sell, turnover=turnover)


def _texts_by_label(market: Mapping[str, object], where: str) -> dict[str, str]:
    """Join the labels of the first table with its values, one row a label."""
    try:
        tables = [part["table"] for part in market["content"] if part.get("style") == 1]  # type: ignore[attr-defined]  # foreign data: what is not as expected is told below
        labels = tables[0]["schema"][0]
        values = [row["td"][0][0] for row in tables[0]["tr"]]
        return {" ".join(str(label).split()): str(value) for label, value in zip(labels, values, strict=True)}
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnreadableInputError(
            f"{where}: the table of totals ('schema' and 'tr') has another form"
        ) from None
