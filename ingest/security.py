"""HKEX's list of securities: what is listed on a day, with board lots."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text
from ingest.rejection import Rejection
from ingest.sheet import iterate_sheet

_CODE, _NAME, _CATEGORY, _LOT = "stock code", "name of securities", "category", "board lot"
_NEEDED = (_CODE, _NAME, _CATEGORY, _LOT)
_HEADING_ROWS = 20
_AS_AT = re.compile(r"as at\s*:?\s*(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE)
_NAMED_DAY = re.compile(r"(?<!\d)(20\d{2})[-_]?([01]\d)(?:[-_]?([0-3]\d))?(?!\d)")
_CURRENCIES = {"RMB": "CNY"}
_STOCK_CODE = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """A line of the list.

    Attributes:
        asset_id: Such as ``XHKG:700``.
        name: HKEX's short name.
        category: Such as ``Equity``.
        sub_category: Such as ``Equity Securities (Main Board)``; empty where the list tells none.
        board_lot: Shares; None where the list tells none.
        isin: International number.
        currency: ISO 4217 code that it is traded in.
    """

    asset_id: str
    name: str
    category: str
    sub_category: str
    board_lot: int | None
    isin: str | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityList:
    """All that is listed on a day.

    Attributes:
        as_at: The day; None where the file does not tell.
        securities: By their codes, in the file's order.
        rejected: Lines that could not be used.
    """

    as_at: date | None
    securities: tuple[Security, ...]
    rejected: tuple[Rejection, ...] = field(default=())


def read_securities(path: Path | str) -> SecurityList:
    """Read HKEX's list of securities, as the workbook that HKEX offers or as CSV.

    The day is the one that the head of the sheet tells (``as at 12/03/2026``), or else the file's name.

    Raises:
        UnreadableInputError: The file has another form; the message names the missing label.
    """
    path = Path(path)
    rows = iterate_sheet(path)
    columns, as_at = _find_heading(rows, path)
    securities: dict[str, Security] = {}
    rejected = []
    for number, row in enumerate(rows, 1):
        values = dict(zip(columns, row, strict=False))
        if not values.get(_CODE):
            continue
        try:
            security = _security_from_row(values)
            securities[security.asset_id] = security
        except RejectedRecordError as error:
            rejected.append(Rejection(where=f"{path.name} row {number} below the heading", reason=str(error)))
    return SecurityList(
        as_at=as_at or _day_from_name(path.name),
        securities=tuple(securities.values()),
        rejected=tuple(rejected),
    )


def _find_heading(rows: Iterator[list[str]], path: Path) -> tuple[list[str], date | None]:
    as_at, first = None, None
    for _, row in zip(range(_HEADING_ROWS), rows, strict=False):
        labels = [" ".join(cell.lower().split()) for cell in row]
        first = first or [cell for cell in row if cell]
        as_at = as_at or _day_from_cells(row)
        if _CODE in labels:
            missing = [label for label in _NEEDED if label not in labels]
            if missing:
                found = ", ".join(cell for cell in row if cell)
                raise UnreadableInputError(f"{path} has no column {missing[0]!r}; its columns: {found}")
            return labels, as_at
    raise UnreadableInputError(
        f"{path} has no heading with 'Stock Code'; it starts with: {', '.join(first or [])[:80] or 'nothing'}"
    )


def _day_from_cells(row: list[str]) -> date | None:
    match = _AS_AT.search(" ".join(row))
    return _day(match[3], match[2], match[1]) if match else None


def _day_from_name(name: str) -> date | None:
    """Read the day in a file's name; of a month alone, its last."""
    match = _NAMED_DAY.search(name)
    if match is None:
        return None
    if match[3]:
        return _day(match[1], match[2], match[3])
    first = _day(match[1], match[2], "1")
    return first.replace(day=monthrange(first.year, first.month)[1]) if first else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _security_from_row(values: Mapping[str, str]) -> Security:
    code = values[_CODE].removesuffix(".0")
    if not _STOCK_CODE.fullmatch(code):
        raise RejectedRecordError(f"stock code is {code[:20]!r}, where up to five digits are needed")
    name = " ".join(values.get(_NAME, "").split())
    if not name:
        raise RejectedRecordError(f"stock code {code} has no name")
    currency = values.get("trading currency", "")
    lot = number_from_text(values.get(_LOT, ""), column=_LOT)
    return Security(
        asset_id=f"XHKG:{int(code)}",
        name=name,
        category=values.get(_CATEGORY, ""),
        sub_category=values.get("sub-category", ""),
        board_lot=None if lot is None else int(lot),
        isin=values.get("isin") or None,
        currency=_CURRENCIES.get(currency, currency) or None,
    )
