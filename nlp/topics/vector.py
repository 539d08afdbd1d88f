"""Reads texts' features without tagging them: for examples, definitions, and articles tagged long ago."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlp.scoring.engine import Engine, Pass, Precision
from nlp.scoring.lexical import LexicalModel
from nlp.scoring.window import WindowCutter
from nlp.script import has_han
from nlp.text import readable
from nlp.topics.feature import N_HALVES, Featured, TermWeigher, Vector, halve

#: Title and body.
Fields = tuple[str, str]
#: How much a judged text's parts count in products of two texts: the embedded pieces, the last layer, each
#: of the heads' scores. Measured at 8 to 64 examples a class; fewer would bear more of the heads.
_HALF_WEIGHTS = (0.25, 1.0)
_SCORE_WEIGHT = 0.05


class FeatureReader:
    """Reads the vector of a text's first window, as tagging does, and its weighted terms.

    Args:
        english: folder of the encoder that reads text without Chinese characters.
        chinese: folder of the Chinese word model, for how rare its terms are; None leaves Chinese unweighted.
        precision: the encoder's arithmetic; the same as in tagging, for the vectors stand beside each other.
        n_threads: windows that run at the same time.
    """

    def __init__(
        self, english: Path, chinese: Path | None, *, precision: Precision = "int8", n_threads: int = 1
    ) -> None:
        self._engine = Engine(english, precision=precision, n_threads=n_threads)
        self._cutter = WindowCutter(
            self._engine.tokenizer, max_pieces=self._engine.manifest.max_pieces, max_windows=1
        )
        self.weigher = weigher_from_models(english, chinese)
        #: Names what made the vectors.
        self.vector_name = self._engine.vector_name

    def read(self, texts: Sequence[Fields]) -> list[Featured]:
        """Return the features of (title, body) pairs, in order."""
        cleaned = _clean(texts)
        vectors = self.read_vectors(cleaned)
        return [
            Featured(vector=halve(vector), terms=self.weigher.weigh(*fields))
            for vector, fields in zip(vectors, cleaned, strict=True)
        ]

    def read_judged(self, texts: Sequence[Fields]) -> list[Featured]:
        """Return features of (title, body) pairs, in order; the vector (768 + 31) has three weighted parts.

        After the two halves stands what the heads say of themes, tone and scope, each between -1 and 1 before
        it is weighted: much of what people sort news by is near to one of these.
        """
        cleaned = _clean(texts)
        return [
            Featured(vector=self._judge(one), terms=self.weigher.weigh(*fields))
            for one, fields in zip(self._read_passes(cleaned), cleaned, strict=True)
        ]

    def read_vectors(self, texts: Sequence[Fields]) -> list[Vector | None]:
        """Return the vectors (768) of (title, body) pairs; None for Chinese and for no text."""
        return [None if one is None else one.vector for one in self._read_passes(texts)]

    def _read_passes(self, texts: Sequence[Fields]) -> list[Pass | None]:
        chosen = [number for number, fields in enumerate(texts) if _is_latin(fields)]
        passes: list[Pass | None] = [None] * len(texts)
        windows = [one.windows[0] for one in self._cutter.cut([texts[number] for number in chosen])]
        for number, read in zip(chosen, self._engine.read(windows), strict=True):
            passes[number] = read
        return passes

    def _judge(self, read: Pass | None) -> Vector | None:
        """Set a pass's raw scores, flattened to -1..1, after the halves of its vector, all weighted."""
        halves = halve(read.vector if read else None)
        if read is None or halves is None:
            return None
        weights = np.sqrt(np.repeat(_HALF_WEIGHTS, len(halves) // N_HALVES))
        said = np.tanh((read.tokens.mean(0) + self._engine.bias) / 2)
        judged: Vector = np.concatenate([weights * halves, _SCORE_WEIGHT**0.5 * said]).astype(np.float32)
        return judged

    def close(self) -> None:
        """Stop the encoder's threads."""
        self._engine.close()


def weigher_from_models(english: Path, chinese: Path | None) -> TermWeigher:
    """Take the terms' rarity from the shipped word models."""
    known = LexicalModel(chinese).idf if chinese else {}
    return TermWeigher({**known, **LexicalModel(english).idf})


def _clean(texts: Sequence[Fields]) -> list[Fields]:
    return [(readable(title), readable(body)) for title, body in texts]


def _is_latin(fields: Fields) -> bool:
    title, body = fields
    return bool((title + body).strip()) and not has_han(title or body)
