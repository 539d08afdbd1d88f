"""Codes of shares: on which exchange a text speaks of a company, and whose code one is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from nlp.annotation import EntityTag, Span
from nlp.entities.unknown import PREFIX

_CURRENCIES: Final = {
    "XHKG": "HKD", "XSHG": "CNY", "XSHE": "CNY", "XBSE": "CNY", "XNYS": "USD", "XNAS": "USD", "XTKS": "JPY",
    "XKRX": "KRW", "XTAI": "TWD", "XLON": "GBP", "XPAR": "EUR", "XETR": "EUR", "XASX": "AUD", "XSES": "SGD",
    "XTSE": "CAD", "XNSE": "INR", "XBOM": "INR",
}  # fmt: skip


def codes_of(entities: Sequence[EntityTag], aliases: Mapping[str, EntityTag]) -> dict[str, list[Span]]:
    """Return where a text calls a company that several exchanges list by its codes."""
    codes: dict[str, list[Span]] = {}
    for tag in entities:
        meant = aliases.get(tag.entity_id, tag)
        if len(meant.tickers) > 1:
            named = [span for span in tag.mentions if span.text.isupper() or span.text.isdigit()]
            codes.setdefault(meant.entity_id, []).extend(named)
    return codes


def currency_of(
    tickers: Sequence[str], codes: Sequence[Span], span: Span, text: str, *, is_mainland: bool = False
) -> str:
    """Return the currency of a company's shares: of the exchange whose code its line names, or the first.

    An English text that names a code of the company's once means that listing throughout.

    Args:
        tickers: its codes with their exchanges.
        codes: where the text calls it by one.
        span: where it is named.
        text: of that field, folded.
        is_mainland: whether the text is one of the mainland that never speaks of Hong Kong.
    """
    at_limit = _AT_LIMIT.match(text, span.end) is not None
    if is_mainland or at_limit:
        tickers = [ticker for ticker in tickers if ticker[:4] in _MAINLAND] or tickers
    listed = [ticker for ticker in tickers if ticker[:4] in _CURRENCIES]
    near = {
        code.text
        for code in codes
        if code.field == span.field
        and text.find("\n", min(code.start, span.start), max(code.start, span.start)) < 0
    }
    near = near or {code.text for code in codes if span.text.isascii()}
    called = [ticker for ticker in listed if ticker[5:] in near]
    return _CURRENCIES[(called if len(called) == 1 else listed)[0][:4]] if listed else ""


_MAINLAND: Final = frozenset({"XSHG", "XSHE", "XBSE"})
#: After a name: its share has moved as far as a day allows on the mainland.
_AT_LIMIT: Final = re.compile(r"(?:\([^()]*\))?(?:盘中|早盘|午后|一度|直线|触及|封|再度|今日|强势)*[涨跌]停")


def is_coded_otherwise(tag: EntityTag, name: str, text: str, end: int) -> bool:
    """Say whether a Chinese name is followed by the code of another: "博通" of "安博通(688168)"."""
    code = _HAN_CODE.match(text, end) if not name.isascii() else None
    if code is None or tag.entity_id.startswith(PREFIX):
        return False
    known = {ticker.partition(":")[2].lstrip("0") for ticker in tag.tickers}
    start = end - len(name)
    is_longer = _HAN_BEFORE.search(text, max(0, start - 1), start) is not None
    return is_longer and code["code"].lstrip("0") not in known


_HAN_CODE: Final = re.compile(r"(?:-[A-Z]{1,2})?\s?\((?:[A-Z]{2})?(?P<code>\d{4,6})(?:\.[A-Z]{2})?\)")
_HAN_BEFORE: Final = re.compile(r"(?![股和与及跟同的中])[\u4e00-\u9fff]$")


def abbreviates(code: str, name: str) -> bool:
    """Say whether a code is made of a name's letters, the first of them first: "PGY" of Pagaya."""
    if not _CODE_ALONE.fullmatch(code):
        return False
    letters = iter(name.upper())
    return name[:1].upper() == code[0] and all(letter in letters for letter in code)


_CODE_ALONE: Final = re.compile(r"[A-Z]{3,5}")
