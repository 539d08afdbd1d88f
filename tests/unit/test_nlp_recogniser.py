"""The shipped recogniser: names it never saw, exact places, and texts that are no texts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nlp.annotation import Field
from nlp.entities.catalogue import Catalogue
from nlp.entities.gazetteer import Gazetteer
from nlp.entities.naming import Namer
from nlp.entities.recogniser import READ_CHARS, Recogniser
from nlp.entities.unknown import UnknownName
from nlp.error import ModelError
from nlp.text import readable

GAZETTEER = Gazetteer(Catalogue(entities={}, by_listing={}))


@pytest.fixture(scope="module")
def recogniser(root: Path) -> Recogniser:
    return Recogniser(root / "models" / "recogniser")


def names_of(
    recogniser: Recogniser, title: str, body: str = "", *, language: str = "en"
) -> list[UnknownName]:
    namer = Namer(GAZETTEER, recogniser)
    reading = GAZETTEER.read(readable(title), readable(body), language=language)
    originals: dict[Field, str] = {"title": title, "body": body}
    (found,) = namer.read([(language, reading)])
    names = namer.name(reading, found, {}, originals)
    for name in names:
        assert name.entity_id.startswith("unknown:")
        for span in name.mentions:
            assert originals[span.field][span.start : span.end] == span.text
    return names


def test_invented_names_are_found_with_every_mention(recogniser: Recogniser) -> None:
    body = (
        "Shares of Velmorix Robotics rose 8% on Tuesday after it won an order from Tianhelu Motors. "
        "Velmorix Robotics chief executive Zhao Mingxuan said deliveries would begin in May."
    )
    names = {name.name: name for name in names_of(recogniser, "Velmorix Robotics jumps on order", body)}
    assert {"Velmorix Robotics", "Tianhelu Motors", "Zhao Mingxuan"} <= names.keys()
    assert len(names["Velmorix Robotics"].mentions) == 3
    assert names["Zhao Mingxuan"].type == "person"


def test_short_forms_after_the_part_that_is_read_are_mentions(recogniser: Recogniser) -> None:
    body = "Velmorix Robotics rose 8% on Tuesday. " + "It was a quiet day. " * 60 + "Velmorix Robotics fell."
    (name,) = (n for n in names_of(recogniser, "Shares mixed", body) if n.name == "Velmorix Robotics")
    assert name.mentions[-1].start > READ_CHARS


@pytest.mark.parametrize(
    ("title", "body", "language"),
    [
        ("", "", "en"),
        (" \n\t ", "\n\n", "en"),
        ("SHARES OF VELMORIX ROBOTICS JUMP AS ORDERS RISE", "SHARES ROSE. " * 200, "en"),
        ("騰訊上升", "Tencent 與 Velmorix Robotics 合作。", "zh-Hant"),
        ("Les actions de Velmorix montent", "La Bourse de Paris.", "fr"),
        ("\ud800 odd", "half \udfff a character", "en"),
        ("x" * 5000, "y" * 50_000, "en"),
    ],
)
def test_any_text_is_read(recogniser: Recogniser, title: str, body: str, language: str) -> None:
    names = names_of(recogniser, title, body, language=language)
    assert language == "en" or not any(name.name == "Tencent" for name in names)


def test_a_batch_is_found_as_its_texts_alone(recogniser: Recogniser) -> None:
    texts = ["Velmorix Robotics rises", "", "Okafor to lead Tianhelu Motors"]
    readings = [GAZETTEER.read(text, "", language="en") for text in texts]
    assert recogniser.find(readings) == [recogniser.find([reading])[0] for reading in readings]
    assert recogniser.find([]) == []


def test_a_damaged_folder_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be read; reinstall Southbound or set tag"):
        Recogniser(tmp_path)
    folder = tmp_path / "copy"
    shutil.copytree(root / "models" / "recogniser", folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "sha256": "0"}), encoding="utf-8")
    with pytest.raises(ModelError, match="isn't the file that its manifest describes"):
        Recogniser(folder)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="is no complete manifest"):
        Recogniser(folder)


def test_the_folder_is_small(root: Path) -> None:
    files = (root / "models" / "recogniser").iterdir()
    assert sum(path.stat().st_size for path in files) < 8_000_000
