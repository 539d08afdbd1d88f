"""How the command starts and ends: what help loads, and how each error reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from southbound.cli import run
from southbound.error import StoreError
from southbound.store import open_store


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            KeyboardInterrupt(),
            130,
            "southbound: stopped; what was done so far is stored, run the command again",
        ),
        (RuntimeError("odd\nthing"), 1, "southbound: unexpected RuntimeError: odd thing; SOUTHBOUND_DEBUG=1"),
        (
            OSError(28, "No space left on device", "out.csv"),
            1,
            "southbound: out.csv: No space left on device; ",
        ),
        (StoreError("it broke; mend it"), 1, "southbound: it broke; mend it"),
    ],
)
def test_every_other_end_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    line: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("southbound.pipeline.archive.ingest_articles", fail)
    monkeypatch.delenv("SOUTHBOUND_DEBUG", raising=False)
    assert run(["--db", str(tmp_path / "x.db"), "ingest", "articles", "x.jsonl"]) == code
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(line)


def test_series_of_a_database_without_news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path / "x.db").close()
    assert run(["--db", str(tmp_path / "x.db"), "series", "ai", "--format", "csv"]) == 0
    (header,) = capsys.readouterr().out.splitlines()
    assert header.startswith("session,theme,value,")


_LOADED = """
import sys
from southbound.cli import run
code = run(["--help"])
heavy = {"torch", "spacy", "transformers", "pandas", "onnxruntime", "numpy", "tokenizers", "httpx"}
sys.exit(f"loaded: {sorted(heavy & set(sys.modules))}" if heavy & set(sys.modules) else code)
"""


def test_help_loads_nothing_heavy(root: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "Usage: southbound" in result.stdout


def test_tagging_loads_no_library_that_only_training_needs(root: Path) -> None:
    """What spaCy would load beside itself would double the time until the first text is read."""
    code = "import sys, southbound.pipeline.tag\nsys.exit(bool({'torch', 'transformers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False, timeout=120).returncode == 0


def test_the_module_is_the_command(root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run(
        [sys.executable, "-m", "southbound", "search", "money"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("southbound: there is no database southbound.db; ")
    assert len(result.stderr.splitlines()) == 1
