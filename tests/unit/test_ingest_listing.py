"""HKEX's lists: securities, as workbook and CSV, and applications for listing."""

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.error import UnreadableInputError
from ingest.listing import ListingApplication, read_applications
from ingest.rejection import Rejection
from ingest.security import Security, read_securities

NOW = datetime(2025, 4, 1, tzinfo=UTC)

HEADING = [
    "Stock Code",
    "Name of Securities",
    "Category",
    "Sub-Category",
    "Board Lot",
    "ISIN",
    "Trading Currency",
]
TENCENT = ["00700", "TENCENT", "Equity", "Equity Securities (Main Board)", "100", "KYG875721634", "HKD"]
RENMINBI = ["80700", "TENCENT-R", "Equity", "Equity Securities (Main Board)", "100", "KYG875721634", "RMB"]


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_workbook(path: Path, rows: list[list[str]], *, shared: bool) -> Path:
    """Write the two parts of a workbook that matter, texts in the shared table or in the cells."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = [cell for row in rows for cell in row]

    def cell(row: int, column: int, text: str) -> str:
        place = f"{chr(ord('A') + column)}{row}"
        if not text:
            return ""  # how a workbook writes an empty cell: not at all
        if shared:
            return f'<c r="{place}" t="s"><v>{texts.index(text)}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    lines = "".join(
        f'<row r="{number}">{"".join(cell(number, column, text) for column, text in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{lines}</sheetData></worksheet>"
        )
        strings = "".join(f"<si><r><t>{text[:2]}</t></r><r><t>{text[2:]}</t></r></si>" for text in texts)
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{strings}</sst>")
    return path


@pytest.mark.parametrize("shared", [True, False])
def test_the_workbook_tells_its_day_above_the_heading(tmp_path: Path, shared: bool) -> None:  # noqa: FBT001  # a parameter of the test
    rows = [["List of Securities"], ["Updated as at 12/03/2026"], HEADING, TENCENT, RENMINBI]
    found = read_securities(write_workbook(tmp_path / "ListOfSecurities.xlsx", rows, shared=shared))
    assert found.as_at == date(2026, 3, 12)
    assert found.securities[0] == Security(
        asset_id="XHKG:700",
        name="TENCENT",
        category="Equity",
        sub_category="Equity Securities (Main Board)",
        board_lot=100,
        isin="KYG875721634",
        currency="HKD",
    )
    assert [(one.asset_id, one.currency) for one in found.securities[1:]] == [("XHKG:80700", "CNY")]


def test_empty_cells_of_a_workbook_keep_their_place(tmp_path: Path) -> None:
    rows = [HEADING, [*TENCENT[:3], "", "1,000", "", "HKD"]]
    (found,) = read_securities(write_workbook(tmp_path / "x.xlsx", rows, shared=True)).securities
    assert (found.sub_category, found.board_lot, found.isin, found.currency) == ("", 1000, None, "HKD")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("list_20260312.csv", date(2026, 3, 12)),
        ("securities_2026-03.csv", date(2026, 3, 31)),
        ("securities.csv", None),
    ],
)
def test_a_csv_tells_its_day_by_its_name(tmp_path: Path, name: str, day: date | None) -> None:
    text = "\n".join([",".join(HEADING), ",".join(TENCENT), "AB,X,Equity,,1,,HKD", ",,,,,,"])
    found = read_securities(write(tmp_path, text, name))
    assert found.as_at == day
    assert len(found.securities) == 1
    assert [str(one) for one in found.rejected] == [
        f"{name} row 2 below the heading: stock code is 'AB', where up to five digits are needed"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Code,Name\n1,X\n", "has no heading with 'Stock Code'; it starts with: Code, Name"),
        ("Stock Code,Name of Securities,Category\n", "has no column 'board lot'; its columns: Stock Code"),
    ],
)
def test_a_list_of_another_form_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableInputError, match=message):
        read_securities(write(tmp_path, text, "list.csv"))


def test_a_damaged_workbook_is_told(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "x.xlsx", [HEADING, TENCENT], shared=True)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableInputError, match="is a damaged workbook"):
        read_securities(path)


def applications(path: Path) -> list[ListingApplication | Rejection]:
    return list(read_applications(path, now=NOW))


def test_applications_are_read_with_their_papers(root: Path) -> None:
    first, second, rejected = applications(root / "tests" / "data" / "market" / "appactive_app_sehk_e.json")
    assert isinstance(first, ListingApplication)
    assert isinstance(second, ListingApplication)
    assert (first.application_id, first.board, first.state) == ("107001", "sehk", "active")
    assert (first.posted_on, first.list_date) == (date(2025, 2, 28), date(2025, 3, 10))
    (paper,) = first.documents
    assert paper.title == "Application Proof (1st submission)"
    assert paper.url == "https://www1.hkexnews.hk/app/sehk/2025/107001/documents/sehk25022800001.pdf"
    assert "application 3: d is ''" in str(rejected)


PACK = {"d": "09/03/2025", "nF": "PHIP (1st submission)", "u1": "sehk/2025/7/documents/phip.pdf"}
PROOF = {"d": "01/03/2025", "nF": "Application Proof (1st submission)", "u1": "sehk/2025/7/documents/ap.pdf"}


@pytest.mark.parametrize(
    ("name", "row", "state"),
    [
        ("appactive_app_sehk_e.json", {"s": "A", "ls": [PROOF]}, "active"),
        ("appactive_appphip_sehk_e.json", {"s": "A", "ls": [PROOF]}, "active"),
        ("appactive_appphip_sehk_e.json", {"s": "A", "ls": [PROOF, PACK]}, "hearing_passed"),
        ("appactive_appphip_sehk_e.json", {"s": "A", "hasPhip": True}, "hearing_passed"),
        ("appactive_appphip_sehk_e.json", {"s": "A"}, "hearing_passed"),
        ("applisted_sehk_e.json", {"s": "LT", "st": "02629"}, "listed"),
        ("appinactive_sehk_e.json", {"s": "LP"}, "lapsed"),
        ("appinactive_sehk_e.json", {"s": "W"}, "withdrawn"),
        ("appinactive_sehk_e.json", {"s": "RJ"}, "rejected"),
        ("appinactive_sehk_e.json", {"s": "?"}, "inactive"),
        ("appreturned_sehk_e.json", {"rd": "09/03/2025", "s": "Harbour Capital"}, "returned"),
        ("saved.json", {"s": "LP"}, "lapsed"),
        ("saved.json", {"s": "LT", "st": "02629"}, "listed"),
    ],
)
def test_the_state_is_told_by_list_code_and_papers(
    tmp_path: Path, name: str, row: dict[str, Any], state: str
) -> None:
    text = json.dumps({"uDate": "10/03/2025", "app": [{"id": 7, "a": "X Ltd", "d": "01/03/2025", **row}]})
    (found,) = applications(write(tmp_path, text, name))
    assert isinstance(found, ListingApplication)
    assert found.state == state


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"uDate": "10/03/2025"}', "app.json has no list 'app'"),
        ('{"app": []}', "app.json has no 'uDate' like 31/03/2026"),
        ('{"app": [], "uDate": "10/03/2026"}', "'uDate' 2026-03-10 lies in the future"),
        ("<html>", "app.json is no JSON, or is cut off"),
    ],
)
def test_a_list_of_applications_of_another_form_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableInputError, match=message):
        applications(write(tmp_path, text, "app.json"))


@pytest.mark.real
def test_the_real_list_is_read_in_full(real_data: Path) -> None:
    found = read_securities(real_data / "facts" / "hkex_securities_2026-03.csv")
    assert (len(found.securities), found.rejected, found.as_at) == (3148, (), date(2026, 3, 31))
