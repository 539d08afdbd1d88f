"""Name what the catalogue doesn't know: recogniser and rules together, one call for each text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp.annotation import Field, Span
from nlp.entities.gazetteer import Gazetteer, Reading
from nlp.entities.recogniser import Recogniser
from nlp.entities.unknown import FoundName, UnknownName, gather_names


class Namer:
    """Finds the unknown names of texts.

    Args:
        gazetteer: gives the names that rules find.
        recogniser: gives those that it has learnt to see.
    """

    def __init__(self, gazetteer: Gazetteer, recogniser: Recogniser) -> None:
        self._gazetteer = gazetteer
        self._recogniser = recogniser
        self.model = recogniser.name

    def read(self, readings: Sequence[tuple[str, Reading]]) -> list[tuple[FoundName, ...]]:
        """Return what the recogniser finds in each (language, text); nothing where it isn't English."""
        chosen = [i for i, (language, reading) in enumerate(readings) if _is_english(language, reading)]
        found: list[tuple[FoundName, ...]] = [()] * len(readings)
        for index, names in zip(chosen, self._recogniser.find([readings[i][1] for i in chosen]), strict=True):
            found[index] = names
        return found

    def name(
        self,
        reading: Reading,
        found: Sequence[FoundName],
        linked: Mapping[str, Sequence[Span]],
        originals: Mapping[Field, str],
    ) -> list[UnknownName]:
        """Return a text's unknown names, in order of their first place; none where it isn't English.

        Args:
            reading: the text, blanked of what is no report: names are looked for in this.
            found: what :meth:`read` returned for it.
            linked: the mentions of the catalogue's entities.
            originals: the fields as the publisher wrote them: mentions quote these.
        """
        if reading.title.lang_ != "en":
            return []
        title, body = reading.texts
        fields: dict[Field, str] = {"title": title, "body": body}
        ruled = self._gazetteer.unlisted(fields, linked)
        by_rule = [FoundName(span=span, type=kind) for (_, kind), spans in ruled.items() for span in spans]
        taken = [span for spans in linked.values() for span in spans]
        return [
            replace(name, mentions=tuple(_quote(span, originals) for span in name.mentions))
            for name in gather_names([*found, *by_rule], taken, fields)
        ]


def _quote(span: Span, originals: Mapping[Field, str]) -> Span:
    return replace(span, text=originals[span.field][span.start : span.end])


def _is_english(language: str, reading: Reading) -> bool:
    return language.startswith("en") and reading.title.lang_ == "en"
