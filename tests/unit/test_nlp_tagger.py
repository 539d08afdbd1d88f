"""The tagger: what one text's annotation holds, whatever the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.annotation import Annotation, Text
from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.label import THEME_IDS
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger


def make_catalogue() -> Catalogue:
    passing = {"asset": "XNYS:BABA", "from": date(2014, 9, 19)}
    rows = (
        {"id": "alibaba", "name": "Alibaba", "type": "company", "listings": ["XHKG:9988", passing]},
        {"id": "tencent", "name": "Tencent", "type": "company", "aliases": {"zh": ["騰訊"]}},
    )
    entities = {str(row["id"]): entity_from_row(row, where="own") for row in rows}
    return Catalogue(entities=entities, by_listing={"XHKG:9988": "alibaba", "XNYS:BABA": "alibaba"})


@pytest.fixture(scope="module")
def tagger(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Tagger]:
    english = EncoderScorer(tiny_model, precision="float32", n_threads=2, max_windows=8)
    tagger = Tagger([english, WordScorer(tiny_chinese_model, max_windows=8)], make_catalogue())
    yield tagger
    tagger.close()


def annotate(tagger: Tagger, title: str, body: str = "", *, language: str = "en") -> Annotation:
    (annotation,) = tagger.annotate([Text(title=title, body=body, language=language)])
    return annotation


def check_spans(annotation: Annotation, title: str, body: str) -> None:
    fields = {"title": title, "body": body}
    spans = [span for theme in annotation.themes for span in theme.evidence]
    spans += [span for entity in annotation.entities for span in entity.mentions]
    for span in spans:
        assert fields[span.field][span.start : span.end] == span.text


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans", "und"])
def test_a_text_gets_themes_tone_and_entities(tagger: Tagger, language: str) -> None:
    title, body = "Alibaba rises", "The shares of Tencent fell. Money came."
    annotation = annotate(tagger, title, body, language=language)
    assert annotation.language == language
    assert [theme.theme for theme in annotation.themes] == ["ai", "diversification"]
    assert all(len(theme.evidence) == 1 for theme in annotation.themes)
    assert list(annotation.scores) == list(THEME_IDS)
    assert annotation.tone.label == 1
    total = annotation.tone.negative + annotation.tone.neutral + annotation.tone.positive
    assert total == pytest.approx(1.0)
    assert 0.8 < annotation.hk_china < 1
    assert [entity.entity_id for entity in annotation.entities] == ["alibaba", "tencent"]
    # Holders' tones come from the encoder, which reads no Chinese.
    reads_mentions = language in {"en", "und"}
    assert all((entity.tone is not None) == reads_mentions for entity in annotation.entities)
    assert annotation.model == "tiny-en-1+tiny-zh-1"
    check_spans(annotation, title, body)


def test_other_languages_get_entities_only(tagger: Tagger) -> None:
    annotation = annotate(tagger, "Alibaba steigt kräftig", language="de")
    assert annotation.themes == ()
    assert set(annotation.scores.values()) == {0.0}
    assert (annotation.hk_china, annotation.tone.label, annotation.tone.neutral) == (0.0, 0, 1.0)
    assert [entity.entity_id for entity in annotation.entities] == ["alibaba"]
    assert annotation.tokens.read == 0
    assert annotation.tokens.total > 0


def test_listings_are_those_of_the_day(tagger: Tagger) -> None:
    def tickers(day: date | None) -> tuple[str, ...]:
        (annotation,) = tagger.annotate([Text(title="Alibaba", body="", language="en", published_on=day)])
        return annotation.entities[0].tickers

    assert tickers(None) == tickers(date(2025, 2, 11)) == ("XHKG:9988", "XNYS:BABA")
    assert tickers(date(2014, 9, 18)) == ("XHKG:9988",)


def test_relevance_orders_entities(tagger: Tagger) -> None:
    annotation = annotate(tagger, "Tencent leads", "Tencent rose. " * 3 + "x" * 400 + " So did Alibaba.")
    assert [entity.entity_id for entity in annotation.entities] == ["tencent", "alibaba"]
    first, second = (entity.relevance for entity in annotation.entities)
    assert 0 < second < first < 1


def test_a_text_is_tagged_alike_alone_and_among_others(tagger: Tagger) -> None:
    texts = [Text(title=f"Alibaba {i}", body="Money. " * i, language="en") for i in range(70)]
    texts.insert(3, Text(title="騰訊升", body="", language="zh-Hant"))
    texts.insert(9, Text(title="Bourse", body="", language="fr"))
    together = list(tagger.annotate(texts))
    assert len(together) == 72
    for index in (0, 3, 9, 71):
        (alone,) = tagger.annotate([texts[index]])
        assert alone.language == together[index].language
        assert alone.entities == together[index].entities
        assert list(alone.scores.values()) == pytest.approx(list(together[index].scores.values()), abs=1e-4)


def test_nothing_to_tag(tagger: Tagger) -> None:
    assert list(tagger.annotate([])) == []


def test_a_long_text_is_read_up_to_its_windows(tagger: Tagger) -> None:
    annotation = annotate(tagger, "Alibaba", "money " * 5000)
    assert annotation.tokens.total == 5001
    assert annotation.tokens.read == 1 + 8 * (256 - 4)
    chinese = annotate(tagger, "騰訊", "錢" * 20_000, language="zh-Hant")
    assert (chinese.tokens.read, chinese.tokens.total) == (8002, 20_002)


_PIECES = st.sampled_from(
    [
        *("Alibaba ", "騰訊", "腾讯升。", "Money came. ", "https://x.example ", "[a](b)", "<b>", "**", "# "),
        *("\n", "\ud800", "\U0001f680", "\u200d", "\0", "\u2028", "　", "e\u0301", "\x7f", "Also read: x\n"),
    ]
)


@settings(deadline=None, max_examples=60)
@given(
    title=st.lists(_PIECES, max_size=8).map("".join),
    body=st.lists(_PIECES, max_size=40).map("".join),
    language=st.sampled_from(["en", "zh-Hant", "zh-Hans", "ja", "und"]),
)
def test_every_span_quotes_the_text_whatever_it_is(
    tagger: Tagger, title: str, body: str, language: str
) -> None:
    annotation = annotate(tagger, title, body, language=language)
    check_spans(annotation, title, body)
    assert len(annotation.themes) == (0 if language == "ja" else 2)
