"""Plain CSV of southbound flows, HKD million.

Columns: ``date`` and ``net``; optionally ``sh_net``, ``sz_net``, ``buy``, ``sell``, ``turnover``. A row
without ``net`` is a missing session. What somebody typed or exported is believed least of all sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.connect.total import check_flow
from ingest.error import RejectedRecordError
from ingest.figure import keep_last, number_from_text, session_from_text
from ingest.flow import Flow
from ingest.rejection import Rejection
from ingest.table import Row, iterate_rows

_COLUMNS = ("net", "sh_net", "sz_net", "buy", "sell", "turnover")
_TOLERANCE = 1.0  # HKD million: amounts that somebody may have rounded to whole millions


def read_table(path: Path) -> Iterator[Flow | Rejection]:
    """Read a CSV file; of several rows for one session the last stands.

    Raises:
        UnreadableInputError: The file is no such table.
    """
    yield from keep_last(_iterate(path))


def _iterate(path: Path) -> Iterator[tuple[str, Flow | Rejection]]:
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
    flow = Flow(
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
    return check_flow(flow, tolerance=_TOLERANCE)
