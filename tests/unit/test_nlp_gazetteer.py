"""Names found in text, on a small catalogue of our own."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotation import Field, Span
from nlp.entities.catalogue import Catalogue, Entity, entity_from_row
from nlp.entities.gazetteer import Gazetteer, count_context

ROWS = """
- {id: alibaba, name: Alibaba Group, type: company, listings: ['XHKG:9988', 'XNYS:BABA'],
   names: {zh-Hant: 阿里巴巴集團, zh-Hans: 阿里巴巴集团}, aliases: {en: [Alibaba], zh: [阿里巴巴, 阿里]}}
- {id: alibaba_cloud, name: Alibaba Cloud, type: company, aliases: {zh: [阿里雲]}, parent: alibaba}
- {id: tencent, name: Tencent, type: company, listings: ['XHKG:700'], aliases: {zh: [騰訊, 騰訊控股]}}
- {id: apple, name: Apple, type: company, listings: ['XNAS:AAPL'], ambiguous: [Apple],
   context: [iPhone, Cupertino], aliases: {en: [Apple Inc, AAPL], zh: [蘋果公司]}}
- {id: meta, name: Meta Platforms, type: company, aliases: {en: [Meta]}, ambiguous: [Meta],
   context: [Facebook]}
- {id: hutchison, name: Hutchison Whampoa, type: company,
   aliases: {en: [{form: Hutchison, to: 2015-06-03}]}}
- {id: ck_hutchison, name: CK Hutchison Holdings, type: company,
   aliases: {en: [CK Hutchison, {form: Hutchison, from: 2015-06-03}]}}
- {id: cms, name: China Merchants Securities, type: company, aliases: {en: [CMS]}, context: [broker]}
- {id: cms_us, name: Centers for Medicare, type: institution, aliases: {en: [CMS]},
   context: [Medicare, drug]}
- {id: hsi, name: Hang Seng Index, type: index, listings: ['INDEX:HSI'], aliases: {en: [HSI], zh: [恒指]}}
- {id: moutai, name: Kweichow Moutai, type: company, listings: ['XSHG:600519']}
- {id: hkma, name: Hong Kong Monetary Authority, type: institution}
- {id: yue, name: Eddie Yue, type: person}
- {id: chan, name: Paul Chan, type: person}
- {id: xi, name: Xi Jinping, type: person}
- {id: evergrande, name: China Evergrande Group, type: company}
- {id: geely, name: Geely Automobile, type: company, listings: ['XHKG:175'], aliases: {en: [Geely]},
   ambiguous: [Geely], context: [carmaker]}
- {id: geely_parent, name: Zhejiang Geely, type: company, aliases: {en: [Geely]}, context: [carmaker]}
- {id: catl, name: CATL, type: company,
   listings: [{asset: 'XHKG:3750', from: 2025-05-20}, 'XSHE:300750']}
- {id: nasdaq, name: NASDAQ, type: index}
- {id: byd, name: BYD Company, type: company, listings: ['XSHE:002594', 'XHKG:1211'], aliases: {en: [BYD]}}
"""


def make_catalogue() -> Catalogue:
    entities: dict[str, Entity] = {}
    for row in yaml.safe_load(ROWS):
        entity = entity_from_row(row, where="own")
        entities[entity.entity_id] = entity
    by_listing = {x.asset_id: e.entity_id for e in entities.values() for x in e.listings}
    return Catalogue(entities=entities, by_listing=by_listing)


GAZETTEER = Gazetteer(make_catalogue())


def spans(title: str, body: str = "", *, language: str = "en") -> dict[str, tuple[Span, ...]]:
    reading = GAZETTEER.read(title, body, language=language)
    return GAZETTEER.link(reading, {"title": title, "body": body})


def found(title: str, body: str = "", *, language: str = "en") -> dict[str, list[str]]:
    return {
        key: [span.text for span in value] for key, value in spans(title, body, language=language).items()
    }


def test_the_longest_form_wins() -> None:
    assert found("Alibaba Cloud and Alibaba Group rise") == {
        "alibaba_cloud": ["Alibaba Cloud"],
        "alibaba": ["Alibaba Group"],
    }
    assert found("騰訊控股急升", language="zh-Hant") == {"tencent": ["騰訊控股"]}
    assert found("阿里雲與阿里", language="zh-Hant") == {"alibaba_cloud": ["阿里雲"], "alibaba": ["阿里"]}


def test_places_are_those_of_the_original() -> None:
    assert spans("Why Tencent rose", "It was Alibaba.\nAnd Tencent's games.") == {
        "tencent": (
            Span(field="title", start=4, end=11, text="Tencent"),
            Span(field="body", start=20, end=27, text="Tencent"),
        ),
        "alibaba": (Span(field="body", start=7, end=14, text="Alibaba"),),
    }


@pytest.mark.parametrize(
    "title", ["Tencent's profit", "Tencent’s profit", "(Tencent)", "Tencent, Meituan", "'Tencent'"]
)
def test_a_name_may_have_signs_beside_it(title: str) -> None:
    assert found(title) == {"tencent": ["Tencent"]}


def test_case_counts_unless_the_text_shouts() -> None:
    assert found("tencent and alibaba in a url-like slug") == {}
    assert found("TENCENT AND ALIBABA GROUP RISE") == {"tencent": ["TENCENT"], "alibaba": ["ALIBABA GROUP"]}
    assert found("The hsi of a colour") == {}


def test_a_part_of_a_word_is_no_name() -> None:
    assert found("Tencentric worlds and BYDs") == {}


def test_an_ambiguous_form_needs_the_text_behind_it() -> None:
    assert found("Apple harvest fails", "Growers are worried.") == {}
    assert found("Apple falls", "Sales of the iPhone slowed.") == {"apple": ["Apple"]}
    assert found("Apple falls", "Apple Inc said so.") == {"apple": ["Apple", "Apple Inc"]}
    assert found("Apple falls", "The maker (NASDAQ: AAPL) said so.")["apple"] == ["Apple", "AAPL"]
    assert found("Meta analysis of trials", "No effect was found.") == {}
    assert found("Meta rises", "The owner of Facebook said so.") == {"meta": ["Meta"]}


def test_an_ambiguous_form_inside_another_name_does_not_link() -> None:
    assert found("Apple Daily founder in court", "He owned no iPhone.") == {}


def test_a_shared_form_goes_to_whom_the_text_confirms() -> None:
    assert found("CMS raises target", "The broker likes it.") == {"cms": ["CMS"]}
    assert found("CMS cuts prices", "Medicare pays less for a drug.") == {"cms_us": ["CMS"]}
    assert found("CMS says so", "Nobody knows who that is.") == {}
    assert found("CMS says so", "A broker sells a drug.") == {}
    assert found("CMS says so", "China Merchants Securities on Medicare and a drug.") == {
        "cms": ["CMS", "China Merchants Securities"]
    }


@pytest.mark.parametrize(
    ("title", "entity_id", "text"),
    [
        ("Shares of 0700.HK rise", "tencent", "0700"),
        ("Shares of 700.hk rise", "tencent", "700"),
        ("The giant (HKEX: 9988) rises", "alibaba", "9988"),
        ("The giant (SEHK:700) rises", "tencent", "700"),
        ("巨頭（00700）急升", "tencent", "00700"),
        ("巨頭(09988)急升", "alibaba", "09988"),
        ("巨頭（00700.HK）急升", "tencent", "00700"),
        ("巨頭（00700，市值最大）急升", "tencent", "00700"),
        ("巨頭（HKEX：9988）急升", "alibaba", "9988"),
        ("The distiller, 600519.SH, falls", "moutai", "600519"),
        ("The distiller, 600519.SS, falls", "moutai", "600519"),
        ("The maker 002594.SZ falls", "byd", "002594"),
        ("The maker (1211.HK) falls", "byd", "1211"),
        ("The giant (NYSE: BABA) rises", "alibaba", "BABA"),
    ],
)
def test_codes_are_names(title: str, entity_id: str, text: str) -> None:
    language = "zh-Hant" if "急升" in title else "en"
    assert found(title, language=language) == {entity_id: [text]}
    (span,) = spans(title, language=language)[entity_id]
    assert title[span.start : span.end] == text


@pytest.mark.parametrize(
    "title", ["It rose 700 points", "In 9988 BC", "600519 people", "Room (0700)", "99999.HK rises"]
)
def test_numbers_are_no_codes(title: str) -> None:
    assert found(title) == {}


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("騰訊與阿里巴巴集團", "zh-Hant", {"tencent": ["騰訊"], "alibaba": ["阿里巴巴集團"]}),
        ("腾讯与阿里巴巴集团", "zh-Hans", {"tencent": ["腾讯"], "alibaba": ["阿里巴巴集团"]}),
        ("腾讯與阿里巴巴集團", "zh", {"tencent": ["腾讯"], "alibaba": ["阿里巴巴集團"]}),
        ("恒指跌，Tencent急升", "zh-Hant", {"hsi": ["恒指"], "tencent": ["Tencent"]}),
        ("Tencent 騰訊 rises", "en", {"tencent": ["Tencent", "騰訊"]}),
    ],
)
def test_chinese_names_are_found_in_both_scripts(
    title: str, language: str, expected: dict[str, list[str]]
) -> None:
    assert found(title, language=language) == expected


def test_other_languages_have_names_too() -> None:
    assert found("Tencent steigt kräftig", language="de") == {"tencent": ["Tencent"]}


def test_an_empty_text_has_no_names() -> None:
    assert found("") == {}
    assert found("", language="zh-Hant") == {}


_PIECES = st.sampled_from(
    [
        *("Alibaba", "Alibaba Group", "騰訊", "腾讯控股", "0700.HK", "Apple", "iPhone", "CMS", "'s"),
        *(" ", "\n", "\u3000", "\u200d", "🚀", "é", "."),
    ]
)


@given(
    st.lists(_PIECES, max_size=12).map("".join),
    st.lists(_PIECES, max_size=30).map("".join),
    st.sampled_from(["en", "zh-Hant"]),
)
def test_mentions_quote_the_text_in_order_and_apart(title: str, body: str, language: str) -> None:
    for mentions in spans(title, body, language=language).values():
        assert mentions
        for span in mentions:
            assert {"title": title, "body": body}[span.field][span.start : span.end] == span.text
        places = [(span.field == "body", span.start, span.end) for span in mentions]
        assert places == sorted(places)
        assert all(a[2] <= b[1] for a, b in pairwise(places) if a[0] == b[0])


def test_context_words_count_in_any_case_and_script() -> None:
    row = {"id": "x", "name": "X", "type": "company", "context": ["iPhone", "恒指", "A&B"]}
    entity = entity_from_row(row, where="own")
    assert count_context(entity, "IPHONE sales and A&B; 恒指") == 3
    assert count_context(entity, "iphones, aa&bb") == 0


@pytest.mark.no_cover
def test_a_name_that_stands_thousands_of_times_takes_no_long_time() -> None:
    body = "Apple money. " * 4000 + "Apple Inc and its iPhone."
    started = time.process_time()
    assert len(spans("Apple", body)["apple"]) == 4002
    assert time.process_time() - started < 10


def test_listings_hold_for_a_time() -> None:
    passing = {"asset": "XNYS:X", "from": date(2014, 9, 19), "to": date(2025, 1, 1)}
    row = {"id": "x", "name": "X", "type": "company", "listings": ["XHKG:1", passing]}
    entity = entity_from_row(row, where="own")
    assert entity.tickers() == ("XHKG:1", "XNYS:X")
    assert entity.tickers(date(2014, 9, 18)) == ("XHKG:1",)
    assert entity.tickers(date(2014, 9, 19)) == ("XHKG:1", "XNYS:X")
    assert entity.tickers(date(2025, 1, 1)) == ("XHKG:1",)


@pytest.mark.parametrize(
    ("day", "entity_id"),
    [(date(2014, 5, 2), "hutchison"), (date(2015, 6, 3), "ck_hutchison"), (date(2020, 1, 1), "ck_hutchison")],
)
def test_a_name_means_whom_it_meant_on_the_day(day: date, entity_id: str) -> None:
    fields: dict[Field, str] = {"title": "Shares of Hutchison climb", "body": ""}
    reading = GAZETTEER.read(fields["title"], "", language="en")
    assert list(GAZETTEER.link(reading, fields, day=day)) == [entity_id]


def test_a_name_that_two_had_in_turn_is_ambiguous_without_a_day() -> None:
    assert found("Shares of Hutchison climb") == {}


def test_surnames_and_short_names_link_back() -> None:
    body = "Eddie Yue spoke. Yue added that the Fund and Mr Yue agree."
    assert found("Rates", body) == {"yue": ["Eddie Yue", "Yue", "Yue"]}
    assert found("Xi Jinping speaks", "Then Xi left.") == {"xi": ["Xi Jinping", "Xi"]}
    assert found("China Evergrande Group falls", "Evergrande owes money.") == {
        "evergrande": ["China Evergrande Group", "Evergrande"]
    }
    assert found("The Hong Kong Monetary Authority (HKMA) acts", "The HKMA bought.") == {
        "hkma": ["Hong Kong Monetary Authority", "HKMA", "HKMA"]
    }


def test_a_surname_of_another_full_name_does_not_link_back() -> None:
    assert found("Paul Chan speaks", "Jackie Chan sings, and Chan Street is long.") == {"chan": ["Paul Chan"]}


def test_the_listed_one_of_a_group_has_the_short_name() -> None:
    assert found("Geely sells more", "The carmaker is glad.") == {"geely": ["Geely"]}


def test_a_code_beside_a_name_decides() -> None:
    assert found("CMS (HKG:0700) falls", "The broker agrees.") == {"tencent": ["0700"]}
    assert "apple" in found("Apple (NASDAQ: AAPL) falls")


def test_a_code_counts_from_its_first_day() -> None:
    fields: dict[Field, str] = {"title": "The maker (3750.HK) rises", "body": ""}
    reading = GAZETTEER.read(fields["title"], "", language="en")
    assert GAZETTEER.link(reading, fields, day=date(2025, 5, 19)) == {}
    assert list(GAZETTEER.link(reading, fields, day=date(2025, 5, 20))) == ["catl"]


def test_an_exchange_before_a_code_is_no_name() -> None:
    assert found("The maker (NASDAQ: ZZZZ) rises") == {}
    assert found("NASDAQ: a bad day") == {"nasdaq": ["NASDAQ"]}


def test_candidates_say_what_was_considered() -> None:
    fields: dict[Field, str] = {"title": "CMS raises target", "body": "The broker likes it."}
    reading = GAZETTEER.read(*fields.values(), language="en")
    (decision,) = GAZETTEER.candidates(reading, fields)
    assert decision.span == Span(field="title", start=0, end=3, text="CMS")
    assert decision.entity_ids == ("cms", "cms_us")
    assert (decision.support["cms"], decision.support["cms_us"], decision.chosen) == (1.0, 0.0, "cms")


def unlisted(title: str, body: str) -> dict[tuple[str, str], list[str]]:
    fields: dict[Field, str] = {"title": title, "body": body}
    names = GAZETTEER.unlisted(fields, {})
    return {key: [span.text for span in value] for key, value in names.items()}


def test_names_outside_the_catalogue_are_found_by_their_form() -> None:
    body = (
        "Zhang Weimin of Hunan Qingfeng Pharmaceutical said so. Mr Zhang met the economist Anna Kowal, "
        "who teaches at the University of Leeds. Dongxing (SHE:000123) rose."
    )
    assert unlisted("A quiet day for shares", body) == {
        ("University of Leeds", "institution"): ["University of Leeds"],
        ("Zhang Weimin", "person"): ["Zhang Weimin", "Zhang"],
        ("Hunan Qingfeng Pharmaceutical", "company"): ["Hunan Qingfeng Pharmaceutical"],
        ("Anna Kowal", "person"): ["Anna Kowal"],
        ("Dongxing", "company"): ["Dongxing"],
    }


@pytest.mark.parametrize(
    "body",
    [
        "On Monday the Hang rose. Hong Kong fell.",
        "(Reporting by Anna Kowal and Li Wei; Editing by John Smith)",
        "THE WHOLE LINE SHOUTS ABOUT JOHN SMITH",
        "Big Tech and the Spring Festival moved the European Union.",
    ],
)
def test_other_capitals_are_no_names(body: str) -> None:
    assert unlisted("A quiet day for shares", body) == {}
