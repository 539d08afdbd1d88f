"""Judges pairs of reports: by readable features first, and where they leave it open, by reading both."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from nlp.stories.decision import Decision, read_decision
from nlp.stories.fingerprint import Fingerprint, Language
from nlp.stories.likeness import FEATURES, describe
from nlp.stories.reader import PairReader

#: The readers' folders in the story model's, by the language that they read.
READERS: Mapping[Language, str] = MappingProxyType({"en": "reader", "zh": "chinese_reader"})

Pair = tuple[Fingerprint, Fingerprint]


class Judge:
    """Says how likely pairs of reports tell one event.

    Args:
        decision: on the features.
        readers: read pairs of one language that the decision leaves open.
    """

    def __init__(self, decision: Decision, readers: Mapping[Language, PairReader] | None = None) -> None:
        self.decision = decision
        self._readers = dict(readers or {})

    def judge(self, pairs: Sequence[Pair]) -> list[float]:
        """Return each pair's likelihood, 0..1; the earlier report stands first."""
        return self.settle(pairs, self.weigh(pairs))

    def weigh(self, pairs: Sequence[Pair]) -> list[float]:
        """Return each pair's likelihood by its features alone."""
        return [self.decision.judge(describe(earlier, later)) for earlier, later in pairs]

    def is_open(self, pair: Pair, likelihood: float) -> bool:
        """Say whether the features leave a pair open that can be read.

        What a reading counts was learnt from English pairs with vectors, where the features tell more, and
        from Chinese ones, which have none.
        """
        earlier, later = pair
        language = later.language
        return (
            earlier.language == language
            and language in self._readers
            and all(one.passage and (one.vector is not None or language == "zh") for one in pair)
            and self.decision.is_open(likelihood, language)
        )

    def settle(self, pairs: Sequence[Pair], likelihoods: Sequence[float]) -> list[float]:
        """Return the likelihoods by the features, those of open pairs by what reading them says too."""
        return self.start(pairs, likelihoods)()

    def start(self, pairs: Sequence[Pair], likelihoods: Sequence[float]) -> Callable[[], list[float]]:
        """Begin to read the open ones of some pairs; what is returned waits and settles all likelihoods."""
        both = zip(pairs, likelihoods, strict=True)
        places = [place for place, (pair, value) in enumerate(both) if self.is_open(pair, value)]
        told = self._start([pairs[place] for place in places])

        def settle() -> list[float]:
            settled = list(likelihoods)
            for place, logit in zip(places, told(), strict=True):
                earlier, later = pairs[place]
                settled[place] = self.decision.judge_read(describe(earlier, later), logit, later.language)
            return settled

        return settle

    def read(self, pairs: Sequence[Pair]) -> list[float]:
        """Return what the readers say of pairs, each of one language: logits.

        Raises:
            ValueError: there is no reader of a pair's language.
        """
        return self._start(pairs)()

    def _start(self, pairs: Sequence[Pair]) -> Callable[[], list[float]]:
        begun = [self._start_one(earlier, later) for earlier, later in pairs]
        return lambda: [logit for one in begun for logit in one()]

    def _start_one(self, earlier: Fingerprint, later: Fingerprint) -> Callable[[], list[float]]:
        reader = self._readers.get(later.language)
        if reader is None:
            raise ValueError(f"there is nothing to read pairs with in '{later.language}'")
        return reader.start([(reader.cut(earlier.passage), reader.cut(later.passage))])

    def try_readers(self) -> None:
        """Read a pair of nothing, where pairs are read: what fails on it fails on any.

        Raises:
            Exception: a reader can't read.
        """
        for reader in self._readers.values():
            reader.read([((), ())])


def read_judge(folder: Path, *, n_threads: int = 1) -> Judge:
    """Read the decision of a story model, and its readers.

    Args:
        folder: the story model's; beside it is the model whose words the English reader shares.
        n_threads: pairs that are read at the same time.

    Raises:
        ModelError: a file is missing or damaged.
    """
    decision = read_decision(folder, FEATURES)
    return Judge(decision, read_readers(folder, decision.readings, n_threads=n_threads))


def read_readers(
    folder: Path, languages: Container[str], *, n_threads: int = 1
) -> dict[Language, PairReader]:
    """Read a story model's readers of some languages.

    Raises:
        ModelError: a file is missing or damaged.
    """
    return {
        language: PairReader(folder / name, n_threads=n_threads)
        for language, name in READERS.items()
        if language in languages
    }
