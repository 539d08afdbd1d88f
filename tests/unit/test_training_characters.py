from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from nlp.training.characters import CharacterConfig, choose_places, cut_stretches, make_tokenizer

NEWS = ["腾讯回购10亿港元股份 . 腾讯控股公布回购股份。"] * 3 + ["阿里巴巴升3% . 鑫"]


@pytest.fixture(scope="module")
def tokenizer(root: Path) -> Tokenizer:
    return make_tokenizer(root / "models" / "english", NEWS)


def test_characters_of_the_news_get_their_rows_and_rare_ones_none(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("腾讯鑫 ok", add_special_tokens=False)
    assert encoded.tokens == ["腾", "讯", "[UNK]", "o", "##k"]
    assert tokenizer.token_to_id("[PAD]") == 0
    assert sorted(tokenizer.get_vocab().values()) == list(range(tokenizer.get_vocab_size()))


def test_the_tokenizer_is_the_same_after_it_was_saved(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert again.encode(NEWS[0]).ids == tokenizer.encode(NEWS[0]).ids
    assert json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))["truncation"] is None


def test_a_text_gives_two_stretches_at_most_and_a_short_one_none(tokenizer: Tokenizer) -> None:
    config = CharacterConfig(stretch=20)
    assert [len(row) for row in cut_stretches(["腾" * 70, "腾" * 25, "腾" * 2], tokenizer, config)] == [
        22,
        22,
        22,
    ]
    (row,) = cut_stretches(["腾" * 20], tokenizer, config)
    assert (row[0], row[-1]) == (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))


@pytest.mark.parametrize("length", [3, 20, 128])
def test_hidden_places_are_a_share_and_never_the_ends(length: int) -> None:
    chosen = choose_places(length, 0.15, random.Random(1))  # noqa: S311 - no secrets
    assert max(1, int((length - 2) * 0.15)) <= len(chosen) <= int((length - 2) * 0.15) + 3
    assert chosen <= set(range(1, length - 1))
