"""What a text's words are spelt like: runs of characters, so that kin words, hashtags and tickers count.

From few examples, most words of a new text were never seen, and their stems mostly were. Character n-grams
inside words are those of Cavnar and Trenkle, "N-gram-based text categorization" (1994); their rarity is
taken from that of the words they stand in, so that nothing more needs to be stored.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from nlp.scoring.lexical import READ_CHARS, TITLE_MARK
from nlp.script import has_han
from nlp.topics.feature import Terms, weigh_counts

#: Set before each run, lest it be taken for a word.
MARK = "~"
_WORD = re.compile(r"[a-z0-9$#%'&.-]+")
_LENGTHS = range(3, 6)


class SpellingWeigher:
    """Weighs the runs of characters in a text by how rare they are in the news.

    Args:
        idf: inverse document frequency of words, as for :class:`nlp.topics.feature.TermWeigher`. A run stands
            in as many texts as the words that hold it; one that no known word holds is as rare as the rarest.
    """

    def __init__(self, idf: Mapping[str, float]) -> None:
        shares: defaultdict[str, float] = defaultdict(float)
        for word, rarity in idf.items():
            if _is_latin_word(word):
                for run in set(_iterate_runs(word)):
                    shares[run] += math.exp(1 - rarity)
        self._rarest = max(idf.values(), default=1.0)
        self._idf = {run: min(self._rarest, 1 - math.log(min(1.0, share))) for run, share in shares.items()}

    def weigh(self, text: str) -> Terms:
        """Return the TF-IDF values of the runs, of unit length together; none for Chinese text."""
        if has_han(text):
            return {}
        words = _WORD.findall(text[:READ_CHARS].lower())
        return weigh_counts(
            Counter(run for word in words for run in _iterate_runs(word)), self._idf, self._rarest
        )


def _iterate_runs(word: str) -> Iterator[str]:
    """Yield the runs of three to five characters, the word's ends marked by blanks."""
    ended = f" {word} "
    for length in _LENGTHS:
        yield from (MARK + ended[start : start + length] for start in range(len(ended) - length + 1))


def _is_latin_word(term: str) -> bool:
    return not (" " in term or term.startswith(TITLE_MARK) or has_han(term))
