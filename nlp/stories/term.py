"""The words of a report as they are compared: case, width, script, endings and markers folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from nlp.scoring.lexical import TITLE_MARK, LexicalModel
from nlp.script import fold_script, has_han

#: What agencies put in front of a title; the first group marks a later version of the same report.
_MARKER = re.compile(
    r"""^\W*(?:
        (update|wrapup|corrected|correction|refile|clarification|更新|更正|修正|订正|訂正)
            (?:\s*\d+)?(?:\s*[-:：—–)）\]】]\s*|\s+(?=[-:]))
        | (?:rpt|repeat|breaking|breaking\ news|exclusive|just\ in|press\ release
            |快讯|快訊|独家|獨家|突发|突發)
            (?:\s*\d+)?\s*[-:：—–|\]】]\s*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSED = re.compile(r"\b(?:clos(?:e|es|ed|ing)|end(?:s|ed)?)\b|收市|收盤|收盘|收報|收报|全日", re.IGNORECASE)
_INTRADAY = re.compile(
    r"""\b(?:stock|share|market|index|indices|hsi|hang\ seng|shanghai|wall\ street|dow|nasdaq)s?\b.*
            \b(?:open(?:s|ed|ing)?|midday|noon|early\ trad(?:e|ing)|by\ lunch|start|begin)s?\b
        | (?:恒指|恆指|港股|滬指|沪指|滬深|沪深|深成指|創業板|创业板|A股|科指|美股|日股|道指)
            .*(?:半日|半天|午盤|午盘|早段|早盤|早盘|開市|开市|開盤|开盘|競價|竞价|中段|尾段|午後|午后|初段|高開|低開|高开|低开)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\W_]*\d[^\W_]*")
_ENDINGS = (("ies", "y"), ("'s", ""), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
_MIN_STEM = 4
_STOP_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have"}
    | {"he", "her", "his", "if", "in", "into", "is", "it", "its", "more", "new", "not", "of", "on", "or"}
    | {"over", "said", "says", "she", "than", "that", "the", "their", "this", "to", "up", "was", "were"}
    | {"which", "who", "will", "with", "would"}
)


def is_intraday(title: str) -> bool:
    """Say whether a title tells how a market stood during a session: "HSI up at midday", "恒指半日升23點"."""
    return bool(_INTRADAY.search(title)) and not _CLOSED.search(title)


def is_update(title: str) -> bool:
    """Say whether a title announces a later version: "UPDATE 2-", "Correction:", "更新："."""
    found = _MARKER.match(title)
    return bool(found and found.group(1))


def strip_marker(title: str) -> str:
    """Return a title without what agencies put in front of it."""
    return _MARKER.sub("", title)


def fold(text: str) -> str:
    """Fold width, case and Chinese script."""
    return fold_script(unicodedata.normalize("NFKC", text).casefold())


def iterate_words(folded: str) -> Iterator[str]:
    """Yield a folded text's words by their stems, and the pairs of neighbouring characters of Chinese.

    Numbers are left out (see :mod:`nlp.stories.number`), as are English function words.
    """
    for piece in _WORD.findall(folded):
        if has_han(piece):
            yield from (piece[place : place + 2] for place in range(max(1, len(piece) - 1)))
        elif piece not in _STOP_WORDS and not piece[0].isdigit():
            yield stem(piece)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Cut an English word's ending, so that "raises", "raised" and "raising" are one; short words stay."""
    if word.endswith("ss"):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word.removesuffix(ending) + instead
    return word


class Rarity:
    """How rare a word is in the news: its inverse document frequency.

    Args:
        idf: by the words as they are written. A stem is as rare as the commonest of its words; what is not
            in the table is taken for as rare as its rarest.
    """

    def __init__(self, idf: Mapping[str, float]) -> None:
        self._idf: dict[str, float] = {}
        for word, value in idf.items():
            if " " not in word and not word.startswith(TITLE_MARK):
                key = word if has_han(word) else stem(word)
                self._idf[key] = min(value, self._idf.get(key, value))
        self._rarest = max(self._idf.values(), default=1.0)

    def __getitem__(self, word: str) -> float:
        return self._idf.get(word, self._rarest)


def rarity_from_models(english: Path, chinese: Path) -> Rarity:
    """Take the words' rarity from the shipped word models."""
    return Rarity({**LexicalModel(chinese).idf, **LexicalModel(english).idf})
