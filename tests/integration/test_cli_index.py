"""`southbound index`: counts in, index out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from southbound.cli import run

HEADER = "publisher,period,theme_count,total_count\n"


def write(path: Path, *rows: str) -> str:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


def test_the_published_index_is_reproduced(real_data: Path, tmp_path: Path) -> None:
    target = tmp_path / "index.csv"
    counts = real_data / "index" / "epu_china_counts.csv"
    assert run(["index", str(counts), "--base", "2017-01:2020-12", "-o", str(target)]) == 0
    ours = pd.read_csv(target).set_index("period")["index"]
    published = pd.read_csv(real_data / "index" / "epu_china_published.csv").set_index("period")["index"]
    assert ours.index.equals(published.index)
    assert (ours - published).abs().max() < 1e-6


def test_a_small_index_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Shares 0.1, 0.3, 0.2; with one publisher its deviation cancels, and 0.2 is the mean of the base.
    counts = write(tmp_path / "c.csv", "a,2020/1,1,10", "a,2020-2,3,10", "a,2020-03,2,10", "b,2020-01,,")
    assert run(["index", counts, "--base", "2020-01:2020-02"]) == 0
    assert capsys.readouterr().out == "period,index\n2020-01,50\n2020-02,150\n2020-03,100\n"


def test_a_row_that_cannot_be_true_is_rejected_and_the_rest_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = write(tmp_path / "c.csv", "a,2020-01,1,10", "a,2020-02,3,10", "a,2020-03,30,10", "a,2020-04,x,9")
    assert run(["index", counts, "--base", "2020-01:2020-02"]) == 3
    out, err = capsys.readouterr()
    assert out == "period,index\n2020-01,50\n2020-02,150\n"
    assert "c.csv line 4: theme_count 30 is above total_count 10" in err
    assert "c.csv line 5: theme_count is 'x'" in err


@pytest.mark.parametrize(
    ("rows", "base", "said"),
    [
        (["a,2020-01,1,10"], "2020-01", "--base takes its first and last period"),
        (["a,2020-01,1,10"], "2021-01:2020-01", "--base takes its first and last period"),
        (["a,2020-01,1,10"], "2011-01:2012-12", "has nothing in the base 2011-01 to 2012-12"),
        (["a,2020-01,1,10", "a,2020-01,2,10"], "2020-01:2020-02", "two rows for one period"),
        (["a,2020-01,1,10", "a,2020-02,1,10"], "2020-01:2020-02", "no publisher varies"),
    ],
)
def test_what_makes_no_index_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], base: str, said: str
) -> None:
    assert run(["index", write(tmp_path / "c.csv", *rows), "--base", base]) == 2
    assert said in capsys.readouterr().err
