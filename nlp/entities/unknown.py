"""Names that the catalogue doesn't know, gathered by text: one entity for all forms of a name.

What the recogniser finds and what rules show to be a name (`nlp.entities.unlisted`) come together here. A
short form goes with the full one of the same text, and every further place of a form is a mention.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.annotation import Field, Span
from nlp.entities.no_name import COUNTRIES, NO_ENTITIES
from nlp.entities.wordlist import (
    BODY_WORDS,
    COMPANY_WORDS,
    GENERIC_WORDS,
    LEGAL_FORMS,
    NO_NAMES,
    PLACES,
    TITLES,
)

#: What an unknown entity's id begins with; the rest is its name.
PREFIX = "unknown:"
#: More new names than this make a list (of a day's closes, say), not a report.
MAX_NAMES = 40
_MAX_WORDS = 9
_MAX_CHARS = 80
_MIN_CHARS = 2

_EDGES = " \t\n.,;:!?\"'“”‘’()[]{}<>|*_-–—/&#@^•·"
_OPENERS = re.compile(
    r"(?:(?:the|a|an|state-run|mr|mrs|ms|miss|dr|prof|sir|madam|by|and|of|in|at|for|from)\.?|(?-i:SOURCE):?)\s+",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s?$|['’]S$")
_NUMBER = re.compile(
    r"[\W\d_]*(?:[kmbx]|mn|bn|st|nd|rd|th|am|pm|q|h|fy|cr|rs|us|hk|rmb|a|c)?[\W\d_]*", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?(?:\s+\d.*)?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day.*",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|(?<=[.)] ))[ \t*_(]*(?:(?:(?:additional |further )?(?:reporting|writing|editing|compiled) )?by"
    r"|By:?|BY:?)[ \t]+(?:(?:[A-Z][\w.'’-]*|and|in|,|&|with|for|;)[ \t]*){2,14}"
    r"|^[-–—](?:[A-Z][\w.'’-]*[ \t]*[-–—]?){2,8}$",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W_]+(?:[.&'’-][^\W_]+)*")
_LEGAL = frozenset(word.lower() for word in LEGAL_FORMS) | {
    "asa",
    "se",
    "kk",
    "pty",
    "berhad",
    "spa",
    "sas",
    "lp",
}
_BODY_WORDS = frozenset(word.lower() for word in BODY_WORDS)
#: Words that make no name by themselves, however many.
_EMPTY = _LEGAL | {
    word.lower()
    for words in (PLACES, TITLES, NO_NAMES, BODY_WORDS, COMPANY_WORDS, GENERIC_WORDS)
    for word in words
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundName:
    """A name in a text, with the type that it was found to have."""

    span: Span
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name outside the catalogue, with every place where the text has it, in order."""

    entity_id: str
    name: str
    type: str
    mentions: tuple[Span, ...]


def gather_names(
    found: Iterable[FoundName], linked: Sequence[Span], originals: Mapping[Field, str]
) -> list[UnknownName]:
    """Put found names together into entities, without what overlaps a linked mention or is no name.

    Args:
        found: names as found, in any order; where two overlap, the longer holds.
        linked: mentions of the catalogue's entities.
        originals: the fields, as the publisher wrote them.
    """
    taken = [*linked, *_bylines(originals)]
    known = {words_of(span.text) for span in linked}
    kept: list[FoundName] = []
    for name in sorted(filter(None, map(_tidy, found)), key=lambda n: n.span.start - n.span.end):
        if is_name(name.span.text) and not any(_overlap(name.span, span) for span in taken):
            taken.append(name.span)
            if not any(_is_part(words_of(name.span.text), whole) for whole in known):
                kept.append(name)
    groups = _group(kept)
    return [_unknown(group, originals, taken) for group in groups[:MAX_NAMES]]


def _bylines(originals: Mapping[Field, str]) -> Iterator[Span]:
    """Yield where a body says who wrote it: that is no news."""
    for match in _BYLINE.finditer(originals["body"]):
        yield Span(field="body", start=match.start(), end=match.end(), text=match.group())


def is_name(text: str) -> bool:
    """Say whether a found text can be a name: no number, date, place, currency, supplier of news."""
    folded = " ".join(text.lower().split()).removeprefix("the ")
    words = words_of(text)
    return (
        _MIN_CHARS <= len(text) <= _MAX_CHARS
        and 0 < len(words) <= _MAX_WORDS
        and "\n" not in text
        and "  " not in text
        and any(map(str.isalpha, text))
        and folded not in NO_ENTITIES
        and folded not in COUNTRIES
        and not _NUMBER.fullmatch(text)
        and not _DATE.fullmatch(text)
        and not (len(text) <= _MIN_CHARS and text.isupper() and text.isalpha())
        and not (_EMPTY.issuperset(words) and not _is_body(words))
        and "http" not in folded
    )


def _is_body(words: Sequence[str]) -> bool:
    """Say whether words name a public body, as "Commerce Department" does."""
    return len(words) > 1 and words[-1] in _BODY_WORDS and words[0] not in _LEGAL


def words_of(text: str) -> tuple[str, ...]:
    """Return a name's words for comparison: folded, without possessive and legal form."""
    folded = unicodedata.normalize("NFKC", _POSSESSIVE.sub("", text)).casefold()
    words = [word.rstrip(".") for word in _WORD.findall(folded)]
    bare = list(words)
    while len(bare) > 1 and bare[-1] in _LEGAL:
        bare.pop()
    return tuple(bare)


def id_from_name(name: str) -> str:
    """Return the id that stands for an unknown name, the same for its variants in case and legal form."""
    plain = "-".join(words_of(name)) or name.casefold()
    return PREFIX + re.sub(r"[^\w-]+", "-", plain).strip("-")


def _tidy(found: FoundName) -> FoundName | None:
    """Take articles, titles, marks and the possessive off a found name; None where nothing is left."""
    span = found.span
    text = span.text
    start = span.start + len(text) - len(text.lstrip(_EDGES))
    text = text.strip(_EDGES)
    while opener := _OPENERS.match(text):
        start, text = start + opener.end(), text[opener.end() :]
    text = _POSSESSIVE.sub("", text).rstrip(_EDGES)
    if not text:
        return None
    # "Inc." and "Ltd." keep their full stop out: two spellings of one name should not differ by it.
    tidied = Span(field=span.field, start=start, end=start + len(text), text=text)
    return FoundName(span=tidied, type=found.type)


def _overlap(left: Span, right: Span) -> bool:
    return left.field == right.field and left.start < right.end and right.start < left.end


def _is_part(short: Sequence[str], whole: Sequence[str]) -> bool:
    """Say whether words stand in a row among others; the same words are no part."""
    n = len(short)
    return 0 < n < len(whole) and any(
        tuple(whole[i : i + n]) == tuple(short) for i in range(len(whole) - n + 1)
    )


def _group(names: Sequence[FoundName]) -> list[list[FoundName]]:
    """Group forms of one name, the fullest first in each; groups in order of their first place."""
    groups: dict[tuple[str, ...], list[FoundName]] = {}
    # Fullest first, so that a short form finds its full one.
    for name in sorted(names, key=lambda n: (-len(words_of(n.span.text)), -len(n.span.text), _place(n.span))):
        words = words_of(name.span.text)
        key = next((whole for whole in groups if _is_form(name.span.text, words, whole)), words)
        groups.setdefault(key, []).append(name)
    in_order = sorted(groups.values(), key=lambda group: min(_place(name.span) for name in group))
    by_id: dict[str, list[FoundName]] = {}
    for group in in_order:  # "Rolls Royce" and "Rolls-Royce" have other words, and one id
        by_id.setdefault(id_from_name(group[0].span.text), []).extend(group)
    return list(by_id.values())


def _is_form(text: str, words: Sequence[str], whole: Sequence[str]) -> bool:
    if tuple(words) == tuple(whole) or _is_part(words, whole):
        return True
    initials = "".join(word[0] for word in whole if word not in {"of", "the", "and", "for", "in"})
    return len(words) == 1 and text.isupper() and len(text) > 1 and words[0] == initials


def _place(span: Span) -> tuple[bool, int]:
    return span.field != "title", span.start


def _unknown(group: Sequence[FoundName], originals: Mapping[Field, str], taken: list[Span]) -> UnknownName:
    full = group[0].span.text
    forms = Counter(name.type for name in group)
    kind = max(forms, key=lambda value: (forms[value], value == group[0].type))
    spans = {(name.span.field, name.span.start): name.span for name in group}
    for text in sorted({name.span.text for name in group}, key=len, reverse=True):
        for span in _find_more(text, originals, taken):
            taken.append(span)
            spans[span.field, span.start] = span
    mentions = tuple(sorted(spans.values(), key=_place))
    return UnknownName(entity_id=id_from_name(full), name=_shown(full), type=kind, mentions=mentions)


def _find_more(text: str, originals: Mapping[Field, str], taken: Sequence[Span]) -> Iterator[Span]:
    """Yield the further places of a form, whole words only, outside what is taken."""
    for field, source in originals.items():
        start = source.find(text)
        while start >= 0:
            end = start + len(text)
            whole = not (source[start - 1 : start].isalnum() or source[end : end + 1].isalnum())
            span = Span(field=field, start=start, end=end, text=text)
            if whole and not any(_overlap(span, other) for other in taken):
                yield span
            start = source.find(text, end)


def _shown(name: str) -> str:
    """Return a name as it is shown: on one line, and not in capitals throughout where it is long."""
    name = " ".join(name.split())
    return name.title() if name.isupper() and " " in name else name
