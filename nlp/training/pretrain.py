"""Let the base encoder read the news before it learns labels: masked words (Gururangan et al., 2020).

`python -m nlp.training.pretrain --data DATA --out FOLDER`. Whole English articles of dates that are not
held out, in stretches of 160 word pieces, 15 in 100 hidden. So that the encoder stays good at likeness in
general, its mean vector is held to the base's own on every third batch (a linear map between).
"""

from __future__ import annotations

import argparse
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from nlp.scoring.window import piece_id
from nlp.text import readable
from nlp.training.example import read_news
from nlp.training.manifest import WEIGHTS
from nlp.training.network import TagNetwork, load_base, mean_over_tokens, quieten
from nlp.training.save import save_weights
from nlp.training.split import DEVELOPMENT, within
from nlp.training.train import base_folder, prepare_torch

_STRETCH = 160
_BATCH = 24
_HIDDEN_SHARE = 0.15
_VECTOR_EVERY = 3
_RATE = 2e-4
_SAVE_EVERY = 200
log = logging.getLogger(__name__)


class WordHead(nn.Module):
    """Guesses hidden word pieces: a dense layer, then the encoder's own (tied) table of pieces.

    Args:
        table: the table (pieces, width); it stays as it is.
    """

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.dense = nn.Linear(table.shape[1], table.shape[1])
        self.norm = nn.LayerNorm(table.shape[1])
        self.bias = nn.Parameter(torch.zeros(table.shape[0]))
        self.register_buffer("table", table.detach(), persistent=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return scores over all pieces (n, pieces) for vectors (n, width)."""
        scaled = self.norm(functional.gelu(self.dense(hidden)))
        return functional.linear(scaled, self.get_buffer("table"), self.bias)


def read_stretches(news: Path, tokenizer: Tokenizer) -> list[list[int]]:
    """Return the word pieces of all English articles of training dates, stretch by stretch."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [
        f"{readable(str(row['title']))}. {readable(str(row.get('body') or ''))}"
        for row in read_news(news)
        if str(row["language"]).startswith("en") and not within(str(row["published_at"])[:10], DEVELOPMENT)
    ]
    room = _STRETCH - 2
    first, last = piece_id(tokenizer, "[CLS]"), piece_id(tokenizer, "[SEP]")
    return [
        [first, *encoding.ids[start : start + room], last]
        for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)
        for start in range(0, min(len(encoding.ids), 5 * room), room)
        if len(encoding.ids) - start > room // 3
    ]


def pretrain(
    network: TagNetwork, base: nn.Module, stretches: Sequence[list[int]], tokenizer: Tokenizer, out: Path
) -> None:
    """Train in place for one pass over the stretches, saving now and then."""
    words = WordHead(network.encoder.embeddings.word_embeddings.weight)
    parameters = [
        p for module in (network.encoder.encoder, network.vector, words) for p in module.parameters()
    ]
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=0.01)
    n_steps = len(stretches) // _BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (0.06 * n_steps + 1)) * max(0.02, 1 - step / n_steps)
    )
    start = time.monotonic()
    losses: list[tuple[float, float]] = []
    for step, (ids, mask) in enumerate(_batches(stretches)):
        hidden_ids, targets = hide(ids, mask, piece_id(tokenizer, "[MASK]"), tokenizer.get_vocab_size())
        with torch.autocast("cpu", torch.bfloat16):
            states = network.encoder(input_ids=hidden_ids, attention_mask=mask).last_hidden_state
            places = targets >= 0
            loss = functional.cross_entropy(words(states[places]).float(), targets[places])
            vector_loss = torch.zeros(())
            if step % _VECTOR_EVERY == 0:
                with torch.no_grad():
                    wanted = mean_over_tokens(
                        base(input_ids=ids, attention_mask=mask).last_hidden_state, mask
                    )
                given = network.vector(mean_over_tokens(states, mask))
                vector_loss = 1 - functional.cosine_similarity(given.float(), wanted.float()).mean()
        (loss + 10 * vector_loss).backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append((loss.item(), vector_loss.item()))
        if (step + 1) % _SAVE_EVERY == 0 or step + 1 == n_steps:
            recent = losses[-_SAVE_EVERY:]
            vectors = [b for _, b in recent if b]
            log.info(
                "step %d of %d, %.0f s: hidden words %.3f (perplexity %.1f), vectors %.4f",
                step + 1,
                n_steps,
                time.monotonic() - start,
                sum(a for a, _ in recent) / len(recent),
                math.exp(sum(a for a, _ in recent) / len(recent)),
                sum(vectors) / max(1, len(vectors)),
            )
            save_weights(network, out / WEIGHTS)


def hide(ids: Tensor, mask: Tensor, mask_id: int, n_pieces: int) -> tuple[Tensor, Tensor]:
    """Hide word pieces, BERT's way: of those chosen, 8 in 10 masked, 1 replaced, 1 left.

    Returns:
        The ids to read and the targets, -1 where nothing is asked; both (batch, length).
    """
    chosen = (torch.rand(ids.shape) < _HIDDEN_SHARE) & (mask > 0)
    chosen[:, 0] = False
    kind = torch.rand(ids.shape)
    read = torch.where(chosen & (kind < 0.8), mask_id, ids)  # noqa: PLR2004 - the docstring's shares
    read = torch.where(chosen & (kind > 0.9), torch.randint(1000, n_pieces, ids.shape), read)  # noqa: PLR2004
    return read, torch.where(chosen, ids, -1)


def _batches(stretches: Sequence[list[int]]) -> Iterator[tuple[Tensor, Tensor]]:
    chance = random.Random(7)  # noqa: S311 - reproducible shuffling, not secrets
    order = sorted(range(len(stretches)), key=lambda i: len(stretches[i]) + chance.random())
    chunks = [order[i : i + _BATCH] for i in range(0, len(order) - _BATCH + 1, _BATCH)]
    chance.shuffle(chunks)
    for chunk in chunks:
        length = max(len(stretches[i]) for i in chunk)
        ids = torch.zeros((len(chunk), length), dtype=torch.long)
        for row, i in enumerate(chunk):
            ids[row, : len(stretches[i])] = torch.tensor(stretches[i])
        yield ids, (ids > 0).long()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (news/)")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--share", type=float, default=1.0, help="of the stretches")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    prepare_torch()
    torch.manual_seed(7)
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    stretches = read_stretches(arguments.data / "news", tokenizer)
    random.Random(7).shuffle(stretches)  # noqa: S311 - reproducible, not secrets
    stretches = stretches[: int(len(stretches) * arguments.share)]
    log.info("%d stretches, %d word pieces", len(stretches), sum(map(len, stretches)))
    network = TagNetwork(load_base(base_folder(), n_layers=arguments.layers))
    quieten(network.encoder)
    network.train()
    base = load_base(base_folder(), n_layers=6)
    pretrain(network, base, stretches, tokenizer, arguments.out)


if __name__ == "__main__":
    main()
