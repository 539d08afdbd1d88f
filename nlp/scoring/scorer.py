"""From cleaned texts to raw scores, one scorer a language, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.label import THEME_IDS
from nlp.scoring.decision import needed_scores
from nlp.scoring.engine import Engine, Manifest, Pass, Precision, read_manifest
from nlp.scoring.evidence import Sentence, score_sentences
from nlp.scoring.lexical import READ_CHARS, LexicalModel
from nlp.scoring.window import Window, WindowCutter, Windows

Scores = NDArray[np.float32]
Fields = tuple[str, str]

_THEMES = slice(0, len(THEME_IDS))
_TONE = slice(len(THEME_IDS), -1)
_SCOPE = slice(-1, None)
#: A later window whose words stay further than this (raw score) from every new theme is left to the words:
#: of 400 real articles, 39 in 100 later windows, and 1 in 100 of the themes that these would add.
_NEAR = 2.5
#: Sentences a theme of which the words are asked, too, in search of its evidence.
_N_LIKELY = 6
_HOPELESS = np.float32(-99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scorer says of one text.

    Attributes:
        raw: raw scores of each window that was read in full (n, 31): themes, tones, scope; never empty.
        n_read: tokens read.
        n_total: tokens of the whole text.
        words: what the word model alone says of these windows (n, 31).
        encoder: the same of the encoder; None without one.
        vector: the encoder's mean vectors over the first window (768); None without an encoder.
        passes: the encoder's passes, one a window; empty without one.
        predict_alone: predicts what each sentence would score if it were the whole text (sentences, 31),
            for the themes of some columns; sentences that can't be the best for any score very low.
    """

    raw: Scores
    n_read: int
    n_total: int
    words: Scores
    encoder: Scores | None
    vector: Scores | None
    passes: tuple[Pass, ...]
    predict_alone: Callable[[Sequence[Sentence], Sequence[int]], Scores]


class Scorer(Protocol):
    """Scores texts of some languages."""

    languages: frozenset[str]
    manifest: Manifest
    #: Names what makes the vectors; None where there are none.
    vector_name: str | None

    @property
    def words(self) -> LexicalModel:
        """The model on words."""
        ...

    def score(self, texts: Sequence[Fields], *, here: bool = False) -> list[Scored]:
        """Score (title, body) pairs, in order; `here` on the calling thread, before what waits."""
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
        self.vector_name: str | None = self._engine.vector_name
        self.words = LexicalModel(folder)
        self._cutter = WindowCutter(
            self._engine.tokenizer, max_pieces=self.manifest.max_pieces, max_windows=max_windows
        )

    def score(self, texts: Sequence[Fields], *, here: bool = False) -> list[Scored]:
        """Score (title, body) pairs; their windows run through the encoder together.

        The word model reads every window. The encoder reads the first one, and of the others those in
        which the words come near a theme that the first has not given.
        """
        cut = self._cutter.cut(texts)
        words = [self._score_words(text, windows) for text, windows in zip(texts, cut, strict=True)]
        first = self._engine.read([windows.windows[0] for windows in cut], here=here)
        chosen = [
            [0, *self._worth_reading(read.tokens, by_words)]
            for read, by_words in zip(first, words, strict=True)
        ]
        later = iter(
            self._engine.read(
                [windows.windows[i] for windows, rows in zip(cut, chosen, strict=True) for i in rows[1:]],
                here=here,
            )
        )
        scored = []
        for text, windows, by_words, rows, read in zip(texts, cut, words, chosen, first, strict=True):
            passes = (read, *islice(later, len(rows) - 1))
            scored.append(self._scored(text, windows, passes, by_words[rows]))
        return scored

    def close(self) -> None:
        """Stop the encoder's threads."""
        self._engine.close()

    def _score_words(self, text: Fields, windows: Windows) -> Scores:
        return np.stack([self.words.score(text[0], _piece(window, text[1])) for window in windows.windows])

    def _worth_reading(self, tokens: Scores, words: Scores) -> list[int]:
        """Return the later windows whose words come near a theme that the first window doesn't give."""
        if len(words) == 1:
            return []
        first = blend(tokens.mean(0, keepdims=True) + self._engine.bias, words[:1], self.manifest)
        needed = needed_scores(self.manifest)
        margins = (words[:, _THEMES] - needed)[:, first[0, _THEMES] < needed]
        return [int(i) for i in np.flatnonzero((margins > -_NEAR).any(1)) if i > 0]

    def _scored(self, text: Fields, windows: Windows, passes: tuple[Pass, ...], words: Scores) -> Scored:
        encoder = np.stack([read.tokens.mean(0) for read in passes]) + self._engine.bias
        return Scored(
            raw=blend(encoder, words, self.manifest),
            n_read=windows.n_read,
            n_total=windows.n_total,
            words=words,
            encoder=encoder,
            vector=passes[0].vector,
            passes=passes,
            predict_alone=lambda sentences, themes: self._predict(sentences, themes, text, passes),
        )

    def _predict(
        self,
        sentences: Sequence[Sentence],
        themes: Sequence[int],
        text: Fields,
        passes: Sequence[Pass],
    ) -> Scores:
        """Take a sentence's tokens, as they stand in the text, for those it would have alone.

        The words, which take longer, are asked only of the sentences that the encoder likes best.
        """
        read = ((one.window, one.tokens) for one in passes)
        encoder = score_sentences(sentences, read) + self._engine.bias
        best = np.unique(np.argsort(-encoder[:, list(themes)], axis=0)[:_N_LIKELY])
        predicted = np.full_like(encoder, _HOPELESS)
        words = _score_words(self.words, [sentences[i] for i in best], text)
        predicted[best] = blend(encoder[best], words, self.manifest)
        return predicted


class WordScorer:
    """Chinese: the word model alone. Tokens are characters."""

    languages = frozenset({"zh", "zh-Hant", "zh-Hans"})
    vector_name: str | None = None

    def __init__(self, folder: Path, *, max_windows: int) -> None:
        self.manifest = read_manifest(folder)
        self.words = LexicalModel(folder)
        self._max_chars = max_windows * READ_CHARS

    def score(self, texts: Sequence[Fields], *, here: bool = True) -> list[Scored]:  # noqa: ARG002 - it always runs here
        """Score (title, body) pairs; each thousand characters of the body are a window."""
        return [self._scored(title, body) for title, body in texts]

    def close(self) -> None:
        """Nothing is held."""

    def _scored(self, title: str, body: str) -> Scored:
        read = body[: self._max_chars]
        pieces = [read[start : start + READ_CHARS] for start in range(0, max(1, len(read)), READ_CHARS)]
        raw = np.stack([self.words.score(title, piece) for piece in pieces])
        return Scored(
            raw=raw,
            n_read=len(title) + len(read),
            n_total=len(title) + len(body),
            words=raw,
            encoder=None,
            vector=None,
            passes=(),
            predict_alone=lambda sentences, _: _score_words(self.words, sentences, (title, body)),
        )


def _score_words(model: LexicalModel, sentences: Sequence[Sentence], text: Fields) -> Scores:
    """Return what the word model says of each sentence alone, as if it were a title."""
    return np.stack([model.score(text[s.field == "body"][s.start : s.end], "") for s in sentences])


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
