"""The catalogue of entities: reading it, and what the bundled one holds."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from nlp.annotation import Field
from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.error import CatalogueError
from southbound import CONFIG

EQUITIES = (
    "code,board,short_name,long_name,zh_hans,zh_hant,industry\n"
    "1,Main,CKH HOLDINGS,,长和,長和,\n"
    '1234,Main,LILANG,"China Lilang Ltd., Limited",中国利郎,中國利郎,Textiles\n'
    "700,Main,TENCENT,Tencent Holdings Limited,腾讯控股,騰訊控股,Software\n"
)
TENCENT = (
    "- {id: tencent, name: Tencent, type: company, listings: ['XHKG:700'], names: {zh-Hant: 騰訊控股}}\n"
)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.{'csv' if name == 'hkex_equities' else 'yaml'}").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_entries_and_the_long_tail_are_joined(tmp_path: Path) -> None:
    catalogue = read_catalogue(write(tmp_path, companies=TENCENT, hkex_equities=EQUITIES))
    assert set(catalogue.entities) == {"tencent", "xhkg_1", "xhkg_1234"}
    assert dict(catalogue.by_listing) == {
        "XHKG:700": "tencent",
        "XHKG:1": "xhkg_1",
        "XHKG:1234": "xhkg_1234",
    }
    assert catalogue.entities["tencent"].aliases == ("Tencent", "騰訊控股")
    tail = catalogue.entities["xhkg_1234"]
    assert (tail.name, tail.type, tail.tickers()) == ("China Lilang", "company", ("XHKG:1234",))
    assert set(tail.aliases) == {"China Lilang", "Lilang", "LILANG", "中国利郎", "中國利郎"}
    assert tail.ambiguous == {"Lilang", "LILANG"}


def test_short_names_of_the_tail_are_never_sure(tmp_path: Path) -> None:
    tail = read_catalogue(write(tmp_path, hkex_equities=EQUITIES)).entities["xhkg_1"]
    assert tail.name == "Ckh Holdings"
    assert {"CKH HOLDINGS", "长和", "長和"} <= tail.ambiguous


def test_an_empty_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    empty = read_catalogue(tmp_path)
    assert (empty.entities, empty.by_listing) == ({}, {})
    assert read_catalogue(write(tmp_path, nothing="")).entities == {}


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, one=TENCENT, two=TENCENT)) == (
        "two.yaml: the id 'tencent' stands twice; rename one"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {id: x, name: X}", "own.yaml: the entry x lacks type"),
        ("- {name: X}", "own.yaml: the entry {'name': 'X'} lacks id, type"),
        (
            "- {id: x, name: X, type: firm}",
            "own.yaml: x has type 'firm'; valid: company, index, institution, person, product",
        ),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(write(tmp_path, own=text)) == message


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, own="- {id: [")).startswith(f"{tmp_path / 'own.yaml'} can't be read: ")


@pytest.fixture(scope="module")
def bundled() -> Catalogue:
    return read_catalogue(CONFIG / "entities")


@pytest.fixture(scope="module")
def gazetteer(catalogue: Catalogue) -> Gazetteer:
    return Gazetteer(catalogue)


def link(gazetteer: Gazetteer, title: str, language: str, body: str = "") -> set[str]:
    fields: dict[Field, str] = {"title": title, "body": body}
    return set(gazetteer.link(gazetteer.read(title, body, language=language), fields))


def test_the_bundled_entries_are_well_formed(bundled: Catalogue) -> None:
    assert len(bundled.entities) > 4000
    for key, entity in bundled.entities.items():
        assert re.fullmatch(r"[a-z0-9_]+", key), key
        assert entity.entity_id == key
        assert entity.aliases[0] == entity.name
        assert all(form.strip() == form != "" for form in entity.aliases), key
        assert entity.ambiguous <= set(entity.aliases), key
        assert entity.parent is None or entity.parent in bundled.entities, key


_FORMS = {
    "XHKG": r"[1-9]\d{0,4}",
    "XSHG": r"[69]\d{5}",
    "XSHE": r"[023]\d{5}",
    "XNAS": r"[A-Z]{1,5}",
    "XNYS": r"[A-Z]{1,5}(\.[A-Z])?",
    "INDEX": r"[A-Z0-9]{2,10}",
}


def test_every_code_has_its_exchanges_form(bundled: Catalogue) -> None:
    listings = [listing.asset_id for entity in bundled.entities.values() for listing in entity.listings]
    wrong = []
    for asset_id in listings:
        exchange, code = asset_id.split(":")
        if not re.fullmatch(_FORMS.get(exchange, r"[A-Z0-9]+([ .][A-Z])?"), code):
            wrong.append(asset_id)
    assert wrong == []
    assert [asset_id for asset_id, count in Counter(listings).items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "entity_id"),
    [
        ("XHKG:1", "ck_hutchison"),
        ("XHKG:5", "hsbc"),
        ("XHKG:11", "hang_seng_bank"),
        ("XHKG:388", "hkex"),
        ("XHKG:700", "tencent"),
        ("XHKG:941", "china_mobile"),
        ("XHKG:1211", "byd"),
        ("XHKG:1810", "xiaomi"),
        ("XHKG:3690", "meituan"),
        ("XHKG:9988", "alibaba"),
        ("XSHG:600519", "kweichow_moutai"),
        ("INDEX:HSI", "hsi"),
        ("INDEX:HSTECH", "hstech"),
    ],
)
def test_members_stand_under_their_codes(bundled: Catalogue, code: str, entity_id: str) -> None:
    assert bundled.by_listing[code] == entity_id


@pytest.mark.parametrize(
    ("title", "language", "entity_id"),
    [
        ("Tencent profit beats", "en", "tencent"),
        ("騰訊業績勝預期", "zh-Hant", "tencent"),
        ("腾讯业绩胜预期", "zh-Hans", "tencent"),
        ("阿里巴巴急升", "zh-Hant", "alibaba"),
        ("恒指升，阿里急升", "zh-Hant", "alibaba"),
        ("HKMA buys dollars", "en", "hkma"),
        ("香港金管局入市", "zh-Hant", "hkma"),
        ("DeepSeek shakes markets", "en", "deepseek"),
        ("DeepSeek概念股急升", "zh-Hant", "deepseek"),
        ("PBOC cuts rates", "en", "pboc"),
        ("People's Bank of China cuts rates", "en", "pboc"),
        ("美联储降息", "zh-Hans", "fed"),
        ("恒指收市升", "zh-Hant", "hsi"),
        ("比亚迪销量", "zh-Hans", "byd"),
        ("中國證監會公布", "zh-Hant", "csrc"),
    ],
)
def test_the_market_is_known_by_its_names(
    gazetteer: Gazetteer, title: str, language: str, entity_id: str
) -> None:
    assert entity_id in link(gazetteer, title, language)


@pytest.mark.parametrize(
    ("day", "entity_id"),
    [(date(2012, 5, 1), "cbrc"), (date(2019, 5, 1), "cbirc"), (date(2024, 5, 1), "nfra")],
)
def test_the_banking_regulator_is_that_of_the_day(gazetteer: Gazetteer, day: date, entity_id: str) -> None:
    fields: dict[Field, str] = {"title": "China's banking regulator warns lenders on property", "body": ""}
    reading = gazetteer.read(fields["title"], "", language="en")
    assert entity_id in gazetteer.link(reading, fields, day=day)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Growers expect a good apple harvest", "Orchards in the north did well."),
        ("A storm may target the coast", "It will meet land on Monday, experts said."),
        ("Visa rules eased for tourists", "The city wants more visitors."),
    ],
)
def test_common_words_are_no_companies(gazetteer: Gazetteer, title: str, body: str) -> None:
    assert link(gazetteer, title, "en", body) == set()


@pytest.mark.real
def test_every_member_of_the_index_is_known(bundled: Catalogue, real_data: Path) -> None:
    path = real_data / "facts" / "hsi_constituents_2025-05-30_en_zh.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        codes = [row["Stock Code"].removesuffix(".HK").lstrip("0") for row in csv.DictReader(lines)]
    assert len(codes) > 80
    assert [code for code in codes if f"XHKG:{code}" not in bundled.by_listing] == []
    tail = [code for code in codes if bundled.by_listing[f"XHKG:{code}"].startswith("xhkg_")]
    assert tail == []
