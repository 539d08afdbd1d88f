"""HKEX's progress of new listings: who applied, passed the hearing, listed, lapsed or was sent back.

HKEXnews publishes a JSON file for each state and board (such as ``appactive_app_sehk_e.json``) with ``app``,
the applications, and ``uDate``, the day of the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from ingest.error import RejectedRecordError, UnreadableInputError
from ingest.rejection import Rejection
from ingest.stream import read_text

ApplicationState = Literal[
    "active", "hearing_passed", "listed", "lapsed", "withdrawn", "rejected", "inactive", "returned"
]
#: Names of the files, without board and language.
LISTS = ("appactive_app", "appactive_appphip", "applisted", "appinactive", "appreturned")
BOARDS = ("sehk", "gem")
#: Where the addresses of documents start.
DOCUMENT_ROOT = "https://www1.hkexnews.hk/app/"

_ZONE = ZoneInfo("Asia/Hong_Kong")
_FILE_NAME = re.compile(rf"({'|'.join(sorted(LISTS, reverse=True))})(?:_({'|'.join(BOARDS)}))?")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ENDED: Mapping[object, ApplicationState] = {"LP": "lapsed", "W": "withdrawn", "RJ": "rejected"}
#: A post hearing information pack, in the English and the Chinese lists.
_PACK = re.compile(r"PHIP|post hearing information pack|聆訊後資料集|聆讯后资料集", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper that an applicant posted: title, day and address."""

    title: str
    posted_on: date | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingApplication:
    """An application for listing, as a list tells it.

    Attributes:
        application_id: HKEX's own number.
        board: ``sehk`` (Main Board) or ``gem``.
        name: Of the applicant.
        state: How far it came.
        posted_on: Day that the list gives with it; of those sent back, the day of that.
        list_date: Day of the list.
        stock_code: Of those listed, where told.
        documents: Papers posted so far.
        source: Adapter and file.
    """

    application_id: str
    board: str
    name: str
    state: ApplicationState
    posted_on: date
    list_date: date
    stock_code: str | None
    documents: tuple[Document, ...]
    source: str


def read_applications(path: Path | str, *, now: datetime) -> Iterator[ListingApplication | Rejection]:
    """Read one of HKEX's lists of applications.

    Args:
        path: The JSON; its name tells state and board, or else its content does.
        now: The present; a list of the future is refused.

    Raises:
        UnreadableInputError: The file has another form; the message names the missing label.
    """
    path = Path(path)
    rows, list_date = _rows_from_text(read_text(path), path.name)
    if list_date > now.astimezone(_ZONE).date():
        raise UnreadableInputError(f"{path.name}: 'uDate' {list_date} lies in the future")
    match = _FILE_NAME.search(path.name)
    kind, board = (match[1], match[2]) if match else (None, None)
    for number, row in enumerate(rows, 1):
        try:
            yield _application_from_row(row, kind=kind, board=board, list_date=list_date, name=path.name)
        except RejectedRecordError as error:
            yield Rejection(where=f"{path.name} application {number}", reason=str(error))


def _rows_from_text(text: str, name: str) -> tuple[Sequence[object], date]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(f"{name} is no JSON, or is cut off: {error}") from None
    rows = answer.get("app") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise UnreadableInputError(f"{name} has no list 'app', as HKEX's lists of applications have")
    list_date = _day_from_value(answer.get("uDate"))
    if list_date is None:
        raise UnreadableInputError(f"{name} has no 'uDate' like 31/03/2026, the day of the list")
    return rows, list_date


def _day_from_value(value: object) -> date | None:
    match = _DAY.match(str(value or "").strip())
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _application_from_row(
    row: object, *, kind: str | None, board: str | None, list_date: date, name: str
) -> ListingApplication:
    if not isinstance(row, dict):
        raise RejectedRecordError("is no JSON object")
    identifier, applicant = str(row.get("id") or "").strip(), " ".join(str(row.get("a") or "").split())
    if not identifier or not applicant:
        raise RejectedRecordError(f"has no {'id' if not identifier else 'a (the name)'}")
    posted_on = _day_from_value(row.get("rd") or row.get("d"))
    if posted_on is None:
        raise RejectedRecordError(f"d is {row.get('d')!r}, where a day like 31/03/2026 is needed")
    documents = tuple(_documents(row.get("ls")))
    return ListingApplication(
        application_id=identifier,
        board=board or _board_of(documents),
        name=applicant,
        state=_state_of(row, kind, documents),
        posted_on=posted_on,
        list_date=list_date,
        stock_code=str(row.get("st") or "").strip() or None,
        documents=documents,
        source=f"hkex:{name}",
    )


def _documents(papers: object) -> Iterator[Document]:
    for paper in papers if isinstance(papers, list) else ():
        if isinstance(paper, dict):
            title = " ".join(str(paper.get("nF") or paper.get("nS1") or "").split())
            address = str(paper.get("u1") or paper.get("u2") or "").lstrip("/")
            yield Document(
                title=title,
                posted_on=_day_from_value(paper.get("d")),
                url=DOCUMENT_ROOT + address if address else "",
            )


def _board_of(documents: Sequence[Document]) -> str:
    is_gem = any(document.url.startswith(f"{DOCUMENT_ROOT}gem/") for document in documents)
    return "gem" if is_gem else "sehk"


def _state_of(row: Mapping[str, object], kind: str | None, documents: Sequence[Document]) -> ApplicationState:
    if kind == "appreturned" or "rd" in row:
        return "returned"
    if kind == "applisted" or (kind is None and row.get("st")):
        return "listed"
    if kind == "appinactive" or (kind is None and row.get("s") in _ENDED):
        return _ENDED.get(row.get("s"), "inactive")
    # The list with packs repeats those that have none yet: the papers decide, where they are told.
    told = "hasPhip" in row or bool(documents)
    passed = bool(row.get("hasPhip")) or any(_PACK.search(document.title) for document in documents)
    return "hearing_passed" if passed or (kind == "appactive_appphip" and not told) else "active"
