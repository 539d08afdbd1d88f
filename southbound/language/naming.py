"""What themes and entities are called in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlp.entities.catalogue import Catalogue, Entity
from nlp.script import has_han
from southbound.language.words import Language, simplified, traditional
from southbound.settings import ThemeFile, read_themes

_N_NAMES: Final = 20_000


def theme_names(own: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return the names of the catalogue's themes and of the user's own (`own`), by id."""
    return {key: name_of_theme(theme, language) for key, theme in read_themes().items()} | dict(own)


def name_of_theme(theme: ThemeFile, language: Language) -> str:
    """Return a theme's name in a language."""
    return theme.name if language == "en" else theme.name_zh[language]


def definition_of(theme: str, language: Language) -> str:
    """Return what counts to a theme of the catalogue, in Chinese; "" where it is told in English only."""
    shipped = read_themes().get(theme)
    definition = "" if language == "en" or shipped is None else shipped.definition_zh
    return simplified(definition) if language == "zh-Hans" else definition


def entity_name(entities: Catalogue, entity_id: str, name: str, language: Language) -> str:
    """Return what an entity is called; `name` where the catalogue has no Chinese form of it."""
    entity = entities.entities.get(entity_id)
    if language == "en" or entity is None:
        return name
    chinese = chinese_name(entity.aliases)
    if not chinese:
        return name
    return simplified(chinese) if language == "zh-Hans" else chinese


@lru_cache(maxsize=_N_NAMES)
def chinese_name(aliases: tuple[str, ...]) -> str:
    """Return the first Chinese form among some, in traditional characters; "" without one.

    What stands in simplified characters only is converted.
    """
    chinese = [form for form in aliases if has_han(form)]
    if not chinese:
        return ""
    plain = simplified(chinese[0])
    told = (form for form in chinese if form != plain and simplified(form) == plain)
    return next(told, None) or traditional(chinese[0])


def chinese_aliases(entity: Entity, language: Language) -> tuple[str, ...]:
    """Return the further Chinese forms of an entity's name, each once, in one script."""
    write = simplified if language == "zh-Hans" else traditional
    first = write(chinese_name(entity.aliases))
    forms = (write(form) for form in entity.aliases if has_han(form))
    return tuple(form for form in dict.fromkeys(forms) if form != first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names in the language of a reader.

    Attributes:
        language: of the reader.
        themes: theme id -> name; one of the user's own as it is.
        ids: English name of a theme -> id.
        entities: the catalogue.
    """

    language: Language
    themes: Mapping[str, str]
    ids: Mapping[str, str]
    entities: Catalogue

    def theme(self, theme: str, name: str = "") -> str:
        """Return what a theme is called; `name`, or the id, where it is none of the catalogue."""
        return self.themes.get(theme, name or theme)

    def entity(self, entity_id: str, name: str) -> str:
        """Return what an entity is called; `name` where the catalogue has no Chinese form of it."""
        return entity_name(self.entities, entity_id, name, self.language)

    def listed(self, asset_id: str, name: str) -> str:
        """Return what is listed under an asset's id; `name` where the catalogue doesn't know."""
        return self.entity(self.entities.by_listing.get(asset_id, ""), name)

    def of_name(self, name: str) -> str | None:
        """Return what a theme or an entity with an English name is called; None where there is none."""
        if name in self.ids:
            return self.themes[self.ids[name]]
        entity_id = _ids_by_name(self.entities).get(name)
        return None if entity_id is None else self.entity(entity_id, name)


def naming(own: Mapping[str, str], entities: Catalogue, language: Language) -> Naming:
    """Return the names of a reader's language, with the user's own themes (`own`) as they are."""
    return Naming(
        language=language,
        themes=theme_names(own, language),
        ids={name: key for key, name in theme_names(own, "en").items()},
        entities=entities,
    )


@lru_cache(maxsize=1)
def _ids_by_name(entities: Catalogue) -> Mapping[str, str]:
    """Return English name -> id; of several with one name the first."""
    found: dict[str, str] = {}
    for key, entity in entities.entities.items():
        found.setdefault(entity.name, key)
    return found
