"""From cleaned texts to raw scores, one scorer a language, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.engine import Engine, Manifest, Precision, read_manifest
from nlp.evidence import Sentence, score_sentences
from nlp.label import THEME_IDS
from nlp.lexical import READ_CHARS, LexicalModel
from nlp.window import Window, WindowCutter, Windows

Scores = NDArray[np.float32]
Fields = tuple[str, str]

_THEMES = slice(0, len(THEME_IDS))
_TONE = slice(len(THEME_IDS), -1)
_SCOPE = slice(-1, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scorer says of one text.

    Attributes:
        raw: raw scores of each window (n, 31): themes, tones, scope; never empty.
        n_read: tokens read.
        n_total: tokens of the whole text.
        weigh_sentences: gives each sentence's strength (sentences, 31), to pick evidence by.
    """

    raw: Scores
    n_read: int
    n_total: int
    weigh_sentences: Callable[[Sequence[Sentence]], Scores]


class Scorer(Protocol):
    """Scores texts of some languages."""

    languages: frozenset[str]
    manifest: Manifest

    def score(self, texts: Sequence[Fields]) -> list[Scored]:
        """Score (title, body) pairs, in order."""
        ...

    def close(self) -> None:
        """Free what the scorer holds."""
        ...


class EncoderScorer:
    """English: the fine-tuned encoder, averaged with the word model window by window."""

    #: English, and Latin text too short to tell.
    languages = frozenset({"en", "und"})

    def __init__(self, folder: Path, *, precision: Precision, n_threads: int, max_windows: int) -> None:
        self._engine = Engine(folder, precision=precision, n_threads=n_threads)
        self.manifest = self._engine.manifest
        self._lexical = LexicalModel(folder)
        self._cutter = WindowCutter(
            self._engine.tokenizer, max_pieces=self.manifest.max_pieces, max_windows=max_windows
        )

    def score(self, texts: Sequence[Fields]) -> list[Scored]:
        """Score (title, body) pairs; their windows run through the encoder together."""
        cut = self._cutter.cut(texts)
        tokens = self._engine.score([window for windows in cut for window in windows.windows])
        scored = []
        start = 0
        for text, windows in zip(texts, cut, strict=True):
            end = start + len(windows.windows)
            scored.append(self._scored(text, windows, tokens[start:end]))
            start = end
        return scored

    def close(self) -> None:
        """Stop the encoder's threads."""
        self._engine.close()

    def _scored(self, text: Fields, windows: Windows, tokens: Sequence[Scores]) -> Scored:
        encoder = np.stack([scores.mean(0) for scores in tokens]) + self._engine.bias
        words = np.stack(
            [self._lexical.score(text[0], _piece(window, text[1])) for window in windows.windows]
        )
        return Scored(
            raw=blend(encoder, words, self.manifest),
            n_read=windows.n_read,
            n_total=windows.n_total,
            weigh_sentences=lambda sentences: score_sentences(
                sentences, zip(windows.windows, tokens, strict=True)
            ),
        )


class WordScorer:
    """Chinese: the word model alone. Tokens are characters."""

    languages = frozenset({"zh", "zh-Hant", "zh-Hans"})

    def __init__(self, folder: Path, *, max_windows: int) -> None:
        self.manifest = read_manifest(folder)
        self._lexical = LexicalModel(folder)
        self._max_chars = max_windows * READ_CHARS

    def score(self, texts: Sequence[Fields]) -> list[Scored]:
        """Score (title, body) pairs; each thousand characters of the body are a window."""
        return [self._scored(title, body) for title, body in texts]

    def close(self) -> None:
        """Nothing is held."""

    def _scored(self, title: str, body: str) -> Scored:
        read = body[: self._max_chars]
        pieces = [read[start : start + READ_CHARS] for start in range(0, max(1, len(read)), READ_CHARS)]
        return Scored(
            raw=np.stack([self._lexical.score(title, piece) for piece in pieces]),
            n_read=len(title) + len(read),
            n_total=len(title) + len(body),
            weigh_sentences=lambda sentences: self._strengths(sentences, title, body),
        )

    def _strengths(self, sentences: Sequence[Sentence], title: str, body: str) -> Scores:
        return np.stack(
            [
                self._lexical.contribution((title if s.field == "title" else body)[s.start : s.end])
                for s in sentences
            ]
        )


def blend(encoder: Scores, words: Scores, manifest: Manifest) -> Scores:
    """Average the raw scores (n, 31) of encoder and word model by the manifest's weights."""
    blended = encoder.copy()
    for head, part in (("themes", _THEMES), ("tone", _TONE), ("scope", _SCOPE)):
        weight = manifest.word_weights[head]
        blended[:, part] = (encoder[:, part] + weight * words[:, part]) / (1 + weight)
    return blended


def _piece(window: Window, body: str) -> str:
    """Return the stretch of the body that a window reads."""
    if not window.body_offsets:
        return ""
    return body[window.body_offsets[0][0] : window.body_offsets[-1][1]]
