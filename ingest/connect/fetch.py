"""Fetch Stock Connect flows from where they are published: a file a session, or pages of a history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final

from ingest.connect.eastmoney import pages_of_answer, parse_answers, rows_of_answer
from ingest.connect.hkex import parse_daily_file
from ingest.download import Downloader
from ingest.error import DownloadError, RejectedRecordError, UnreadableInputError
from ingest.figure import session_from_text
from ingest.flow import Flow
from ingest.rejection import Rejection

_NOT_FOUND = 404
_REFERER = "https://www.hkex.com.hk/Mutual-Market/Stock-Connect/Statistics/Historical-Daily?sc_lang=en"
#: The whole of southbound, and its two legs.
EASTMONEY_TYPES: Final = ("006", "002", "004")
_PAGE_ROWS = 1000
_MAX_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of asking for one or many sessions.

    Attributes:
        flows: Flows and rejections.
        gap: Why there is no file for the session; None where there is one.
    """

    flows: tuple[Flow | Rejection, ...] = ()
    gap: str | None = None


def fetch_hkex_session(downloader: Downloader, session: date, *, url: str) -> Fetched:
    """Fetch HKEX's daily file of a session.

    Args:
        downloader: Asks politely.
        session: Trading day.
        url: Address of the files, with ``{session}`` in the place of ``20260716``.

    Raises:
        DownloadError: There was no answer, or a refusal other than that there is no such file.
        UnreadableInputError: The file has another form; the message names it and what is missing.
    """
    address = url.replace("{session}", f"{session:%Y%m%d}")
    try:
        answer = downloader.get(address, headers={"Referer": _REFERER})
    except DownloadError as error:
        if error.status == _NOT_FOUND:
            return Fetched(gap="no file (404)")
        raise
    text = _text(answer.payload, address)
    if text.lstrip().startswith("<"):
        return Fetched(gap="a page in the place of the file")
    name = address.rpartition("/")[2]
    found = tuple(parse_daily_file(text, name=address, source=f"hkex:{name}"))
    other = {flow.session for flow in found if isinstance(flow, Flow)} - {session}
    if other:
        reason = f"holds {min(other)}, not {session}"
        return Fetched(flows=(Rejection(where=name, reason=reason),))
    return Fetched(flows=found)


def fetch_eastmoney_history(
    downloader: Downloader, *, url: str, since: date, until: date
) -> tuple[Flow | Rejection, ...]:
    """Fetch Eastmoney's southbound history, page by page from the newest, as far back as `since`.

    Args:
        downloader: Asks politely.
        url: Address of the data centre's interface.
        since: First session.
        until: Last session.

    Raises:
        DownloadError: There was no answer, or a refusal.
        UnreadableInputError: An answer has another form, or says that it failed.
    """
    texts = [text for kind in EASTMONEY_TYPES for text in _fetch_pages(downloader, url, kind, since)]
    found = parse_answers(texts, name=url, file="RPT_MUTUAL_DEAL_HISTORY")
    return tuple(flow for flow in found if isinstance(flow, Rejection) or since <= flow.session <= until)


def _fetch_pages(downloader: Downloader, url: str, kind: str, since: date) -> Iterable[str]:
    for page in count(1):
        params = {
            "reportName": "RPT_MUTUAL_DEAL_HISTORY",
            "columns": "ALL",
            "filter": f'(MUTUAL_TYPE="{kind}")',
            "sortColumns": "TRADE_DATE",
            "sortTypes": "-1",
            "pageSize": str(_PAGE_ROWS),
            "pageNumber": str(page),
            "source": "WEB",
            "client": "WEB",
        }
        text = _text(downloader.get(url, params=params).payload, url)
        name = f"{url} (MUTUAL_TYPE {kind}, page {page})"
        rows = rows_of_answer(text, name=name)
        yield text
        is_last = page >= min(pages_of_answer(text, name=name), _MAX_PAGES)
        if is_last or not rows or _first_session(str(rows[-1]["TRADE_DATE"]), name) < since:
            return


def _first_session(text: str, name: str) -> date:
    try:
        return session_from_text(text)
    except RejectedRecordError as error:
        raise UnreadableInputError(f"{name}: TRADE_{error}") from None


def _text(payload: bytes, address: str) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableInputError(f"{address} is not UTF-8 text") from None
