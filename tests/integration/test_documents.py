"""What README and help say is what the program does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from southbound.cli import app


def test_the_generated_parts_of_the_readme_are_up_to_date(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr}"


def test_every_command_is_in_the_readme(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    names = [command.name for command in app.registered_commands]
    names += [
        f"{group.name} {command.name}"
        for group in app.registered_groups
        if group.typer_instance is not None
        for command in group.typer_instance.registered_commands
    ]
    assert len(names) >= 12
    assert [name for name in names if f"### southbound {name}\n" not in readme] == []


def test_help_loads_no_model_and_no_data_frame() -> None:
    """`southbound --help` answers at once because nothing heavy is imported for it."""
    code = (
        "import sys\nfrom southbound.cli import run\nrun(['--help'])\n"
        "heavy = {'torch', 'spacy', 'transformers', 'onnxruntime', 'pandas', 'numpy', 'pydantic', 'httpx'}\n"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: southbound" in done.stdout
