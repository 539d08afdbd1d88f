"""Claims of single sentences, and what odd and hostile text does to their reading."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotation import Annotation, EntityTag, Span, Text
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader, read_claim_reader
from nlp.entities.catalogue import Catalogue
from nlp.error import CatalogueError
from nlp.tagger import Tagger

ROOT = Path(__file__).parents[2]
DAY = date(2025, 3, 28)
SENTENCES = [
    json.loads(line) for line in (ROOT / "tests/data/claims.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def reader() -> ClaimReader:
    return read_claim_reader(ROOT / "config" / "claims.yaml")


@pytest.fixture(scope="module")
def read(reader: ClaimReader, catalogue: Catalogue) -> list[Annotation]:
    tagger = Tagger([], catalogue, claim_reader=reader)
    return list(
        tagger.annotate(
            Text(
                title=row.get("title", ""),
                body=row["text"],
                language=row["language"],
                published_on=date.fromisoformat(row["published_on"]) if row["published_on"] else None,
            )
            for row in SENTENCES
        )
    )


def told(claim: Claim) -> dict[str, object]:
    """Lay a claim out as the sentences' file does, defaults left out."""
    fields = ("subject", "metric", "value", "unit", "period", "direction")
    row: dict[str, object] = {"number": claim.number.text} | {name: getattr(claim, name) for name in fields}
    defaults = {"bound": "exact", "comparison": None, "reference": "", "modality": "fact", "speaker": ""}
    return row | {
        name: getattr(claim, name) for name, usual in defaults.items() if getattr(claim, name) != usual
    }


@pytest.mark.parametrize("index", range(len(SENTENCES)))
def test_each_sentence_of_our_own_gives_the_claims_that_it_makes(read: list[Annotation], index: int) -> None:
    assert [told(claim) for claim in read[index].claims] == SENTENCES[index]["claims"]


def test_offsets_are_those_of_the_text_as_written(read: list[Annotation]) -> None:
    for row, annotation in zip(SENTENCES, read, strict=True):
        for claim in annotation.claims:
            for span in (claim.number, claim.evidence):
                field = row["text"] if span.field == "body" else row["title"]
                assert field[span.start : span.end] == span.text
            assert claim.evidence.start <= claim.number.start < claim.number.end <= claim.evidence.end


def test_the_value_lies_within_what_its_words_allow(read: list[Annotation]) -> None:
    for claim in (claim for annotation in read for claim in annotation.claims):
        if claim.value is not None:
            assert claim.low is None or claim.low <= claim.value
            assert claim.high is None or claim.value <= claim.high


def index_tag(text: str, name: str, entity_id: str = "hsi") -> EntityTag:
    start = text.index(name)
    span = Span(field="body", start=start, end=start + len(name), text=name)
    return EntityTag(
        entity_id=entity_id, name=name, type="index", tickers=(), relevance=1.0, linked=True, mentions=(span,)
    )


def company_tag(text: str, name: str, entity_id: str) -> EntityTag:
    return replace(index_tag(text, name, entity_id), type="company")


def test_rounding_gives_the_interval_and_a_bound_opens_it(reader: ClaimReader) -> None:
    body = "The Hang Seng Index rose 2.30 percent, more than 450 points, to less than 20,500."
    tag = index_tag(body, "Hang Seng Index")
    first, second, _ = reader.read(Text(title="", body=body, language="en", published_on=DAY), (tag,))
    assert first.low == pytest.approx(2.295)
    assert first.high == pytest.approx(2.305)
    assert (second.low, second.high) == (450.0, None)


def test_a_title_lends_its_subject_to_a_body_without_one(reader: ClaimReader) -> None:
    title = "Hang Seng Index slips"
    span = Span(field="title", start=0, end=15, text=title[:15])
    tag = EntityTag(
        entity_id="hsi", name="HSI", type="index", tickers=(), relevance=1.0, linked=True, mentions=(span,)
    )
    (claim,) = reader.read(
        Text(title=title, body="It fell 1.2 percent.", language="en", published_on=DAY), (tag,)
    )
    assert (claim.subject, claim.metric, claim.direction) == ("hsi", "return", "down")


@pytest.mark.parametrize(
    "text",
    [
        "In 2024, at 9:30 on March 28, the S&P 500 and CSI 300 met Q1 of 5G in Room 101.",
        "Call +852 2345 6789 about 09988.HK, 00700.HK, (NASDAQ: BABA) or No. 3.",
        "2025年3月28日上午9点30分，第3季度5G手机排名第2。",
    ],
)
def test_years_times_codes_and_names_are_no_claims(reader: ClaimReader, text: str) -> None:
    language = "en" if text.isascii() else "zh-Hans"
    assert reader.read(Text(title="", body=text, language=language, published_on=DAY), ()) == ()


def test_a_new_york_close_read_in_the_hong_kong_morning_is_of_the_day_before(reader: ClaimReader) -> None:
    body = "The S&P 500 closed 0.3 percent lower."
    morning = datetime(2025, 3, 28, 22, 30, tzinfo=UTC)  # Saturday in Hong Kong
    text = Text(title="", body=body, language="en", published_on=DAY, published_at=morning)
    (claim,) = reader.read(text, (index_tag(body, "S&P 500", "sp500"),))
    assert claim.period == "2025-03-28"


def test_a_broker_that_sets_a_target_is_not_whose_target_it_is(reader: ClaimReader) -> None:
    body = "Barclays raised its price target on the stock to $590."
    tags = (company_tag(body, "Barclays", "barclays"),)
    assert [claim.subject for claim in reader.read(Text(title="", body=body, language="en"), tags)] == [""]


def test_without_a_day_of_publication_no_period_is_made_up(reader: ClaimReader) -> None:
    body = "Southbound net buying was HK$2 billion on Friday."
    (claim,) = reader.read(Text(title="", body=body, language="en"), ())
    assert (claim.subject, claim.metric, claim.period) == ("southbound", "net_flow", "")


PIECES = st.sampled_from(
    ["HK$", "435", " billion", "亿", "万", "%", " percent", "升", "跌", "恒指", "一百",
     "两成", "to ", "至", ",", ".", "(", ")",
     " rose ", "成交", "Q1 ", "2025", "年", "3月", "31日", " May ", "Hang Seng",
     "record ", "新高", "since ", "点", "\n", "，", "-", "\ud800"]
)  # fmt: skip


@given(
    st.lists(PIECES | st.text(max_size=6), max_size=40), st.sampled_from(["en", "zh-Hant", "zh-Hans", "xx"])
)
def test_no_text_breaks_the_reading(reader: ClaimReader, pieces: list[str], language: str) -> None:
    body = "".join(pieces)
    for published_on in (DAY, None):
        for claim in reader.read(
            Text(title=body, body=body, language=language, published_on=published_on), ()
        ):
            assert body[claim.number.start : claim.number.end] == claim.number.text


def test_a_damaged_word_list_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("- no lists", encoding="utf-8")
    with pytest.raises(CatalogueError, match="put back the file"):
        read_claim_reader(tmp_path / "claims.yaml")
