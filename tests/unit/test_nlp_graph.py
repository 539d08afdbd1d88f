"""The graph that runs, held against the network that is trained."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from nlp.graph import Shape, build_graph, quantise_columns
from nlp.training.network import TagNetwork

WIDTH, LAYERS, HEADS, PIECES = 32, 2, 4, 100
SHAPE = Shape(n_layers=LAYERS, n_heads=HEADS, width=WIDTH)
#: Lengths of a batch's texts, padded to the first.
LENGTHS = (40, 17, 3, 1)


@pytest.fixture(scope="module")
def network() -> TagNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        config = BertConfig(
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=64,
            vocab_size=PIECES,
            max_position_embeddings=64,
            initializer_range=0.2,
        )
        return TagNetwork(BertModel(config, add_pooling_layer=False)).eval()


@pytest.fixture(scope="module")
def batch() -> dict[str, NDArray[np.int32]]:
    random = np.random.default_rng(3)
    shape = (len(LENGTHS), LENGTHS[0])
    mask = np.array([[1] * n + [0] * (LENGTHS[0] - n) for n in LENGTHS], np.int32)
    ids = random.integers(1, PIECES, shape).astype(np.int32) * mask
    segments = random.integers(0, 2, shape).astype(np.int32) * mask
    return {"input_ids": ids, "segment_ids": segments, "mask": mask}


def weights_of(network: TagNetwork) -> dict[str, NDArray[np.float32]]:
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}


def run(network: TagNetwork, batch: dict[str, NDArray[np.int32]], *, quantise: bool) -> NDArray[np.float32]:
    graph = build_graph(weights_of(network), SHAPE, quantise=quantise)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    output: NDArray[np.float32] = session.run(["token_scores"], dict(batch))[0]
    return output


def pool(network: TagNetwork, tokens: NDArray[np.float32], mask: NDArray[np.int32]) -> NDArray[np.float32]:
    """Average token scores and add the heads' bias, as the engine's callers do."""
    weights = weights_of(network)
    bias = np.concatenate([weights[f"{head}.bias"] for head in ("themes", "tone", "scope")])
    pooled: NDArray[np.float32] = (tokens * mask[:, :, None]).sum(1) / mask.sum(1)[:, None] + bias
    return pooled


def expected(network: TagNetwork, batch: dict[str, NDArray[np.int32]]) -> NDArray[np.float32]:
    ids, mask, segments = (
        torch.from_numpy(batch[name].astype(np.int64)) for name in ("input_ids", "mask", "segment_ids")
    )
    with torch.no_grad():
        logits = network(ids, mask, segments)
    return np.concatenate([logits.themes, logits.tone, logits.scope], axis=1)


def test_single_precision_equals_torch(network: TagNetwork, batch: dict[str, NDArray[np.int32]]) -> None:
    tokens = run(network, batch, quantise=False)
    assert tokens.shape == (4, 40, 31)
    scores, reference = pool(network, tokens, batch["mask"]), expected(network, batch)
    assert np.abs(scores - reference).max() < 1e-4
    assert reference.std() > 0.1


def test_eight_bits_come_close(network: TagNetwork, batch: dict[str, NDArray[np.int32]]) -> None:
    quantised = run(network, batch, quantise=True)
    mask = batch["mask"].astype(bool)
    reference = run(network, batch, quantise=False)
    assert np.corrcoef(quantised[mask].ravel(), reference[mask].ravel())[0, 1] > 0.98
    assert np.abs(quantised[mask] - reference[mask]).max() > 1e-4


@pytest.mark.parametrize("quantise", [False, True])
def test_padding_changes_nothing(
    network: TagNetwork, batch: dict[str, NDArray[np.int32]], *, quantise: bool
) -> None:
    padded = run(network, batch, quantise=quantise)
    for row, length in enumerate(LENGTHS):
        alone = {name: values[row : row + 1, :length] for name, values in batch.items()}
        tokens = run(network, alone, quantise=quantise)
        # With 8 bits, the scale of a batch's activations depends on all of it.
        assert np.abs(tokens[0] - padded[row, :length]).max() < (0.5 if quantise else 1e-4)


def test_columns_are_rounded_each_by_its_own_scale() -> None:
    weight = np.array([[0.63, 0.0, -6.3], [-0.315, 0.0, 0.1]], np.float32)
    levels, scale = quantise_columns(weight)
    assert levels.tolist() == [[63, 0, -63], [-32, 0, 1]]
    assert scale.tolist() == pytest.approx([0.01, 1.0, 0.1])
    assert levels.dtype == np.int8
