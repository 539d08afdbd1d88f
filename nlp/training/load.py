"""Load model folders as they ship."""

from __future__ import annotations

from pathlib import Path

from nlp.scoring.engine import read_manifest
from nlp.scoring.scorer import EncoderScorer, Scorer, WordScorer


def load_scorer(folder: Path) -> Scorer:
    """Load a model folder's scorer as it ships: encoder and words, or words alone."""
    if read_manifest(folder).shape is None:
        return WordScorer(folder, max_windows=64)
    return EncoderScorer(folder, precision="int8", n_threads=2, max_windows=64)


def read_language(folder: Path) -> str:
    """Return the language of a model folder, "en" or "zh"."""
    return "zh" if read_manifest(folder).shape is None else "en"
