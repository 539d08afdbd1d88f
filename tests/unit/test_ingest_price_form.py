"""Prices in the form of each source, read from small files of that form."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.error import UnreadableInputError
from ingest.figure import number_from_json
from ingest.price import CorporateAction, Price, PriceRecord, read_prices
from ingest.rejection import Rejection
from ingest.remark import Remark

NOW = datetime(2025, 7, 20, tzinfo=UTC)
#: 2025-07-18, 15:00 and 16:40 in Hong Kong; the session ends at 16:00.
IN_SESSION, AFTER_SESSION = datetime(2025, 7, 18, 7, tzinfo=UTC), datetime(2025, 7, 18, 8, 40, tzinfo=UTC)

Found = list[PriceRecord | Rejection | Remark]


@pytest.fixture
def market(root: Path) -> Path:
    return root / "tests" / "data" / "market"


def read(path: Path, **options: Any) -> Found:  # noqa: ANN401  # passed on as they are
    return list(read_prices(path, **{"now": NOW, **options}))


def prices(found: Found) -> list[Price]:
    return [item for item in found if isinstance(item, Price)]


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_chart_gives_raw_closes_dated_in_the_zone_of_the_exchange(market: Path) -> None:
    found = read(market / "0700.HK.json")
    assert prices(found)[0] == Price(
        asset_id="XHKG:700",
        session=date(2025, 7, 15),
        # One share became five on the 16th: Yahoo tells prices in the new shares.
        open=5 * 505.0,
        high=5 * 519.0,
        low=5 * 504.5,
        close=5 * 513.4,  # 513.4000244140625 is how 32 bits hold it
        volume=22473217.0 / 5,
        adjusted=False,
        currency="HKD",
        source="yahoo:0700.HK.json",
    )
    # The 16th has no close.
    assert [price.session.day for price in prices(found)] == [15, 17, 18]
    assert [item for item in found if isinstance(item, CorporateAction)] == [
        CorporateAction(
            asset_id="XHKG:700",
            session=date(2025, 7, day),
            kind=kind,  # type: ignore[arg-type]  # one of the two
            value=value,
            currency="HKD",
            source="yahoo:0700.HK.json",
        )
        for day, kind, value in ((15, "dividend", 4.5), (16, "split", 5.0))
    ]


def test_a_candle_that_opens_on_the_day_before_in_utc_belongs_to_the_local_day(
    market: Path, tmp_path: Path
) -> None:
    chart = json.loads((market / "0700.HK.json").read_text())
    # Half past eight in Tokyo is the evening before in Greenwich.
    tokyo = {"symbol": "7203.T", "exchangeName": "JPX", "exchangeTimezoneName": "Asia/Tokyo"}
    chart["chart"]["result"][0]["meta"] |= tokyo
    chart["chart"]["result"][0]["timestamp"] = [1752449400, 1752535800, 1752622200, 1752708600]
    found = prices(read(write(tmp_path, json.dumps(chart), "toyota.json"), asset="XTKS:7203"))
    assert [price.session.day for price in found] == [14, 16, 17]


@pytest.mark.parametrize(
    ("traded_at", "now", "last"),
    [
        (1752825600, AFTER_SESSION, 18),
        (1752825600, IN_SESSION, 17),  # by the clock
        (1752818400, NOW, 17),  # saved at 14:00, read two days later
    ],
)
def test_the_candle_of_a_running_session_is_dropped(
    market: Path, tmp_path: Path, traded_at: int, now: datetime, last: int
) -> None:
    chart = json.loads((market / "0700.HK.json").read_text())
    chart["chart"]["result"][0]["meta"]["regularMarketTime"] = traded_at
    found = prices(read(write(tmp_path, json.dumps(chart), "x.json"), now=now))
    assert found[-1].session.day == last


def test_of_two_candles_of_one_day_the_later_stands(market: Path, tmp_path: Path) -> None:
    chart = json.loads((market / "0700.HK.json").read_text())
    chart["chart"]["result"][0]["timestamp"][2] = 1752802200 - 60
    found = prices(read(write(tmp_path, json.dumps(chart), "x.json")))
    assert [(price.session.day, price.close) for price in found] == [(15, 5 * 513.4), (18, 519.0)]


def chart_of(meta: str, rest: str) -> str:
    return f'{{"chart": {{"result": [{{"meta": {{{meta}}}, {rest}}}]}}}}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"chart": {"result": null, "error": {"code": "Not Found", "description": "No data found"}}}',
            "holds Yahoo's error 'Not Found' (No data found); check the symbol",
        ),
        (
            '{"finance": {"result": null, "error": {"code": "Too Many Requests", "description": "-"}}}',
            "holds Yahoo's error 'Too Many Requests' (-); try later",
        ),
        ('{"chart": {"result": [{"meta": {}', "is cut off or damaged JSON"),
        ('{"quotes": []}', "it has no 'chart'"),
        ('{"chart": {"result": [], "error": null}}', "has no 'result'"),
        ('{"chart": {"result": [{"timestamp": [1]}]}}', "has no 'meta'"),
        (chart_of('"symbol": "^X"', '"timestamp": [1]'), "symbol '^X' is not known; give --asset"),
        (
            chart_of('"symbol": "0700.HK"', '"timestamp": [1], "indicators": {"quote": [{"open": [1]}]}'),
            "has no 'high' for each 'timestamp'",
        ),
        (
            chart_of('"symbol": "0700.HK", "dataGranularity": "1wk"', '"timestamp": []'),
            "candles of 1wk; ask for interval=1d",
        ),
    ],
)
def test_a_chart_of_another_form_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read(write(tmp_path, text, "answer.json"))
    assert message in str(caught.value)
    assert "answer.json" in str(caught.value)


def test_a_chart_of_another_asset_is_refused(market: Path) -> None:
    with pytest.raises(UnreadableInputError, match="holds the prices of XHKG:700, not of XHKG:9988"):
        read(market / "0700.HK.json", asset="9988.HK")


def test_a_page_of_quotations_holds_many_assets(market: Path) -> None:
    found = read(market / "d250718e.htm")
    assert prices(found)[1] == Price(
        asset_id="XHKG:700",
        session=date(2025, 7, 18),
        high=525.0,
        low=516.5,
        close=519.0,
        volume=13781213.0,
        turnover=7165432100.0,
        adjusted=False,
        currency="HKD",
        source="hkex:d250718e.htm",
    )
    # Neither the suspended, nor the one without a close, nor the bull/bear contract.
    assert [price.asset_id for price in prices(found)] == ["XHKG:1", "XHKG:700", "XHKG:622", "XHKG:80700"]
    assert found[-1] == Remark(where="d250718e.htm", text="1 suspended or halted, without a price")


def test_dashes_in_a_page_of_quotations_are_no_zeros(market: Path) -> None:
    (idle,) = prices(read(market / "d250718e.htm", asset="XHKG:622"))
    assert (idle.close, idle.high, idle.low, idle.volume, idle.turnover) == (0.212, None, None, None, None)


def test_the_counter_in_renminbi_is_in_renminbi(market: Path) -> None:
    (price,) = prices(read(market / "d250718e.htm", asset="80700.HK"))
    assert (price.close, price.currency) == (474.2, "CNY")


def test_a_warrant_that_is_asked_for_is_read(market: Path) -> None:
    (price,) = prices(read(market / "d250718e.htm", asset="13579.HK"))
    assert price.close == 0.05


def test_the_older_page_without_currencies_is_read(market: Path, tmp_path: Path) -> None:
    text = (market / "d250718e.htm").read_text().replace(" HKD ", " ").replace(" CUR ", " ")
    (price,) = prices(read(write(tmp_path, text, "d250718e.htm"), asset="XHKG:700"))
    assert (price.close, price.currency) == (519.0, "HKD")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("DATE: 18 JUL 2025", "18 JUL 2025"), "has no 'DATE: 16 JUL 2026' on top"),
        (lambda text: text.replace("SHARES TRADED/", "VOLUME/"), "has no heading with CODE, PRV.CLO./"),
        (lambda text: text.replace("CLOSING ", "LAST "), "the second line of the heading has no CLOSING"),
        (lambda text: text.split("     1 CKH")[0], "has no security under its heading"),
    ],
)
def test_a_page_of_another_form_is_told(
    market: Path, tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    path = write(tmp_path, change((market / "d250718e.htm").read_text()), "d250718e.htm")
    with pytest.raises(UnreadableInputError) as caught:
        read(path, adapter="hkex")
    assert message in str(caught.value)


def test_a_line_of_a_page_that_cannot_be_read_is_rejected(market: Path, tmp_path: Path) -> None:
    text = (market / "d250718e.htm").read_text().replace("517.00   519.50   525.00", "517.00   519.50")
    found = read(write(tmp_path, text, "d250718e.htm"))
    (rejection,) = [item for item in found if isinstance(item, Rejection)]
    assert "700 TENCENT" in str(rejection)
    assert [price.asset_id for price in prices(found)] == ["XHKG:1", "XHKG:622", "XHKG:80700"]


def test_a_stooq_table_is_told_by_name_and_columns(market: Path) -> None:
    first, _ = prices(read(market / "700_hk_d.csv"))
    assert (first.asset_id, first.close, first.source) == ("XHKG:700", 517.0, "stooq:700_hk_d.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("No data", "holds the source's answer 'No data': it has no such symbol"),
        ("Exceeded the daily hits limit", "it was asked too often today"),
        ("Too Many Requests\r\n", "it was asked too often; try later"),
        ("<!DOCTYPE html><html>limit</html>", "an HTML page that is none of HKEX's daily quotations"),
    ],
)
def test_answers_that_are_no_table_are_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableInputError, match=message):
        read(write(tmp_path, text, "700_hk_d.csv"))


def test_akshare_puts_the_close_before_the_high(market: Path, tmp_path: Path) -> None:
    path = market / "00700.HK_qfq.csv"
    _, last = prices(read(path))
    assert (last.open, last.high, last.low, last.close) == (525.0, 525.0, 516.5, 519.0)
    assert (last.turnover, last.source) == (7165432100.0, "akshare:00700.HK_qfq.csv")
    # Forward adjustment rewrites history with each dividend: the name tells it, or the option.
    assert last.adjusted
    raw = write(tmp_path, path.read_text(), "00700.HK.csv")
    assert not prices(read(raw))[0].adjusted
    assert prices(read(raw, adjusted=True))[0].adjusted


def test_a_table_may_hold_many_assets(tmp_path: Path) -> None:
    text = (
        "ts_code,trade_date,close,vol\n00700.HK,20250718,519,1\n09988.HK,20250718,115.8,2\nX,20250718,1,1\n"
    )
    path = write(tmp_path, text, "hk_daily.csv")
    found = read(path)
    assert [(price.asset_id, price.close) for price in prices(found)] == [
        ("XHKG:700", 519.0),
        ("XHKG:9988", 115.8),
    ]
    assert [str(item) for item in found if isinstance(item, Rejection)] == [
        "hk_daily.csv line 4: 'X' names no asset; write it as XHKG:700 or INDEX:HSI"
    ]
    assert [price.asset_id for price in prices(read(path, asset="9988.HK"))] == ["XHKG:9988"]


def test_what_cannot_be_true_is_rejected(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "date,close,volume,amount\n2025-07-16,5,-1,1\n2025-07-17,5,1,-2\n2025-07-21,5,1,2\n2025-07-20,5,1,2\n",
        "0700.HK.csv",
    )
    *rejected, last = read(path)
    assert [str(item) for item in rejected] == [
        "0700.HK.csv line 2: volume is -1; it cannot be negative",
        "0700.HK.csv line 3: turnover is -2; it cannot be negative",
        "0700.HK.csv line 4: session 2025-07-21 lies in the future",
    ]
    assert isinstance(last, Price)


def test_adjusted_prices_below_zero_ask_for_raw_ones(tmp_path: Path) -> None:
    (rejection,) = read(write(tmp_path, "日期,收盘\n2010-01-04,-3.1\n", "00005.HK_qfq.csv"))
    assert "adjusted prices may fall below it: import unadjusted ones" in str(rejection)


def test_a_number_of_any_length_in_json_is_a_number_or_none() -> None:
    assert number_from_json(10**400) is None
    assert number_from_json(float("inf")) is None
    assert number_from_json(value=True) is None
    assert number_from_json("7") is None
    assert number_from_json(7) == 7.0
