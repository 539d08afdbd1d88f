"""Names outside the catalogue that the text itself shows to be names: of people, companies, bodies.

No model: runs of capitalised words, kept where a rule speaks for them - a given name or a Chinese
surname, a role before or after, a company's legal form or trade, a listing code, a body's own word
(Ministry, University, Court). In headings written in capitals throughout nothing is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nlp.annotation import Field, Span
from nlp.entities.backlink import Named, link_back
from nlp.entities.name import is_given, is_given_name, is_surname
from nlp.entities.wordlist import (
    BODY_WORDS,
    COMPANY_WORDS,
    GENERIC_WORDS,
    LEGAL_FORMS,
    NO_NAMES,
    PLACES,
    ROLES,
    TITLES,
)

#: A capitalised word; a full stop belongs to it only after an initial or a title.
_WORD = r"(?:(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gen|St)\.|[A-Z][\w’'&-]*)"
_RUN = re.compile(rf"(?<![\w.]){_WORD}(?:[ ](?:{_WORD}|&(?= [A-Z])))*")
_BODY = re.compile(
    r"\b(?:[A-Z][\w’'-]+ ){0,4}(?:Ministry|Department|Bureau|Commission|Committee|University|Institute|"
    r"Association|Federation|Council|Court|Office|Academy|Agency|School|Chamber|Administration|Bank|Society|"
    r"Authority|Centre|Center|College) (?:of|for|on) (?:the )?[A-Z][\w’'-]+"
    r"(?:(?: of|,| and|, and| for| &)? [A-Z][\w’'-]+)*"
)
_CODE_AFTER = re.compile(
    r",? ?(?:Ltd\.?|Limited|Inc\.?|Corp\.?|Co\.?(?:,? Ltd\.?)?)?,? ?"
    r"[(\[](?:[A-Z][A-Za-z]{1,7} ?: ?[A-Z0-9.]{1,6}|\d{4,6}\.(?:HK|SH|SS|SZ)|\d{6})\b"
)
_SAID_AFTER = re.compile(r",? (?:said|says|told|added|wrote|noted|explained|argued|warned|commented)\b")
_ROLE_AFTER = re.compile(
    r", (?:(?:the|a|an|its|who is|senior|chief|managing|general|deputy|executive|vice|co-|founding|former|"
    r"head) ?)*"
    r"(?:[\w&’'-]+ ){0,5}?(?:" + "|".join(sorted(ROLES)) + r")\b"
)
_ROLE_BEFORE = re.compile(r"\b(?:" + "|".join(sorted(ROLES)) + r") $")
_SAID_BEFORE = re.compile(r"[,”\"’] ?(?:said|says|added) $")
#: Who wrote or supplied an item is not news.
_BYLINE = re.compile(
    r"(?:\A|(?<=[.\n(;-])\s?)(?:(?:Additional |Further )?[Rr]eporting by|(?:Additional )?[Ee]diting by|By|"
    r"Writing by|Compiled by:?|Text:|Photo:|Source:|Author:) "
    r"(?:(?:, | and )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){0,3})+"
)
_LOOK_AHEAD = 70
_LOOK_BACK = 20
_MAX_PERSON_WORDS = 3
_MIN_WORDS = 2
#: So many of the longer words begin with a capital in a heading.
_MOSTLY = 0.75
_LONG = 3


def find_unlisted(
    originals: Mapping[Field, str], taken: Sequence[Span]
) -> dict[tuple[str, str], tuple[Span, ...]]:
    """Return the unlisted names by (name, type), each with its mentions, outside the taken spans."""
    occupied = {name: [(s.start, s.end) for s in taken if s.field == name] for name in originals}
    named: list[Named] = []
    for name, text in originals.items():
        if _is_heading(text):
            continue
        occupied[name].extend(match.span() for match in _BYLINE.finditer(text))
        for kind, start, end in _propose(text):
            if not any(a < end and start < b for a, b in occupied[name]):
                occupied[name].append((start, end))
                span = Span(field=name, start=start, end=end, text=text[start:end])
                named.append(Named(key=f"{kind}:{span.text}", type=kind, span=span))
    found: dict[str, list[Named]] = {}
    for item in (*named, *_repeat(named, originals, [*taken, *(item.span for item in named)])):
        found.setdefault(item.key, []).append(item)
    return {
        (items[0].span.text, items[0].type): tuple(item.span for item in items) for items in found.values()
    }


def _repeat(named: Sequence[Named], originals: Mapping[Field, str], taken: Iterable[Span]) -> Iterator[Named]:
    """Yield further mentions: the full name where no rule spoke for it, and its short forms."""
    occupied = {(span.field, span.start) for span in taken}
    spans = list(taken)
    full: list[Named] = []
    for key, text, kind in {(item.key, item.span.text, item.type) for item in named}:
        for field, source in originals.items():
            start = source.find(text)
            while start >= 0:
                if (field, start) not in occupied:
                    span = Span(field=field, start=start, end=start + len(text), text=text)
                    full.append(Named(key=key, type=kind, span=span))
                start = source.find(text, start + len(text))
    yield from full
    yield from link_back(named, [*spans, *(item.span for item in full)], originals)


def _is_heading(text: str) -> bool:
    words = [word for word in text.split() if len(word) > _LONG and word[0].isalpha()]
    return bool(words) and sum(word[0].isupper() for word in words) > _MOSTLY * len(words)


def _propose(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (type, start, end) of what a rule speaks for, bodies with an "of" first."""
    for match in _BODY.finditer(text):
        start = match.start() + _article(match.group())
        yield "institution", start, match.end()
    for match in _RUN.finditer(text):
        start, words = _strip(match.start(), match.group().split(" "))
        if words:
            end = start + len(" ".join(words))
            end -= 2 if text[end - 2 : end] in {"'s", "’s"} else 0
            kind = _classify(words, text, start, end)
            if kind:
                yield kind, start, end


def _article(text: str) -> int:
    return 4 if text.startswith("The ") else 0


def _strip(start: int, words: list[str]) -> tuple[int, list[str]]:
    """Take titles and words that open sentences from the left of a run."""
    titles = [i for i, word in enumerate(words[:-2]) if word in TITLES]
    drop = titles[-1] + 1 if titles else 0
    while drop < len(words) and (words[drop] in TITLES or words[drop] in NO_NAMES):
        drop += 1
    start += sum(len(word) + 1 for word in words[:drop])
    words = words[drop:]
    while words and (words[-1] in NO_NAMES or words[-1] == "&"):
        words = words[:-1]
    return start, words


def _classify(words: Sequence[str], text: str, start: int, end: int) -> str | None:
    """Say which type a run of words is, None where no rule speaks for it."""
    clean = [word.rstrip(".").removesuffix("'s").removesuffix("’s") for word in words]
    after = text[end : end + _LOOK_AHEAD]
    if all(word in PLACES for word in clean) or clean[-2:] == ["News", "Agency"]:
        return None
    if _CODE_AFTER.match(after):
        return "company"
    if len(clean) < _MIN_WORDS:
        return None
    by_last_word = _classify_by_last_word(clean)
    if by_last_word or clean[-1] in LEGAL_FORMS | COMPANY_WORDS | BODY_WORDS:
        return by_last_word
    return "person" if _is_person(clean, text[max(0, start - _LOOK_BACK) : start], after) else None


def _classify_by_last_word(words: Sequence[str]) -> str | None:
    """Say what a legal form, a trade or a body's word makes of a run, where the words before make a name."""
    last = words[-1]
    is_generic = all(word in GENERIC_WORDS or word in PLACES for word in words[:-1])
    if last not in LEGAL_FORMS and is_generic:
        is_body = last in BODY_WORDS and last != "Union" and words[0] in PLACES
        return "institution" if is_body else None
    if last in LEGAL_FORMS or (last in COMPANY_WORDS and words[0] not in BODY_WORDS):
        is_name = not all(word in PLACES or word in COMPANY_WORDS for word in words)
        return "company" if is_name else None
    return "institution" if last in BODY_WORDS else None


def _is_person(words: Sequence[str], before: str, after: str) -> bool:
    if len(words) > _MAX_PERSON_WORDS or any(
        word in PLACES or word in COMPANY_WORDS or word in BODY_WORDS or not _is_name_word(word)
        for word in words
    ):
        return False
    if is_given_name(words[0]) and len(words[-1]) > 1:
        return True
    if is_surname(words[0]) and all(is_given(word) for word in words[1:]):
        return True
    if is_surname(words[-1]) and is_given(words[0]) and len(words) == _MIN_WORDS:
        return True
    return bool(
        _SAID_AFTER.match(after)
        or _ROLE_AFTER.match(after)
        or _ROLE_BEFORE.search(before)
        or _SAID_BEFORE.search(before)
    )


def _is_name_word(word: str) -> bool:
    return word.replace("-", "").replace("'", "").replace("’", "").isalpha() and (
        len(word) == 1 or not word.isupper()
    )
