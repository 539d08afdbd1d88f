"""What other parts say in English, in the reader's language."""

from __future__ import annotations

import re
from datetime import date

import pytest

from signals.evaluation import Chance
from signals.evaluation.finding import Kind
from southbound.evaluation import wording
from southbound.evaluation.report import TITLES, EvaluationReport, Sample
from southbound.language.naming import definition_of
from southbound.language.sentence import feed_reason, said
from southbound.settings import read_themes
from southbound.web.words import Language

REPORT = EvaluationReport(
    kind="market",
    themes={"ai": "AI frenzy"},
    measure="share",
    units={"southbound net flow": "HK$ million", "return of INDEX:HSI": "return"},
    samples=(
        Sample(name="all", first=date(2024, 3, 26), last=date(2025, 1, 2), n_sessions=1189, n_tests=44),
    ),
    findings=(),
    panels={},
    chance=Chance(),
    settings={},
    notes=(),
)
MARKET_KINDS: tuple[Kind, ...] = ("lead_lag", "granger", "local_projection", "event")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
@pytest.mark.parametrize(
    "sentence",
    [
        *(TITLES[kind] for kind in MARKET_KINDS),
        *REPORT.units,
        *map(wording.sample_text, REPORT.samples),
        *wording.legend(REPORT),
        "lag 0", "lag +5", "series -> target, 5 lags", "horizon 20", "session +1", "sessions +1 to +5",
        "12 sessions with both values; 30 are needed",
        "2 spikes with the target after them; 5 are needed",
        "2024-12-10 has no intensity to explain: too few articles, or too short a past to scale by",
    ],
)  # fmt: skip
def test_what_an_evaluation_says_is_said_in_chinese(sentence: str, language: Language) -> None:
    told = said(sentence, language)
    assert HAN.search(told)
    assert set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", told)) | {"0"}
    assert said(sentence, "en") == sentence


def test_a_gap_that_holds_a_term_is_put_over_too() -> None:
    assert said("all: 2024-03-26 to 2025-01-02, 189 sessions, 44 tests", "zh-Hant") == (
        "全部：2024-03-26 至 2025-01-02，189 個交易日，44 項檢驗"
    )


def test_what_has_no_template_stays() -> None:
    assert said("an unheard-of {thing}", "zh-Hant") == "an unheard-of {thing}"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("feed https://x.example/a did not answer in time", "逾時沒有回應"),
        ("feed https://x.example/a answered 503 Service Unavailable; tried again at the next poll",
         "回應 503 Service Unavailable；下次再讀"),
        ("feed https://x.example/a cannot be fetched (ValueError: no {way})",
         "無法讀取（ValueError: no {way}）"),
        ("feed https://x.example/a answered with an HTML page, not a feed; check the address",
         "回應不是來源（網頁）；請檢查地址"),
    ],
)  # fmt: skip
def test_why_a_feed_fails_is_said_without_its_address(reason: str, told: str) -> None:
    assert feed_reason(reason, "zh-Hant") == told
    assert feed_reason(reason, "en") == reason.split(" ", 2)[2]


def test_every_theme_of_the_catalogue_says_in_chinese_what_counts() -> None:
    for theme in read_themes():
        assert HAN.search(definition_of(theme, "zh-Hant"))
        assert definition_of(theme, "en") == ""
    assert definition_of("my_own", "zh-Hant") == ""


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
@pytest.mark.parametrize(
    "sentence",
    [
        "ai is wrong", "ai is right", "ipo is added", "hsbc is taken off", "hsbc is tencent now",
        "some of hsbc is tencent now", "the tone is -1", "the tone for hsbc is 1",
        "the themes are complete", "the themes and the names are complete",
        "what is shown said so already", "you said so already (correction 7)",
        "correction 3 (reject_theme, ann) is taken back",
        "correction 3 is taken back: 2 reports are where they were",
        "correction 3 was taken back already by bob (correction 5)",
        "ann said otherwise (correction 7): the later word is shown, both are kept and count for agreement",
        "4 reports of 'b1' belong to 'c1' now", "'b1' is a story of its own now",
        "there is no entity 'hsbx' (did you mean 'hsbc'?); look with `southbound entities find WORDS`",
    ],
)  # fmt: skip
def test_what_becomes_of_a_correction_is_said_in_chinese(sentence: str, language: Language) -> None:
    told = said(sentence, language)
    assert HAN.search(told)
    assert set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", told))
