"""Reads texts' features without tagging them: for examples, definitions, and articles tagged long ago."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.scoring.engine import Engine, Precision
from nlp.scoring.lexical import LexicalModel
from nlp.scoring.window import WindowCutter
from nlp.script import has_han
from nlp.text import readable
from nlp.topics.feature import Featured, TermWeigher, Vector, halve

#: Title and body.
Fields = tuple[str, str]


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
        cleaned = [(readable(title), readable(body)) for title, body in texts]
        vectors = self.read_vectors(cleaned)
        return [
            Featured(vector=halve(vector), terms=self.weigher.weigh(*fields))
            for vector, fields in zip(vectors, cleaned, strict=True)
        ]

    def read_vectors(self, texts: Sequence[Fields]) -> list[Vector | None]:
        """Return the vectors (768) of (title, body) pairs; None for Chinese and for no text."""
        chosen = [number for number, fields in enumerate(texts) if _is_latin(fields)]
        vectors: list[Vector | None] = [None] * len(texts)
        windows = [one.windows[0] for one in self._cutter.cut([texts[number] for number in chosen])]
        for number, read in zip(chosen, self._engine.read(windows), strict=True):
            vectors[number] = read.vector
        return vectors

    def close(self) -> None:
        """Stop the encoder's threads."""
        self._engine.close()


def weigher_from_models(english: Path, chinese: Path | None) -> TermWeigher:
    """Take the terms' rarity from the shipped word models."""
    known = LexicalModel(chinese).idf if chinese else {}
    return TermWeigher({**known, **LexicalModel(english).idf})


def _is_latin(fields: Fields) -> bool:
    title, body = fields
    return bool((title + body).strip()) and not has_han(title or body)
