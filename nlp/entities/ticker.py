"""Listing codes as they stand in news, and whose they were on the day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from nlp.annotation import Field, Span
from nlp.entities.catalogue import Catalogue

_COLON = r"\s?[:\uff1a]\s?"
#: Group `code` and what makes it one. Signs also in full width.
_CODES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?P<code>\d{1,5})\.HK\b", re.IGNORECASE), "XHKG"),
    (re.compile(rf"\b(?:SEHK|HKEX|HKSE|HKG|HK){_COLON}(?P<code>\d{{1,5}})\b"), "XHKG"),
    (re.compile(r"[(\uff08](?P<code>0\d{4})(?:[,\uff0c、)\uff09 ]|\.HK)"), "XHKG"),
    (re.compile(r"\b(?P<code>6\d{5})\.(?:SH|SS|SSE)\b", re.IGNORECASE), "XSHG"),
    (re.compile(rf"\b(?:SHA|SSE|SH){_COLON}(?P<code>6\d{{5}})\b"), "XSHG"),
    (re.compile(r"\b(?P<code>[03]\d{5})\.(?:SZ|SZSE)\b", re.IGNORECASE), "XSHE"),
    (re.compile(rf"\b(?:SHE|SZSE|SZ){_COLON}(?P<code>[03]\d{{5}})\b"), "XSHE"),
    (re.compile(rf"\bNYSE{_COLON}(?P<code>[A-Z]{{1,5}})\b"), "XNYS"),
    (re.compile(rf"\bN(?:ASDAQ|asdaq){_COLON}(?P<code>[A-Z]{{1,5}})\b"), "XNAS"),
    (re.compile(rf"\bTSX{_COLON}(?P<code>[A-Z]{{1,5}})\b"), "XTSE"),
)
#: Codes of shares in New York, which don't tell the exchange: "(MSTR.US)"; before a move in Chinese also
#: "(X)盘前涨超6%", and "AAOI跌超6%" where the text speaks of American shares.
_MOVED = r"(?:盘前|盤前|盘中|盤中|盘后|盤後|一度|现|現|收)?(?:[涨漲升跌挫](?![价價])|(?:公司)?股[价價])"
_AMERICAN = re.compile(
    r"[(\uff08](?P<code>[A-Z]{1,5})\.(?:US|OQ|O|N)\b"
    rf"|(?<=[\u4e00-\u9fff])[(\uff08](?P<beside>[A-Z]{{1,5}})(?=[)\uff09]{_MOVED})"
    rf"|(?<![A-Za-z.])(?P<bare>[A-Z]{{3,5}})(?=(?:、[A-Z]{{3,5}})*{_MOVED})"
)
_OF_AMERICA = re.compile(r"美股|盘前|盤前|[纳納道標标]指|费城半导体|納斯達克|纳斯达克|[标標]普")
#: A code that is rather what something is.
_WORDS = frozenset({"LNG", "CPO", "GPU", "PCB", "MCU", "CPU", "ETF", "AMC"})
_EXCHANGES = ("XNAS", "XNYS", "XASE")
#: What every pattern needs: a text without it is passed over at once.
_HINT = re.compile(r"\.[HhSs][HKSZhksz]|[(\uff08]0\d|(?:[A-Z]{2}|daq)\s?[:\uff1a]\s?[0-9A-Z]")


def find_codes(
    originals: Mapping[Field, str], catalogue: Catalogue, *, day: date | None
) -> Iterator[tuple[Span, str]]:
    """Yield each code with the entity that holds it; on a known day only a listing valid then counts."""
    yield from _find_american(originals, catalogue, day)
    for name, text in originals.items():
        if not _HINT.search(text):
            continue
        for pattern, exchange in _CODES:
            for match in pattern.finditer(text):
                code = match["code"].lstrip("0") if exchange == "XHKG" else match["code"]
                entity_id = _holder(catalogue, f"{exchange}:{code}", day)
                if entity_id:
                    start, end = match.span("code")
                    yield Span(field=name, start=start, end=end, text=text[start:end]), entity_id


def _find_american(
    originals: Mapping[Field, str], catalogue: Catalogue, day: date | None
) -> Iterator[tuple[Span, str]]:
    is_told = any(_OF_AMERICA.search(text) for text in originals.values())
    for name, text in originals.items():
        for match in _AMERICAN.finditer(text):
            group = next(name for name in ("code", "beside", "bare") if match[name])
            if group == "bare" and (not is_told or match["bare"] in _WORDS):
                continue
            holders = [_holder(catalogue, f"{exchange}:{match[group]}", day) for exchange in _EXCHANGES]
            if entity_id := next(filter(None, holders), None):
                start, end = match.span(group)
                yield Span(field=name, start=start, end=end, text=text[start:end]), entity_id


def _holder(catalogue: Catalogue, asset_id: str, day: date | None) -> str | None:
    entity_id = catalogue.by_listing.get(asset_id)
    if entity_id is None or asset_id not in catalogue.entities[entity_id].tickers(day):
        return None
    return entity_id
