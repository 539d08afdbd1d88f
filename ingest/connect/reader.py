"""Read files of Stock Connect flows, whoever made them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingest.connect import eastmoney, hkex, tushare
from ingest.connect.table import read_table
from ingest.error import UnreadableInputError
from ingest.flow import Flow
from ingest.rejection import Rejection
from ingest.stream import read_head, read_text
from ingest.table import read_header

ADAPTERS: Final = ("hkex", "eastmoney", "tushare", "csv")
_JSON_HEAD = re.compile(rb"\s*(?:[\w$.]+\()?\s*\{")


def read_flows(path: Path | str, *, adapter: str | None = None) -> Iterator[Flow | Rejection]:
    """Read flows.

    Args:
        path: HKEX's ``data_tab_daily`` file; an answer of Eastmoney's history (JSON) or akshare's table of
            it; an answer of tushare's ``ggt_daily`` or ``moneyflow_hsgt`` (JSON) or a table of it; or CSV
            with the columns ``date`` and ``net`` (see `ingest.connect.table`).
        adapter: One of `ADAPTERS`; told from the content where missing.

    Yields:
        Flows (of several for one session and channel the last stands), and rejections.

    Raises:
        UnreadableInputError: The file as a whole cannot be used.
    """
    path = Path(path)
    if adapter not in {None, *ADAPTERS}:
        raise UnreadableInputError(f"unknown adapter {adapter!r} for flows; there are {', '.join(ADAPTERS)}")
    head = read_head(path)
    match adapter or _guess(head):
        case "hkex":
            yield from hkex.parse_daily_file(read_text(path), name=str(path), source=f"hkex:{path.name}")
        case "eastmoney" if _is_json(head):
            yield from eastmoney.parse_answers([read_text(path)], name=str(path), file=path.name)
        case "eastmoney":
            yield from eastmoney.read_akshare_table(path)
        case "tushare":
            yield from tushare.read_tushare(path, is_json=_is_json(head))
        case _:
            yield from read_table(path)


def _guess(head: bytes) -> str:
    if hkex.is_daily_file(head):
        return "hkex"
    if _is_json(head):
        return "tushare" if b'"fields"' in head else "eastmoney"
    columns = read_header(head)
    if eastmoney.is_akshare_header(columns):
        return "eastmoney"
    return "tushare" if tushare.is_tushare_header(columns) else "csv"


def _is_json(head: bytes) -> bool:
    return _JSON_HEAD.match(head) is not None
