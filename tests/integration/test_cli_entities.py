"""`southbound entities`: find, add, show, and clear refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from southbound.cli import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `southbound entities` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("SOUTHBOUND_DB", "SOUTHBOUND_CONFIG", "SOUTHBOUND_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def start(*arguments: str) -> tuple[int, str, str]:
        code = run(["entities", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return start


def test_a_new_name_enters_the_catalogue(command: Command) -> None:
    code, _, err = command(
        "add", "Xinyuan Robotics", "--ticker", "XHKG:99911", "--alias", "鑫源機器人", "--alias", "Xinyuan"
    )
    assert code == 0, err
    assert "added xinyuan_robotics to entities.yaml" in err
    assert yaml.safe_load(Path("entities.yaml").read_text(encoding="utf-8")) == [
        {
            "id": "xinyuan_robotics",
            "name": "Xinyuan Robotics",
            "type": "company",
            "aliases": {"zh": ["鑫源機器人"], "en": ["Xinyuan"]},
            "listings": ["XHKG:99911"],
        }
    ]
    assert (
        command("find", "xinyuan", "robot")[1] == "xinyuan_robotics  Xinyuan Robotics  company  XHKG:99911\n"
    )
    shown = command("show", "xinyuan_robotics")[1].splitlines()
    assert shown == [
        "xinyuan_robotics  Xinyuan Robotics  company  XHKG:99911",
        "forms: Xinyuan Robotics, 鑫源機器人, Xinyuan",
        "no tagged article names it here",
    ]


def test_a_form_of_a_shipped_entity_is_added_under_it(command: Command) -> None:
    code, _, err = command("add", "DeepSeek Hangzhou Lab", "--alias-of", "deepseek")
    assert (code, "is a form of deepseek now" in err) == (0, True)
    assert "DeepSeek Hangzhou Lab" in command("show", "deepseek")[1]


def test_near_entities_are_shown(command: Command) -> None:
    code, _, err = command("add", "DeepSeek Vision Works")
    assert code == 0
    assert "near it stand" in err
    assert "deepseek (DeepSeek)" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "DeepSeek"), "'DeepSeek' is a form of deepseek"),
        (("add", "Lumio Zq", "--type", "firm"), "--type takes company, index, institution, person, product"),
        (("add", "Lumio Zq", "--ticker", "9988"), "'9988' is no listing"),
        (("add", "Lumio Zq", "--ticker", "XHKG:0700"), "'XHKG:0700' is no listing"),
        (("add", "Lumio Zq", "--ticker", "XHKG:9988"), "XHKG:9988 belongs to alibaba already"),
        (("add", "Lumio Zq", "--alias-of", "deepsek"), "did you mean 'deepseek'?"),
        (("add", "Lumio Zq", "--alias-of", "deepseek", "--ticker", "XHKG:1"), "--alias-of adds forms only"),
        (("show", "no_such_thing"), "there is no entity 'no_such_thing'"),
        (("emerging", "--format", "xml"), "--format takes text, json, csv"),
        (("emerging",), "there is no database"),
    ],
)
def test_a_wrong_request_says_what_to_do(command: Command, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not Path("entities.yaml").exists()


def test_a_broken_file_is_left_as_it_is(command: Command) -> None:
    Path("entities.yaml").write_text("- [", encoding="utf-8")
    code, _, err = command("add", "Lumio Zq")
    assert (code, "entities.yaml can't be read" in err) == (1, True)
    assert Path("entities.yaml").read_text(encoding="utf-8") == "- ["


def test_without_a_hit_the_nearest_are_shown(command: Command) -> None:
    code, out, err = command("find", "Depseek")
    assert code == 0
    assert "nearest" in err
    assert out.splitlines()[0].startswith("deepseek ")
