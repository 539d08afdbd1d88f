"""Write a trained network as a model folder: weights in half precision, tokenizer, manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from nlp.training.network import TagNetwork

WEIGHTS = "weights.safetensors"
WORD_WEIGHTS = "lexical.safetensors"


def save_weights(network: TagNetwork, path: Path) -> None:
    """Save the weights in half precision (tables that nothing reads are left out)."""
    state = {
        name: value.detach().cpu().numpy().astype(np.float16)
        for name, value in network.state_dict().items()
        if not name.endswith("position_ids")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path)


def load_weights(network: TagNetwork, path: Path) -> TagNetwork:
    """Load what :func:`save_weights` wrote, for further training."""
    state = {name: torch.from_numpy(value.astype(np.float32)) for name, value in load_file(path).items()}
    network.load_state_dict(state, strict=False)
    return network


def write_manifest(folder: Path, values: Mapping[str, Any]) -> None:
    """Write manifest.json with the checksum of the encoder's weights, or else of the word model's."""
    weights = folder / WEIGHTS
    path = weights if weights.is_file() else folder / WORD_WEIGHTS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    text = json.dumps({**values, "sha256": digest}, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
