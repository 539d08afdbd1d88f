"""The HKMA's figures and press releases, out of its API's answers and out of CSV."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.hkma import Observation, read_monetary
from ingest.rejection import Rejection

NOW = datetime(2025, 12, 1, tzinfo=UTC)


def write(folder: Path, text: str, name: str = "answer.json") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> list[Observation | Article | Rejection]:
    return list(read_monetary(path, now=NOW))


def test_an_answer_gives_a_series_for_each_label(root: Path) -> None:
    found = read(root / "tests" / "data" / "market" / "interbank_liquidity.json")
    assert found[1] == Observation(
        series_id="hkma.liquidity.closing_balance",
        date=date(2025, 10, 31),
        value=54090.0,
        unit="HKD million",
        source="hkma:interbank_liquidity.json",
    )
    second = {
        item.series_id: item.value for item in found if isinstance(item, Observation) and item.date.day == 30
    }
    # Neither null nor "N.A." is a value; "54,089" and "-1" are.
    assert second == {
        "hkma.liquidity.hibor_overnight": 3.02,
        "hkma.liquidity.opening_balance": 54089.0,
        "hkma.liquidity.closing_balance": 54090.0,
        "hkma.liquidity.market_activities": -1.0,
    }


def test_press_releases_become_articles_known_at_the_end_of_their_day(root: Path) -> None:
    (article,) = read(root / "tests" / "data" / "market" / "press-releases.json")
    assert isinstance(article, Article)
    assert article.publisher == "Hong Kong Monetary Authority"
    assert article.published_at == datetime(2025, 10, 31, 15, 59, 59, tzinfo=UTC)
    assert article.extra["claimed_published_at"] == "2025-10-31"
    assert article.article_id == "hkma:https://www.hkma.gov.hk/eng/example/1/"


def test_csv_with_the_same_labels_is_read(tmp_path: Path) -> None:
    table = "ir_1w,ir_1m,date,hibor_overnight\n3.4,,2025-10-31,3.8\n3.5,x,2025-10-30,3.1\n3,3,2026-01-02,3\n"
    found = read(write(tmp_path, table, "hibor.csv"))
    assert {(item.series_id, item.value, item.unit) for item in found if isinstance(item, Observation)} == {
        ("hkma.hibor.hibor_overnight", 3.8, "percent"),
        ("hkma.hibor.ir_1w", 3.4, "percent"),
    }
    assert [str(item) for item in found if isinstance(item, Rejection)] == [
        "hibor.csv line 3: ir_1m is 'x', where a number is needed",
        "hibor.csv line 4: date 2026-01-02 lies in the future",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"header": {"err_code": "1004", "err_msg": "Invalid parameter"}}',
            "answer.json: the HKMA's API answers error 1004 (Invalid parameter); try later",
        ),
        ('{"records": []}', "answer.json has no 'header'"),
        ('{"header": {"err_code": "0000"}, "result": {}}', "answer.json has no 'result.records'"),
        (
            '{"header": {"err_code": "0000"}, "result": {"records": [{"end_of_date": "2025-10-31"}]}}',
            "has none of the labels title, closing_balance, ",
        ),
        (
            '{"header": {"err_code": "0000"}, "result": {"records": [{"closing_balance": 1}]}}',
            "has none of the labels end_of_date, end_of_day, date",
        ),
        ('{"header": ', "answer.json is cut off or damaged JSON"),
        ("<html>down for maintenance</html>", "holds an HTML page, not a table"),
    ],
)  # fmt: skip
def test_a_changed_form_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read(write(tmp_path, text))
    assert message in str(caught.value)


@pytest.mark.real
def test_every_real_table_is_read_in_full(real_data: Path) -> None:
    files = sorted((real_data / "market" / "hkma").glob("*.csv"))
    found = [item for path in files for item in read(path)]
    assert Counter(item.series_id.split(".")[1] for item in found if isinstance(item, Observation)) == {
        "exchange_fund_paper": 3500,
        "exchange_rate": 1300,
        "hibor": 600,
        "liquidity": 4500,
        "monetary_base": 3000,
        "rmb_facility": 6000,
    }
    assert all(isinstance(item, Observation) for item in found)
