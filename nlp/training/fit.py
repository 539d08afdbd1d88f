"""Fine-tune the network on labelled examples."""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from nlp.label import THEME_IDS, TONES
from nlp.training.example import Example, SoftLabels
from nlp.training.network import Logits, TagNetwork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitConfig:
    """Hyper-parameters of a run; lengths in word pieces, rates per step."""

    n_epochs: int = 6
    batch_size: int = 24
    max_pieces: int = 144
    encoder_rate: float = 1.5e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    label_smoothing: float = 0.02
    tone_weight: float = 1.0
    scope_weight: float = 0.3
    positive_cap: float = 3.0
    title_only_share: float = 0.1
    n_frozen_layers: int = 0
    seed: int = 7


class Batch(dict[str, Tensor]):
    """Inputs and targets of some examples, all of shape (batch, ...)."""


def fit(
    network: TagNetwork,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    config: FitConfig,
    *,
    on_epoch: Callable[[], None] = lambda: None,
) -> TagNetwork:
    """Train all layers in place, calling `on_epoch` after each; return the network in evaluation mode.

    The word-piece table is left as it is: with some thousand items, most pieces are never seen.
    """
    network.encoder.embeddings.requires_grad_(requires_grad=False)
    for layer in network.encoder.encoder.layer[: config.n_frozen_layers]:
        layer.requires_grad_(requires_grad=False)
    torch.manual_seed(config.seed)
    chance = random.Random(config.seed)  # noqa: S311 - reproducible shuffling, not secrets
    device = next(network.parameters()).device
    weights = _positive_weights(examples, config.positive_cap).to(device)
    n_steps = config.n_epochs * math.ceil(len(examples) / config.batch_size)
    optimizer = torch.optim.AdamW(_parameter_groups(network, config), weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, n_steps, config))
    for epoch in range(config.n_epochs):
        network.train()
        losses = []
        for batch in _batches(examples, tokenizer, config, chance):
            moved = {key: value.to(device) for key, value in batch.items()}
            loss = _loss(_forward(network, moved), moved, weights, config)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        log.info("epoch %d of %d: loss %.4f", epoch + 1, config.n_epochs, float(np.mean(losses)))
        on_epoch()
    return network.eval()


def encode(
    examples: Sequence[Example], tokenizer: Tokenizer, max_pieces: int, *, drop_lead: Sequence[bool] = ()
) -> dict[str, Tensor]:
    """Encode title and lead as a pair, padded to the longest: ids, mask and segments, each (n, length)."""
    tokenizer.enable_truncation(max_pieces, strategy="only_second")
    tokenizer.enable_padding()
    dropped = drop_lead or [False] * len(examples)
    pairs = [(e.title[:600], "" if drop else e.lead) for e, drop in zip(examples, dropped, strict=True)]
    encodings = tokenizer.encode_batch(pairs)
    return {
        "input_ids": torch.tensor([e.ids[:max_pieces] for e in encodings]),
        "attention_mask": torch.tensor([e.attention_mask[:max_pieces] for e in encodings]),
        "token_type_ids": torch.tensor([e.type_ids[:max_pieces] for e in encodings]),
    }


def theme_targets(examples: Sequence[Example]) -> np.ndarray:
    """Return 0/1 targets of shape (n, 27) in the order of THEME_IDS."""
    return np.array([[theme in e.themes for theme in THEME_IDS] for e in examples], dtype=np.float32)


def _forward(network: TagNetwork, batch: dict[str, Tensor]) -> Logits:
    logits = network(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])
    return Logits(*logits)


def _loss(logits: Logits, batch: dict[str, Tensor], weights: Tensor, config: FitConfig) -> Tensor:
    themes = functional.binary_cross_entropy_with_logits(logits.themes, batch["themes"], pos_weight=weights)
    tone = functional.cross_entropy(logits.tone, batch["tone"])
    scope = functional.binary_cross_entropy_with_logits(logits.scope[:, 0], batch["scope"])
    # The mean over 27 themes is small beside one cross-entropy: scale it up to the same weight.
    return len(THEME_IDS) / 4 * themes + config.tone_weight * tone + config.scope_weight * scope


def _positive_weights(examples: Sequence[Example], cap: float) -> Tensor:
    share = theme_targets(examples).mean(0).clip(1e-3, 1)
    return torch.tensor(np.sqrt(0.1 / share).clip(1.0, cap), dtype=torch.float32)


def _batches(
    examples: Sequence[Example], tokenizer: Tokenizer, config: FitConfig, chance: random.Random
) -> Iterator[Batch]:
    """Yield batches of similar length in random order: little padding, fresh mixtures each epoch."""
    keyed = sorted(range(len(examples)), key=lambda i: len(examples[i].lead) + chance.uniform(-150, 150))
    chunks = [keyed[i : i + config.batch_size] for i in range(0, len(keyed), config.batch_size)]
    chance.shuffle(chunks)
    for chunk in chunks:
        chosen = [examples[i] for i in chunk]
        drop = [bool(e.lead) and chance.random() < config.title_only_share for e in chosen]
        batch = Batch(encode(chosen, tokenizer, config.max_pieces, drop_lead=drop))
        labels = [e.taught or _smooth(e, config.label_smoothing) for e in chosen]
        batch["themes"] = torch.tensor([label.themes for label in labels], dtype=torch.float32)
        batch["tone"] = torch.tensor([label.tone for label in labels], dtype=torch.float32)
        batch["scope"] = torch.tensor([label.scope for label in labels], dtype=torch.float32)
        yield batch


def _smooth(example: Example, smoothing: float) -> SoftLabels:
    """Turn labels into probabilities: annotators differ, in tone about twice as often as in a theme."""
    rest = 2 * smoothing / len(TONES)
    return SoftLabels(
        themes=tuple((1 - smoothing) * (theme in example.themes) + smoothing / 2 for theme in THEME_IDS),
        tone=tuple((1 - 2 * smoothing) * (tone == example.tone) + rest for tone in TONES),
        scope=float(example.hk_china),
    )


def _parameter_groups(network: TagNetwork, config: FitConfig) -> list[dict[str, object]]:
    """Give each layer its own rate: lower layers move less."""
    layers = network.encoder.encoder.layer
    groups: list[dict[str, object]] = [
        {
            "params": list(layer.parameters()),
            "lr": config.encoder_rate * config.layer_decay ** (len(layers) - 1 - depth),
        }
        for depth, layer in enumerate(layers)
    ]
    heads = [p for head in (network.themes, network.tone, network.scope) for p in head.parameters()]
    return [*groups, {"params": heads, "lr": config.head_rate}]


def _rate(step: int, n_steps: int, config: FitConfig) -> float:
    warmup = max(1, int(n_steps * config.warmup_share))
    if step < warmup:
        return step / warmup
    return max(0.0, (n_steps - step) / max(1, n_steps - warmup))
