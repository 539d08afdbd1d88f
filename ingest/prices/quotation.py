"""HKEX's daily quotations (``d<yymmdd>e.htm``): every security of the exchange on one fixed-width page.

Two lines a security, under a heading of two lines::

     CODE  NAME OF STOCK    CUR PRV.CLO./    ASK/    HIGH/      SHARES TRADED/
                                CLOSING      BID     LOW        TURNOVER ($)
    * 700 TENCENT          HKD  512.00   519.50   525.00           13,781,213
                                519.00   519.00   516.50        7,165,432,100

A dash or N/A stands for what there is none of; pages of before the column of currencies leave it out. A
suspended or halted security has one line that says so. The page tells no opening price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape

from ingest.asset import zone_from_asset_id
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text
from ingest.prices.record import Found, Price, check_price, positive
from ingest.rejection import Rejection
from ingest.remark import Remark

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"\bDATE\s*:\s*(\d{1,2})\s+([A-Z]{3})[A-Z]*\s+(\d{4})", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,500}>")
_START = "QUOTATIONS"
_END = re.compile(r"\s*(?:SALES RECORDS|AMENDMENT RECORDS|-{60,})")
_HEADING = (("CODE", "PRV.CLO./", "ASK/", "HIGH/", "SHARES TRADED/"), ("CLOSING", "BID", "LOW", "TURNOVER"))
_VALUE = r"(?:-|N/A|[\d,]*\.?\d+)"
_FIRST_LINE = re.compile(
    rf"\s*[*#%]?\s*(?P<code>\d{{1,5}})\s+(?P<name>\S.*?)\s+(?:(?P<currency>[A-Z]{{3}})\s+)?"
    rf"(?P<previous>{_VALUE})\s+(?P<ask>{_VALUE})\s+(?P<high>{_VALUE})\s+(?P<shares>{_VALUE})\s*"
)
_SECOND_LINE = re.compile(
    rf"\s*(?P<close>{_VALUE})\s+(?P<bid>{_VALUE})\s+(?P<low>{_VALUE})\s+(?P<turnover>{_VALUE})\s*"
)
_IDLE_LINE = re.compile(r"\s*[*#%]?\s*(?P<code>\d{1,5})\s+.*TRADING (?:SUSPENDED|HALTED)\s*")
_CURRENCIES = {"RMB": "CNY"}
#: Derivative and inline warrants, bull/bear contracts: thousands that live for months.
_STRUCTURED = (range(10_000, 30_000), range(47_000, 70_000))


@dataclass(slots=True, kw_only=True)
class _Page:
    """What was found on a page so far."""

    session: date
    name: str
    today: date
    wanted: str | None
    n_idle: int = 0
    found: list[Found] = field(default_factory=list)


def is_quotation_page(text: str) -> bool:
    """Say whether a page looks like HKEX's daily quotations."""
    return _START in text or _HEADING[0][1] in text


def parse_quotations(text: str, *, name: str, asset_id: str | None, now: datetime) -> Iterator[Found]:
    """Read the quotations of a day.

    Args:
        text: The page.
        name: What to call the file in messages.
        asset_id: The only security to be taken; all but warrants and bull/bear contracts where missing.
        now: The present.

    Raises:
        UnreadableInputError: The page has another form; the message names the missing label.
    """
    lines = unescape(_TAG.sub("", text)).splitlines()
    page = _Page(
        session=_session_from_lines(lines, name),
        name=name,
        today=now.astimezone(zone_from_asset_id("XHKG:1")).date(),
        wanted=asset_id,
    )
    _read_section(_section(lines, name), page)
    if not page.found and not page.n_idle and asset_id is None:
        raise UnreadableInputError(f"{name} has no security under its heading {_START!r}")
    yield from page.found
    if page.n_idle:
        yield name, Remark(where=name, text=f"{page.n_idle:,} suspended or halted, without a price")


def _session_from_lines(lines: list[str], name: str) -> date:
    for line in lines:
        match = _DATE.search(line)
        if match is not None and match[2].upper() in _MONTHS:
            try:
                return date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
            except ValueError:
                break
    raise UnreadableInputError(f"{name} has no 'DATE: 16 JUL 2026' on top, as HKEX's daily quotations have")


def _section(lines: list[str], name: str) -> list[str]:
    """Cut out the lines below the heading of two lines, up to the next part of the page."""
    starts = [number for number, line in enumerate(lines) if all(label in line for label in _HEADING[0])]
    if not starts:
        raise UnreadableInputError(f"{name} has no heading with {', '.join(_HEADING[0])}")
    start = starts[0] + 1
    below = lines[start] if start < len(lines) else ""
    missing = [label for label in _HEADING[1] if label not in below]
    if missing:
        raise UnreadableInputError(f"{name}: the second line of the heading has no {', '.join(missing)}")
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if _END.match(line)), len(rest))
    return [line for line in rest[:end] if line.strip()]


def _read_section(lines: list[str], page: _Page) -> None:
    position = 0
    while position < len(lines):
        line, position = lines[position], position + 1
        idle, first = _IDLE_LINE.fullmatch(line), _FIRST_LINE.fullmatch(line)
        if idle is not None:
            page.n_idle += _is_taken(int(idle["code"]), page)
        elif first is not None:
            below = lines[position] if position < len(lines) else ""
            second = _SECOND_LINE.fullmatch(below)
            position += second is not None
            if _is_taken(int(first["code"]), page):
                _add_price(first, second, page)
        elif re.match(r"\s*[*#%]?\s*\d{1,5}\s+\S*[A-Z]", line):
            where = f"{page.name}, {' '.join(line.split())[:40]}"
            page.found.append((where, Rejection(where=where, reason="the line has another form")))


def _is_taken(code: int, page: _Page) -> bool:
    if page.wanted is not None:
        return page.wanted == f"XHKG:{code}"
    return not any(code in codes for codes in _STRUCTURED)


def _add_price(first: re.Match[str], second: re.Match[str] | None, page: _Page) -> None:
    where = f"{page.name}, code {first['code']}"
    try:
        price = _price_from_lines(first, second, page)
    except RejectedRecordError as error:
        page.found.append((where, Rejection(where=where, reason=str(error))))
        return
    if price is not None:
        page.found.append((where, price))


def _price_from_lines(first: re.Match[str], second: re.Match[str] | None, page: _Page) -> Price | None:
    if second is None:
        raise RejectedRecordError("the second line, with CLOSING and TURNOVER, is missing")
    close = number_from_text(second["close"], column="CLOSING")
    if close is None:
        return None
    currency = first["currency"] or "HKD"
    price = Price(
        asset_id=f"XHKG:{int(first['code'])}",
        session=page.session,
        high=positive(number_from_text(first["high"], column="HIGH")),
        low=positive(number_from_text(second["low"], column="LOW")),
        close=close,
        volume=number_from_text(first["shares"], column="SHARES TRADED"),
        turnover=number_from_text(second["turnover"], column="TURNOVER"),
        adjusted=False,
        currency=_CURRENCIES.get(currency, currency),
        source=f"hkex:{page.name}",
    )
    return check_price(price, today=page.today)
