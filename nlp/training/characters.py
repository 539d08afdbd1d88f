"""Teach the encoder Chinese: `python -m nlp.training.characters --data DATA --out FOLDER`.

The base encoder knows some five hundred Chinese characters. All that occur in the Chinese news get a row in
the table of word pieces, which loses the pieces that don't occur there, and the lowest layers of the tagging
encoder learn to guess hidden characters (masked words, Devlin et al., 2019; in runs of one to three, as in
Joshi et al., 2020), so that what a body trained on English does with words is carried over (Artetxe et al.,
2020). Traditional characters are folded to simplified ones. News of 12 February 2025 and after it, whose
pairs of reports are held out, is left out of the wire week.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from nlp.scoring.window import piece_id
from nlp.script import fold_script, has_han
from nlp.stories.passage import opening_of
from nlp.stories.reader_file import TOKENIZER
from nlp.training.example import read_news
from nlp.training.network import load_base, load_encoder, quieten
from nlp.training.story_pair import HELD_OUT_FROM
from nlp.training.train import base_folder, prepare_torch

WEIGHTS = "encoder.safetensors"
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: Characters that occur less often are unknown ones; so are other pieces.
_MIN_CHARACTERS, _MIN_PIECES = 3, 8
log = logging.getLogger(__name__)

Row = list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterConfig:
    """Hyper-parameters; rates per step."""

    n_layers: int = 4
    n_epochs: int = 2
    batch_size: int = 48
    stretch: int = 126
    hidden_share: float = 0.15
    table_rate: float = 1.5e-3
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    warmup_share: float = 0.05
    seed: int = 7


class CharacterHead(nn.Module):
    """Guesses hidden pieces: a dense layer, then the encoder's own table, which learns with it.

    Args:
        width: of the encoder.
        n_pieces: rows of its table.
    """

    def __init__(self, width: int, n_pieces: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(n_pieces))

    def forward(self, hidden: Tensor, table: Tensor) -> Tensor:
        """Return scores over all pieces (n, pieces) for vectors (n, width)."""
        return functional.linear(self.norm(functional.gelu(self.dense(hidden))), table, self.bias)


def read_openings(news: Path) -> list[str]:
    """Return the titles and openings of the Chinese articles, held-out days of the wire week left out."""
    return [
        fold_script(opening_of(str(row["title"]), str(row.get("body") or "")))
        for row in read_news(news)
        if has_han(str(row["title"]))
        and not (str(row["id"]).startswith("wire") and str(row["published_at"]) >= HELD_OUT_FROM)
    ]


def make_tokenizer(base: Path, texts: Sequence[str]) -> Tokenizer:
    """Return the base's tokenizer with the characters of some texts, without what doesn't occur there."""
    raw: dict[str, Any] = json.loads((base / TOKENIZER).read_text(encoding="utf-8"))
    raw |= {"truncation": None, "padding": None, "post_processor": None}
    known: dict[str, int] = raw["model"]["vocab"]
    signs = Counter(sign for text in texts for sign in _HAN.findall(text))
    new = [sign for sign in signs if sign not in known]
    raw["model"]["vocab"] = {**known, **{sign: len(known) + at for at, sign in enumerate(new)}}
    wide = Tokenizer.from_str(json.dumps(raw))
    counts = Counter(
        piece
        for encoding in wide.encode_batch(list(texts), add_special_tokens=False)
        for piece in encoding.tokens
    )
    kept = [piece for piece in raw["model"]["vocab"] if _is_kept(piece, counts[piece])]
    raw["model"]["vocab"] = {piece: at for at, piece in enumerate(kept)}
    for added in raw["added_tokens"]:
        added["id"] = kept.index(added["content"])
    return Tokenizer.from_str(json.dumps(raw, ensure_ascii=False))


def _is_kept(piece: str, count: int) -> bool:
    """Say whether a piece has a row: often enough seen, or a sign of which words can be spelt."""
    is_letter = len(piece.removeprefix("##")) == 1 and piece.isascii()
    return piece in _SPECIAL or is_letter or count >= (_MIN_CHARACTERS if len(piece) == 1 else _MIN_PIECES)


def widen(encoder: BertModel, base: Tokenizer, tokenizer: Tokenizer) -> None:
    """Give an encoder the table of another tokenizer; rows of pieces that are new are drawn like the old."""
    old = encoder.embeddings.word_embeddings.weight.detach()
    known, mean, spread = base.get_vocab(), old.mean(0), old.std(0)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    rows = [
        old[known[piece]] if piece in known else mean + 0.7 * spread * torch.randn(len(mean))
        for piece, _ in pieces
    ]
    table = nn.Embedding(len(rows), len(mean), padding_idx=0)
    table.weight = nn.Parameter(torch.stack(rows))
    encoder.embeddings.word_embeddings = table
    encoder.config.vocab_size = len(rows)


def cut_stretches(texts: Sequence[str], tokenizer: Tokenizer, config: CharacterConfig) -> list[Row]:
    """Return the pieces of texts, at most two stretches of each."""
    first, last = piece_id(tokenizer, "[CLS]"), piece_id(tokenizer, "[SEP]")
    return [
        [first, *encoding.ids[start : start + config.stretch], last]
        for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for start in (0, config.stretch)
        if len(encoding.ids) - start > config.stretch // (3 if start else 10)
    ]


def teach(encoder: BertModel, rows: Sequence[Row], tokenizer: Tokenizer, config: CharacterConfig) -> None:
    """Train in place on hidden pieces."""
    head = CharacterHead(encoder.config.hidden_size, tokenizer.get_vocab_size())
    table = encoder.embeddings.word_embeddings.weight
    layers = [*encoder.encoder.parameters(), *encoder.embeddings.LayerNorm.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": [table], "lr": config.table_rate, "weight_decay": 0.0},
            {"params": layers, "lr": config.encoder_rate},
            {"params": head.parameters(), "lr": config.head_rate},
        ],
        weight_decay=0.01,
    )
    n_steps = config.n_epochs * (len(rows) // config.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(1.0, (step + 1) / (config.warmup_share * n_steps)) * max(0.01, 1 - step / n_steps),
    )
    start, losses = time.monotonic(), []
    chance = random.Random(config.seed)  # noqa: S311 - reproducible shuffling, not secrets
    for ids, targets in _batches(rows, tokenizer, config, chance):
        places = targets >= 0
        with torch.autocast("cpu", torch.bfloat16):
            hidden = encoder(input_ids=ids, attention_mask=(ids > 0).long()).last_hidden_state
            scores = head(hidden[places], table)
        loss = functional.cross_entropy(scores.float(), targets[places])
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        nn.utils.clip_grad_norm_([table, *layers, *head.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if len(losses) % 100 == 0:
            recent = sum(losses[-100:]) / 100
            told = len(losses), n_steps, time.monotonic() - start, math.exp(recent)
            log.info("step %d of %d, %.0f s: perplexity %.1f", *told)


def _batches(
    rows: Sequence[Row], tokenizer: Tokenizer, config: CharacterConfig, chance: random.Random
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield each epoch's batches of stretches of like length: ids to read and targets, -1 where none."""
    mask, n_pieces, size = piece_id(tokenizer, "[MASK]"), tokenizer.get_vocab_size(), config.batch_size
    for _ in range(config.n_epochs):
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]) + 6 * chance.random())
        chunks = [order[at : at + size] for at in range(0, len(order) - size + 1, size)]
        chance.shuffle(chunks)
        for chunk in chunks:
            longest = max(len(rows[at]) for at in chunk)
            ids = torch.zeros((size, longest), dtype=torch.long)
            targets = torch.full((size, longest), -1)
            for line, at in enumerate(chunk):
                row = torch.tensor(rows[at])
                ids[line, : len(row)] = row
                for place in choose_places(len(row), config.hidden_share, chance):
                    targets[line, place] = row[place]
                    kind = chance.random()
                    # BERT's shares: of those chosen, 8 in 10 are masked, 1 is replaced, 1 left.
                    if kind < 0.8:  # noqa: PLR2004
                        ids[line, place] = mask
                    elif kind < 0.9:  # noqa: PLR2004
                        ids[line, place] = chance.randrange(len(_SPECIAL), n_pieces)
            yield ids, targets


def choose_places(length: int, share: float, chance: random.Random) -> set[int]:
    """Choose a share of a stretch's places, in runs of one to three."""
    n_inner, chosen = length - 2, set[int]()
    while len(chosen) < max(1, int(n_inner * share)):
        start = 1 + chance.randrange(n_inner)
        chosen.update(range(start, min(start + chance.choice((1, 1, 2, 2, 3)), n_inner + 1)))
    return chosen


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (news/)")
    parser.add_argument("--models", type=Path, default=Path("models"), help="holds english/")
    parser.add_argument("--out", type=Path, required=True, help="folder to write: encoder and tokenizer")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    prepare_torch()
    config, base = CharacterConfig(), base_folder()
    torch.manual_seed(config.seed)
    texts = read_openings(arguments.data / "news")
    tokenizer = make_tokenizer(base, texts)
    rows = cut_stretches(texts, tokenizer, config)
    n_pieces = sum(map(len, rows))
    log.info("%d texts, %d pieces, %d kinds", len(texts), n_pieces, tokenizer.get_vocab_size())
    encoder = load_base(base, n_layers=6)
    load_encoder(encoder, arguments.models / "english")
    encoder.encoder.layer = encoder.encoder.layer[: config.n_layers]
    encoder.config.num_hidden_layers = config.n_layers
    widen(encoder, Tokenizer.from_file(str(base / TOKENIZER)), tokenizer)
    quieten(encoder)
    teach(encoder, rows, tokenizer, config)
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(encoder.state_dict(), arguments.out / WEIGHTS)
    tokenizer.save(str(arguments.out / TOKENIZER))


if __name__ == "__main__":
    main()
