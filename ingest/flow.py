"""Net buying through Stock Connect, session by session, out of HKEX's daily files or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import keep_last, number_from_text, session_from_text
from ingest.hkex import ConnectDay, is_daily_file, parse_daily_file
from ingest.rejection import Rejection
from ingest.stream import read_head, read_text
from ingest.table import Row, iterate_rows

ADAPTERS = ("hkex", "csv")
_COLUMNS = ("net", "sh_net", "sz_net", "buy", "sell", "turnover")

FlowState = Literal["open", "closed", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What went through the southbound channel in one session.

    The amounts are HKD million, and None unless ``state`` is ``open``: missing, closed and zero are three
    things.

    Attributes:
        session: Trading day.
        net: Bought less sold, both legs together; the asset ``FLOW:SOUTHBOUND``.
        buy: Bought.
        sell: Sold.
        turnover: Bought and sold together.
        sh_net: Net buying of the Shanghai leg.
        sz_net: Net buying of the Shenzhen leg.
        state: ``open``, ``closed`` (the channel did not trade) or ``missing`` (not told).
        channel: Which way the money went.
        currency: ISO 4217 code.
        source: Adapter and file.
    """

    session: date
    net: float | None = None
    buy: float | None = None
    sell: float | None = None
    turnover: float | None = None
    sh_net: float | None = None
    sz_net: float | None = None
    state: FlowState
    channel: str = "southbound"
    currency: str = "HKD"
    source: str


def read_flows(path: Path | str, *, adapter: str | None = None) -> Iterator[Flow | Rejection]:
    """Read southbound flows.

    Args:
        path: HKEX's ``data_tab_daily`` file, or CSV with the columns ``date`` and ``net`` (optional:
            ``sh_net``, ``sz_net``, ``buy``, ``sell``, ``turnover``), HKD million. A row without ``net`` is a
            missing session.
        adapter: ``hkex`` or ``csv``; guessed from the content where missing.

    Yields:
        One flow a session (of several for one session the last stands), and rejections.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    path = Path(path)
    if adapter not in {None, *ADAPTERS}:
        raise UnreadableInputError(f"unknown adapter {adapter!r} for flows; there are {', '.join(ADAPTERS)}")
    if adapter == "hkex" or (adapter is None and is_daily_file(read_head(path))):
        yield _flow_of_day(path)
    else:
        yield from keep_last(_iterate_csv(path))


def _flow_of_day(path: Path) -> Flow | Rejection:
    try:
        day = parse_daily_file(read_text(path), name=str(path))
    except RejectedRecordError as error:
        return Rejection(where=path.name, reason=str(error))
    return _flow_from_connect_day(day, f"hkex:{path.name}")


def _flow_from_connect_day(day: ConnectDay, source: str) -> Flow:
    shanghai, shenzhen = day.shanghai, day.shenzhen
    if day.is_closed:
        return Flow(session=day.session, state="closed", source=source)
    if shanghai is None or shenzhen is None:
        return Flow(session=day.session, state="missing", source=source)
    buy, sell = round(shanghai.buy + shenzhen.buy, 2), round(shanghai.sell + shenzhen.sell, 2)
    return Flow(
        session=day.session,
        net=round(buy - sell, 2),
        buy=buy,
        sell=sell,
        turnover=round(shanghai.turnover + shenzhen.turnover, 2),
        sh_net=round(shanghai.buy - shanghai.sell, 2),
        sz_net=round(shenzhen.buy - shenzhen.sell, 2),
        state="open",
        source=source,
    )


def _iterate_csv(path: Path) -> Iterator[tuple[str, Flow | Rejection]]:
    for row in iterate_rows(path, needed=("date", "net")):
        if isinstance(row, Rejection):
            yield row.where, row
            continue
        where = f"{path.name} line {row.line}"
        try:
            yield where, _flow_from_row(row, f"csv:{path.name}")
        except RejectedRecordError as error:
            yield where, Rejection(where=where, reason=str(error))


def _flow_from_row(row: Row, source: str) -> Flow:
    session = session_from_text(row.values["date"])
    amounts = {name: number_from_text(row.values.get(name, ""), column=name) for name in _COLUMNS}
    if amounts["net"] is None:
        return Flow(session=session, state="missing", source=source)
    return Flow(
        session=session,
        net=amounts["net"],
        buy=amounts["buy"],
        sell=amounts["sell"],
        turnover=amounts["turnover"],
        sh_net=amounts["sh_net"],
        sz_net=amounts["sz_net"],
        state="open",
        source=source,
    )
