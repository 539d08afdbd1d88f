"""Link what stands short later in the text: a surname, a company's own word, an announced abbreviation.

A short form is taken only where one linked entity alone has it, where it stands free of other
capitalised words, and where nothing else was found in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.annotation import Field, Span
from nlp.entities.matcher import FOLLOWERS
from nlp.entities.name import is_given_name, is_surname

#: Last words that a company or body drops when it is named again.
_LAST_WORDS = frozenset({
    "Group", "Holdings", "Holding", "Corp", "Corporation", "Inc", "Ltd", "Limited", "Co", "Company", "plc",
    "Plc", "PLC", "Securities", "Capital", "Management", "Technology", "Technologies", "Pharmaceutical",
    "Pharmaceuticals", "Pharma", "Therapeutics", "Biotech", "Motors", "Motor", "Investment", "Investments",
    "Partners", "Research", "Properties", "Property", "International", "Advisors", "Associates",
    "Electronics", "Semiconductor", "Robotics", "Entertainment", "Networks", "Games",
})  # fmt: skip
#: First words that a company drops; what is left must then be a name by itself.
_FIRST_WORDS = frozenset({
    "China", "Beijing", "Shanghai", "Shenzhen", "Guangzhou", "Hangzhou", "Zhejiang", "Jiangsu", "Shandong",
    "Guangdong", "Sichuan", "Hunan", "Hubei", "Henan", "Fujian", "Anhui", "Hebei", "The",
})  # fmt: skip
#: Words that are no name when they stand alone.
_COMMON = frozenset({
    "China", "Chinese", "Hong", "Kong", "Asia", "Asian", "Pacific", "Europe", "America", "American",
    "United", "National", "International", "General", "Global", "Standard", "First", "Great", "Eastern",
    "Western", "Southern", "Northern", "East", "West", "South", "North", "Central", "Bank", "Life",
    "Mobile", "Telecom", "Energy", "Power", "Steel", "Resources", "Railway", "Airlines", "Merchants",
    "Construction", "Overseas", "Gas", "Oil", "Water", "Insurance", "Securities", "Capital", "Finance",
    "Financial", "Merchant", "Asset", "Future", "Super", "Smart", "Digital", "Universal", "Federal",
    "State", "Royal", "Advanced", "Applied", "Oriental", "Golden", "Silver", "Dragon", "Phoenix", "World",
    "City", "Land", "Real", "Estate", "Health", "Medical", "Media", "Motor", "Motors", "Auto", "Rare",
    "Earth", "Unit", "Group", "Trust", "Credit", "Singapore", "London", "Japan", "India", "Macau", "Taiwan",
    "Beijing", "Shanghai", "Shenzhen", "Canada", "Australia", "Britain", "Korea", "Russia", "Germany",
    "France", "Ukraine", "Israel", "Vietnam", "Mexico", "Investment", "Development", "Industrial",
    "Petroleum", "Chemical", "Exchange", "Economic", "Market", "Policy", "Trade", "Commercial",
    "Agricultural", "Communications", "Union", "Party",
})  # fmt: skip
_MIN_ALONE = 4
_HONORIFICS = frozenset({
    "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Prof", "Professor", "President",
    "Premier", "Secretary", "Minister", "Governor", "Chairman", "Chairwoman", "Senator", "Sir", "Madam",
    "Judge", "Commissioner", "Director", "Superintendent", "Inspector", "Justice",
})  # fmt: skip
_ABBREVIATION = re.compile(
    r"\s?\((?:[^()\n]{0,30}\b(?:or|as) )?(?:the )?[\"“‘']?(?:the )?"
    r"(?P<form>[A-Z][\w&.-]*(?: [A-Z][\w&-]*){0,2})[\"”’',]{0,2}\)"
)
_BEFORE = re.compile(r"(\S+)\s$")
_AFTER = re.compile(r"\s?(?:[-&/]\s?)?([A-Z][\w.-]*)")
_WORDS_BACK = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A mention that is settled: whose it is and of which type."""

    key: str
    type: str
    span: Span


def link_back(
    named: Sequence[Named], taken: Iterable[Span], originals: Mapping[Field, str]
) -> Iterator[Named]:
    """Yield the mentions in short form of what is already named in full."""
    owners = _short_forms(named, originals)
    types = {item.key: item.type for item in named}
    occupied: dict[Field, list[tuple[int, int]]] = {"title": [], "body": []}
    for span in taken:
        occupied[span.field].append((span.start, span.end))
    for form, keys in owners.items():
        if len(keys) == 1:
            (key,) = keys
            for span in _find_alone(form, originals, occupied, is_person=types[key] == "person"):
                yield Named(key=key, type=types[key], span=span)


def _short_forms(named: Iterable[Named], originals: Mapping[Field, str]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    for item in named:
        text = item.span.text
        abbreviation = _announced(item.span, originals) if item.type != "person" else None
        if abbreviation:
            owners.setdefault(abbreviation, set()).add(item.key)
        if (item.key, text) not in seen:
            seen.add((item.key, text))
            for form in _shorten(text, item.type):
                owners.setdefault(form, set()).add(item.key)
    return owners


def _shorten(text: str, kind: str) -> Iterator[str]:
    words = text.split()
    if kind == "person":
        surname = surname_of(words)
        if surname:
            yield surname
    elif kind in {"company", "institution"} and len(words) > 1:
        short = words
        while len(short) > 1 and short[-1].rstrip(".,") in _LAST_WORDS:
            short = short[:-1]
        if len(short) < len(words) and _is_name(short):
            yield " ".join(short)
        if short[0] in _FIRST_WORDS and _is_name(short[1:]):
            yield " ".join(short[1:])


def _is_name(words: Sequence[str]) -> bool:
    if not words or not all(word[0].isupper() for word in words):
        return False
    return not all(word in _COMMON for word in words) and (len(words) > 1 or len(words[0]) >= _MIN_ALONE)


def surname_of(words: Sequence[str]) -> str | None:
    """Return the surname in a person's name: Chinese names begin with it, others end with it."""
    words = [word for word in words if word not in _HONORIFICS]
    if len(words) <= 1 or not words[-1][0].isupper():
        return None
    if is_surname(words[0]) or "-" not in words[-1]:
        return words[0] if is_surname(words[0]) else words[-1]
    # "Paul Chan Mo-po", "Carrie Lam Cheng Yuet-ngor".
    return words[1] if is_surname(words[1]) else words[-1]


def _announced(span: Span, originals: Mapping[Field, str]) -> str | None:
    """Return the abbreviation that stands in brackets after a full name, where its letters come from it."""
    text = originals[span.field]
    if text[span.end : span.end + 2] not in {" (", '("'} and not text.startswith("(", span.end):
        return None
    match = _ABBREVIATION.match(text, span.end)
    if match is None:
        return None
    form = match["form"]
    letters = iter(span.text.upper())
    comes_from = all(letter in letters for letter in form.upper() if letter.isalpha())
    return form if comes_from and form != span.text and len(form) > 1 else None


def _find_alone(
    form: str,
    originals: Mapping[Field, str],
    occupied: Mapping[Field, list[tuple[int, int]]],
    *,
    is_person: bool,
) -> Iterator[Span]:
    for name, text in originals.items():
        start = text.find(form)
        while start >= 0:
            end = start + len(form)
            free = not any(a < end and start < b for a, b in occupied[name])
            if free and _stands_alone(text, start, end, is_person=is_person):
                yield Span(field=name, start=start, end=end, text=form)
            start = text.find(form, end)


def _stands_alone(text: str, start: int, end: int, *, is_person: bool) -> bool:
    if (start and (text[start - 1].isalnum() or text[start - 1] in "-&.@#$")) or (
        end < len(text) and (text[end].isalnum() or text[end] in "-&")
    ):
        return False
    before = _BEFORE.search(text[max(0, start - _WORDS_BACK) : start])
    # A capitalised word that opens the sentence may be anything, but for a given name.
    is_name = before is not None and before[1][0].isupper() and before[1] not in _HONORIFICS
    if before and is_name and (is_given_name(before[1]) or _is_inside(text, start)):
        return False
    after = _AFTER.match(text, end)
    return after is None or after[1].rstrip(".") in FOLLOWERS or (is_person and text[end] == "'")


def _is_inside(text: str, start: int) -> bool:
    """Say whether the word before is capitalised by itself, not only as the first of a sentence."""
    before = text[:start].rstrip()
    first = before.rfind(" ") + 1
    return first > 0 and text[first - 2 : first - 1] not in {".", ":", "\n", "?", "!"}
