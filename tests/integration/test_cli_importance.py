"""The model of importance that the settings name: none, or one that can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.error import ModelError
from southbound.cli import run
from southbound.settings import read_settings
from southbound.web.app import create_app

DIGEST = ["digest", "--session", "2025-02-11", "--format", "md"]


def options_with(folder: Path, importance: str) -> list[str]:
    """Return the options for a database of one article and these settings."""
    settings, news = folder / "settings.yaml", folder / "news.jsonl"
    settings.write_text(f"digest: {{importance: '{importance}'}}", encoding="utf-8")
    news.write_text(
        json.dumps({"title": "Flats sell", "published_at": "2025-02-10T08:00:00Z"}), encoding="utf-8"
    )
    options = ["--config", str(settings), "--db", str(folder / "own.db")]
    assert run([*options, "ingest", "articles", str(news)]) == 0
    return options


def test_a_digest_can_do_without_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*options_with(tmp_path, ""), *DIGEST]) == 0
    assert "11 February 2025" in capsys.readouterr().out


def test_a_folder_without_one_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = options_with(tmp_path, str(tmp_path / "nowhere"))
    capsys.readouterr()
    assert run([*options, *DIGEST]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "nowhere holds no usable importance model" in told.err
    with pytest.raises(ModelError, match="reinstall Southbound"):
        create_app(read_settings(tmp_path / "settings.yaml"), tmp_path / "own.db")
