"""Sentences that other parts of Southbound say in English, in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from southbound.web.words import Language, simplified

_GAP: Final = re.compile(r"\\\{(\w+)\\\}")
_FEED: Final = re.compile(r"feed \S+ (.+)", re.DOTALL)


def said(sentence: str, language: Language) -> str:
    """Return a sentence in the reader's language; as it is where there is no template for it.

    Figures and names stand in it as they were; a gap that holds a sentence of its own is put over too.
    """
    if language == "en":
        return sentence
    told = _traditional(sentence)
    return simplified(told) if language == "zh-Hans" and told != sentence else told


def feed_reason(reason: str, language: Language) -> str:
    """Return why a feed fails, without its address: that stands beside it."""
    match = _FEED.fullmatch(reason)
    return said(match[1] if match else reason, language)


def definition_of(theme: str, language: Language) -> str:
    """Return what counts to a theme of the catalogue, in Chinese; "" where it is told in English only."""
    definition = "" if language == "en" else _read("definitions").get(theme, "")
    return simplified(definition) if language == "zh-Hans" else definition


def _traditional(sentence: str) -> str:
    templates = _read("sentences")
    if sentence in templates:
        return templates[sentence]
    for pattern, template in _patterns():
        match = pattern.fullmatch(sentence)
        if match:
            return template.format(**{name: _traditional(value) for name, value in match.groupdict().items()})
    return sentence


@cache
def _read(name: str) -> Mapping[str, str]:
    source = files("southbound.web") / "words" / f"{name}.zh-Hant.yaml"
    texts: dict[str, str] = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return texts


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the templates with gaps: what the English form matches, and the Chinese form."""
    return tuple(
        (re.compile(_GAP.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), chinese)
        for english, chinese in _read("sentences").items()
        if "{" in english
    )
