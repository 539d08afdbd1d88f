"""The words of each language, of `words/*.yaml`; simplified Chinese is made from the traditional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import yaml

if TYPE_CHECKING:
    from opencc import OpenCC

Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh-Hant", "zh-Hans")
#: Files of each language: what the pages say, and what the digest says beside it.
_BOOKS: Final = ("", "digest.")
_N_CONVERTED: Final = 4096


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

    def count(self, key: str, n: int, **values: object) -> str:
        """Return the text for a number of things: "1 report", "3 reports"; `values` fill its other gaps."""
        return self(f"{key}_1", **values) if n == 1 else self(f"{key}_n", n=f"{n:,}", **values)

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
    texts = {key: text for book in _BOOKS for key, text in read_texts(f"{book}{language}").items()}
    return Words(language=language, texts=texts)


def read_texts(name: str) -> Mapping[str, str]:
    """Read one of the files of words."""
    source = files("southbound.language") / "words" / f"{name}.yaml"
    texts: dict[str, str] = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return texts


@lru_cache(maxsize=_N_CONVERTED)
def simplified(text: str) -> str:
    """Write Chinese in simplified characters."""
    converted: str = _converter("hk2s").convert(text)
    return converted


@lru_cache(maxsize=_N_CONVERTED)
def traditional(text: str) -> str:
    """Write Chinese in the traditional characters of Hong Kong."""
    converted: str = _converter("s2hk").convert(text)
    return converted


@cache
def _converter(kind: str) -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries, needed for simplified Chinese only

    return OpenCC(kind)
