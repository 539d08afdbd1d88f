"""The trained network: one encoder pass, linear heads on the mean of the token vectors.

A linear head on a mean splits exactly over tokens, so a sentence's share of a theme's score is
read off the same pass: that is where the evidence comes from. The mention head works the same way over
the tokens of an entity's mentions: whether the text is about it, and what it means for its holders.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from nlp.label import N_TONES, THEME_IDS
from nlp.training.manifest import WEIGHTS

#: The base was made with the exact function; its usual approximation runs in half the time, and the
#: fine-tuning gets used to it.
ACTIVATION = "gelu_pytorch_tanh"


class Logits(NamedTuple):
    """Raw scores: themes (batch, 27), tone (batch, 3; negative, neutral, positive), scope (batch, 1).

    `mention` (batch, length, 4) are each token's: about it, then the three tones; `vector` (batch, width)
    is the text's place among all texts, as the base encoder would put it.
    """

    themes: Tensor
    tone: Tensor
    scope: Tensor
    mention: Tensor
    vector: Tensor


class TagNetwork(nn.Module):
    """Encoder with a theme, a tone, a scope and a mention head, and a map to the base's vectors.

    Args:
        encoder: a BERT encoder, hidden width d.
        dropout: on the pooled vector while training.
    """

    def __init__(self, encoder: BertModel, *, dropout: float = 0.1) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.themes = nn.Linear(width, len(THEME_IDS))
        self.tone = nn.Linear(width, N_TONES)
        self.scope = nn.Linear(width, 1)
        self.mention = nn.Linear(width, 1 + N_TONES)
        self.vector = nn.Linear(width, width)
        nn.init.eye_(self.vector.weight)
        nn.init.zeros_(self.vector.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Logits:
        """Score token ids (batch, length) with their mask and segment ids."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mean = mean_over_tokens(hidden, attention_mask)
        pooled = self.dropout(mean)
        return Logits(
            self.themes(pooled),
            self.tone(pooled),
            self.scope(pooled),
            self.mention(self.dropout(hidden)),
            self.vector(mean),
        )


def mean_over_tokens(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the mean (batch, width) of token vectors (batch, length, width) under a mask."""
    weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)


def quieten(encoder: nn.Module) -> None:
    """Leave dropout to the heads: inside the layers it costs a third of the time on a CPU.

    What keeps the layers from learning by heart is that some word pieces are hidden (see `fit`).
    """
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0


def load_base(folder: Path, *, n_layers: int) -> BertModel:
    """Load the base encoder's first `n_layers` layers from a folder of weights."""
    config = BertConfig.from_pretrained(folder)
    config.num_hidden_layers = n_layers
    config.hidden_act = ACTIVATION
    encoder = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False)
    if not isinstance(encoder, BertModel):  # from_pretrained is typed too widely
        raise TypeError(f"{folder} holds no BERT encoder")
    encoder.train(mode=False)
    return encoder


def pick_device() -> torch.device:
    """Take an accelerator where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_encoder(encoder: BertModel, folder: Path) -> None:
    """Take the layers and the word table of a tagging model."""
    prefix = "encoder."
    state = {
        name.removeprefix(prefix): value.float()
        for name, value in load_file(folder / WEIGHTS).items()
        if name.startswith(prefix)
    }
    encoder.load_state_dict(state, strict=False)
