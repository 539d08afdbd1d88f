"""Texts as no editor would write them: a defined answer, true offsets, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.language import decide_language
from nlp.annotation import Annotation, Text
from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.label import THEME_IDS
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger

ODD = {
    "a third language": (
        "Alibaba steigt nach Zahlen kräftig",
        "Die Aktie von Tencent fiel am Dienstag um 3 %.",
    ),
    "capitals throughout": (
        "ALIBABA RISES AS TENCENT FALLS",
        "SHARES OF TENCENT FELL. ALIBABA SAID SO. " * 5,
    ),
    "a table of prices": (
        "Prices",
        "\n".join(f"0{n:04d}.HK\t{n / 7:.2f}\t+{n % 9}.{n % 7}%" for n in range(400)),
    ),
    "a digest of 200 items": (
        "Headlines",
        "\n".join(f"{n}. Alibaba and Tencent, item {n}." for n in range(200)),
    ),
    "no body": ("Alibaba rises", ""),
    "no title": ("", "Alibaba rises."),
    "nothing": ("", ""),
    "blanks": (" \t", "\n\n \u3000"),
    "a title of emoji": ("\U0001f680\U0001f680\U0001f4c8 \U0001f1ed\U0001f1f0", "Alibaba \U0001f4c8 rises."),
    "one word of 100,000 characters": ("Alibaba", "x" * 100_000),
    "one line of 100,000 characters": ("Alibaba", "Tencent fell. " * 7_200),
    "signs that join and turn": ("Ali\u200bbaba \u202eesir", "e\u0301" * 300 + " Tencent \ufeff rose."),
    "both scripts": ("騰訊 Tencent 腾讯", "阿里巴巴 Alibaba 上升。" * 50),
    "a lone surrogate": ("Alibaba \ud83d rises", "Tencent \udc00 fell."),
}


@pytest.fixture(scope="module")
def tagger(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    rows = (
        {"id": "alibaba", "name": "Alibaba", "type": "company", "aliases": {"zh": ["阿里巴巴"]}},
        {"id": "tencent", "name": "Tencent", "type": "company", "aliases": {"zh": ["騰訊"]}},
    )
    entities = {str(row["id"]): entity_from_row(row, where="own") for row in rows}
    english = EncoderScorer(tiny_model, precision="float32", n_threads=2, max_windows=64)
    chinese = WordScorer(tiny_chinese_model, max_windows=64)
    made = Tagger([english, chinese], Catalogue(entities=entities, by_listing={}))
    yield made
    made.close()


def quotes(annotation: Annotation) -> list[tuple[str, int, int, str]]:
    spans = [span for theme in annotation.themes for span in theme.evidence]
    spans += [span for entity in annotation.entities for span in entity.mentions]
    return [(span.field, span.start, span.end, span.text) for span in spans]


@pytest.mark.parametrize("name", list(ODD))
def test_an_odd_text_gets_a_defined_answer(tagger: Tagger, name: str) -> None:
    title, body = ODD[name]
    language = decide_language(None, f"{title}\n{body[:2000]}")
    (annotation,) = tagger.annotate([Text(title=title, body=body, language=language)])
    fields = {"title": title, "body": body}
    assert all(fields[field][start:end] == text for field, start, end, text in quotes(annotation))
    assert set(annotation.scores) == set(THEME_IDS)
    assert all(0 <= score <= 1 for score in (*annotation.scores.values(), annotation.hk_china))
    assert annotation.tone.negative + annotation.tone.neutral + annotation.tone.positive == pytest.approx(1.0)
    assert 0 <= annotation.tokens.read <= annotation.tokens.total


def test_what_is_named_is_found_even_there(tagger: Tagger) -> None:
    for name in ("a third language", "capitals throughout", "a digest of 200 items", "both scripts"):
        title, body = ODD[name]
        language = decide_language(None, f"{title}\n{body[:2000]}")
        (annotation,) = tagger.annotate([Text(title=title, body=body, language=language)])
        assert {entity.entity_id for entity in annotation.entities} == {"alibaba", "tencent"}, name
