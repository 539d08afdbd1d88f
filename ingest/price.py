"""Daily prices out of CSV, as Yahoo, Stooq, akshare and others write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.asset import asset_id_from_path, asset_id_from_text, currency_from_asset_id
from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.figure import keep_last, number_from_text, session_from_text
from ingest.rejection import Rejection
from ingest.table import Row, iterate_rows

ADAPTERS = ("csv",)
_RENAMED = {
    "日期": "date", "時間": "date", "时间": "date", "time": "date", "datetime": "date", "timestamp": "date",
    "session": "date", "trade_date": "date", "开盘": "open", "開盤": "open", "開市": "open", "最高": "high",
    "最低": "low", "收盘": "close", "收盤": "close", "收市": "close", "成交量": "volume", "vol": "volume",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One session's prices of an instrument.

    Attributes:
        asset_id: Such as ``INDEX:HSI`` or ``XHKG:700``.
        session: Trading day.
        open: First price; None where the source tells none, as for the next three.
        high: Highest price.
        low: Lowest price.
        close: Last price, always above zero.
        volume: Shares, as the source counts them.
        adjusted: Whether the prices are adjusted for dividends and splits.
        currency: ISO 4217 code.
        source: Adapter and file.
    """

    asset_id: str
    session: date
    open: float | None = None
    high: float | None = None
    low: float | None = None
    close: float
    volume: float | None = None
    adjusted: bool
    currency: str
    source: str


def read_prices(
    path: Path | str, *, asset: str | None = None, adapter: str | None = None
) -> Iterator[Price | Rejection]:
    """Read daily prices.

    Args:
        path: CSV with the columns ``date`` and ``close`` (optional: ``open``, ``high``, ``low``,
            ``volume``), in English or Chinese. Rows without a close, days without trading, are passed over.
        asset: Whose prices they are, in any spelling known to ``asset_id_from_text``; guessed from the file's
            name where missing.
        adapter: ``csv``, the only one.

    Yields:
        One price a session (of several for one session the last stands), and rejections.

    Raises:
        UnreadableInputError: The file as a whole cannot be used, or whose prices it holds is not known.
    """
    path = Path(path)
    if adapter not in {None, *ADAPTERS}:
        raise UnreadableInputError(f"unknown adapter {adapter!r} for prices; there is csv")
    asset_id = asset_id_from_text(asset) if asset else asset_id_from_path(path)
    yield from keep_last(_iterate_csv(path, asset_id))


def _iterate_csv(path: Path, asset_id: str) -> Iterator[tuple[str, Price | Rejection]]:
    for row in iterate_rows(path, needed=("date", "close"), renamed=_RENAMED):
        if isinstance(row, Rejection):
            yield row.where, row
            continue
        where = f"{path.name} line {row.line}"
        try:
            price = _price_from_row(row, asset_id, f"csv:{path.name}")
        except RejectedRecordError as error:
            yield where, Rejection(where=where, reason=str(error))
            continue
        if price is not None:
            yield where, price


def _price_from_row(row: Row, asset_id: str, source: str) -> Price | None:
    close = number_from_text(row.values.get("close", ""), column="close")
    if close is None:
        return None
    if close <= 0:
        raise RejectedRecordError(f"close is {close:g}; a price is above zero")
    return Price(
        asset_id=asset_id,
        session=session_from_text(row.values["date"]),
        open=_optional_price(row.values, "open"),
        high=_optional_price(row.values, "high"),
        low=_optional_price(row.values, "low"),
        close=close,
        volume=number_from_text(row.values.get("volume", ""), column="volume"),
        adjusted=_is_adjusted(row.values),
        currency=currency_from_asset_id(asset_id),
        source=source,
    )


def _optional_price(values: Mapping[str, str], column: str) -> float | None:
    """Read a price that may be missing; some sources write 0 for that."""
    value = number_from_text(values.get(column, ""), column=column)
    return value if value is not None and value > 0 else None


def _is_adjusted(values: Mapping[str, str]) -> bool:
    """Recognise Yahoo's adjusted table: dividends and splits aside, and no separate adjusted close."""
    return {"dividends", "stock splits"} <= values.keys() and "adj close" not in values
