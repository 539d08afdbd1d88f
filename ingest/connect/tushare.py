"""tushare's tables of Stock Connect: answers of its interface (JSON) or tables made of them (CSV).

Neither table has the southbound total, so no flow made of them ever stands for it:

- ``ggt_daily`` is the Shanghai leg alone, converted to RMB (亿元, counts in 万笔), though its manual says
  neither. Of the manual's sample of September 2019, bought less sold is 0.903 of HKEX's Shanghai net to four
  digits, day by day (2019-09-25: 4.15 亿 of 460.99 HKD million), as HKD 1 was RMB 0.90.
- ``moneyflow_hsgt`` is the quota used in RMB million, orders that were not filled included, and no net buying
  (its ``ggt_ss`` of 2018-08-08 is -476, where 976 HKD million more were sold than bought). It ends with
  2024-08-16, when the exchanges stopped telling it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ingest.connect.total import sum_of
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import keep_last, number_from_text, session_from_text
from ingest.flow import Channel, Flow, FlowLeg
from ingest.rejection import Rejection
from ingest.stream import read_text
from ingest.table import Row, iterate_rows

_DATE = "trade_date"
_DAILY = ("buy_amount", "sell_amount")
_MONEYFLOW = ("ggt_ss", "ggt_sz", "south_money")
_LAST_MONEYFLOW = date(2024, 8, 16)
_YI_IN_MILLIONS = 100.0
_WAN = 10_000
_TOLERANCE = 1.0  # RMB million: southbound is told in whole millions

_Texts = Mapping[str, str]


def is_tushare_header(columns: Sequence[str]) -> bool:
    """Say whether a table with these columns is one of tushare's two."""
    return _DATE in columns and (set(_DAILY) <= set(columns) or set(_MONEYFLOW) <= set(columns))


def read_tushare(path: Path, *, is_json: bool) -> Iterator[Flow | Rejection]:
    """Read an answer of ``ggt_daily`` or ``moneyflow_hsgt``, or a CSV table of it.

    Raises:
        UnreadableInputError: The file is neither, or the answer says that it failed.
    """
    rows = list(_rows_of_answer(path) if is_json else _rows_of_table(path))
    yield from (row for _, row in rows if isinstance(row, Rejection))
    records = [(where, row) for where, row in rows if not isinstance(row, Rejection)]
    if not records:
        return
    told: set[Rejection] = set()
    for channel in _channels(path, records[0][1]):
        for one in keep_last(_convert(where, row, path, channel) for where, row in records):
            if not isinstance(one, Rejection):
                yield one
            elif one not in told:
                told.add(one)
                yield one


def _channels(path: Path, columns: _Texts) -> tuple[Channel, ...]:
    """Return whose flows a table with these columns holds."""
    if set(_DAILY) <= set(columns):
        return ("southbound",)
    if not set(_MONEYFLOW) <= set(columns):
        raise UnreadableInputError(
            f"{path} has no label 'buy_amount' and 'sell_amount' (ggt_daily) nor 'ggt_ss' (moneyflow_hsgt); "
            f"it has: {', '.join(columns)}"
        )
    return ("southbound", "northbound") if "north_money" in columns else ("southbound",)


def _rows_of_table(path: Path) -> Iterator[tuple[str, _Texts | Rejection]]:
    for row in iterate_rows(path, needed=(_DATE,)):
        where = f"{path.name} line {row.line}" if isinstance(row, Row) else row.where
        yield where, row.values if isinstance(row, Row) else row


def _rows_of_answer(path: Path) -> Iterator[tuple[str, _Texts | Rejection]]:
    fields, items = _table_of_answer(path)
    for number, item in enumerate(items, start=1):
        where = f"{path.name} item {number}"
        if not isinstance(item, list) or len(item) != len(fields):
            yield where, Rejection(where=where, reason=f"has not one value for each of {', '.join(fields)}")
            continue
        texts = ["" if value is None else str(value) for value in item]
        yield where, dict(zip(fields, texts, strict=True))


def _table_of_answer(path: Path) -> tuple[list[str], list[object]]:
    try:
        answer = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{path} is no JSON, or cut off: {error}") from None
    if isinstance(answer, dict) and answer.get("code"):
        raise UnreadableInputError(f"{path}: tushare says {answer.get('msg') or answer['code']}")
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("fields", "items")):
        raise UnreadableInputError(f"{path} has no labels 'data.fields' and 'data.items'")
    fields = [str(field).lower() for field in data["fields"]]
    if _DATE not in fields:
        raise UnreadableInputError(f"{path} has no label {_DATE!r}; it has: {', '.join(fields)}")
    return fields, data["items"]


def _convert(where: str, row: _Texts, path: Path, channel: Channel) -> tuple[str, Flow | Rejection]:
    source = f"tushare:{path.name}"
    try:
        if _DAILY[0] in row:
            return where, _flow_of_daily(row, source)
        return where, _flow_of_moneyflow(row, source, channel)
    except RejectedRecordError as error:
        return where, Rejection(where=where, reason=str(error))


def _flow_of_daily(row: _Texts, source: str) -> Flow:
    session = session_from_text(row[_DATE])
    buy, sell = (_scaled(row, name, _YI_IN_MILLIONS) for name in _DAILY)
    if buy is None or sell is None:
        return Flow(session=session, state="missing", source=source)
    n_buys, n_sells = (_scaled(row, name, _WAN) for name in ("buy_volume", "sell_volume"))
    leg = FlowLeg(
        leg="shanghai",
        buy=buy,
        sell=sell,
        turnover=round(buy + sell, 4),
        n_buys=None if n_buys is None else round(n_buys),
        n_sells=None if n_sells is None else round(n_sells),
        currency="CNY",
    )
    return Flow(session=session, state="open", source=source, legs=(leg,))


def _flow_of_moneyflow(row: _Texts, source: str, channel: Channel) -> Flow:
    session = session_from_text(row[_DATE])
    if session > _LAST_MONEYFLOW:
        raise RejectedRecordError(
            f"{session}: moneyflow_hsgt ends with {_LAST_MONEYFLOW}; what it has after that is no inflow"
        )
    total, legs = ("south_money", ("ggt_ss", "ggt_sz")) if channel == "southbound" else ("north_money", ())
    used = _scaled(row, total, 1.0)
    parts = sum_of([_scaled(row, name, 1.0) for name in legs])
    if used is not None and parts is not None and abs(used - parts) > _TOLERANCE:
        raise RejectedRecordError(f"{session}: the legs' {parts} is not the {total} {used}")
    return Flow(
        session=session,
        quota_used=used,
        state="missing" if used is None else "open",
        channel=channel,
        currency="HKD" if channel == "southbound" else "CNY",
        source=source,
    )


def _scaled(row: _Texts, name: str, factor: float) -> float | None:
    value = number_from_text(row.get(name, ""), column=name)
    return None if value is None else round(value * factor, 4)
