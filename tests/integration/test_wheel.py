"""What is installed is what is in the checkout: code under its own names, data inside the shell's package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory, root: Path) -> set[str]:
    """The files of a wheel built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)],
        check=True,
        capture_output=True,
    )
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_code_and_data(names: set[str], root: Path) -> None:
    expected = {
        "southbound/cli/__init__.py",
        "southbound/digest/templates/digest.html.j2",
        "southbound/evaluation/templates/evaluation.css.j2",
        "southbound/evaluation/templates/evaluation.html.j2",
        "southbound/web/static/desk.css",
        "southbound/web/static/desk.js",
        "southbound/web/templates/today.html.j2",
        "southbound/language/words/en.yaml",
        "nlp/tagger.py",
        "nlp/importance/model.py",
        "ingest/feed.py",
        "signals/intensity.py",
        "southbound/config/settings.yaml",
        "southbound/config/entities/hong_kong.yaml",
        "southbound/config/sample/feeds/pearl_delta_wire.xml",
        "southbound/models/english/weights.safetensors",
        "southbound/models/chinese/lexical.safetensors",
        "southbound/models/importance/manifest.json",
        "southbound/models/importance/english/lexical.json",
        "southbound/models/importance/chinese/lexical.safetensors",
    }
    assert expected <= names
    themes = {f"southbound/config/themes/{path.name}" for path in (root / "config" / "themes").glob("*.yaml")}
    assert len(themes) == 27
    assert themes <= names


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "southbound",
        "nlp",
        "ingest",
        "signals",
    }
    assert not [name for name in names if name.startswith("southbound/config/") and name.endswith(".py")]
