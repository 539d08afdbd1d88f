"""Eastmoney's history of Stock Connect: its own answers (JSON), and the tables that akshare makes of them.

An answer of ``RPT_MUTUAL_DEAL_HISTORY`` has one row for a session and a ``MUTUAL_TYPE``, in millions of the
money that is paid with (HKD southbound, RMB northbound). ``FUND_INFLOW`` is the quota used, in RMB; since
2024-08-19 it is null southbound, while what was bought and sold goes on, and northbound all but the turnover
is null. akshare divides by 100 (亿) and names the columns in Chinese.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from ingest.connect.total import check_flow, sum_of
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import keep_last, number_from_json, number_from_text, session_from_text
from ingest.flow import Channel, Flow, FlowLeg, LegName
from ingest.rejection import Rejection
from ingest.table import Row, iterate_rows

#: ``MUTUAL_TYPE`` to the channel, and the leg where it is one.
TYPES: Final[Mapping[str, tuple[Channel, LegName | None]]] = {
    "001": ("northbound", "shanghai"),
    "002": ("southbound", "shanghai"),
    "003": ("northbound", "shenzhen"),
    "004": ("southbound", "shenzhen"),
    "005": ("northbound", None),
    "006": ("southbound", None),
}
_CURRENCIES: Mapping[Channel, str] = {"southbound": "HKD", "northbound": "CNY"}
_FIELDS: Mapping[str, str] = {
    "net": "NET_DEAL_AMT",
    "buy": "BUY_AMT",
    "sell": "SELL_AMT",
    "turnover": "DEAL_AMT",
    "quota_used": "FUND_INFLOW",
}
_NEEDED = ("MUTUAL_TYPE", "TRADE_DATE", "NET_DEAL_AMT", "BUY_AMT", "SELL_AMT")
_SHENZHEN_FROM = date(2016, 12, 5)
_TOLERANCE = 1.0  # millions: the parts and the whole are rounded apart
_YI_IN_MILLIONS = 100.0
_JSONP = re.compile(r"\s*[\w$.]+\(\s*(?=\{)")

_AKSHARE = {
    "日期": "date",
    "当日成交净买额": "net",
    "买入成交额": "buy",
    "卖出成交额": "sell",
    "当日资金流入": "quota_used",
    "沪深300": "index",
}
_AKSHARE_NAMES = {
    "港股通沪": "002",
    "港股通深": "004",
    "沪股通": "001",
    "深股通": "003",
    "南向": "006",
    "southbound": "006",
    "北向": "005",
    "northbound": "005",
}
#: akshare calls the index of both wholes 沪深300, though the southbound level is the Hang Seng's; the two
#: have been apart since 2014: below 6,000, and above 14,000.
_HANG_SENG_ABOVE = 10_000.0

_Key = tuple[Channel, date]
_Amounts = dict[str, float | None]


def parse_answers(texts: Iterable[str], *, name: str, file: str) -> Iterator[Flow | Rejection]:
    """Read answers of the history report: pages, and types, that belong together.

    Args:
        texts: JSON, or JSON in a call (``jQuery123({...})``).
        name: What to call them in messages.
        file: Their short name, for the flows' ``source``.

    Yields:
        One flow for each session and channel, from the whole and its legs as far as they are there.

    Raises:
        UnreadableInputError: An answer has another form, or says that it failed.
    """
    found: dict[_Key, dict[LegName | None, _Amounts]] = {}
    rejected: list[Rejection] = []
    for text in texts:
        for number, row in enumerate(rows_of_answer(text, name=name), start=1):
            try:
                channel, leg, session, amounts = _row_amounts(row)
            except RejectedRecordError as error:
                rejected.append(Rejection(where=f"{file} row {number}", reason=str(error)))
            else:
                found.setdefault((channel, session), {})[leg] = amounts
    yield from rejected
    for key in sorted(found):
        yield _flow_or_rejection(key, found[key], file)


def rows_of_answer(text: str, *, name: str) -> list[Mapping[str, Any]]:
    """Return the rows of one answer; none where it says that there are no more.

    Raises:
        UnreadableInputError: It has another form, or says that it failed.
    """
    result = _result_of_answer(text, name)
    if result is None:
        return []
    rows = result.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableInputError(f"{name} has no list 'result.data'")
    for label in _NEEDED:
        if rows and label not in rows[0]:
            raise UnreadableInputError(f"{name} has no label {label!r}; it has: {', '.join(rows[0])}")
    return rows


def pages_of_answer(text: str, *, name: str) -> int:
    """Return how many pages the report has."""
    pages = (_result_of_answer(text, name) or {}).get("pages")
    return pages if isinstance(pages, int) else 0


def _result_of_answer(text: str, name: str) -> Mapping[str, Any] | None:
    call = _JSONP.match(text)
    try:
        answer, _ = json.JSONDecoder().raw_decode(
            text, call.end() if call else len(text) - len(text.lstrip())
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is no JSON, or cut off: {error}") from None
    if not isinstance(answer, dict) or "result" not in answer:
        raise UnreadableInputError(f"{name} has no label 'result'; is it an answer of Eastmoney's history?")
    result = answer["result"]
    if isinstance(result, dict):
        return result
    if answer.get("success") or "空" in str(answer.get("message")):  # 返回数据为空: behind the last page
        return None
    raise UnreadableInputError(f"{name}: Eastmoney says {answer.get('message') or 'nothing'!s}")


def _row_amounts(row: Mapping[str, Any]) -> tuple[Channel, LegName | None, date, _Amounts]:
    kind = str(row["MUTUAL_TYPE"])
    if kind not in TYPES:
        raise RejectedRecordError(f"MUTUAL_TYPE is {kind!r}; known are {', '.join(TYPES)}")
    channel, leg = TYPES[kind]
    amounts = {field: _number(row.get(label), label) for field, label in _FIELDS.items()}
    return channel, leg, session_from_text(str(row["TRADE_DATE"])), _complete(amounts)


def _number(value: object, label: str) -> float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    number = number_from_json(value)
    return number if number is not None else number_from_text(str(value), column=label)


def _complete(amounts: _Amounts) -> _Amounts:
    """Add the turnover where it isn't told; blank a row of zeros, with which Eastmoney says nothing."""
    if amounts.get("turnover") is None:
        amounts["turnover"] = sum_of([amounts["buy"], amounts["sell"]])
    if amounts["net"] is None and amounts["buy"] is not None and amounts["sell"] is not None:
        amounts["net"] = round(amounts["buy"] - amounts["sell"], 4)
    if amounts["turnover"] == 0:
        return dict.fromkeys(amounts)
    return amounts


def _flow_or_rejection(key: _Key, parts: Mapping[LegName | None, _Amounts], file: str) -> Flow | Rejection:
    try:
        return check_flow(_flow_from_parts(key, parts, f"eastmoney:{file}"), tolerance=_TOLERANCE)
    except RejectedRecordError as error:
        return Rejection(where=file, reason=str(error))


def _flow_from_parts(key: _Key, parts: Mapping[LegName | None, _Amounts], source: str) -> Flow:
    channel, session = key
    currency = _CURRENCIES[channel]
    legs = tuple(_leg(name, parts[name], currency) for name in ("shanghai", "shenzhen") if _told(parts, name))
    whole = parts.get(None) or _sum_parts(session, parts)
    if not legs and all(value is None for value in whole.values()):
        return Flow(session=session, state="missing", channel=channel, currency=currency, source=source)
    return Flow(
        session=session,
        net=whole["net"],
        buy=whole["buy"],
        sell=whole["sell"],
        turnover=whole["turnover"],
        quota_used=whole["quota_used"],
        sh_net=parts.get("shanghai", {}).get("net"),
        sz_net=parts.get("shenzhen", {}).get("net"),
        state="open",
        channel=channel,
        currency=currency,
        source=source,
        legs=legs,
    )


def _told(parts: Mapping[LegName | None, _Amounts], name: LegName) -> bool:
    return any(value is not None for value in parts.get(name, {}).values())


def _leg(name: LegName, amounts: _Amounts, currency: str) -> FlowLeg:
    return FlowLeg(
        leg=name,
        buy=amounts["buy"],
        sell=amounts["sell"],
        turnover=amounts["turnover"],
        currency=currency,
    )


def _sum_parts(session: date, parts: Mapping[LegName | None, _Amounts]) -> _Amounts:
    """Add up the legs: both, or Shanghai's alone from the time when there was no other."""
    names: Sequence[LegName] = ("shanghai", "shenzhen") if session >= _SHENZHEN_FROM else ("shanghai",)
    return {field: sum_of(parts.get(name, {}).get(field) for name in names) for field in _FIELDS}


def is_akshare_header(columns: Sequence[str]) -> bool:
    """Say whether a table with these columns is akshare's ``stock_hsgt_hist_em``."""
    return {"日期", "当日成交净买额"} <= set(columns)


def read_akshare_table(path: Path) -> Iterator[Flow | Rejection]:
    """Read a CSV file of akshare's ``stock_hsgt_hist_em``, in 亿.

    Raises:
        UnreadableInputError: The file is no such table, or doesn't say whose flows it holds.
    """
    rows = list(iterate_rows(path, needed=("date", "net", "buy", "sell"), renamed=_AKSHARE))
    channel, leg = _kind_of_table(path, rows)
    yield from keep_last(_flows_of_table(rows, channel, leg, path))


def _flows_of_table(
    rows: Iterable[Row | Rejection], channel: Channel, leg: LegName | None, path: Path
) -> Iterator[tuple[str, Flow | Rejection]]:
    for row in rows:
        if isinstance(row, Rejection):
            yield row.where, row
            continue
        where = f"{path.name} line {row.line}"
        try:
            session = session_from_text(row.values["date"])
            amounts = {name: _millions(row, name) for name in _FIELDS}
        except RejectedRecordError as error:
            yield where, Rejection(where=where, reason=str(error))
        else:
            yield where, _flow_or_rejection((channel, session), {leg: _complete(amounts)}, path.name)


def _millions(row: Row, name: str) -> float | None:
    value = number_from_text(row.values.get(name, ""), column=name)
    return None if value is None else round(value * _YI_IN_MILLIONS, 4)


def _kind_of_table(path: Path, rows: Iterable[Row | Rejection]) -> tuple[Channel, LegName | None]:
    """Tell whose flows a table holds, by the file's name or by the level of the index in it."""
    name = re.sub(r"[()（）\s]", "", path.name.lower())
    for word, kind in _AKSHARE_NAMES.items():
        if word in name:
            return TYPES[kind]
    levels = [row.values.get("index", "") for row in rows if isinstance(row, Row)]
    told = [level for level in levels if level.strip()]
    if not told:
        raise UnreadableInputError(
            f"{path} does not say whose flows it holds; put 南向资金, 港股通沪 or 港股通深 into its name"
        )
    level = number_from_text(told[-1], column="沪深300") or 0.0
    return TYPES["006" if level > _HANG_SENG_ABOVE else "005"]
