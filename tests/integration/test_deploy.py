"""The unit and the container file name commands, options, settings and addresses that there are."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from southbound.cli import app
from southbound.cli.run import DEFAULT_PORT
from southbound.service.health import router


def parse(arguments: list[str]) -> str:
    """Parse a command line without running it; return the command's name."""
    group: Any = typer.main.get_command(app)
    name, *options = arguments
    group.commands[name].make_context(name, options)
    return name


def values(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


@pytest.fixture
def unit(root: Path) -> str:
    return (root / "config/deploy/southbound.service").read_text(encoding="utf-8")


@pytest.fixture
def container(root: Path) -> str:
    return (root / "config/deploy/Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def variables_of_the_command() -> set[str]:
    group: Any = typer.main.get_command(app)
    return {str(one.envvar) for one in group.params if isinstance(one.envvar, str)}


def test_the_unit_starts_a_command_that_there_is(unit: str) -> None:
    (start,) = values(unit, "ExecStart")
    program, *arguments = shlex.split(start)
    assert program.endswith("/bin/southbound")
    assert parse(arguments) == "run"
    named = set(re.findall(r"SOUTHBOUND_\w+", unit))
    assert named == {"SOUTHBOUND_DB", "SOUTHBOUND_CONFIG"} <= variables_of_the_command()


def test_the_unit_gives_a_user_of_its_own_and_little_else(unit: str) -> None:
    assert values(unit, "DynamicUser") == ["yes"]
    assert values(unit, "ProtectSystem") == ["strict"]
    assert values(unit, "CapabilityBoundingSet") == [""]
    assert values(unit, "Type") == ["notify"]
    assert values(unit, "KillMode") == ["mixed"]


def test_systemd_finds_no_fault_in_the_unit(unit: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze")
    path = tmp_path / "southbound.service"
    path.write_text(unit.replace("/opt/southbound/bin/southbound", "/bin/true"), encoding="utf-8")
    done = subprocess.run([program, "verify", str(path)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "southbound.service" in line] == []


def test_the_container_starts_a_command_that_there_is(container: str) -> None:
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", container, re.MULTILINE)
    (arguments,) = re.findall(r"^CMD (.*)$", container, re.MULTILINE)
    assert json.loads(entry) == ["southbound"]
    assert parse(json.loads(arguments)) == "run"


def test_the_container_runs_as_nobody_special_and_asks_for_its_health(container: str) -> None:
    (user,) = re.findall(r"^USER (.*)$", container, re.MULTILINE)
    assert int(user) > 0
    assert len(re.findall(r"^FROM ", container, re.MULTILINE)) == 2
    (address,) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", container)
    assert address[0] == str(DEFAULT_PORT)
    assert address[1] in {getattr(route, "path", "") for route in router.routes}
    assert re.findall(r"^EXPOSE (\d+)$", container, re.MULTILINE) == [str(DEFAULT_PORT)]
