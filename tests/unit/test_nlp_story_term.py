from __future__ import annotations

import pytest

from nlp.stories.kind import find_kinds
from nlp.stories.number import iterate_numbers
from nlp.stories.term import Rarity, fold, is_intraday, is_update, iterate_words, strip_marker


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("UPDATE 2-Harbour Line lifts its outlook", "Harbour Line lifts its outlook"),
        ("Correction: Harbour Line lifts its outlook", "Harbour Line lifts its outlook"),
        ("更正：港航上調預測", "港航上調預測"),
        ("【更新】港航上调预测", "港航上调预测"),
    ],
)
def test_later_versions_are_told_by_their_marker(title: str, rest: str) -> None:
    assert is_update(title)
    assert strip_marker(title) == rest


@pytest.mark.parametrize(
    "title", ["Updates to listing rules proposed", "更新設備計劃獲批", "RPT-Harbour Line rises"]
)
def test_other_titles_are_no_later_versions(title: str) -> None:
    assert not is_update(title)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("raised $2.3bn", ["2.3e+09"]),
        ("raised 2,300 million", ["2.3e+09"]),
        ("募资23亿元", ["2.3e+09"]),
        ("up 4.50 percent, or 450 basis points", ["4.5%", "4.5%"]),
        ("拟投400亿美元", ["4e+10"]),
        ("in 2025, 3 of them", []),
        ("Q4 and G7 and A380", []),
    ],
)
def test_numbers_have_one_form(text: str, numbers: list[str]) -> None:
    assert list(iterate_numbers(fold(text))) == numbers


def test_words_are_the_same_across_scripts_cases_and_endings() -> None:
    assert list(iterate_words(fold("騰訊盈利"))) == list(iterate_words(fold("腾讯盈利")))
    assert list(iterate_words(fold("RAISES Tariffs"))) == list(iterate_words(fold("raised tariff")))


def test_a_word_outside_the_table_is_as_rare_as_its_rarest() -> None:
    rarity = Rarity({"market": 2.0, "markets": 3.0, "zinc": 8.0})
    assert (rarity["market"], rarity["zinc"], rarity["osmium"]) == (2.0, 8.0, 8.0)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("港股收評：恒指升1.2%", "closing"),
        ("恒指半日升120點", "midday"),
        ("What to watch as Harbour Line reports results", "preview"),
        ("Harbour Line Q4 earnings call transcript", "call"),
        ("Broker raises price target on Harbour Line", "rating"),
        ("Asian equities roundup: market talk", "roundup"),
    ],
)
def test_titles_tell_the_kind_of_report(title: str, kind: str) -> None:
    assert kind in find_kinds(title)


@pytest.mark.parametrize(
    "title",
    ["恒指半日升23點", "沪深股市早盘走低", "HK stocks open lower", "Wall Street slips in early trading"],
)
def test_how_a_market_stood_during_a_session_is_told(title: str) -> None:
    assert is_intraday(title)


@pytest.mark.parametrize(
    "title",
    [
        "港股低開高收 收市升548點",
        "HK stocks close higher after weak open",
        "Open letter on tariffs",
        "半日假期",
    ],
)
def test_other_titles_are_no_news_of_the_middle_of_a_session(title: str) -> None:
    assert not is_intraday(title)
