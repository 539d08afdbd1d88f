"""The graph that runs, held against the network that is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from nlp.scoring.graph import build_graph, quantise_columns
from nlp.scoring.shape import Shape

if TYPE_CHECKING:
    from nlp.training.network import TagNetwork

WIDTH, LAYERS, HEADS, PIECES = 32, 2, 4, 100
SHAPE = Shape(n_layers=LAYERS, n_heads=HEADS, width=WIDTH)
LENGTHS = (40, 17, 3, 1)
Inputs = dict[str, NDArray[np.int32]]


@pytest.fixture(scope="module")
def network() -> TagNetwork:
    # Loaded where they are needed: to collect the tests takes long enough.
    import torch  # noqa: PLC0415
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    from nlp.training.network import ACTIVATION, TagNetwork  # noqa: PLC0415

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
            hidden_act=ACTIVATION,
        )
        return TagNetwork(BertModel(config, add_pooling_layer=False)).eval()


@pytest.fixture(scope="module")
def texts() -> list[Inputs]:
    random = np.random.default_rng(3)
    return [
        {
            "input_ids": random.integers(1, PIECES, (1, length)).astype(np.int32),
            "segment_ids": random.integers(0, 2, (1, length)).astype(np.int32),
        }
        for length in LENGTHS
    ]


def weights_of(network: TagNetwork) -> dict[str, NDArray[np.float32]]:
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}


def run(network: TagNetwork, texts: list[Inputs], *, quantise: bool) -> list[NDArray[np.float32]]:
    graph = build_graph(weights_of(network), SHAPE, quantise=quantise)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    found: list[NDArray[np.float32]] = []
    for text in texts:
        scores: NDArray[np.float32] = session.run(["token_scores"], dict(text))[0]
        found.append(scores[0])
    return found


def pool(network: TagNetwork, tokens: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Average token scores and add the heads' bias, as the engine's callers do."""
    weights = weights_of(network)
    bias = np.concatenate([weights[f"{head}.bias"] for head in ("themes", "tone", "scope")])
    pooled: NDArray[np.float32] = np.stack([scores.mean(0) for scores in tokens]) + bias
    return pooled


def expected(network: TagNetwork, text: Inputs) -> NDArray[np.float32]:
    import torch  # noqa: PLC0415 - as above

    ids, segments = (torch.from_numpy(text[name].astype(np.int64)) for name in ("input_ids", "segment_ids"))
    with torch.no_grad():
        logits = network(ids, torch.ones_like(ids), segments)
    joined: NDArray[np.float32] = torch.cat([logits.themes, logits.tone, logits.scope], dim=1)[0].numpy()
    return joined


def test_single_precision_equals_torch(network: TagNetwork, texts: list[Inputs]) -> None:
    tokens = run(network, texts, quantise=False)
    assert [scores.shape for scores in tokens] == [(length, 31) for length in LENGTHS]
    scores = pool(network, tokens)
    reference = np.stack([expected(network, text) for text in texts])
    assert np.abs(scores - reference).max() < 1e-4
    assert reference.std() > 0.1


def test_eight_bits_come_close(network: TagNetwork, texts: list[Inputs]) -> None:
    quantised = np.concatenate(run(network, texts, quantise=True))
    reference = np.concatenate(run(network, texts, quantise=False))
    assert np.corrcoef(quantised.ravel(), reference.ravel())[0, 1] > 0.98
    assert np.abs(quantised - reference).max() > 1e-4


def test_columns_are_rounded_each_by_its_own_scale() -> None:
    weight = np.array([[0.63, 0.0, -6.3], [-0.315, 0.0, 0.1]], np.float32)
    levels, scale = quantise_columns(weight)
    assert levels.tolist() == [[63, 0, -63], [-32, 0, 1]]
    assert scale.tolist() == pytest.approx([0.01, 1.0, 0.1])
    assert levels.dtype == np.int8
