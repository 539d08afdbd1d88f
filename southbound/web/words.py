"""The languages of the pages: their words, and which one a reader gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import yaml

if TYPE_CHECKING:
    from opencc import OpenCC

Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh-Hant", "zh-Hans")
_SIMPLIFIED: Final = frozenset({"zh-cn", "zh-sg", "zh-my", "zh-hans"})
_PART: Final = re.compile(r"\s*([a-zA-Z*-]+)\s*(?:;\s*q\s*=\s*([0-9.]+))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its gaps filled.

        Raises:
            KeyError: there is no such text, or a gap is left open.
        """
        return self.texts[key].format(**values)

    def count(self, key: str, n: int) -> str:
        """Return the text for a number of things: "1 report", "3 reports"."""
        return self(f"{key}_1") if n == 1 else self(f"{key}_n", n=f"{n:,}")

    @property
    def is_chinese(self) -> bool:
        """Whether the language is Chinese in either script."""
        return self.language != "en"


@cache
def words_of(language: Language) -> Words:
    """Read the words of a language; simplified Chinese is made from the traditional."""
    if language == "zh-Hans":
        texts = {key: simplified(text) for key, text in words_of("zh-Hant").texts.items()}
        return Words(language=language, texts={**texts, "language": "简体中文"})
    source = files("southbound.web") / "words" / f"{language}.yaml"
    texts = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Words(language=language, texts=texts)


def simplified(text: str) -> str:
    """Write Chinese in simplified characters."""
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries, needed for simplified Chinese only

    return OpenCC("hk2s")


def choose_language(asked: str, *, remembered: str, accepted: str) -> Language:
    """Return the language to show.

    Args:
        asked: of the address, the strongest.
        remembered: of the cookie.
        accepted: the browser's Accept-Language header.
    """
    for choice in (asked, remembered):
        if choice in LANGUAGES:
            return choice
    for tag in _by_preference(accepted):
        if tag in _SIMPLIFIED:
            return "zh-Hans"
        if tag.startswith("zh"):
            return "zh-Hant"
        if tag.startswith("en"):
            return "en"
    return "en"


def _by_preference(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the most wanted first; what can't be read is left out."""
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        match = _PART.fullmatch(part)
        if match:
            found.append((_quality(match[2]), match[1].lower()))
    return [tag for quality, tag in sorted(found, key=lambda item: -item[0]) if quality > 0]


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
