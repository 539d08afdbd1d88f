"""The importance of reports keeps its floors (`models/importance/floors.json`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from nlp.importance.model import FOLDERS, ImportanceModel
from nlp.scoring.lexical import Analyzer
from nlp.training.importance import (
    LABELS,
    GradedReport,
    GradeQuality,
    cross_validate,
    describe,
    measure_grades,
    of_analyzer,
    read_graded,
)


@cache
def read_reports(root: Path, data: Path) -> list[GradedReport]:
    return read_graded(root / "models" / "labels" / LABELS, data / "news")


def measure(reports: list[GradedReport], analyzer: Analyzer) -> GradeQuality:
    chosen = of_analyzer(reports, analyzer)
    return measure_grades(cross_validate(describe(chosen, analyzer), chosen), chosen)


def read_figures(root: Path, name: str) -> dict[str, dict[str, float]]:
    figures: dict[str, dict[str, float]] = json.loads(
        (root / "models" / "importance" / name).read_text(encoding="utf-8")
    )
    return figures


@pytest.mark.real
@pytest.mark.parametrize("analyzer", list(FOLDERS))
def test_days_graded_by_the_others_keep_their_floor(analyzer: Analyzer, root: Path, real_data: Path) -> None:
    """Correlation and areas under the ROC curve; the card tells what is measured."""
    figures = measure(read_reports(root, real_data), analyzer).figures()
    floors = read_figures(root, "floors.json")[FOLDERS[analyzer]]
    assert {name: value for name, value in figures.items() if value < floors[name]} == {}
    assert figures == pytest.approx(read_figures(root, "scores.json")[FOLDERS[analyzer]], abs=0.01)


@pytest.mark.real
def test_the_shipped_weights_were_fitted_on_the_labels(root: Path, real_data: Path) -> None:
    """On the reports that it learnt from, the model is nearer to their grades than on days it didn't know."""
    model = ImportanceModel(root / "models" / "importance")
    reports = of_analyzer(read_reports(root, real_data), "word")[:1000]
    graded = [abs(model.grade(one.title, one.opening) - one.grade) for one in reports]
    assert sum(graded) / len(graded) < 0.3
