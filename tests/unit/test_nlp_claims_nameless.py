"""Chinese moves whose clause names nobody are left out; first times and half months' highs are records."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlp.annotation import EntityTag, Span, Text
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader, read_claim_reader

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reader() -> ClaimReader:
    return read_claim_reader(ROOT / "config" / "claims.yaml")


def _read(reader: ClaimReader, body: str, *tags: EntityTag) -> list[Claim]:
    at = datetime(2024, 8, 5, 9, tzinfo=UTC)
    text = Text(title="", body=body, language="zh-Hans", published_on=at.date(), published_at=at)
    return [claim for claim in reader.read(text, tags) if claim.metric in {"return", "level", "change"}]


def _company(body: str, name: str) -> EntityTag:
    place = body.index(name)
    span = Span(field="body", start=place, end=place + len(name), text=name)
    return EntityTag(
        entity_id="quux",
        name=name,
        type="company",
        mentions=(span,),
        tickers=("XSHG:600001",),
        relevance=1.0,
        linked=True,
    )


@pytest.mark.parametrize(
    "body",
    [
        "在岸人民币收报7.25，较昨日收市价跌300点子，跌幅达0.46%。",
        "某组合的年内收益从上月的2.6%骤降至0.9%。",
        "其中，城市上涨0.6%，农村上涨0.3%。",
    ],
)
def test_a_move_whose_clause_names_nobody_is_left_out(reader: ClaimReader, body: str) -> None:
    assert [claim for claim in _read(reader, "概念股走强。" + body) if claim.metric == "return"] == []


def test_a_name_that_isnt_known_has_the_move_right_after_it(reader: ClaimReader) -> None:
    (claim,) = _read(reader, "储能概念股活跃，甲乙新能涨超10%。")
    assert (claim.subject, claim.value, claim.direction) == ("", 10, "up")


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("港股造好，恒生指数升穿19000点，是逾9个月以来首次。", "逾9个月以来首次"),
        ("港股造好，恒生指数升穿19000点，创半个月收市新高。", "创半个月收市新高"),
    ],
)
def test_a_first_time_and_a_half_months_high_are_records_of_a_level(
    reader: ClaimReader, body: str, quote: str
) -> None:
    records = [claim for claim in _read(reader, body) if claim.value is None]
    assert [(x.subject, x.metric, x.comparison) for x in records] == [("hsi", "level", "record_high")]
    assert records[0].number.text.endswith(quote[-4:])


def test_the_greatest_fall_on_record_is_a_record_of_moves(reader: ClaimReader) -> None:
    records = [x for x in _read(reader, "台股重挫8%，创有纪录以来最大单日跌幅。") if x.value is None]
    assert [(x.subject, x.metric, x.direction) for x in records] == [("taiex", "return", "down")]


def test_a_rise_that_falls_back_is_still_a_rise(reader: ClaimReader) -> None:
    body = "甲乙汽车股价报14元，涨幅已回落至5.5%。"
    (claim,) = _read(reader, body, _company(body, "甲乙汽车"))
    assert (claim.subject, claim.value, claim.direction) == ("quux", 5.5, "up")


def test_a_number_in_an_indexs_name_is_part_of_it(reader: ClaimReader) -> None:
    (claim,) = _read(reader, "欧洲斯托克(Eurostoxx)50指数涨1.2%。")
    assert (claim.subject, claim.value) == ("stoxx50", 1.2)


def test_an_index_that_others_drag_has_no_part_in_the_next_clauses_move(reader: ClaimReader) -> None:
    (claim,) = _read(reader, "科技股走低拖累纳指，中概股指大涨近3%。")
    assert claim.subject == "golden_dragon"
