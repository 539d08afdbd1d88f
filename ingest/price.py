"""Daily prices out of files: Yahoo's charts, HKEX's daily quotations, CSV of Stooq, akshare and others."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.asset import asset_id_from_path, asset_id_from_text
from ingest.error import UnreadableInputError
from ingest.prices.quotation import is_quotation_page, parse_quotations
from ingest.prices.record import CorporateAction, Found, Price, PriceRecord
from ingest.prices.table import iterate_table
from ingest.prices.yahoo import parse_chart
from ingest.rejection import Rejection
from ingest.remark import Remark
from ingest.stream import MAX_LINE_BYTES, open_input, read_head

__all__ = ["ADAPTERS", "CorporateAction", "Price", "PriceRecord", "read_prices"]

ADAPTERS = ("yahoo", "stooq", "hkex", "akshare", "csv")
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|pre|title|meta|\?xml|!--)", re.IGNORECASE)


def read_prices(
    path: Path | str,
    *,
    asset: str | None = None,
    adapter: str | None = None,
    adjusted: bool | None = None,
    now: datetime | None = None,
) -> Iterator[PriceRecord | Rejection | Remark]:
    """Read daily prices, of one instrument or of many.

    Args:
        path: Yahoo's chart JSON, HKEX's page of daily quotations, or CSV with the columns ``date`` and
            ``close`` (optional: ``open``, ``high``, ``low``, ``volume``, ``turnover``, ``symbol``), in
            English or Chinese. Rows without a close, days without trading, are passed over.
        asset: Whose prices they are, in any spelling known to ``asset_id_from_text``; told by the file or its
            name where missing. Of a file with many assets, only this one is taken.
        adapter: One of ``ADAPTERS``; told from the content where missing.
        adjusted: Whether the prices of a CSV are adjusted for dividends; told from columns and name where
            missing.
        now: The present; sessions after it are rejected.

    Yields:
        One price an asset and session (of several the last stands), dividends and splits, rejections, and
        remarks.

    Raises:
        UnreadableInputError: The file as a whole cannot be used, or whose prices it holds is not known.
    """
    path = Path(path)
    if adapter not in {None, *ADAPTERS}:
        raise UnreadableInputError(f"unknown adapter {adapter!r} for prices; there are {', '.join(ADAPTERS)}")
    reader = _Reader(
        path=path,
        asset_id=asset_id_from_text(asset) if asset else None,
        adapter=adapter,
        adjusted=adjusted,
        now=now or datetime.now(tz=UTC),
    )
    yield from _keep_last(list(reader.iterate()))


def _keep_last(found: Sequence[Found]) -> Iterator[PriceRecord | Rejection | Remark]:
    """Of several records of one thing keep the last, as `ingest.figure.keep_last` does for one asset."""
    last = {_key(record): place for place, (_, record) in enumerate(found) if isinstance(record, PriceRecord)}
    for place, (where, record) in enumerate(found):
        if not isinstance(record, PriceRecord) or last[_key(record)] == place:
            yield record
            continue
        standing_where, standing = found[last[_key(record)]]
        if standing != record:
            reason = f"replaced by a later, different record of {record.session} ({standing_where})"
            yield Rejection(where=where, reason=reason)


def _key(record: PriceRecord) -> tuple[object, ...]:
    kind = record.kind if isinstance(record, CorporateAction) else "price"
    return record.session, record.asset_id, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """A file, and what was said of it; see `read_prices`."""

    path: Path
    asset_id: str | None
    adapter: str | None
    adjusted: bool | None
    now: datetime

    def iterate(self) -> Iterator[Found]:
        """Read the file in the form that was named, or that its first bytes tell."""
        head = read_head(self.path).lstrip()
        if self.adapter == "yahoo" or (self.adapter is None and head.startswith((b"{", b"["))):
            return self._chart()
        if self.adapter == "hkex" or (self.adapter is None and _HTML.match(head)):
            return self._quotations()
        return iterate_table(
            self.path, asset_id=self.asset_id, adapter=self.adapter, adjusted=self.adjusted, now=self.now
        )

    def _chart(self) -> Iterator[Found]:
        return parse_chart(
            _read_page(self.path),
            name=self.path.name,
            asset_id=self.asset_id,
            hint=_hint(self.path),
            now=self.now,
        )

    def _quotations(self) -> Iterator[Found]:
        text = _read_page(self.path)
        if self.adapter is None and not is_quotation_page(text):
            raise UnreadableInputError(
                f"{self.path} holds an HTML page that is none of HKEX's daily quotations; download it again"
            )
        return parse_quotations(text, name=self.path.name, asset_id=self.asset_id, now=self.now)


def _hint(path: Path) -> str | None:
    """Take the asset from the name of a chart whose symbol may not be known; nothing where it tells none."""
    try:
        return asset_id_from_path(path)
    except UnreadableInputError:
        return None


def _read_page(path: Path) -> str:
    """Read a whole file whose encoding is not declared: UTF-8, or else what HKEX's pages are in."""
    with open_input(path) as stream:
        try:
            data = stream.read(MAX_LINE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableInputError(f"{path} cannot be unpacked: {error}") from None
    if len(data) > MAX_LINE_BYTES:
        raise UnreadableInputError(
            f"{path} is larger than {MAX_LINE_BYTES // 1024**2} MB; no file of this kind is"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
