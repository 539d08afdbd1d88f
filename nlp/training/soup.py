"""Average the weights of several runs of one training into one network (a soup; Wortsman et al., 2022).

`python -m nlp.training.soup --out FOLDER run5=0.75 run4=0.25`, folders with their shares.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from nlp.training.manifest import WEIGHTS

Weights = Mapping[str, NDArray[np.floating]]


def mix(parts: Sequence[tuple[float, Weights]]) -> dict[str, NDArray[np.float16]]:
    """Return the weighted mean of networks of one shape, in half precision.

    Raises:
        ValueError: the shares don't add up to 1, or the networks differ in shape.
    """
    if abs(sum(share for share, _ in parts) - 1) > 1e-6:  # noqa: PLR2004 - rounding
        raise ValueError("the shares don't add up to 1; correct them")
    names = parts[0][1].keys()
    if any(weights.keys() != names for _, weights in parts):
        raise ValueError("the folders hold networks of different shapes; mix runs of one training")
    return {name: _mean([(share, weights[name]) for share, weights in parts]) for name in names}


def _mean(parts: Sequence[tuple[float, NDArray[np.floating]]]) -> NDArray[np.float16]:
    """Return the weighted mean; what is the same everywhere stays so to the last bit, as others share it."""
    first = parts[0][1]
    if all(np.array_equal(first, one) for _, one in parts):
        return first.astype(np.float16)
    mean: NDArray[np.float16] = np.sum(
        [share * one.astype(np.float32) for share, one in parts], axis=0
    ).astype(np.float16)
    return mean


def main() -> None:
    """Write the mixture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="model folder to write weights into")
    parser.add_argument("parts", nargs="+", metavar="FOLDER=SHARE")
    arguments = parser.parse_args()
    parts = []
    for part in arguments.parts:
        folder, _, share = part.rpartition("=")
        parts.append((float(share), load_file(Path(folder) / WEIGHTS)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(mix(parts), arguments.out / WEIGHTS)


if __name__ == "__main__":
    main()
