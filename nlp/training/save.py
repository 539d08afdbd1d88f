"""Write and read a trained network's weights, in half precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from nlp.training.network import TagNetwork


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
