"""Sentences that other parts of Southbound say in English, in the language of the reader.

Templates stand in `words/*sentences.zh-Hant.yaml`, English form to Chinese form. Names and figures fill their
gaps: a name is put over where its other form is known; in what a digest says figures and days are written
anew. A gap called `names` or `days` holds a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from southbound.language.figure import han_figures
from southbound.language.words import Language, read_texts, simplified

_GAP: Final = re.compile(r"\\\{(\w+)\\\}")
_FEED: Final = re.compile(r"feed \S+ (.+)", re.DOTALL)
_LISTS: Final = frozenset({"names", "days"})
#: The files of templates, each with how a gap is written that holds neither a name nor a sentence.
_BOOKS: Final[Mapping[str, Callable[[str], str]]] = {"digest.sentences": han_figures, "sentences": str}


NameOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """What an English form matches, the Chinese form, and how its gaps are written."""

    pattern: re.Pattern[str]
    text: str
    write: Callable[[str], str]


def _no_name(_: str) -> None:
    """Know no name."""


def said(sentence: str, language: Language, *, name_of: NameOf = _no_name) -> str:
    """Return a sentence in the reader's language; as it is where there is no template for it.

    Args:
        sentence: in English.
        language: of the reader.
        name_of: tells what a name that fills a gap is called in that language; None where it is no name.
    """
    if language == "en":
        return sentence
    told = name_of(sentence) or _whole(sentence, name_of)
    if told is None:
        return sentence
    return simplified(told) if language == "zh-Hans" else told


def feed_reason(reason: str, language: Language) -> str:
    """Return why a feed fails, without its address: that stands beside it."""
    match = _FEED.fullmatch(reason)
    return said(match[1] if match else reason, language)


def _whole(sentence: str, name_of: NameOf) -> str | None:
    """Return a whole sentence in Chinese; None without a template."""
    texts = _texts()
    if sentence in texts:
        return texts[sentence]
    for template in _templates():
        match = template.pattern.fullmatch(sentence)
        if match:
            gaps = {
                name: _gap(name, value, name_of, template.write) for name, value in match.groupdict().items()
            }
            return template.text.format(**gaps)
    return None


def _gap(name: str, value: str, name_of: NameOf, write: Callable[[str], str]) -> str:
    named = name_of(value)
    if named is not None:
        return named
    if name in _LISTS and ", " in value:
        return "、".join(_gap("", one, name_of, write) for one in value.split(", "))
    told = _whole(value, name_of)
    return write(value) if told is None else told


@cache
def _texts() -> Mapping[str, str]:
    return {english: chinese for book in _BOOKS for english, chinese in _book(book).items()}


@cache
def _templates() -> tuple[_Template, ...]:
    return tuple(
        _Template(
            pattern=re.compile(_GAP.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL),
            text=chinese,
            write=write,
        )
        for book, write in _BOOKS.items()
        for english, chinese in _book(book).items()
        if "{" in english
    )


def _book(name: str) -> Mapping[str, str]:
    return read_texts(f"{name}.zh-Hant")
