"""Find the catalogue's entities in a text, and decide which of the found names may link.

Rules, in order: the longest form wins; forms are case-sensitive, but a text that shouts may be
matched in capitals; an ambiguous form links only where the text confirms one of its entities (see
`nlp.entities.ambiguity`); two entities that are confirmed equally well link neither; what is named in full is
found again in its short form (see `nlp.entities.backlink`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from nlp.annotation import Field, Span
from nlp.entities.ambiguity import OWN_FORM, Decision, count_context, resolve
from nlp.entities.backlink import Named, link_back
from nlp.entities.catalogue import Catalogue
from nlp.entities.matcher import AliasMatcher, Reading
from nlp.entities.ticker import find_codes
from nlp.entities.unlisted import find_unlisted
from nlp.script import fold_script, has_han

__all__ = ["Decision", "Gazetteer", "Reading", "count_context"]


class Gazetteer:
    """Matches every alias of a catalogue; one matcher for text with spaces, one for Chinese."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def read(self, title: str, body: str, *, language: str) -> Reading:
        """Tokenise a text's fields (already blanked of markup) for matching and sentences."""
        chinese = language.startswith("zh") or has_han(title)
        nlp = self._matcher(chinese=chinese).nlp
        fields = [fold_script(text) if chinese else text for text in (title, body)]
        return Reading(title=nlp(fields[0]), body=nlp(fields[1]), text=f"{fields[0]}\n{fields[1]}")

    def link(
        self, reading: Reading, originals: Mapping[Field, str], *, day: date | None = None
    ) -> dict[str, tuple[Span, ...]]:
        """Return the mentions of every linked entity, in order of their place.

        `originals` are the fields as the publisher wrote them: mentions quote these. On a known `day`
        only the names and listing codes valid then count.
        """
        linked: dict[str, list[Span]] = {}
        for decision in self.candidates(reading, originals, day=day):
            if decision.chosen:
                linked.setdefault(decision.chosen, []).append(decision.span)
        return {key: tuple(_without_overlaps(spans)) for key, spans in linked.items()}

    def candidates(
        self, reading: Reading, originals: Mapping[Field, str], *, day: date | None = None
    ) -> list[Decision]:
        """Return every form found, with the entities it may mean, what speaks for each, and the choice.

        Codes come first, then sure forms, doubtful forms and short forms of what is named in full.
        """
        chinese = reading.title.lang_ == "xx"
        codes = list(find_codes(originals, self._catalogue, day=day))
        found = self._matcher(chinese=chinese).find(reading, originals, day=day)
        decisions = resolve(found, codes, self._catalogue.entities, reading.text, originals)
        return decisions if chinese else [*decisions, *self._back(decisions, originals)]

    def unlisted(
        self, originals: Mapping[Field, str], linked: Mapping[str, Sequence[Span]]
    ) -> dict[tuple[str, str], tuple[Span, ...]]:
        """Return the names outside the catalogue that a text's own words show to be names.

        The keys are (name, type); English only. `linked` is what `link` said of the same text.
        """
        taken = [span for spans in linked.values() for span in spans]
        return find_unlisted(originals, taken)

    def _back(self, decisions: Sequence[Decision], originals: Mapping[Field, str]) -> Iterator[Decision]:
        entities = self._catalogue.entities
        named = [
            Named(key=decision.chosen, type=entities[decision.chosen].type, span=decision.span)
            for decision in decisions
            if decision.chosen
        ]
        for item in link_back(named, [decision.span for decision in decisions if decision.chosen], originals):
            yield Decision(
                span=item.span, entity_ids=(item.key,), support={item.key: OWN_FORM}, chosen=item.key
            )

    def _matcher(self, *, chinese: bool) -> AliasMatcher:
        return _matcher_of(self._catalogue, chinese=chinese)


#: Each catalogue's matchers, by whether they are for Chinese text; they go when their catalogue does.
_MATCHERS: Final[WeakKeyDictionary[Catalogue, dict[bool, AliasMatcher]]] = WeakKeyDictionary()


def _matcher_of(catalogue: Catalogue, *, chinese: bool) -> AliasMatcher:
    """Make a catalogue's matcher, once for all taggers of a process: it takes seconds."""
    matchers = _MATCHERS.setdefault(catalogue, {})
    if chinese not in matchers:
        matchers[chinese] = AliasMatcher(catalogue.entities.values(), chinese=chinese)
    return matchers[chinese]


def _without_overlaps(spans: list[Span]) -> Iterator[Span]:
    order = {"title": 0, "body": 1}
    end_of: dict[str, int] = {}
    for span in sorted(spans, key=lambda s: (order[s.field], s.start, -s.end)):
        if span.start >= end_of.get(span.field, 0):
            end_of[span.field] = span.end
            yield span
