"""Symbols and queries of the sources of prices, and closes that leap."""

from datetime import date

import pytest

from ingest.asset import asset_id_from_text
from ingest.error import UnreadableInputError
from ingest.prices.address import (
    quotation_request,
    stooq_request,
    stooq_symbol,
    yahoo_request,
    yahoo_symbol,
)

FIRST, LAST = date(2025, 2, 10), date(2025, 2, 11)


@pytest.mark.parametrize(
    ("asset_id", "yahoo", "stooq"),
    [
        ("XHKG:700", "0700.HK", "700.hk"),
        ("XHKG:80700", "80700.HK", "80700.hk"),
        ("INDEX:HSI", "^HSI", "^hsi"),
        ("XNYS:BABA", "BABA", "baba.us"),
    ],
)
def test_symbols(asset_id: str, yahoo: str, stooq: str) -> None:
    assert (yahoo_symbol(asset_id), stooq_symbol(asset_id)) == (yahoo, stooq)


@pytest.mark.parametrize(
    "asset_id",
    ["XHKG:5", "XSHG:600519", "XSHE:000858", "INDEX:HSI", "INDEX:HSTECH", "INDEX:CSI300", "INDEX:HSCEI"],
)
def test_symbols_of_yahoo_lead_back_to_the_asset(asset_id: str) -> None:
    assert asset_id_from_text(yahoo_symbol(asset_id)) == asset_id


def test_an_asset_without_a_symbol_is_told() -> None:
    with pytest.raises(UnreadableInputError, match="Stooq has no symbol for INDEX:HSTECH"):
        stooq_request("https://stooq.example", "INDEX:HSTECH", start=FIRST, end=LAST)


def test_a_span_begins_and_ends_at_local_midnights() -> None:
    request = yahoo_request("https://yahoo.example/", "INDEX:HSI", start=FIRST, end=LAST)
    assert request.url == "https://yahoo.example/v8/finance/chart/^HSI"
    # 2025-02-10 00:00 and 2025-02-12 00:00 in Hong Kong.
    assert (request.params["period1"], request.params["period2"]) == ("1739116800", "1739289600")
    assert request.name == "HSI.json"


def test_the_other_sources_are_asked_by_day() -> None:
    request = stooq_request("https://stooq.example", "XHKG:700", start=FIRST, end=LAST)
    assert (request.params["d1"], request.params["d2"], request.name) == (
        "20250210",
        "20250211",
        "700_hk_d.csv",
    )
    page = quotation_request("https://hkex.example/dayquot", FIRST)
    assert page.url == "https://hkex.example/dayquot/d250210e.htm"
