"""The main job on the bundled sample, as `make demo` runs it."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from southbound.cli import run


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a space in its name, where the demo has run twice; beside it what it printed then."""
    folder = tmp_path_factory.mktemp("a demo") / "out folder"
    assert run(["demo", "--folder", str(folder)]) == 0
    with redirect_stdout(io.StringIO()) as printed:
        assert run(["demo", "--folder", str(folder)]) == 0
    (folder.parent / "printed.txt").write_text(printed.getvalue(), encoding="utf-8")
    return folder


def test_the_digest_is_one_self_contained_page(demo: Path) -> None:
    page = (demo / "digest-2025-03-11.html").read_text(encoding="utf-8")
    assert "Southbound flows" in page
    assert not re.search(r"<(?:script|link|iframe)\b", page)
    assert not re.search(r"""(?:src|srcset)\s*=\s*["']?https?:""", page)


def test_the_store_holds_both_languages_tagged(demo: Path) -> None:
    with sqlite3.connect(demo / "southbound.db") as conn:
        counts = dict(
            conn.execute(
                """SELECT a.language, count(*) FROM article a JOIN tagging t ON t.article_pk = a.pk
                   WHERE t.n_themes > 0 GROUP BY a.language"""
            )
        )
    conn.close()
    assert counts["en"] > 100
    assert counts["zh-Hant"] > 20
    assert counts["zh-Hans"] > 20


def test_the_data_bear_out_what_the_sample_asserts(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sample's outlets are invented, its figures are those of the market."""
    rows = {}
    for verdict in ("confirmed", "contradicted"):
        asked = ["claims", "--verdict", verdict, "--format", "json"]
        assert run(["--db", str(demo / "southbound.db"), *asked]) == 0
        rows[verdict] = json.loads(capsys.readouterr().out)
    assert rows["contradicted"] == []
    assert len(rows["confirmed"]) > 300


def test_the_series_stands_beside_flow_and_index(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["series", "ai", "--with", "flows,prices", "--format", "json", "--start", "2025-02-10"]
    assert run(["--db", str(demo / "southbound.db"), *arguments, "--end", "2025-02-14"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["session"] for row in rows] == [f"2025-02-{day}" for day in (10, 11, 12, 13, 14)]
    assert [round(row["net_flow"]) for row in rows] == EXPECTED_FLOWS
    assert [round(row["INDEX:HSI_close"]) for row in rows] == EXPECTED_CLOSES
    assert sum(row["n_theme_articles"] for row in rows) >= 5


#: From the exchange's published figures: southbound net, HKD million, and Hang Seng Index closes.
EXPECTED_FLOWS = [16468, -8898, 7512, -1024, 7713]
EXPECTED_CLOSES = [21522, 21295, 21858, 21814, 22620]


def test_quarter_to_date_flow_is_the_record(demo: Path) -> None:
    assert run(
        ["--db", str(demo / "southbound.db"), "digest", "--session", "2025-03-31", "--format", "json",
         "-o", str(demo / "march.json")]
    ) == 0  # fmt: skip
    digest = json.loads((demo / "march.json").read_text(encoding="utf-8"))
    assert round(digest["flow"]["quarter_net"]) == 435_738


def test_the_readme_shows_what_the_demo_prints(demo: Path, root: Path) -> None:
    printed = (demo.parent / "printed.txt").read_text(encoding="utf-8")
    shown = (root / "tests" / "data" / "readme" / "demo.txt").read_text(encoding="utf-8")
    table = shown.split("\n\n")[0].strip()
    assert table in printed


def test_the_quants_example_prints_what_the_readme_shows(demo: Path, root: Path) -> None:
    folder = root / "tests" / "data" / "readme"
    done = subprocess.run(
        [sys.executable, str(folder / "quant.py"), str(demo / "southbound.db")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (folder / "quant.txt").read_text(encoding="utf-8")
