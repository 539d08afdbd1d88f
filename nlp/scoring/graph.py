"""The trained network as an ONNX graph with 8-bit matrix products, built from its weights.

The graph is derived, never stored: weights are kept in half precision, and each run quantises them
the same way (symmetric, one scale an output column; ONNX Runtime's dynamic quantisation of the
activations). Seven bits are used, not eight, because processors without VNNI add pairs of products
in 16 bits, which eight would overflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp.scoring.shape import Shape

Weights = Mapping[str, NDArray[np.float32]]

_MICROSOFT = "com.microsoft"
_LEVELS = 63
_EPSILON = 1e-12
#: Rewritings of the graph that the runtime must leave off: see `normalise`.
DISABLED_OPTIMIZERS = ("SkipLayerNormFusion",)


@dataclass(slots=True)
class _Builder:
    """Collects nodes and constants; `quantise` picks the kind of matrix product."""

    quantise: bool
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self,
        kind: str,
        inputs: list[str],
        output: str,
        *,
        domain: str = "",
        **attributes: Any,  # noqa: ANN401 - whatever the operator takes
    ) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def product(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Multiply `source` (..., i) by `weight` (i, o) and add `bias` (o)."""
        offset = self.constant(f"{name}.bias", bias)
        if not self.quantise:
            raw = self.node("MatMul", [source, self.constant(f"{name}.weight", weight)], f"{name}.raw")
            return self.node("Add", [raw, offset], f"{name}.out")
        levels, scale = quantise_columns(weight)
        inputs = [
            source,
            self.constant(f"{name}.weight", levels),
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.zero", np.zeros(scale.shape, dtype=np.int8)),
            offset,
        ]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.out", domain=_MICROSOFT)

    def normalise(self, name: str, source: str, skip: str, weights: Weights) -> str:
        """Add a residual and normalise the layer.

        Two nodes on purpose: the runtime's fused one is four times as slow on the CPU.
        """
        total = self.node("Add", [source, skip], f"{name}.sum")
        gamma = self.constant(f"{name}.gamma", weights[f"{name}.weight"])
        beta = self.constant(f"{name}.beta", weights[f"{name}.bias"])
        return self.node("LayerNormalization", [total, gamma, beta], f"{name}.out", axis=-1, epsilon=_EPSILON)


def quantise_columns(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round a matrix (i, o) to 7-bit levels with one scale an output column."""
    scale = np.abs(weight).max(0) / _LEVELS
    scale = np.where(scale > 0, scale, 1.0).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def build_graph(weights: Weights, shape: Shape, *, quantise: bool) -> bytes:
    """Build the graph of encoder and heads.

    Args:
        weights: by the names that the training saves (`encoder.*`, `themes.*`, `tone.*`, `scope.*`,
            `mention.*`, `vector.*`).
        shape: layers, heads and width of the encoder.
        quantise: 8-bit products (fast) or single precision (the reference).

    Returns:
        A serialised ONNX model: input_ids, segment_ids of shape (batch, length), int32, to
        `token_scores` (batch, length, n_outputs): each head's product with each token's vector,
        without the bias; to `mention_scores` (batch, length, 4): the mention head's, with it; and to
        `text_vector` (batch, 2 * width): the mean over the tokens of the embedded pieces, and the place
        among texts that the base encoder would give. A text's raw score is the mean of its token scores,
        plus the bias. There is no mask: texts of a batch have one length, and attention takes its
        fastest way.
    """
    builder = _Builder(quantise=quantise)
    embedded, hidden = _encode(builder, weights, shape)
    heads = np.concatenate([weights[f"{head}.weight"] for head in ("themes", "tone", "scope")]).T
    builder.node("MatMul", [hidden, builder.constant("heads", heads)], "token_scores")
    mention = builder.constant("mention.weight", weights["mention.weight"].T)
    raw = builder.node("MatMul", [hidden, mention], "mention.raw")
    builder.node("Add", [raw, builder.constant("mention.bias", weights["mention.bias"])], "mention_scores")
    _pool(builder, embedded, hidden, weights)
    return _serialise(
        builder,
        token_scores=["batch", "length", heads.shape[1]],
        mention_scores=["batch", "length", 4],
        text_vector=["batch", 2 * shape.width],
    )


def build_encoder_graph(weights: Weights, shape: Shape, *, quantise: bool) -> bytes:
    """Build the graph of the encoder alone: as :func:`build_graph`, to `hidden` (batch, length, width)."""
    builder = _Builder(quantise=quantise)
    _, last = _encode(builder, weights, shape)
    builder.node("Identity", [last], "hidden")
    return _serialise(builder, hidden=["batch", "length", shape.width])


_INPUTS = ("input_ids", "segment_ids")


def _encode(builder: _Builder, weights: Weights, shape: Shape) -> tuple[str, str]:
    """Embed the pieces and pass them through all layers; return both."""
    embedded = hidden = _embed(builder, weights)
    for layer in range(shape.n_layers):
        hidden = _layer(builder, f"encoder.encoder.layer.{layer}", hidden, weights, shape)
    return embedded, hidden


def _serialise(builder: _Builder, **outputs: list[str | int]) -> bytes:
    """Close a graph with these outputs, by name and shape."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "length"]) for name in _INPUTS]
    told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in outputs.items()]
    graph = helper.make_graph(builder.nodes, "southbound", inputs, told, builder.constants)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())


def _pool(builder: _Builder, embedded: str, hidden: str, weights: Weights) -> str:
    """Set two means over the tokens side by side: of the words' own vectors, and the text's place."""
    axis = builder.constant("pool.axis", np.array([1]))
    words = builder.node("ReduceMean", [embedded, axis], "pool.words", keepdims=0)
    mean = builder.node("ReduceMean", [hidden, axis], "pool.hidden", keepdims=0)
    place = builder.node(
        "MatMul", [mean, builder.constant("vector.weight", weights["vector.weight"].T)], "pool.raw"
    )
    shifted = builder.node(
        "Add", [place, builder.constant("vector.bias", weights["vector.bias"])], "pool.place"
    )
    return builder.node("Concat", [words, shifted], "text_vector", axis=-1)


def _embed(builder: _Builder, weights: Weights) -> str:
    names = {
        "words": "encoder.embeddings.word_embeddings.weight",
        "positions": "encoder.embeddings.position_embeddings.weight",
        "segments": "encoder.embeddings.token_type_embeddings.weight",
        "gamma": "encoder.embeddings.LayerNorm.weight",
        "beta": "encoder.embeddings.LayerNorm.bias",
    }
    tables = [builder.constant(f"embed.{key}", weights[name]) for key, name in names.items()]
    builder.nodes.append(
        helper.make_node(
            "EmbedLayerNormalization",
            ["input_ids", "segment_ids", *tables],
            ["embedded", "unused_lengths"],
            name="embed",
            domain=_MICROSOFT,
            epsilon=_EPSILON,
        )
    )
    return "embedded"


def _layer(builder: _Builder, name: str, hidden: str, weights: Weights, shape: Shape) -> str:
    attended = _attend(builder, f"{name}.attention", hidden, weights, shape)
    after_attention = builder.normalise(f"{name}.attention.output.LayerNorm", attended, hidden, weights)
    inner = _dense(builder, f"{name}.intermediate.dense", after_attention, weights)
    active = builder.node("FastGelu", [inner], f"{name}.gelu", domain=_MICROSOFT)
    outer = _dense(builder, f"{name}.output.dense", active, weights)
    return builder.normalise(f"{name}.output.LayerNorm", outer, after_attention, weights)


def _dense(builder: _Builder, name: str, source: str, weights: Weights) -> str:
    return builder.product(name, source, weights[f"{name}.weight"].T, weights[f"{name}.bias"])


def _attend(builder: _Builder, name: str, hidden: str, weights: Weights, shape: Shape) -> str:
    """Multi-head attention: one product for queries, keys and values, then the heads' own."""
    parts = ("query", "key", "value")
    joined = builder.product(
        f"{name}.qkv",
        hidden,
        np.concatenate([weights[f"{name}.self.{part}.weight"].T for part in parts], axis=1),
        np.concatenate([weights[f"{name}.self.{part}.bias"] for part in parts]),
    )
    third = builder.constant(f"{name}.thirds", np.array([shape.width] * 3))
    split = [f"{name}.{part}" for part in parts]
    builder.nodes.append(helper.make_node("Split", [joined, third], split, name=f"{name}.split", axis=-1))
    mixed = builder.node(
        "MultiHeadAttention",
        split,
        f"{name}.mixed",
        domain=_MICROSOFT,
        num_heads=shape.n_heads,
    )
    return _dense(builder, f"{name}.output.dense", mixed, weights)
