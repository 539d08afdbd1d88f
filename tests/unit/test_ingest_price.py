"""Prices out of CSV, and the names of instruments."""

from datetime import date
from pathlib import Path

import pytest

from ingest.asset import asset_id_from_path, asset_id_from_text, currency_from_asset_id
from ingest.error import UnreadableInputError
from ingest.price import Price, read_prices


def write(folder: Path, text: str, name: str = "0700.HK.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "asset_id"),
    [
        ("0700.HK", "XHKG:700"),
        ("700.HK", "XHKG:700"),
        ("XHKG:0700", "XHKG:700"),
        ("xhkg:700", "XHKG:700"),
        ("00005.hk", "XHKG:5"),
        ("HSI", "INDEX:HSI"),
        ("^HSI", "INDEX:HSI"),
        ("INDEX:HSTECH", "INDEX:HSTECH"),
        ("600519.SS", "XSHG:600519"),
        ("000858.SZ", "XSHE:000858"),
        ("XSHE:858", "XSHE:000858"),
        ("XNYS:BABA", "XNYS:BABA"),
    ],
)
def test_names_of_instruments_are_normalised(text: str, asset_id: str) -> None:
    assert asset_id_from_text(text) == asset_id


@pytest.mark.parametrize("text", ["", "700", "Tencent", "0700.XX", "a:b:c", "prices"])
def test_unknown_names_are_refused(text: str) -> None:
    with pytest.raises(UnreadableInputError, match="names no asset; write it as XHKG:700"):
        asset_id_from_text(text)


@pytest.mark.parametrize(
    ("name", "asset_id"),
    [
        ("HSI.csv", "INDEX:HSI"),
        ("HSTECH.csv", "INDEX:HSTECH"),
        ("CSI300.csv", "INDEX:CSI300"),
        ("0700.HK.csv", "XHKG:700"),
        ("9988.HK.csv.gz", "XHKG:9988"),
        ("HSI_daily.csv", "INDEX:HSI"),
    ],
)
def test_file_names_tell_the_instrument(name: str, asset_id: str) -> None:
    assert asset_id_from_path(Path(name)) == asset_id


def test_a_file_name_that_tells_nothing_asks_for_the_asset(tmp_path: Path) -> None:
    path = write(tmp_path, "date,close\n2025-03-10,1\n", "prices.csv")
    with pytest.raises(UnreadableInputError, match="does not say whose prices it holds; give --asset"):
        list(read_prices(path))
    (price,) = read_prices(path, asset="0700.hk")
    assert isinstance(price, Price)
    assert price.asset_id == "XHKG:700"


@pytest.mark.parametrize(
    ("asset_id", "currency"),
    [
        ("XHKG:700", "HKD"),
        ("INDEX:HSI", "HKD"),
        ("INDEX:CSI300", "CNY"),
        ("XSHG:600519", "CNY"),
        ("XNYS:BABA", "USD"),
        ("XLON:VOD", "XXX"),
    ],
)
def test_currencies_follow_the_market(asset_id: str, currency: str) -> None:
    assert currency_from_asset_id(asset_id) == currency


def test_a_yahoo_table_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n"
        "2020-01-02 00:00:00+08:00,334.4,342.4,334.2,340.3,15176989,0.0,0.0\n",
    )
    assert list(read_prices(path)) == [
        Price(
            asset_id="XHKG:700",
            session=date(2020, 1, 2),
            open=334.4,
            high=342.4,
            low=334.2,
            close=340.3,
            volume=15176989.0,
            adjusted=True,
            currency="HKD",
            source="csv:0700.HK.csv",
        )
    ]


def test_a_chinese_table_is_read(tmp_path: Path) -> None:
    (price,) = read_prices(
        write(tmp_path, "日期,开盘,收盘,最高,最低,成交量\n2025-03-10,1,2,3,0.5,9\n", "HSI.csv")
    )
    assert isinstance(price, Price)
    assert (price.open, price.close, price.high, price.low, price.volume) == (1.0, 2.0, 3.0, 0.5, 9.0)
    assert price.adjusted is False


def test_days_without_trading_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "date,close,pe\n2025-03-10,,42\n2025-03-11,-,\n2025-03-12,10,\n", "HSTECH.csv")
    assert [price.session for price in read_prices(path) if isinstance(price, Price)] == [date(2025, 3, 12)]


def test_bad_rows_are_rejected(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "date,close,open\n2025-03-10,0,1\n2025-03-11,-4,1\n2025-03-12,n.a.,1\n10/03/2025,5,1\n2025-03-13,5,x\n2025-03-14,5,0\n",
    )
    *rejected, price = read_prices(path)
    assert [str(rejection) for rejection in rejected] == [
        "0700.HK.csv line 2: close is 0; a price is above zero",
        "0700.HK.csv line 3: close is -4; a price is above zero",
        "0700.HK.csv line 4: close is 'n.a.', where a number is needed",
        "0700.HK.csv line 5: date is '10/03/2025'; write it as 2025-03-10",
        "0700.HK.csv line 6: open is 'x', where a number is needed",
    ]
    assert isinstance(price, Price)
    assert price.open is None


def test_the_last_of_several_prices_stands(tmp_path: Path) -> None:
    first, price = read_prices(write(tmp_path, "date,close\n2025-03-10,1\n2025-03-10,2\n"))
    assert str(first) == (
        "0700.HK.csv line 2: replaced by a later, different record of 2025-03-10 (0700.HK.csv line 3)"
    )
    assert isinstance(price, Price)
    assert price.close == 2.0


@pytest.mark.parametrize("text", ["No data", "<html>limit</html>", ""])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableInputError):
        list(read_prices(write(tmp_path, text)))


def test_unknown_adapters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableInputError,
        match="unknown adapter 'excel' for prices; there are yahoo, stooq, hkex, akshare, csv",
    ):
        list(read_prices(tmp_path / "HSI.csv", adapter="excel"))
