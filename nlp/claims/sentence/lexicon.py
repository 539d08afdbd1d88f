"""The words that claims are read by, found in a sentence in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from nlp.error import CatalogueError

#: A number with its decimals, a Latin word with what is joined to it, a Chinese character, or another sign.
_TOKEN: Final = re.compile(r"\d[\d,.]*\d|\d|[a-z][a-z&]*(?:['.\-][a-z&]+)*|\S")
#: All of a text: tokens, and the white space between them.
_TOKENS: Final = re.compile(rf"{_TOKEN.pattern}|\s+")
_RUN_ON: Final = re.compile(r"[a-z&\d]|['.\-][a-z&]")


#: Digits and signs that name nothing either.
_LIGHT_SIGNS: Final = r"[0-9.:()\u201c\u201d\"'\u2018\u2019\[\]/%\u2014~*#>\s-]"


class Cue(NamedTuple):
    """A phrase of the word lists in a sentence: its list's name, and what it stands for, if for something."""

    kind: str
    value: str
    start: int
    end: int


class Lexicon:
    """Phrases by kind, found longest first.

    Attributes:
        other_indices: Ids of the catalogue's indices that are none of shares.
        unlisted: Ids of the catalogue's companies that no exchange lists: they have no price.
        judges: Ids of companies that texts name mostly for what they say of others' shares.
        common: English words that may begin with a capital and name nothing.
        light: Chinese words that may stand before what a clause says of the subject before it.

    Args:
        phrases: the phrases of each kind, and the attributes' words; one of the
            form "phrase=value" stands for something.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        phrases = dict(phrases)
        self.other_indices = frozenset(phrases.pop("other_index", ()))
        self.unlisted = frozenset(phrases.pop("unlisted", ()))
        self.judges = frozenset(phrases.pop("judges", ()))
        self.common = frozenset(phrases.pop("common", ()))
        light = sorted(phrases.pop("light", ()), key=len, reverse=True)
        self.light = re.compile("|".join([*map(re.escape, light), _LIGHT_SIGNS]))
        owners: dict[str, list[tuple[str, str]]] = {}
        for kind, forms in phrases.items():
            for form in forms:
                phrase, _, value = form.partition("=")
                if phrase and (kind, value) not in owners.setdefault(phrase.lower(), []):
                    owners[phrase.lower()].append((kind, value))
        self._kinds = {phrase: tuple(kinds) for phrase, kinds in owners.items()}
        by_first: dict[str, list[str]] = {}
        for phrase in owners:
            first = _TOKEN.match(phrase)
            by_first.setdefault(first.group() if first else phrase, []).append(phrase)
        self._by_first = {token: _make_phrases(begun) for token, begun in by_first.items()}

    def find(self, low: str, taken: Sequence[tuple[int, int]] = ()) -> Iterator[Cue]:
        """Yield a sentence's phrases in order; none begins in a stretch of `taken` (sorted) or enters one.

        A phrase begins and ends where words do: a Chinese character is a word.

        Args:
            low: the sentence in small letters, see :func:`lower`.
            taken: stretches.
        """
        read = low.replace("\u2019", "'")
        done, mask = 0, 0
        for start, phrases in self._begins(read):
            if start < done:
                continue
            while mask < len(taken) and taken[mask][1] <= start:
                mask += 1
            limit = taken[mask][0] if mask < len(taken) else len(read)
            if end := phrases.end_of(read, start, limit):
                for kind, value in self._kinds[read[start:end]]:
                    yield Cue(kind, value, start, end)
                done = end

    def _begins(self, read: str) -> list[tuple[int, _Phrases]]:
        """Return where phrases may begin, and those that begin so."""
        tokens = _TOKENS.findall(read)
        starts = accumulate(map(len, tokens), initial=0)
        found = map(self._by_first.get, tokens)
        return [(start, phrases) for start, phrases in zip(starts, found, strict=False) if phrases]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases that begin with one token, longest first, and the pattern that finds the longest there."""

    phrases: tuple[str, ...]
    pattern: re.Pattern[str]

    def end_of(self, read: str, start: int, limit: int) -> int:
        """Return where the longest phrase at a place ends that ends before a limit; 0 without one."""
        found = self.pattern.match(read, start) if start < limit else None
        if found is None or found.end() <= limit:
            return found.end() if found else 0
        ends = ((phrase, start + len(phrase)) for phrase in self.phrases)
        return next(
            (
                end
                for phrase, end in ends
                if end <= limit and read.startswith(phrase, start) and not _runs_on(read, end)
            ),
            0,
        )


def _make_phrases(phrases: Sequence[str]) -> _Phrases:
    longest_first = tuple(sorted(phrases, key=lambda phrase: -len(phrase)))
    choice = "|".join(map(re.escape, longest_first))
    return _Phrases(longest_first, re.compile(f"(?:{choice})(?:(?<![a-z0-9])|(?!{_RUN_ON.pattern}))"))


def lower(text: str) -> str:
    """Return a text in small letters, of the same length: a letter whose small form is longer is kept."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return low


def _runs_on(text: str, end: int) -> bool:
    """Say whether a word or number goes on at a place."""
    return _RUN_ON.match(text, end) is not None and text[end - 1].isascii() and text[end - 1].isalnum()


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
