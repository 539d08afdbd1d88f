"""Texts with marked names, by the annotators or the gazetteer: renamed, recased, as spaCy examples."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Span as DocSpan
from spacy.training import Example as SpacyExample
from spacy.util import filter_spans

from nlp.annotation import Field
from nlp.entities.catalogue import Catalogue
from nlp.entities.gazetteer import Gazetteer, Reading
from nlp.entities.recogniser import NameText, make_name_text
from nlp.training.example import Example
from nlp.training.invention import InventedName, invent_name
from nlp.training.linking import read_golds

_INVENTED_SHARE = 0.6
_RENAMED_SHARE = 0.7
_SHOUTED_SHARE = 0.07
_TITLED_SHARE = 0.18
_MAX_INITIALS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A name's place in a field (half open), its type, and which entity of the text it is."""

    field: Field
    start: int
    end: int
    type: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """A text with its names. Where it is `partial`, other capitalised words may be names too."""

    title: str
    body: str
    marks: tuple[Mark, ...]
    partial: bool

    def text(self, field: Field) -> str:
        """Return a field."""
        return self.title if field == "title" else self.body


def mark_gold(example: Example) -> MarkedText:
    """Mark the annotators' entities."""
    marks = [
        Mark(field=span.field, start=span.start, end=span.end, type=gold.type, key=str(index))
        for index, gold in enumerate(read_golds(example))
        for span in gold.places
    ]
    return MarkedText(title=example.title, body=example.lead, marks=_without_overlaps(marks), partial=False)


def mark_links(example: Example, gazetteer: Gazetteer, catalogue: Catalogue) -> MarkedText:
    """Mark what the gazetteer links; what it doesn't know stays open."""
    reading = gazetteer.read(example.title, example.lead, language="en")
    linked = gazetteer.link(reading, {"title": example.title, "body": example.lead})
    marks = [
        Mark(field=s.field, start=s.start, end=s.end, type=catalogue.entities[key].type, key=key)
        for key, spans in linked.items()
        for s in spans
    ]
    return MarkedText(title=example.title, body=example.lead, marks=_without_overlaps(marks), partial=True)


def _without_overlaps(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Keep the longest of marks that overlap, in order of their place."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.field, m.start)):
        if all(k.field != mark.field or k.end <= mark.start or mark.end <= k.start for k in kept):
            kept.append(mark)
    return tuple(sorted(kept, key=lambda m: (m.field != "title", m.start)))


def vary(text: MarkedText, rng: random.Random, pool: Mapping[str, Sequence[str]]) -> MarkedText:
    """Give most names of a text other ones, and now and then its title other capitals.

    Args:
        text: the text.
        rng: where chance comes from.
        pool: real names by type, to draw from beside invented ones.
    """
    keys = {mark.key: mark.type for mark in text.marks}
    names = {key: _other_name(kind, rng, pool) for key, kind in keys.items() if rng.random() < _RENAMED_SHARE}
    return recase_title(_rename(text, names), rng)


def _other_name(kind: str, rng: random.Random, pool: Mapping[str, Sequence[str]]) -> InventedName:
    if rng.random() < _INVENTED_SHARE or not pool.get(kind):
        return invent_name(kind, rng)
    full = rng.choice(pool[kind])
    words = full.split()
    short = words[-1] if kind == "person" else words[0]
    return InventedName(full=full, short=short if kind in ("person", "company") else full, initials=short)


def _rename(text: MarkedText, names: Mapping[str, InventedName]) -> MarkedText:
    longest: dict[str, int] = {}
    for mark in text.marks:
        longest[mark.key] = max(longest.get(mark.key, 0), mark.end - mark.start)
    fields: dict[Field, str] = {}
    marks: list[Mark] = []
    for field in ("title", "body"):
        old, new, done = text.text(field), "", 0
        for mark in (m for m in text.marks if m.field == field):
            form = old[mark.start : mark.end]
            if mark.key in names:
                form = _form(form, names[mark.key], is_full=mark.end - mark.start == longest[mark.key])
            new += old[done : mark.start]
            marks.append(replace(mark, start=len(new), end=len(new) + len(form)))
            new, done = new + form, mark.end
        fields[field] = new + old[done:]
    return replace(text, title=fields["title"], body=fields["body"], marks=tuple(marks))


def _form(old: str, name: InventedName, *, is_full: bool) -> str:
    """Choose the form of a new name that fits the form it replaces."""
    if old.isupper() and len(old) <= _MAX_INITIALS:
        return name.initials
    form = name.full if is_full else name.short
    return form.upper() if old.isupper() else form


def recase_title(text: MarkedText, rng: random.Random) -> MarkedText:
    """Write a title in capitals, or every word with one, as headline desks do; seldom a whole text."""
    draw = rng.random()
    change: Callable[[str], str] | None = None
    if draw < _SHOUTED_SHARE:
        change = str.upper
    elif draw < _TITLED_SHARE:
        change = _capitalise
    if change is None or len(change(text.title)) != len(text.title):
        return text
    return replace(text, title=change(text.title))


def _capitalise(title: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in title.split(" "))


def examples_of(texts: Iterable[MarkedText], nlp: Language) -> Iterator[SpacyExample]:
    """Yield spaCy's form of marked texts."""
    for text in texts:
        reading = Reading(title=nlp.make_doc(text.title), body=nlp.make_doc(text.body), text="")
        plain = make_name_text(nlp.vocab, reading)
        marked = make_name_text(nlp.vocab, reading)
        spans = filter_spans(list(_doc_spans(text, marked)))
        open_spans = list(_open_spans(marked, spans)) if text.partial else []
        marked.doc.set_ents(spans, missing=open_spans, default="outside")
        yield SpacyExample(plain.doc, marked.doc)


def _doc_spans(text: MarkedText, name_text: NameText) -> Iterator[DocSpan]:
    for mark in text.marks:
        inside = [
            index
            for index, (field, start, end) in enumerate(name_text.places)
            if field == mark.field and start < mark.end and mark.start < end
        ]
        if inside:
            yield DocSpan(name_text.doc, inside[0], inside[-1] + 1, label=mark.type)


def _open_spans(name_text: NameText, spans: Sequence[DocSpan]) -> Iterator[DocSpan]:
    """Yield what may or may not be a name: every other token with a capital."""
    taken = {index for span in spans for index in range(span.start, span.end)}
    for token in name_text.doc:
        if token.i not in taken and not token.text.islower() and any(map(str.isupper, token.text)):
            yield DocSpan(name_text.doc, token.i, token.i + 1)
