"""The pages' languages: none lacks a text or a gap, and readers get theirs."""

from __future__ import annotations

import re
import string

import pytest
from jinja2 import nodes

from southbound.web.pages.template import environment
from southbound.web.words import LANGUAGES, choose_language, words_of


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_texts_with_the_same_gaps() -> None:
    english = words_of("en").texts
    for language in LANGUAGES:
        texts = words_of(language).texts
        assert texts.keys() == english.keys()
        assert {key: gaps(text) for key, text in texts.items()} == {
            key: gaps(text) for key, text in english.items()
        }


def test_templates_use_no_text_that_there_is_not() -> None:
    known = words_of("en").texts
    for name in environment().list_templates(extensions=["j2"]):
        source, _, _ = environment().loader.get_source(environment(), name)  # type: ignore[union-attr]
        calls = environment().parse(source).find_all(nodes.Call)
        used = {
            call.args[0].value
            for call in calls
            if isinstance(call.node, nodes.Name)
            and call.node.name == "t"
            and call.args
            and isinstance(call.args[0], nodes.Const)
        }
        assert used <= known.keys(), name


def test_simplified_is_made_from_traditional() -> None:
    assert words_of("zh-Hans")("feeds") == "来源"
    assert not re.search("[訊點]", "".join(words_of("zh-Hans").texts.values()))


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        ("zh-Hans", "en", "en", "zh-Hans"),
        ("", "zh-Hant", "en", "zh-Hant"),
        ("xx", "yy", "zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("", "", "zh-CN,en;q=0.8", "zh-Hans"),
        ("", "", "en-GB,zh;q=0.1", "en"),
        ("", "", "fr;q=0.9,zh-TW;q=0.5", "zh-Hant"),
        ("", "", "zh;q=broken, ;;;", "en"),
        ("", "", "", "en"),
    ],
)
def test_a_reader_gets_the_language_asked_for(
    asked: str, remembered: str, accepted: str, chosen: str
) -> None:
    assert choose_language(asked, remembered=remembered, accepted=accepted) == chosen
