from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlp.error import ModelError
from nlp.stories.decision import read_decision
from nlp.stories.likeness import FEATURES


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "models" / "stories", tmp_path / "stories"))


def test_the_shipped_weights_have_the_signs_of_their_features(folder: Path) -> None:
    decision = read_decision(folder, FEATURES)
    for weight, (name, sign) in zip(decision.weights, FEATURES.items(), strict=True):
        assert weight * sign >= 0, name


def test_the_likelihood_grows_with_what_speaks_for_one_event(folder: Path) -> None:
    decision = read_decision(folder, FEATURES)
    none = dict.fromkeys(FEATURES, 0.0)
    alike = none | {"title_told": 1.0, "opening": 1.0}
    days_apart = alike | {"days": 3.0, "hours": 4.3}
    wraps_apart = days_apart | {"wrap": 1.0}
    unlike, like, late, wraps = (
        decision.judge(list(pair.values())) for pair in (none, alike, days_apart, wraps_apart)
    )
    assert 0 < unlike < late < like < 1
    assert 0 < wraps < late


def test_changed_weights_are_refused(folder: Path) -> None:
    weights = folder / "weights.json"
    weights.write_text(weights.read_text(encoding="utf-8").replace("0.5", "0.05"), encoding="utf-8")
    with pytest.raises(ModelError, match="isn't the file that its manifest describes"):
        read_decision(folder, FEATURES)


def test_weights_of_other_features_are_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="its weights are of other features"):
        read_decision(folder, ["title_told"])


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reinstall Southbound"):
        read_decision(tmp_path, FEATURES)
