"""The catalogue's forms of one kind of script, found in text: longest first, case-sensitive.

A text that shouts may be matched in capitals. An ambiguous form inside another name is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise

from nlp.annotation import Field, Span
from nlp.entities.catalogue import Entity, Validity
from nlp.language import filter_spans, make_language
from nlp.script import fold_script, has_han
from nlp.spacy_light import Doc, DocSpan, Language, PhraseMatcher

_ALWAYS = Validity()
_MIN_SHOUTED = 4
#: Where a field begins like this with capitals alone, they say nothing.
_HEADING_CHARS = 200
_HEADING_SHARE = 0.85
_MIN_HEADING_WORDS = 3
_MIN_HEADING_WORD = 4
_WORD = re.compile(r"[^\W\d_]+")
_COLONS = frozenset({":", "\uff1a"})

#: Capitalised words after a name that don't make it another name.
FOLLOWERS = frozenset({
    "Chair", "Chairman", "Chairwoman", "Secretary", "Governor", "President", "Chief", "Commissioner",
    "Director", "Minister", "Deputy", "Vice", "CEO", "CFO", "Executive", "Officer", "Spokesman",
    "Spokesperson", "Group", "Holdings", "Inc", "Ltd", "Limited", "Corp", "Corporation", "Co", "Plc",
    "Shares", "Stock", "Stocks", "Said", "Says", "Index", "Futures",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Reading:
    """A text's two fields as spaCy documents, in which offsets are those of the original."""

    title: Doc
    body: Doc
    text: str = field(repr=False)

    @property
    def texts(self) -> tuple[str, str]:
        """Title and body: a document would put its text together anew each time it is asked."""
        n_chars = self.title[-1].idx + len(self.title[-1].text_with_ws) if len(self.title) else 0
        return self.text[:n_chars], self.text[n_chars + 1 :]

    def fields(self) -> Iterator[tuple[Field, Doc]]:
        """Yield both fields by name."""
        yield "title", self.title
        yield "body", self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A form found in the text, with the entities it may mean; a sure one means its only entity."""

    span: Span
    entity_ids: tuple[str, ...]
    is_sure: bool


class AliasMatcher:
    """The aliases of one kind of script, as spaCy phrases."""

    def __init__(self, entities: Iterable[Entity], *, chinese: bool) -> None:
        self.nlp: Language = make_language("zh" if chinese else "en")
        self._owners: dict[str, dict[str, Validity]] = {}
        self._chinese = chinese
        self._ambiguous: set[tuple[str, str]] = set()
        for entity in entities:
            for alias in entity.aliases:
                if not chinese and has_han(alias):
                    continue
                form = fold_script(alias) if chinese else alias
                self._own(form, entity, alias)
                if alias in entity.ambiguous:
                    self._ambiguous.add((form, entity.entity_id))
                elif len(form) >= _MIN_SHOUTED and form.upper() != form:
                    self._own(form.upper(), entity, alias)

    def _own(self, form: str, entity: Entity, alias: str) -> None:
        validity = entity.dated.get(alias, _ALWAYS)
        self._owners.setdefault(form, {}).setdefault(entity.entity_id, validity)

    @cached_property
    def _matcher(self) -> PhraseMatcher:
        matcher = PhraseMatcher(self.nlp.vocab, attr="ORTH")
        # Beside documents it takes their tokens' numbers, which is what a pickled matcher holds.
        matcher.add("ALIAS", list(self._phrases()))  # type: ignore[arg-type] # its stub knows documents alone
        return matcher

    def _phrases(self) -> Iterator[list[int]]:
        """Yield each form's tokens; all forms are one document's lines, as one by one takes much longer."""
        doc = self.nlp.make_doc("\n".join(form for form in self._owners if "\n" not in form))
        tokens, line_end = doc.to_array("ORTH").tolist(), self.nlp.vocab.strings["\n"]
        ends = [place for place, token in enumerate(tokens) if token == line_end]
        for start, end in pairwise((-1, *ends, len(tokens))):
            yield tokens[start + 1 : end]
        for form in self._owners:
            if "\n" in form:
                yield self.nlp.make_doc(form).to_array("ORTH").tolist()

    def find(
        self, reading: Reading, originals: Mapping[Field, str], *, day: date | None = None
    ) -> Iterator[Candidate]:
        """Yield the longest forms of the catalogue in both fields, those that were names on `day`.

        A form that several entities had then is ambiguous, whatever their entries say.
        """
        for name, doc in reading.fields():
            is_heading = _has_heading_case(originals[name][:_HEADING_CHARS])
            for found in filter_spans(self._matcher(doc, as_spans=True)):
                text = found.text
                owners = tuple(key for key, x in self._owners[text].items() if day is None or x.is_valid(day))
                if not owners:
                    continue
                doubtful = len(owners) > 1 or (text, owners[0]) in self._ambiguous
                if doubtful and not is_heading and self._is_part_of_name(found):
                    continue
                if text.isupper() and _announces_code(found):
                    continue
                start, end = found.start_char, found.end_char
                yield Candidate(
                    span=Span(field=name, start=start, end=end, text=originals[name][start:end]),
                    entity_ids=owners,
                    is_sure=not doubtful,
                )

    def _is_part_of_name(self, found: DocSpan) -> bool:
        """Say whether an ambiguous form is followed by another capitalised word, as in "Apple Daily"."""
        if self._chinese or found.end >= len(found.doc):
            return False
        after = found.doc[found.end]
        if after.text in FOLLOWERS:
            return False
        return bool(after.is_title and after.is_alpha)


def _has_heading_case(text: str) -> bool:
    """Say whether nearly all longer words are capitalised, as in "Nasdaq Leads U.S. Stocks Higher"."""
    words = [word for word in _WORD.findall(text) if len(word) >= _MIN_HEADING_WORD]
    capitalised = sum(word[0].isupper() for word in words)
    return len(words) >= _MIN_HEADING_WORDS and capitalised >= _HEADING_SHARE * len(words)


def _announces_code(found: DocSpan) -> bool:
    """Say whether a form only says where a code is listed, as in "(NASDAQ: NVDA)"."""
    doc, end = found.doc, found.end
    if end >= len(doc) or found.start == 0 or doc[found.start - 1].text not in {"(", "\uff08", ";", ",", "["}:
        return False
    text = doc[end].text
    return text in _COLONS
