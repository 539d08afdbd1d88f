"""The words that claims are read by, found in a sentence in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from nlp.error import CatalogueError

#: A number with its decimals, a Latin word with what is joined to it, a Chinese character, or another sign.
_TOKEN: Final = re.compile(r"\d[\d,.]*\d|\d|[A-Za-z][A-Za-z&]*(?:['\u2019.\-][A-Za-z&]+)*|\S")


#: Digits and signs that name nothing either.
_LIGHT_SIGNS: Final = r"[0-9.:()\u201c\u201d\"'\u2018\u2019\[\]/%\u2014~*#>\s-]"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign of a sentence in small letters; half open."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of the word lists in a sentence: its list's name, and what it stands for, if for something."""

    kind: str
    value: str
    start: int
    end: int


class Lexicon:
    """Phrases by kind, found longest first.

    Attributes:
        other_indices: Ids of the catalogue's indices that are none of shares.
        common: English words that may begin with a capital and name nothing.
        light: Chinese words that may stand before what a clause says of the subject before it.

    Args:
        phrases: the phrases of each kind, and the attributes' words; one of the
            form "phrase=value" stands for something.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        phrases = dict(phrases)
        self.other_indices = frozenset(phrases.pop("other_index", ()))
        self.common = frozenset(phrases.pop("common", ()))
        light = sorted(phrases.pop("light", ()), key=len, reverse=True)
        self.light = re.compile("|".join([*map(re.escape, light), _LIGHT_SIGNS]))
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]] = {}
        owners: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for kind, forms in phrases.items():
            for form in forms:
                phrase, _, value = form.partition("=")
                words = tuple(token.text for token in tokens_of(phrase))
                if words and (kind, value) not in owners.setdefault(words, []):
                    owners[words].append((kind, value))
        for words, kinds in owners.items():
            self._by_first.setdefault(words[0], []).append((words, tuple(kinds)))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, tokens: Sequence[Token], taken: Sequence[tuple[int, int]] = ()) -> Iterator[Cue]:
        """Yield the phrases in order; those that begin inside a stretch of `taken` (sorted) are left out."""
        index, mask = 0, 0
        while index < len(tokens):
            token = tokens[index]
            while mask < len(taken) and taken[mask][1] <= token.start:
                mask += 1
            if mask < len(taken) and taken[mask][0] <= token.start:
                index += 1
                continue
            limit = taken[mask][0] if mask < len(taken) else None
            length, kinds = self._longest(tokens, index, limit)
            end = tokens[index + length - 1].end if length else 0
            for kind, value in kinds:
                yield Cue(kind, value, token.start, end)
            index += max(1, length)

    def _longest(
        self, tokens: Sequence[Token], index: int, limit: int | None
    ) -> tuple[int, tuple[tuple[str, str], ...]]:
        for words, kinds in self._by_first.get(tokens[index].text, ()):
            last = index + len(words)
            if last > len(tokens) or (limit is not None and tokens[last - 1].end > limit):
                continue
            if all(tokens[index + i].text == word for i, word in enumerate(words)):
                return len(words), kinds
        return 0, ()


def tokens_of(text: str) -> list[Token]:
    """Split a text into words, numbers and signs; Chinese by character."""
    return [
        Token(match.group().lower().replace("\u2019", "'"), *match.span()) for match in _TOKEN.finditer(text)
    ]


def read_lexicon(path: Path) -> Lexicon:
    """Read the word lists of `config/claims.yaml`: a list a kind, whose entries may be joined by commas.

    Raises:
        CatalogueError: the file can't be used.
    """
    try:
        rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    if not isinstance(rows, dict):
        raise CatalogueError(f"{path} holds no word lists; put back the file that ships with Southbound")
    return Lexicon({str(kind): list(_forms(entries)) for kind, entries in rows.items()})


def _forms(entries: Any) -> Iterator[str]:  # noqa: ANN401 - what stands in the file
    for entry in entries or ():
        yield from (form.strip() for form in str(entry).split(",") if form.strip())
