"""Languages given and detected."""

import pytest

from ingest.language import decide_language, detect_language, normalise_language

TRADITIONAL = "內地資金經港股通買入騰訊，恒指高開三百點，分析員認為與人工智能熱潮有關。"
SIMPLIFIED = "内地资金经港股通买入腾讯，恒指高开三百点，分析员认为与人工智能热潮有关。"
ENGLISH = "Mainland investors bought Hong Kong shares for the fifth day in a row."


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("en-US", "en"),
        ("EN", "en"),
        ("english", "en"),
        ("zh-HK", "zh-Hant"),
        ("zh_TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("yue", "zh-Hant"),
        ("zho", "zh"),
        ("ja-JP", "ja"),
        ("und", None),
        ("", None),
        (None, None),
        ("???", None),
    ],
)
def test_given_tags_are_normalised(given: str | None, tag: str | None) -> None:
    assert normalise_language(given) == tag


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TRADITIONAL, "zh-Hant"),
        (SIMPLIFIED, "zh-Hans"),
        (ENGLISH, "en"),
        ("Alibaba shares rally", "en"),
        ("DeepSeek-R1 OpenAI 對決", "zh-Hant"),
        ("The Hang Seng Index (恒生指數) rose after the budget speech", "en"),
        ("日経平均株価は反発しました", "ja"),
        ("삼성전자 주가 상승", "ko"),
        ("優の良品開新店，市民排隊", "zh-Hant"),
        ("Les actions de la Bourse de Paris montent avec le CAC", "und"),
        ("Die Aktien der Bank sind nicht mit dem DAX gestiegen", "und"),
        ("Акции выросли", "und"),
        ("12,345.67", "und"),
    ],
)
def test_languages_are_detected(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("given", "text", "language"),
    [
        ("zh", SIMPLIFIED, "zh-Hans"),
        ("zh", TRADITIONAL, "zh-Hant"),
        ("zh-CN", TRADITIONAL, "zh-Hans"),
        ("zh-HK", ENGLISH, "en"),  # a feed that says so of its English articles
        ("fr", ENGLISH, "fr"),
        (None, SIMPLIFIED, "zh-Hans"),
    ],
)
def test_the_given_language_counts_where_it_can_be_true(given: str | None, text: str, language: str) -> None:
    assert decide_language(given, text) == language
