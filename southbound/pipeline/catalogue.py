"""The catalogue of this installation: the shipped entities and the user's own, which can be added to."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlp.entities.catalogue import TYPES, Catalogue, Entity
from nlp.entities.kept import read_kept_catalogue
from nlp.entities.own_entity import read_rows, with_own_entities
from nlp.entities.unknown import PREFIX, id_from_name, words_of
from nlp.script import has_han
from southbound import CONFIG
from southbound.error import UsageError
from southbound.settings import Settings

_N_NEAR = 5
#: Hong Kong codes stand without leading zeros.
_LISTING = re.compile(r"(?!XHKG:0)[A-Z]{4}:[A-Z0-9.]{1,12}")
_ALIKE = 0.75
_HEADER = "# Your own entities, read after the shipped ones; written by `southbound entities add`.\n"


def load_catalogue(settings: Settings) -> Catalogue:
    """Read the shipped entities and those of the files that `tag.entities` names.

    Raises:
        NlpError: a file can't be used.
    """
    return with_own_entities(_shipped(CONFIG / "entities"), settings.tag.entities)


@cache
def _shipped(folder: Path) -> Catalogue:
    """Read the shipped entities, once in a process."""
    return read_kept_catalogue(folder, kept_in=cache_folder(os.environ))


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where a user keeps what can be made again; None where the user has no such place."""
    named = environment.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / "southbound"
    try:
        return Path.home() / ".cache" / "southbound"
    except RuntimeError:  # neither a home nor a name
        return None


def search(catalogue: Catalogue, wanted: str) -> list[Entity]:
    """Return the entities of which one form has all words wanted, or that have the listing."""
    words = wanted.casefold().split()
    return [
        entity
        for entity in catalogue.entities.values()
        if wanted.upper() in entity.tickers()
        or any(all(word in form.casefold() for word in words) for form in (entity.entity_id, *entity.aliases))
    ]


def near(catalogue: Catalogue, name: str) -> list[Entity]:
    """Return the entities whose forms are most like a name, best first; none where nothing is like it."""
    wanted = words_of(name)
    plain = " ".join(wanted)
    scores: dict[str, float] = {}
    for entity in catalogue.entities.values():
        for alias in entity.aliases:
            score = _likeness(plain, wanted, words_of(alias))
            if score >= _ALIKE:
                scores[entity.entity_id] = max(score, scores.get(entity.entity_id, 0.0))
    best = sorted(scores, key=lambda key: (-scores[key], key))[:_N_NEAR]
    return [catalogue.entities[key] for key in best]


def _likeness(plain: str, wanted: Sequence[str], words: Sequence[str]) -> float:
    if wanted and wanted[0] in words and (set(wanted) <= set(words) or set(words) <= set(wanted)):
        # One word alone may open another's name: "Apple" and "Apple Daily".
        return 1.0 if len(words) > 1 or len(wanted) == 1 else _ALIKE
    matcher = difflib.SequenceMatcher(None, plain, " ".join(words), autojunk=False)
    # Cheap upper bounds first: there are thousands of forms.
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def add_new(
    settings: Settings, name: str, *, kind: str, tickers: Sequence[str], aliases: Sequence[str]
) -> tuple[str, Path]:
    """Write a new entity into the user's first entity file.

    Returns:
        Its id and the file.

    Raises:
        UsageError: the type or a ticker is wrong, or the catalogue has the name or ticker already.
    """
    name = " ".join(name.split())
    catalogue = load_catalogue(settings)
    if kind not in TYPES:
        raise UsageError(f"--type takes {', '.join(sorted(TYPES))}; not '{kind}'")
    for form in (name, *aliases):
        _refuse_known(catalogue, form)
    for ticker in tickers:
        _check_ticker(catalogue, ticker)
    entity_id = id_from_name(name).removeprefix(PREFIX).replace("-", "_")
    if not entity_id:
        raise UsageError("the name has no letter; write it as news does")
    if entity_id in catalogue.entities:
        raise UsageError(f"'{entity_id}' is in the catalogue; use --alias-of {entity_id} to add a form of it")
    row: dict[str, Any] = {"id": entity_id, "name": name, "type": kind}
    if aliases:
        row["aliases"] = _by_script(aliases)
    if tickers:
        row["listings"] = list(tickers)
    return entity_id, _append(settings, row)


def add_alias(settings: Settings, entity_id: str, forms: Sequence[str]) -> Path:
    """Write further forms of an entity into the user's first entity file, and return the file.

    Raises:
        UsageError: there is no such entity, or it has a form already.
    """
    catalogue = load_catalogue(settings)
    if entity_id not in catalogue.entities:
        close = difflib.get_close_matches(entity_id, list(catalogue.entities), n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        raise UsageError(
            f"there is no entity '{entity_id}'{hint}; look with `southbound entities find WORDS`"
        )
    for form in forms:
        _refuse_known(catalogue, form)
    return _append(settings, {"alias_of": entity_id, "aliases": _by_script(forms)})


def _refuse_known(catalogue: Catalogue, form: str) -> None:
    for entity in catalogue.entities.values():
        if form in entity.aliases:
            raise UsageError(f"'{form}' is a form of {entity.entity_id} ({entity.name}) already")


def _check_ticker(catalogue: Catalogue, ticker: str) -> None:
    if not _LISTING.fullmatch(ticker):
        raise UsageError(
            f"'{ticker}' is no listing; write the exchange's MIC and the code, such as XHKG:1234"
        )
    owner = catalogue.by_listing.get(ticker)
    if owner:
        raise UsageError(f"{ticker} belongs to {owner} already; use --alias-of {owner} to add a form of it")


def _by_script(forms: Sequence[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault("zh" if has_han(form) else "en", []).append(form)
    return groups


def _append(settings: Settings, row: dict[str, Any]) -> Path:
    if not settings.tag.entities:
        raise UsageError("tag.entities names no file; give it one in your settings")
    path = settings.tag.entities[0]
    read_rows(path)  # what is there must be sound before anything is put under it
    old = path.read_text(encoding="utf-8") if path.is_file() else _HEADER
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    joint = "" if old.endswith("\n") or not old else "\n"
    partial.write_text(
        old + joint + yaml.safe_dump([row], allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    partial.replace(path)
    return path
