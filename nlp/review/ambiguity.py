"""Which names are worth a look: those that several entities bear, and those that no catalogue has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.entities.catalogue import Catalogue
from nlp.entities.unknown import PREFIX

_SEVERAL: Final = 1.0
_DOUBTFUL_FORM: Final = 0.8
_UNLISTED: Final = 0.6
_N_OTHERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDoubt:
    """How much there is to doubt in whom a name means (0..1), and why in a few words."""

    weight: float
    reason: str


class Bearers:
    """Who bears each name, by the catalogue.

    Args:
        catalogue: of all entities.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for entity in catalogue.entities.values():
            for form in entity.aliases:
                found[form.casefold()].add(entity.entity_id)
        self._bearers: Mapping[str, set[str]] = found
        self._entities = catalogue.entities

    def doubt(self, entity_id: str, forms: Sequence[str]) -> NameDoubt | None:
        """Say what there is to doubt in a text's naming an entity by some forms; None where nothing is."""
        for form in forms:
            others = sorted(self._bearers.get(form.casefold(), set()) - {entity_id})
            if others:
                return NameDoubt(
                    weight=_SEVERAL, reason=f"'{form}' may also mean {', '.join(others[:_N_OTHERS])}"
                )
        if entity_id.startswith(PREFIX):
            return NameDoubt(weight=_UNLISTED, reason="a name that is in no catalogue")
        entity = self._entities.get(entity_id)
        doubtful = [form for form in forms if entity is not None and form in entity.ambiguous]
        if doubtful:
            return NameDoubt(weight=_DOUBTFUL_FORM, reason=f"'{doubtful[0]}' is also a common word or name")
        return None
