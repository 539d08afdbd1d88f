"""Floors of scores, written with the weights."""

from __future__ import annotations

from nlp.training.finish import raised


def test_a_floor_is_raised_and_never_lowered() -> None:
    before = {"all": {"micro_f1": 0.83, "tone_accuracy": 0.76}}
    now = {
        "all": {"micro_f1": 0.84, "tone_accuracy": 0.75, "scope_accuracy": 0.9},
        "wires": {"micro_f1": 0.8},
    }
    assert raised(now, before) == {
        "all": {"micro_f1": 0.84, "tone_accuracy": 0.76, "scope_accuracy": 0.9},
        "wires": {"micro_f1": 0.8},
    }
