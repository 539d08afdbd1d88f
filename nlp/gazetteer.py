"""Find the catalogue's entities in a text, and decide which of the found names may link.

Rules, in order: the longest form wins; forms are case-sensitive, but a text that shouts may be
matched in capitals; an ambiguous form links only where the text confirms one of its entities (an
unambiguous form or a code of it stands in the text, or a context word does); two entities that are
confirmed equally well link neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from nlp.annotation import Field, Span
from nlp.catalogue import Catalogue, Entity
from nlp.language import filter_spans, make_language
from nlp.script import fold_script, has_han

_MIN_SHOUTED = 4
#: Where a field begins like this with capitals alone, they say nothing.
_HEADING_CHARS = 200

#: Capitalised words after a name that don't make it another name.
_FOLLOWERS = frozenset({
    "Chair", "Chairman", "Chairwoman", "Secretary", "Governor", "President", "Chief", "Commissioner",
    "Director", "Minister", "Deputy", "Vice", "CEO", "CFO", "Executive", "Officer", "Spokesman",
    "Spokesperson", "Group", "Holdings", "Inc", "Ltd", "Limited", "Corp", "Corporation", "Co", "Plc",
    "Shares", "Stock", "Stocks", "Said", "Says", "Index", "Futures",
})  # fmt: skip

#: Listing codes as they stand in news: group `code` and what makes it one. Signs also in full width.
_CODES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?P<code>\d{1,5})\.HK\b", re.IGNORECASE), "XHKG"),
    (re.compile(r"\b(?:SEHK|HKEX|HKSE|HKG|HK)\s?[:\uff1a]\s?(?P<code>\d{1,5})\b"), "XHKG"),
    (re.compile(r"[(\uff08](?P<code>0\d{4})(?:[,\uff0c、)\uff09 ]|\.HK)"), "XHKG"),
    (re.compile(r"\b(?P<code>6\d{5})\.(?:SH|SS|SSE)\b", re.IGNORECASE), "XSHG"),
    (re.compile(r"\b(?P<code>[03]\d{5})\.(?:SZ|SZSE)\b", re.IGNORECASE), "XSHE"),
    (re.compile(r"\bNYSE\s?[:\uff1a]\s?(?P<code>[A-Z]{1,5})\b"), "XNYS"),
    (re.compile(r"\bN(?:ASDAQ|asdaq)\s?[:\uff1a]\s?(?P<code>[A-Z]{1,5})\b"), "XNAS"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A form found in the text, with the entities it may mean."""

    span: Span
    entity_ids: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Reading:
    """A text's two fields as spaCy documents, in which offsets are those of the original."""

    title: Doc
    body: Doc
    text: str = field(repr=False)

    def fields(self) -> Iterator[tuple[Field, Doc]]:
        """Yield both fields by name."""
        yield "title", self.title
        yield "body", self.body


class Gazetteer:
    """Matches every alias of a catalogue; one matcher for text with spaces, one for Chinese."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._scripts: dict[bool, _ScriptMatcher] = {}

    def read(self, title: str, body: str, *, language: str) -> Reading:
        """Tokenise a text's fields (already blanked of markup) for matching and sentences."""
        chinese = language.startswith("zh") or has_han(title)
        nlp = self._matcher(chinese=chinese).nlp
        fields = [fold_script(text) if chinese else text for text in (title, body)]
        return Reading(title=nlp(fields[0]), body=nlp(fields[1]), text=f"{fields[0]}\n{fields[1]}")

    def link(self, reading: Reading, originals: Mapping[Field, str]) -> dict[str, tuple[Span, ...]]:
        """Return the mentions of every linked entity, in order of their place.

        `originals` are the fields as the publisher wrote them: mentions quote these.
        """
        matcher = self._matcher(chinese=reading.title.lang_ == "xx")
        candidates = [*matcher.find(reading, originals), *self._find_codes(originals)]
        linked = _resolve(candidates, matcher.ambiguous, self._catalogue.entities, reading.text)
        return {key: tuple(_without_overlaps(spans)) for key, spans in linked.items()}

    def _matcher(self, *, chinese: bool) -> _ScriptMatcher:
        if chinese not in self._scripts:
            self._scripts[chinese] = _ScriptMatcher(self._catalogue.entities.values(), chinese=chinese)
        return self._scripts[chinese]

    def _find_codes(self, originals: Mapping[Field, str]) -> Iterator[Candidate]:
        for name, text in originals.items():
            for pattern, exchange in _CODES:
                for match in pattern.finditer(text):
                    code = match["code"].lstrip("0") if exchange == "XHKG" else match["code"]
                    entity_id = self._catalogue.by_listing.get(f"{exchange}:{code}")
                    if entity_id:
                        start, end = match.span("code")
                        yield Candidate(
                            span=Span(field=name, start=start, end=end, text=text[start:end]),
                            entity_ids=(entity_id,),
                        )


class _ScriptMatcher:
    """The aliases of one kind of script, as spaCy phrases."""

    def __init__(self, entities: Iterable[Entity], *, chinese: bool) -> None:
        self.nlp: Language = make_language("zh" if chinese else "en")
        self.ambiguous: frozenset[str] = frozenset()
        self._owners: dict[str, list[str]] = {}
        self._chinese = chinese
        ambiguous: set[str] = set()
        for entity in entities:
            for alias in entity.aliases:
                if not chinese and has_han(alias):
                    continue
                form = fold_script(alias) if chinese else alias
                self._own(form, entity.entity_id)
                if alias in entity.ambiguous:
                    ambiguous.add(form)
                elif len(form) >= _MIN_SHOUTED and form.upper() != form:
                    self._own(form.upper(), entity.entity_id)
        # A form that several entities share is ambiguous, whatever their entries say.
        shared = {form for form, owners in self._owners.items() if len(owners) > 1}
        self.ambiguous = frozenset(ambiguous | shared)

    def _own(self, form: str, entity_id: str) -> None:
        owners = self._owners.setdefault(form, [])
        if entity_id not in owners:
            owners.append(entity_id)

    @cached_property
    def _matcher(self) -> PhraseMatcher:
        matcher = PhraseMatcher(self.nlp.vocab, attr="ORTH")
        matcher.add("ALIAS", [self.nlp.make_doc(form) for form in self._owners])
        return matcher

    def find(self, reading: Reading, originals: Mapping[Field, str]) -> Iterator[Candidate]:
        """Yield the longest forms of the catalogue in both fields."""
        for name, doc in reading.fields():
            # A document's text is put together anew each time it is asked for.
            is_heading = doc.text[:_HEADING_CHARS].istitle()
            for found in filter_spans(self._matcher(doc, as_spans=True)):
                if found.text in self.ambiguous and not is_heading and self._is_part_of_name(found):
                    continue
                start, end = found.start_char, found.end_char
                yield Candidate(
                    span=Span(field=name, start=start, end=end, text=originals[name][start:end]),
                    entity_ids=tuple(self._owners[found.text]),
                )

    def _is_part_of_name(self, found: DocSpan) -> bool:
        """Say whether an ambiguous form is followed by another capitalised word, as in "Apple Daily"."""
        if self._chinese or found.end >= len(found.doc):
            return False
        after = found.doc[found.end]
        if after.text in _FOLLOWERS:
            return False
        return bool(after.is_title and after.is_alpha)


def _resolve(
    candidates: Iterable[Candidate], ambiguous: frozenset[str], entities: Mapping[str, Entity], text: str
) -> dict[str, list[Span]]:
    """Decide what each candidate means; what stays in doubt is left out."""
    linked: dict[str, list[Span]] = {}
    doubtful = []
    for candidate in candidates:
        sure = len(candidate.entity_ids) == 1 and _form(candidate) not in ambiguous
        if sure:
            linked.setdefault(candidate.entity_ids[0], []).append(candidate.span)
        else:
            doubtful.append(candidate)
    confirmed = frozenset(linked)
    # Each entity is looked up once: a digest may name one a thousand times.
    support = cache(
        lambda entity_id: _OWN_FORM * (entity_id in confirmed) + count_context(entities[entity_id], text)
    )
    for candidate in doubtful:
        entity_id = _confirm(candidate, support)
        if entity_id:
            linked.setdefault(entity_id, []).append(candidate.span)
    return linked


def _form(candidate: Candidate) -> str:
    return fold_script(candidate.span.text) if has_han(candidate.span.text) else candidate.span.text


def _confirm(candidate: Candidate, support: Callable[[str], int]) -> str | None:
    """Pick the one entity that the text confirms best; None where none or several are."""
    found = {entity_id: support(entity_id) for entity_id in candidate.entity_ids}
    best = max(found.values())
    winners = [entity_id for entity_id, value in found.items() if value == best]
    return winners[0] if best > 0 and len(winners) == 1 else None


#: An unambiguous form or a code of the entity outweighs any number of context words.
_OWN_FORM = 100


def count_context(entity: Entity, text: str) -> int:
    """Count the entity's context words that stand in a text (script folded, any case)."""
    lowered = text.lower()
    return sum(_contains(lowered, word) for word in entity.context)


def _contains(lowered: str, word: str) -> bool:
    if has_han(word):
        return fold_script(word).lower() in lowered
    return _word_pattern(word.lower()).search(lowered) is not None


@cache
def _word_pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b")


def _without_overlaps(spans: list[Span]) -> Iterator[Span]:
    order = {"title": 0, "body": 1}
    end_of: dict[str, int] = {}
    for span in sorted(spans, key=lambda s: (order[s.field], s.start, -s.end)):
        if span.start >= end_of.get(span.field, 0):
            end_of[span.field] = span.end
            yield span
