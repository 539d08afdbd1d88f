"""Tokens, sentences and scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import make_language
from nlp.script import fold_script, has_han

ENGLISH, CHINESE = make_language("en"), make_language("zh-Hant")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Shares rose. Then they fell.", ["Shares rose.", "Then they fell."]),
        ('"Shares rose." He left!', ['"Shares rose."', "He left!"]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("HK$3.5bn came in; 1.2% more", ["HK$3.5bn came in; 1.2% more"]),
        ("No end", ["No end"]),
    ],
)
def test_english_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text.strip() for sentence in ENGLISH(text).sents] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("恒指升。騰訊跌！", ["恒指升。", "騰訊跌！"]),
        ("他說：「恒指升。」其後離開。", ["他說：「恒指升。」", "其後離開。"]),
        ("升3.5%\n跌", ["升3.5%", "跌"]),
    ],
)
def test_chinese_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text.strip() for sentence in CHINESE(text).sents] == sentences


def test_chinese_tokens_are_characters_and_latin_names() -> None:
    assert [token.text for token in CHINESE("騰訊AI升3.5%")] == ["騰", "訊", "AI", "升", "3.5", "%"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_tokens_give_the_text_back(text: str) -> None:
    assert ENGLISH(text).text == text
    assert CHINESE(text).text == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("騰訊控股", "腾讯控股"),
        ("腾讯", "腾讯"),
        ("AI熱潮 2025", "AI热潮 2025"),
        ("", ""),
        ("recht", "recht"),
    ],
)
def test_scripts_are_folded_one_for_one(text: str, folded: str) -> None:
    assert fold_script(text) == folded


@given(st.text(alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=20))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold_script(text)) == len(text)


def test_chinese_characters_are_told_from_others() -> None:
    assert has_han("AI熱潮")
    assert not has_han("AI frenzy, カナ, 。")
