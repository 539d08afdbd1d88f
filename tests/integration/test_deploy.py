"""The unit and the container file name commands, options, settings and addresses that there are."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
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


def copied(container: str) -> list[str]:
    """The paths that the image is built from; a pattern may match nothing."""
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", container, re.MULTILINE)
    return [path for line in lines for path in line.split()]


def test_the_container_is_built_from_what_there_is(container: str, root: Path) -> None:
    paths = [path for path in copied(container) if "*" not in path]
    assert [path for path in paths if not (root / path).exists()] == []
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {*project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"], "pyproject.toml"}
    assert needed | {project["project"]["readme"]} <= set(paths)
    named = re.findall(r"-c (\S+)", container)
    assert named
    assert set(named) <= set(paths)


@pytest.mark.slow
def test_the_containers_steps_make_a_service_that_answers_its_own_health_check(
    container: str, root: Path, tmp_path: Path
) -> None:
    program = install(container, root, tmp_path)
    (arguments,) = re.findall(r"^CMD (\[\"run.*)$", container, re.MULTILINE)
    (check,) = re.findall(r"CMD (\[\"python.*)$", container, re.MULTILINE)
    variables = {
        "PATH": f"{program.parent}:{os.defpath}",
        "SOUTHBOUND_DB": str(tmp_path / "southbound.db"),
        "PYTHONUNBUFFERED": "1",
    }
    command = [str(program), *json.loads(arguments)]
    refused = subprocess.run(
        command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "give --users FILE" in refused.stderr) == (2, True)
    users = tmp_path / "users.yaml"
    made = [str(program), "token", "new", "--users", str(users)]
    subprocess.run(made, env=variables, cwd=tmp_path, capture_output=True, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    health = [part.replace(str(DEFAULT_PORT), port) for part in json.loads(check)]
    health[0] = str(program.with_name(health[0]))
    with subprocess.Popen(
        [*command, "--port", port],
        env={**variables, "SOUTHBOUND_USERS": str(users)},
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    ) as service:
        deadline = time.monotonic() + 120
        while subprocess.run(health, env=variables, stderr=subprocess.DEVNULL, check=False).returncode:
            assert service.poll() is None
            assert time.monotonic() < deadline
            time.sleep(1)
        service.terminate()
        assert service.wait(timeout=60) == 0


def install(container: str, root: Path, folder: Path) -> Path:
    """Install as the container does, from what it copies; other packages are those of this environment."""
    source, target = folder / "src", folder / "venv"
    source.mkdir()
    for path in (path for path in copied(container) if "*" not in path):
        copy = shutil.copytree if (root / path).is_dir() else shutil.copy
        copy(root / path, source / path)
    subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
    (packages,) = target.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--no-cache-dir", "--ignore-installed"]
    pip = [str(target / "bin" / "python"), "-m", "pip", "install", *offline, "-c", "constraints.txt", "."]
    subprocess.run(pip, cwd=source, check=True, capture_output=True)
    assert (packages / "southbound" / "config" / "settings.yaml").is_file()
    return target / "bin" / "southbound"
