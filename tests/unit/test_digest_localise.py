"""A digest in another language: what is told is put over, what is quoted stays as it was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nlp.entities.catalogue import Catalogue, Entity
from southbound.delivery.slack import slack_message
from southbound.delivery.summary import plain_text, summarise
from southbound.digest import FORMS, DigestContent, write_digest
from southbound.digest.alert_text import condition_in, figures_in
from southbound.digest.brief_content import Brief, Changes, ReadFirst, StoryLink, ThemeMove
from southbound.digest.content import AlertLine, ClaimLine
from southbound.digest.localise import localise
from southbound.digest.phrase import phrases_of
from southbound.language.naming import Naming, chinese_aliases, chinese_name, naming
from southbound.language.sentence import said
from tests.unit.test_digest_form import CARD, CONTENT

ALIBABA = Entity(
    entity_id="alibaba",
    name="Alibaba Group",
    type="company",
    aliases=("Alibaba Group", "阿里巴巴集團", "阿里巴巴集团"),
)
HSI = Entity(entity_id="hsi", name="Hang Seng Index", type="index", aliases=("Hang Seng Index", "恒生指數"))
ENTITIES = Catalogue(entities={"alibaba": ALIBABA, "hsi": HSI}, by_listing={"INDEX:HSI": "hsi"})
LINK = StoryLink(
    article_id="1", title=CARD.title, url=None, language="en", publishers=("Harbour Ledger",), n_reports=1,
    theme_name="AI frenzy", tone=1,
)  # fmt: skip
LEADING = (
    "Leading theme: AI frenzy, 25.3% of market news (19 of 53 market-news articles), 1.6× its mean of the "
    "20 sessions before (+9.7 pts)."
)
LEADING_ZH = (
    "首要主題：「AI 熱潮」，佔市場新聞 25.3%（53 篇市場新聞中佔 19 篇），"
    "為前 20 個交易日均值的 1.6\u00a0倍（+9.7\u00a0個百分點）。"
)
RICH = replace(
    CONTENT,
    summary=(LEADING,),
    notes=("2 articles were known but not tagged in time, and left out.",),
    brief=Brief(
        read_first=(
            ReadFirst(story=LINK, reasons=("leads AI frenzy", "about Alibaba Group (XHKG:9988)", "new")),
        ),
        changes=Changes(
            before=date(2025, 2, 10),
            moves=(
                ThemeMove(
                    theme="ai", name="AI frenzy", rank=1, rank_before=5, share=0.242, share_before=0.121,
                    change=0.121, usual_change=0.03,
                ),
            ),
            reservation="",
            n_new_stories=40,
            n_continuing_stories=8,
            new_entities=("Alibaba Group",),
        ),
    ),
    alerts=(
        AlertLine(
            name="Money and AI",
            condition="ai zscore > 2 and 5-day net flow > 30 bn",
            figures="ai zscore 2.41; 5-day net flow HK$31.2 bn",
        ),
    ),
    claims=(
        ClaimLine(
            sentence="The index rose 3%.", language="en", number="3%", outcome="contradicted", verdict="",
            subject="hsi", metric="change", figure=1.84, unit="percent", article_id="1",
            publisher="Harbour Ledger", url=None, period="2025-02-10", source="INDEX:HSI",
            notes=(("cut", ""),),
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def names() -> Naming:
    return naming({"my_own": "Tea"}, ENTITIES, "zh-Hant")


@pytest.fixture(scope="module")
def told(names: Naming) -> DigestContent:
    return localise(RICH, names)


def test_sentences_say_the_same_in_chinese(told: DigestContent) -> None:
    assert told.summary == (LEADING_ZH,)
    assert told.notes == ("另有 2 篇文章已知但未及標註，未計入。",)
    assert told.brief.read_first[0].reasons == (
        "「AI 熱潮」主題之首",
        "涉及阿里巴巴集團（XHKG:9988）",
        "新事件",
    )
    assert told.claims[0].verdict == "不符：+1.84%（2025年2月10日，恒生指數）；數字是截去尾數，並非四捨五入"
    assert told.alerts[0].figures == "「AI 熱潮」z 值 2.41；近 5 日港股通淨買入 312\u00a0億港元"
    assert told.alerts[0].condition == "「AI 熱潮」z 值 > 2，且近 5 日港股通淨買入 > 300\u00a0億港元"


def test_what_is_quoted_stays(told: DigestContent) -> None:
    assert told.sections[0].stories[0].title == CARD.title
    assert told.sections[0].stories[0].themes[0].evidence == CARD.themes[0].evidence
    assert told.claims[0].sentence == RICH.claims[0].sentence


def test_every_form_of_it_is_in_chinese(told: DigestContent) -> None:
    changes = "「AI 熱潮」佔市場新聞比重上升 12.1\u00a0個百分點至 24.2%"
    pages = {form: write_digest(told, form=form) for form in FORMS}
    for form in ("html", "md", "text"):
        assert "2025年2月11日（星期二）" in pages[form]
        assert "Leading" not in pages[form]
    assert changes in pages["html"]
    assert changes in pages["md"]
    assert '<html lang="zh-Hant">' in pages["html"]
    assert '"language": "zh-Hant"' in pages["json"]
    message = summarise(told)
    assert message.title == "Southbound 市場摘要：2025年2月11日（星期二）"
    assert "必讀要聞" in plain_text(message)
    assert "必讀要聞" in str(slack_message(message))


def test_simplified_characters_are_made_of_the_traditional(names: Naming) -> None:
    told = localise(RICH, replace(names, language="zh-Hans"))
    assert told.notes == ("另有 2 篇文章已知但未及标注，未计入。",)
    assert "市场摘要" in write_digest(told, form="md")


def test_a_name_in_simplified_characters_alone_is_converted() -> None:
    assert chinese_name(("Bank of China", "中国银行")) == "中國銀行"
    assert chinese_name(("Alibaba", "阿里巴巴集团", "阿里巴巴集團")) == "阿里巴巴集團"
    assert chinese_name(("PayMe",)) == ""
    assert chinese_aliases(ALIBABA, "zh-Hant") == ()


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ("net flow not known", "港股通淨買入 未知"),
        ("INDEX:HSI 5-day return \u22125.2%", "INDEX:HSI 近 5 日回報 \u22125.2%"),
        ("ai shift up; ai tone -0.3", "「人工智能」水平上移；「人工智能」語氣 -0.3"),
    ],
)
def test_each_figure_of_an_alert_is_told(figures: str, expected: str) -> None:
    assert figures_in(figures, phrases_of("zh-Hant"), {"ai": "人工智能"}) == expected
    assert figures_in(figures, phrases_of("en"), {}) == figures


def test_each_condition_of_an_alert_is_told() -> None:
    condition = "ai shift is up or INDEX:HSI 5-day return < -5% and ai share >= 0.2"
    assert condition_in(condition, phrases_of("zh-Hant"), {"ai": "人工智能"}) == (
        "「人工智能」水平上移；或INDEX:HSI 近 5 日回報 < \u22125.0%，且「人工智能」佔比 ≥ 0.2"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Open window: as of Mon 10 Feb 18:00 HKT; news counts until Tue 11 Feb 09:15 HKT.",
        "No market news was known in this window.",
        "Thin: 3 articles of market news; measures are not told below 5.",
        "Thin: 1 article of market news; measures are not told below 5.",
        "1 article was known but not tagged in time, and left out.",
        "Running week: as of Wed 12 Feb 10:00 HKT; 2 sessions to come.",
        "southbound trading was closed on Mon 10 Feb, Tue 11 Feb",
        "no figure of Mon 10 Feb known",
        "highest day on file since 2015-01-02; before: HK$20.0 bn on 2021-01-19",
        "Mon 10 Feb was the highest day on file; before: +HK$20.0 bn on 2021-01-19",
        "lowest week since 2024-W07 (\u2212HK$1.2 bn)",
        "goes on: 3 reports before, first Fri 7 Feb 10:30",
        "unusually much of its theme (z +2.3)",
    ],
)
def test_reservations_and_reasons_have_their_template(sentence: str) -> None:
    told = said(sentence, "zh-Hant")
    assert not {"articles", "known", "before", "bn", "Feb", "theme"} & set(told.split())
    assert "HK$" not in told
    assert told != sentence


def test_a_weeks_flow_has_its_template() -> None:
    assert said("Southbound: +HK$2.4 bn net in 5 sessions, after +HK$6.0 bn.", "zh-Hant") == (
        "港股通：5 個交易日淨額 +24\u00a0億港元，前一周為 +60\u00a0億港元。"
    )
