"""Judges pairs of reports: by readable features first, and where they leave it open, by reading both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.stories.decision import Decision, read_decision
from nlp.stories.fingerprint import Fingerprint
from nlp.stories.likeness import FEATURES, describe
from nlp.stories.reader import PairReader

#: The reader's folder in the story model's.
READER = "reader"

Pair = tuple[Fingerprint, Fingerprint]


class Judge:
    """Says how likely pairs of reports tell one event.

    Args:
        decision: on the features.
        reader: reads pairs that the decision leaves open; None to do without.
    """

    def __init__(self, decision: Decision, reader: PairReader | None = None) -> None:
        self.decision = decision
        self._reader = reader

    def judge(self, pairs: Sequence[Pair]) -> list[float]:
        """Return each pair's likelihood, 0..1; the earlier report stands first."""
        return self.settle(pairs, self.weigh(pairs))

    def weigh(self, pairs: Sequence[Pair]) -> list[float]:
        """Return each pair's likelihood by its features alone."""
        return [self.decision.judge(describe(earlier, later)) for earlier, later in pairs]

    def is_open(self, pair: Pair, likelihood: float) -> bool:
        """Say whether the features leave a pair open that can be read.

        What a reading counts was learnt from pairs with vectors, where the features tell more.
        """
        is_readable = all(one.passage and one.vector is not None for one in pair)
        return self._reader is not None and is_readable and self.decision.is_open(likelihood)

    def settle(self, pairs: Sequence[Pair], likelihoods: Sequence[float]) -> list[float]:
        """Return the likelihoods by the features, those of open pairs weighed with what reading them says."""
        settled = list(likelihoods)
        both = zip(pairs, likelihoods, strict=True)
        places = [place for place, (pair, value) in enumerate(both) if self.is_open(pair, value)]
        told = self.read([pairs[place] for place in places]) if places else []
        for place, logit in zip(places, told, strict=True):
            settled[place] = self.decision.weigh_reading(settled[place], logit)
        return settled

    def read(self, pairs: Sequence[Pair]) -> list[float]:
        """Return what the reader says of pairs: logits.

        Raises:
            ValueError: there is no reader.
        """
        if self._reader is None:
            raise ValueError("there is nothing to read pairs with")
        cut = self._reader.cut
        return self._reader.read([(cut(earlier.passage), cut(later.passage)) for earlier, later in pairs])

    def try_reader(self) -> None:
        """Read a pair of nothing, where pairs are read: what fails on it fails on any.

        Raises:
            Exception: the reader can't read.
        """
        if self._reader is not None:
            self._reader.read([((), ())])


def read_judge(folder: Path, *, n_threads: int = 1) -> Judge:
    """Read the decision of a story model, and its reader.

    Args:
        folder: the story model's; beside it is the model whose embeddings the reader shares.
        n_threads: pairs that are read at the same time.

    Raises:
        ModelError: a file is missing or damaged.
    """
    decision = read_decision(folder, FEATURES)
    return Judge(decision, PairReader(folder / READER, n_threads=n_threads))
