"""Companies that a text calls by the first word of their names alone, where it tells of their shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from nlp.annotation import EntityTag
from nlp.claims.sentence.scene import Mention
from nlp.claims.subject.common import COMMON


def called_briefly(entities: Sequence[EntityTag], text: str, taken: Sequence[Mention]) -> list[Mention]:
    """Return the places where shares are those of a company by its first word: "Commonwealth shares rose".

    Args:
        entities: of the text.
        text: a field of it, folded.
        taken: the places in the field that are named otherwise.
    """
    words = _first_words(entities)
    if not words:
        return []
    currencies = {mention.entity_id: mention.currency for mention in taken}
    return [
        Mention(
            start=match.start("name"),
            end=match.end("name"),
            entity_id=key,
            kind="company",
            currency=currencies.get(key, ""),
        )
        for match in _SHARES.finditer(text)
        if (key := words.get(match["name"]) or words.get(match["name"].title()))
        and not any(one.start < match.end("name") and match.start("name") < one.end for one in taken)
    ]


_SHARES: Final = re.compile(
    r"\b(?:[Ss]hares\s(?:of|in)\s(?P<of>)|)(?P<name>[A-Z][A-Za-z]{3,})"
    r"(?(of)(?!\s[A-Z])|(?:(?:['\u2019]s?)?\s(?:(?:[A-Z][a-z]+-listed|Hong\sKong)\s)?(?:shares|stock)\b"
    r"|(?<=[A-Z])\s(?:(?:is|was)\s(?:up|down)|closed)\b))"
)


def _first_words(entities: Sequence[EntityTag]) -> Mapping[str, str]:
    """Return the companies by the first words of their names, where these are of one only."""
    found: dict[str, set[str]] = {}
    for tag in entities:
        if tag.type == "company":
            for word in _words_of(tag):
                found.setdefault(word, set()).add(tag.entity_id)
    return {word: min(keys) for word, keys in found.items() if len(keys) == 1}


def _words_of(tag: EntityTag) -> Iterator[str]:
    for name in (tag.name, *(mention.text for mention in tag.mentions)):
        word, _, rest = name.partition(" ")
        if word not in COMMON and (rest or not word.isupper()):
            yield word
