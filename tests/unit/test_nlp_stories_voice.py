"""What a title says of who speaks."""

from __future__ import annotations

import pytest

from nlp.stories.voice import is_american, is_comment


@pytest.mark.parametrize(
    "title", ["Yue: rates may stay high", "Rates may stay high: HKMA", "Minister says rents will fall"]
)
def test_english_comments_are_known(title: str) -> None:
    assert is_comment(title)


@pytest.mark.parametrize("title", ["余偉文：港息或處高水平", "陳茂波稱樓市回穩", "分析料第三季才減息"])
def test_chinese_comments_are_known(title: str) -> None:
    assert is_comment(title)


@pytest.mark.parametrize(
    "title", ["Retail sales fall 7 percent", "深圳放寬限購", "HKMA leaves base rate unchanged"]
)
def test_what_happened_is_no_comment(title: str) -> None:
    assert not is_comment(title)


def test_american_news_is_known_by_its_title() -> None:
    assert all(
        map(is_american, ["US job growth slows", "U.S. yields fall", "聯儲局維持利率", "美國通脹放緩"])
    )
    assert not any(map(is_american, ["Russian rates rise", "Industry output grows", "內地通脹回落"]))
