"""Prices out of CSV, as yfinance, Stooq, akshare, tushare and others write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ingest.asset import (
    asset_id_from_path,
    asset_id_from_text,
    currency_from_asset_id,
    zone_from_asset_id,
)
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import number_from_text, session_from_text
from ingest.prices.record import CorporateAction, Found, Price, PriceRecord, check_price, positive
from ingest.rejection import Rejection
from ingest.stream import read_head
from ingest.table import Row, iterate_rows

_RENAMED = {
    "日期": "date", "時間": "date", "时间": "date", "time": "date", "datetime": "date", "timestamp": "date",
    "session": "date", "trade_date": "date", "开盘": "open", "開盤": "open", "開市": "open", "最高": "high",
    "最低": "low", "收盘": "close", "收盤": "close", "收市": "close", "成交量": "volume", "vol": "volume",
    "成交额": "turnover", "成交額": "turnover", "amount": "turnover",
    "asset_id": "asset", "symbol": "asset", "ticker": "asset", "ts_code": "asset",
}  # fmt: skip
_STOOQ_COLUMNS = ("date", "open", "high", "low", "close")
#: What the names of adjusted files say: forward (qfq) and backward (hfq) adjustment, as akshare calls them.
_ADJUSTED_NAME = re.compile(r"qfq|hfq|前复权|前復權|后复权|後復權|adjusted", re.IGNORECASE)
_REFUSALS = {
    "no data": "it has no such symbol, or no session in the span; check the symbol",
    "exceeded the daily hits limit": "it was asked too often today; try tomorrow, or use another source",
    "too many requests": "it was asked too often; try later, or use another source",
    "edge: too many requests": "it was asked too often; try later, or use another source",
}
_SPLIT_COLUMN, _DIVIDEND_COLUMN = "stock splits", "dividends"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What holds for all rows of a table.

    Attributes:
        adapter: Shown as the source.
        asset_id: Whose prices they are; None where only the rows tell.
        wanted: The only asset to be taken, where one was asked for.
        adjusted: Whether the prices are adjusted for dividends.
        now: The present.
        name: Name of the file.
    """

    adapter: str
    asset_id: str | None
    wanted: str | None
    adjusted: bool
    now: datetime
    name: str


def iterate_table(
    path: Path, *, asset_id: str | None, adapter: str | None, adjusted: bool | None, now: datetime
) -> Iterator[Found]:
    """Read the prices of a CSV file.

    Args:
        path: The file; columns in English or Chinese, in any order (akshare puts the close before the high).
        asset_id: Whose prices they are; where a column tells too, the only asset that is taken.
        adapter: ``stooq``, ``akshare`` or ``csv``; told from the columns where missing.
        adjusted: Whether they are adjusted for dividends; told from columns and name where missing.
        now: The present.

    Raises:
        UnreadableInputError: The file is no such table, or whose prices it holds is not known.
    """
    first_line = read_head(path).split(b"\n", 1)[0].decode(errors="replace").strip()
    reason = _REFUSALS.get(first_line.lower())
    if reason is not None:
        raise UnreadableInputError(f"{path} holds the source's answer {first_line!r}: {reason}")
    frame = None
    for row in iterate_rows(path, needed=("date", "close"), renamed=_RENAMED):
        if isinstance(row, Rejection):
            yield row.where, row
            continue
        if frame is None:
            has_assets = "asset" in row.values
            frame = _Frame(
                adapter=adapter or _adapter_from_columns(row.values, first_line),
                asset_id=asset_id or (None if has_assets else asset_id_from_path(path)),
                wanted=asset_id if has_assets else None,
                adjusted=_is_adjusted(row.values, path.name) if adjusted is None else adjusted,
                now=now,
                name=path.name,
            )
        yield from _found_in_row(row, frame)


def _found_in_row(row: Row, frame: _Frame) -> Iterator[Found]:
    where = f"{frame.name} line {row.line}"
    try:
        for record in _records_of_row(row, frame):
            yield where, record
    except RejectedRecordError as error:
        yield where, Rejection(where=where, reason=str(error))


def _adapter_from_columns(values: Mapping[str, str], first_line: str) -> str:
    if "日期" in first_line and "收盘" in first_line:
        return "akshare"
    columns = tuple(values)
    return "stooq" if columns in {_STOOQ_COLUMNS, (*_STOOQ_COLUMNS, "volume")} else "csv"


def _is_adjusted(values: Mapping[str, str], name: str) -> bool:
    """Recognise yfinance's adjusted table (no separate adjusted close), and what names say of akshare's."""
    is_yfinance = {_DIVIDEND_COLUMN, _SPLIT_COLUMN} <= values.keys() and "adj close" not in values
    return is_yfinance or _ADJUSTED_NAME.search(name) is not None


def _records_of_row(row: Row, frame: _Frame) -> Iterator[PriceRecord]:
    close = number_from_text(row.values.get("close", ""), column="close")
    if close is None:
        return
    asset_id = _asset_of_row(row.values, frame)
    if asset_id is None:
        return
    session = session_from_text(row.values["date"])
    yield _price_from_row(row.values, close, asset_id, session, frame)
    yield from _actions_from_row(row.values, asset_id, session, frame)


def _asset_of_row(values: Mapping[str, str], frame: _Frame) -> str | None:
    """Give a row's asset; None where another one was asked for."""
    text = values.get("asset", "").strip()
    if not text and frame.asset_id is not None:
        return frame.asset_id
    try:
        asset_id = asset_id_from_text(text)
    except UnreadableInputError as error:
        raise RejectedRecordError(str(error)) from None
    return asset_id if frame.wanted in {None, asset_id} else None


def _price_from_row(
    values: Mapping[str, str], close: float, asset_id: str, session: date, frame: _Frame
) -> Price:
    def number(column: str) -> float | None:
        return number_from_text(values.get(column, ""), column=column)

    price = Price(
        asset_id=asset_id,
        session=session,
        open=positive(number("open")),
        high=positive(number("high")),
        low=positive(number("low")),
        close=close,
        volume=number("volume"),
        turnover=number("turnover"),
        adjusted=frame.adjusted,
        currency=currency_from_asset_id(asset_id),
        source=f"{frame.adapter}:{frame.name}",
    )
    return check_price(price, today=frame.now.astimezone(zone_from_asset_id(asset_id)).date())


def _actions_from_row(
    values: Mapping[str, str], asset_id: str, session: date, frame: _Frame
) -> Iterator[CorporateAction]:
    for column, kind in ((_DIVIDEND_COLUMN, "dividend"), (_SPLIT_COLUMN, "split")):
        value = number_from_text(values.get(column, ""), column=column)
        if value is not None and value > 0:
            yield CorporateAction(
                asset_id=asset_id,
                session=session,
                kind="dividend" if kind == "dividend" else "split",
                value=value,
                currency=currency_from_asset_id(asset_id),
                source=f"{frame.adapter}:{frame.name}",
            )
