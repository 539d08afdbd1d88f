"""Entities of labelled examples as word pieces: what the mention head learns from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from nlp.training.example import Example
from nlp.training.mention import Mention, entity_tone, find_mentions, gather_mentions

ALIBABA: dict[str, Any] = {"surfaces": ["Alibaba"], "type": "company", "salient": True}
YUE: dict[str, Any] = {"surfaces": ["Yue"], "type": "person", "salient": True}


def example(*entities: dict[str, Any], **tones: int) -> Example:
    return Example(
        example_id="own-1", title="Alibaba rose", lead="The shares of Tencent fell. Alibaba rose.",
        language="en", publisher="own", published_on="", themes=frozenset(), tone=1, hk_china=True,
        source="own_items", entities=entities, entity_tones=tones,
    )  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(tiny_model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def mentions_of(tokenizer: Tokenizer, item: Example) -> list[Mention]:
    return find_mentions(item, tokenizer.encode(item.title, item.lead))


def test_every_place_of_a_name_counts(tokenizer: Tokenizer) -> None:
    (mention,) = mentions_of(tokenizer, example(ALIBABA))
    encoding = tokenizer.encode("Alibaba rose", "The shares of Tencent fell. Alibaba rose.")
    assert [encoding.tokens[piece] for piece in mention.pieces] == ["alibaba", "alibaba"]
    assert (mention.about, mention.tone) == (True, 1)


def test_an_entity_that_stands_nowhere_is_left_out(tokenizer: Tokenizer) -> None:
    assert mentions_of(tokenizer, example({**ALIBABA, "surfaces": ["Meituan"]})) == []


def test_tones_that_were_read_stand_beside(tokenizer: Tokenizer) -> None:
    (mention,) = mentions_of(tokenizer, example(Tencent=-1))
    assert (mention.about, mention.tone) == (None, -1)


def test_the_tone_of_an_item_is_that_of_the_one_asset_it_is_about() -> None:
    other = {**ALIBABA, "surfaces": ["Tencent"]}
    passing = {**other, "salient": False}
    alone, with_passing, two = example(ALIBABA, YUE), example(ALIBABA, passing), example(ALIBABA, other)
    assert entity_tone(alone, alone.entities[0]) == 1
    assert entity_tone(alone, alone.entities[1]) is None
    assert entity_tone(with_passing, with_passing.entities[1]) is None
    assert entity_tone(two, two.entities[0]) is None


def test_a_tone_of_its_own_comes_first() -> None:
    item = example({**ALIBABA, "tone": -1}, {**YUE, "tone": None})
    assert [entity_tone(item, entity) for entity in item.entities] == [-1, None]


def test_rows_take_the_mean_over_an_entitys_pieces() -> None:
    texts = [[Mention(pieces=(1, 2), about=True, tone=None)], [Mention(pieces=(0,), about=None, tone=1)]]
    rows = gather_mentions(texts, 3)
    assert rows.tolist() == [[0, 0.5, 0.5, 0, 0, 0], [0, 0, 0, 1.0, 0, 0]]
