"""Headlines out of GDELT's knowledge graph."""

from __future__ import annotations

import gzip
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.archives.gdelt import decode_mixed
from ingest.archives.read import read_articles
from ingest.article import Article
from ingest.error import UnreadableInputError
from ingest.rejection import Rejection

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def line(
    number: int = 0, *, title: str | None = "Alibaba&#x2019;s shares &amp; bonds rise", **fields: str
) -> bytes:
    columns = {
        "id": f"20250211093000-{number}",
        "date": "20250211093000",
        "collection": "1",
        "source": "ledger.example",
        "document": f"https://ledger.example/news/{number}",
        "counts": "",
        "counts_by_place": "",
        "themes": "ECON_STOCKMARKET;TAX_FNCACT;ECON_STOCKMARKET;",
        "themes_by_place": "ECON_STOCKMARKET,120;ECON_IPO,33;",
        "locations": "4#Hong Kong, Hong Kong (General)#HK#HK00#22.25#114.167#-1351386",
        "locations_by_place": "",
        "persons": "joe tsai",
        "persons_by_place": "Joe Tsai,44",
        "organisations": "alibaba;tencent",
        "organisations_by_place": "Alibaba,10;Tencent,50",
        "tone": "1.5,3.25,1.75,5,20.5,0.5,412",
        "dates": "",
        "gcam": "wc:412,c1.1:1",
        "image": "",
        "images": "",
        "embeds": "",
        "videos": "",
        "quotations": "",
        "names": "Joe Tsai,44",
        "amounts": "",
        "translation": "",
        "extras": ""
        if title is None
        else f"<PAGE_LINKS>https://x.example</PAGE_LINKS><PAGE_TITLE>{title}</PAGE_TITLE>",
    }
    return "\t".join({**columns, **fields}.values()).encode() + b"\n"


def read(path: Path, *, skip: int = 0) -> tuple[list[Article], list[Rejection]]:
    found = list(read_articles(path, now=NOW, skip=skip))
    articles = [item for item in found if isinstance(item, Article)]
    return articles, [item for item in found if isinstance(item, Rejection)]


def test_a_record_becomes_a_headline_with_their_themes_beside(tmp_path: Path) -> None:
    path = tmp_path / "20250211093000.gkg.csv"
    stamp = "<PAGE_PRECISEPUBTIMESTAMP>20250211080500</PAGE_PRECISEPUBTIMESTAMP>"
    path.write_bytes(line(extras=f"{stamp}<PAGE_TITLE>Alibaba&#x2019;s shares rise</PAGE_TITLE>"))
    (article,), rejected = read(path)
    assert not rejected
    assert (article.title, article.body) == ("Alibaba’s shares rise", "")
    assert (article.publisher, article.url) == ("ledger.example", "https://ledger.example/news/0")
    assert article.published_at == datetime(2025, 2, 11, 9, 30, tzinfo=UTC)
    assert (article.article_id, article.language) == ("gdelt:20250211093000-0", "en")
    assert article.extra == {
        "gdelt_themes": ["ECON_STOCKMARKET", "TAX_FNCACT"],
        "gdelt_persons": ["joe tsai"],
        "gdelt_organisations": ["alibaba", "tencent"],
        "gdelt_tone": {
            "tone": 1.5,
            "positive": 3.25,
            "negative": 1.75,
            "polarity": 5.0,
            "activity": 20.5,
            "self_reference": 0.5,
            "n_words": 412.0,
        },
        "gdelt_page_published_at": "2025-02-11T08:05:00+00:00",
    }


@pytest.mark.parametrize("form", ["csv", "csv.gz", "csv.zip"])
def test_packed_files_are_read_and_rows_without_a_title_counted(tmp_path: Path, form: str) -> None:
    data = line(0) + line(1, title=None) + line(2, title=" ") + b"20250211093000-9\tcut off\n" + line(3)
    path = tmp_path / f"20250211093000.gkg.{form}"
    if form == "csv.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("20250211093000.gkg.csv", data)
    else:
        path.write_bytes(gzip.compress(data) if form == "csv.gz" else data)
    articles, rejected = read(path)
    assert [article.article_id[-1] for article in articles] == ["0", "3"]
    assert [rejection.reason for rejection in rejected] == [
        "the record has no PAGE_TITLE, and so no text at all",
        "the record has no PAGE_TITLE, and so no text at all",
        "has 2 fields, where a GKG 2.1 record has 27",
    ]
    assert [item.article_id[-1] for item in read(path, skip=4)[0]] == ["3"]


def test_two_encodings_may_stand_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.gkg.csv"
    path.write_bytes(line(title="騰訊 caf@").replace(b"caf@", b"caf\xe9 \x93up\x94"))
    (article,), _ = read(path)
    assert article.title == "騰訊 café “up”"
    assert decode_mixed(b"\x81 \xe2\x82\xac") == "\x81 €"


def test_translated_records_keep_the_language_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "a.translation.gkg.csv"
    path.write_bytes(line(title="腾讯控股回购股份", translation="srclc:zho; eng:GT-ZHO 1.0"))
    assert read(path)[0][0].language == "zh-Hans"


def test_a_document_that_is_no_address_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.gkg.csv"
    path.write_bytes(line(collection="2", document="South China Morning Post, page 3", tone="none"))
    (article,), _ = read(path)
    assert article.url is None
    assert article.extra["gdelt_document"] == "South China Morning Post, page 3"
    assert "gdelt_tone" not in article.extra


def test_a_record_of_a_collection_without_dates_has_none(tmp_path: Path) -> None:
    path = tmp_path / "special.gkg.csv"
    path.write_bytes(line(date="0"))
    (article,), _ = read(path)
    assert article.published_at is None


def test_a_zip_file_of_several_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.csv", line(0))
        packed.writestr("b.csv", line(1))
    with pytest.raises(UnreadableInputError, match="holds 2 files; unpack it"):
        read(path)
