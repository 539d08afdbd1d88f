"""The catalogue that is kept is always the one that the files say."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from nlp.entities.catalogue import Catalogue, read_catalogue
from nlp.entities.kept import read_kept_catalogue
from nlp.error import CatalogueError
from southbound import CONFIG
from southbound.pipeline.catalogue import cache_folder

_ENTITIES = """
- id: tencent
  name: Tencent
  type: company
  names: {zh-Hant: 騰訊}
  aliases: {en: [Tencent Holdings, {form: QQ, from: 2001-02-03, to: 2010-01-01}]}
  ambiguous: [QQ]
  context: [Shenzhen]
  listings: ["XHKG:700", {asset: "XNAS:TCTZ", from: 2004-06-16}]
  parent: nobody
  description: chat and games
"""
_EQUITIES = (
    "code,board,short_name,long_name,zh_hans,zh_hant,industry\n5,Main,HSBC HOLDINGS,,汇丰,滙豐,Banks\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of entity files."""
    found = tmp_path / "entities"
    found.mkdir()
    (found / "companies.yaml").write_text(_ENTITIES, encoding="utf-8")
    (found / "hkex_equities.csv").write_text(_EQUITIES, encoding="utf-8")
    return found


def contents(catalogue: Catalogue) -> tuple[object, ...]:
    """Return all that a catalogue says, in its order."""
    return list(catalogue.entities.items()), list(catalogue.by_listing.items())


def test_what_is_kept_says_what_the_files_say(folder: Path, tmp_path: Path) -> None:
    first, second = (read_kept_catalogue(folder, kept_in=tmp_path / "kept") for _ in range(2))
    assert contents(first) == contents(second) == contents(read_catalogue(folder))
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_the_shipped_catalogue_is_kept_as_it_is(tmp_path: Path) -> None:
    first, second = (read_kept_catalogue(CONFIG / "entities", kept_in=tmp_path) for _ in range(2))
    assert first is not second
    assert contents(first) == contents(second)


@pytest.mark.parametrize("name", ["companies.yaml", "hkex_equities.csv"])
def test_an_edited_file_is_seen_at_once_even_with_its_old_size_and_time(
    folder: Path, tmp_path: Path, name: str
) -> None:
    read_kept_catalogue(folder, kept_in=tmp_path / "kept")
    path = folder / name
    old = path.stat()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("700", "799").replace("5,Main", "6,Main"), encoding="utf-8")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    listed = read_kept_catalogue(folder, kept_in=tmp_path / "kept").by_listing
    assert ("XHKG:799" in listed, "XHKG:6" in listed) == (
        name != "hkex_equities.csv",
        name != "companies.yaml",
    )


def test_a_new_file_is_seen_and_a_wrong_one_is_refused(folder: Path, tmp_path: Path) -> None:
    read_kept_catalogue(folder, kept_in=tmp_path / "kept")
    (folder / "more.yaml").write_text("- {id: new, name: New, type: person}", encoding="utf-8")
    assert "new" in read_kept_catalogue(folder, kept_in=tmp_path / "kept").entities
    (folder / "more.yaml").write_text("- {id: new, name: New}", encoding="utf-8")
    with pytest.raises(CatalogueError, match="lacks type"):
        read_kept_catalogue(folder, kept_in=tmp_path / "kept")


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"entities": [["x"]], "by_listing": {}}', "\x00"])
def test_a_damaged_copy_is_made_anew(folder: Path, tmp_path: Path, damage: str) -> None:
    good = read_kept_catalogue(folder, kept_in=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    whole = kept.read_text(encoding="utf-8")
    kept.write_text(damage, encoding="utf-8")
    assert contents(read_kept_catalogue(folder, kept_in=tmp_path / "kept")) == contents(good)
    assert kept.read_text(encoding="utf-8") == whole


def test_a_folder_that_can_not_be_written_keeps_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for kept_in in (None, tmp_path / "file" / "kept"):
        assert contents(read_kept_catalogue(folder, kept_in=kept_in)) == contents(read_catalogue(folder))


def test_old_versions_are_deleted(folder: Path, tmp_path: Path) -> None:
    for number in range(7):
        (folder / "more.yaml").write_text(f"- {{id: n{number}, name: N, type: person}}", encoding="utf-8")
        read_kept_catalogue(folder, kept_in=tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 4
    assert gc.isenabled()


def test_what_is_kept_stands_in_the_users_cache() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/var/cache/one"}) == Path("/var/cache/one/southbound")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache" / "southbound"
