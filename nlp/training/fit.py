"""Fine-tune the network on labelled examples: themes, tone, scope, mentions, and the base's vectors.

All tasks share one pass. What keeps the layers from learning by heart: a tenth of the word pieces is hidden,
labels are smoothed, and the mean vector is held near the base encoder's.
"""

from __future__ import annotations

import logging
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from nlp.label import THEME_IDS, TONES
from nlp.scoring.window import piece_id
from nlp.training.example import LABELLED_FILES, OWN_LABELS, Example, Label, SoftLabels
from nlp.training.mention import Mention, find_mentions, gather_mentions
from nlp.training.network import Logits, TagNetwork, mean_over_tokens, quieten
from nlp.training.target import theme_targets

_VECTOR_BATCH = 48
#: A lead in which a first sentence of some length ends.
_FIRST_SENTENCE = re.compile(r"^(.{60,400}?[.!?]) .*$", re.DOTALL)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitConfig:
    """Hyper-parameters of a run; lengths in word pieces, rates per step."""

    n_epochs: int = 6
    batch_size: int = 24
    max_pieces: int = 256
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
    brief_share: float = 0.1
    hidden_share: float = 0.1
    annotated_weight: float = 1.5
    plain_share: float = 0.4
    mention_weight: float = 0.5
    vector_weight: float = 2.0
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
    base: nn.Module,
    on_epoch: Callable[[], None] = lambda: None,
) -> TagNetwork:
    """Train all layers in place, calling `on_epoch` after each; return the network in evaluation mode.

    The word-piece table is left as it is: with some thousand items, most pieces are never seen.

    Args:
        network: what is trained.
        tokenizer: the encoder's.
        examples: what it learns from.
        config: how.
        base: the base encoder, whose vectors are held to.
        on_epoch: called after each pass over the examples.
    """
    network.encoder.embeddings.requires_grad_(requires_grad=False)
    for layer in network.encoder.encoder.layer[: config.n_frozen_layers]:
        layer.requires_grad_(requires_grad=False)
    torch.manual_seed(config.seed)
    chance = random.Random(config.seed)  # noqa: S311 - reproducible shuffling, not secrets
    device = next(network.parameters()).device
    weights = _positive_weights(examples, config.positive_cap).to(device)
    vectors = base_vectors(base, tokenizer, examples, config.max_pieces)
    quieten(network.encoder)
    n_plain = sum(map(_is_plain, examples))
    n_read = len(examples) - (1 - config.plain_share) * n_plain
    n_steps = config.n_epochs * math.ceil(n_read / config.batch_size)
    optimizer = torch.optim.AdamW(_parameter_groups(network, config), weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, n_steps, config))
    for epoch in range(config.n_epochs):
        network.train()
        losses = []
        for batch in _batches(examples, vectors, tokenizer, config, chance):
            moved = Batch({key: value.to(device) for key, value in batch.items()})
            with torch.autocast(device.type, torch.bfloat16):
                logits = _forward(network, moved)
            loss = _loss(Logits(*(part.float() for part in logits)), moved, weights, config)
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
    examples: Sequence[Example], tokenizer: Tokenizer, max_pieces: int
) -> tuple[dict[str, Tensor], list[Encoding]]:
    """Encode title and lead as a pair, padded to the longest.

    Returns:
        Ids, mask and segments, each (n, length); and the encodings, which know where each piece stands.
    """
    tokenizer.enable_truncation(max_pieces, strategy="only_second")
    tokenizer.enable_padding()
    readings = (example.reading for example in examples)
    encodings = tokenizer.encode_batch([(title[:600], lead) for title, lead in readings])
    return {
        "input_ids": torch.tensor([e.ids[:max_pieces] for e in encodings]),
        "attention_mask": torch.tensor([e.attention_mask[:max_pieces] for e in encodings]),
        "token_type_ids": torch.tensor([e.type_ids[:max_pieces] for e in encodings]),
    }, encodings


def _forward(network: TagNetwork, batch: dict[str, Tensor]) -> Logits:
    logits = network(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])
    return Logits(*logits)


def _loss(logits: Logits, batch: Batch, weights: Tensor, config: FitConfig) -> Tensor:
    themes = functional.binary_cross_entropy_with_logits(
        logits.themes, batch["themes"], pos_weight=weights, reduction="none"
    ).mean(1)
    tone = functional.cross_entropy(logits.tone, batch["tone"], reduction="none")
    scope = functional.binary_cross_entropy_with_logits(logits.scope[:, 0], batch["scope"], reduction="none")
    # The mean over 27 themes is small beside one cross-entropy: scale it up to the same weight.
    items = len(THEME_IDS) / 4 * themes + config.tone_weight * tone + config.scope_weight * scope
    loss = (items * batch["weight"]).sum() / batch["weight"].sum()
    away = 1 - functional.cosine_similarity(logits.vector, batch["vector"])
    return loss + config.mention_weight * _mention_loss(logits, batch) + config.vector_weight * away.mean()


def _mention_loss(logits: Logits, batch: Batch) -> Tensor:
    """Add up what the tokens of an entity's mentions say of it: about it or not, good or bad for holders."""
    entities = batch["places"] @ logits.mention.flatten(0, 1)
    asked, known = batch["about"] >= 0, batch["entity_tone"] >= 0
    loss = torch.zeros(())
    if asked.any():
        loss = loss + functional.binary_cross_entropy_with_logits(entities[asked, 0], batch["about"][asked])
    if known.any():
        loss = loss + functional.cross_entropy(entities[known, 1:], batch["entity_tone"][known])
    return loss


@torch.inference_mode()
def base_vectors(
    base: nn.Module, tokenizer: Tokenizer, examples: Sequence[Example], max_pieces: int
) -> Tensor:
    """Return the base encoder's mean vectors of some examples (n, width)."""
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].title) + len(examples[i].lead))
    vectors = torch.empty(0)
    for start in range(0, len(order), _VECTOR_BATCH):
        chosen = order[start : start + _VECTOR_BATCH]
        encoded, _ = encode([examples[i] for i in chosen], tokenizer, max_pieces)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = base(**encoded).last_hidden_state
        means = mean_over_tokens(hidden.float(), encoded["attention_mask"])
        if not len(vectors):
            vectors = torch.empty(len(examples), means.shape[1])
        vectors[chosen] = means
    return vectors.clone()


def _positive_weights(examples: Sequence[Example], cap: float) -> Tensor:
    share = theme_targets(examples).mean(0).clip(1e-3, 1)
    return torch.tensor(np.sqrt(0.1 / share).clip(1.0, cap), dtype=torch.float32)


def _batches(
    examples: Sequence[Example],
    vectors: Tensor,
    tokenizer: Tokenizer,
    config: FitConfig,
    chance: random.Random,
) -> Iterator[Batch]:
    """Yield batches of similar length in random order: little padding, fresh mixtures each epoch.

    Of the items that say nothing, only a share is read, another one each time.
    """
    drawn = [
        i for i, one in enumerate(examples) if not _is_plain(one) or chance.random() < config.plain_share
    ]
    keyed = sorted(drawn, key=lambda i: len(examples[i].lead) + chance.uniform(-150, 150))
    chunks = [keyed[i : i + config.batch_size] for i in range(0, len(keyed), config.batch_size)]
    chance.shuffle(chunks)
    for chunk in chunks:
        chosen = [examples[i] for i in chunk]
        chosen = [_shortened(example, config, chance) for example in chosen]
        encoded, encodings = encode(chosen, tokenizer, config.max_pieces)
        mentions = [find_mentions(e, encoding) for e, encoding in zip(chosen, encodings, strict=True)]
        batch = Batch(encoded)
        _hide(batch, tokenizer, config.hidden_share)
        labels = [e.taught or _smooth(e, config.label_smoothing) for e in chosen]
        batch["themes"] = torch.tensor([label.themes for label in labels], dtype=torch.float32)
        batch["tone"] = torch.tensor([label.tone for label in labels], dtype=torch.float32)
        batch["scope"] = torch.tensor([label.scope for label in labels], dtype=torch.float32)
        batch["weight"] = torch.tensor(
            [config.annotated_weight if e.source in LABELLED_FILES else 1.0 for e in chosen]
        )
        batch["vector"] = vectors[chunk]
        batch |= _mention_targets(mentions, batch["input_ids"].shape[1])
        yield batch


def _shortened(example: Example, config: FitConfig, chance: random.Random) -> Example:
    """Leave some items only their title, others the lead's first sentence too: feeds often give no more."""
    draw = chance.random()
    if draw < config.title_only_share:
        return replace(example, lead="")
    if draw < config.title_only_share + config.brief_share:
        return replace(example, lead=_FIRST_SENTENCE.sub(r"\1", example.lead, count=1))
    return example


def _is_plain(example: Example) -> bool:
    """Say whether our readers found neither a theme nor a tone: there are more of these than help."""
    return example.source == OWN_LABELS and not any(one.themes or one.tone for one in _readings(example))


def _mention_targets(mentions: Sequence[Sequence[Mention]], length: int) -> dict[str, Tensor]:
    flat = [mention for of_text in mentions for mention in of_text]
    return {
        "places": gather_mentions(mentions, length),
        "about": torch.tensor(
            [-1.0 if mention.about is None else float(mention.about) for mention in flat], dtype=torch.float32
        ),
        "entity_tone": torch.tensor(
            [-1 if mention.tone is None else TONES.index(mention.tone) for mention in flat], dtype=torch.long
        ),
    }


def _hide(batch: Batch, tokenizer: Tokenizer, share: float) -> None:
    """Mask some word pieces, never the text's marks of beginning and end."""
    ids = batch["input_ids"]
    marks = torch.tensor([piece_id(tokenizer, mark) for mark in ("[CLS]", "[SEP]", "[PAD]")])
    chosen = (torch.rand(ids.shape) < share) & ~torch.isin(ids, marks)
    batch["input_ids"] = torch.where(chosen, piece_id(tokenizer, "[MASK]"), ids)


def _readings(example: Example) -> list[Example | Label]:
    """Return what each reader said of an example."""
    return [example, *([example.other] if example.other else [])]


def _smooth(example: Example, smoothing: float) -> SoftLabels:
    """Turn labels into probabilities: annotators differ, in tone about twice as often as in a theme.

    Where two read an item, each counts half.
    """
    read = _readings(example)
    themes = [sum(theme in one.themes for one in read) / len(read) for theme in THEME_IDS]
    tones = [sum(tone == one.tone for one in read) / len(read) for tone in TONES]
    return SoftLabels(
        themes=tuple((1 - smoothing) * share + smoothing / 2 for share in themes),
        tone=tuple((1 - 2 * smoothing) * share + 2 * smoothing / len(TONES) for share in tones),
        scope=sum(one.hk_china for one in read) / len(read),
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
    heads = (network.themes, network.tone, network.scope, network.mention)
    return [
        *groups,
        {"params": [p for head in heads for p in head.parameters()], "lr": config.head_rate},
        {"params": list(network.vector.parameters()), "lr": config.encoder_rate},
    ]


def _rate(step: int, n_steps: int, config: FitConfig) -> float:
    warmup = max(1, int(n_steps * config.warmup_share))
    if step < warmup:
        return step / warmup
    return max(0.0, (n_steps - step) / max(1, n_steps - warmup))
