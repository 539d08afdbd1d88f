"""A user's own entity files: read after the shipped ones, refused with a clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.entities.catalogue import Catalogue, entity_from_row
from nlp.entities.own_entity import with_own_entities
from nlp.error import CatalogueError

SHIPPED = Catalogue(
    entities={
        "lumio": entity_from_row({"id": "lumio", "name": "Lumio", "type": "company"}, where="test"),
    },
    by_listing={},
)


def write(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_or_empty_file_adds_nothing(tmp_path: Path) -> None:
    assert with_own_entities(SHIPPED, [tmp_path / "none.yaml", write(tmp_path, "")]) == SHIPPED


def test_entries_and_further_forms_are_added(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "- {id: xinyuan, name: Xinyuan Robotics, type: company, listings: ['XHKG:9911']}\n"
        "- {alias_of: lumio, aliases: {en: [Lumio Labs], zh: [盧米]}}\n",
    )
    catalogue = with_own_entities(SHIPPED, [path])
    assert catalogue.entities["xinyuan"].tickers() == ("XHKG:9911",)
    assert catalogue.by_listing == {"XHKG:9911": "xinyuan"}
    assert catalogue.entities["lumio"].aliases == ("Lumio", "Lumio Labs", "盧米")
    assert SHIPPED.entities["lumio"].aliases == ("Lumio",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {id: lumio, name: L, type: company}", "own.yaml: the id 'lumio' is taken"),
        ("- {alias_of: lumi, aliases: {en: [L]}}", "own.yaml: alias_of names no entity 'lumi'"),
        ("- {id: x, name: X}", "own.yaml: the entry x lacks type"),
        ("id: x", "must hold a list of entities"),
        ("- [", "can't be read"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        with_own_entities(SHIPPED, [write(tmp_path, text)])
