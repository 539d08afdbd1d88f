"""Averages of weights."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.training.soup import mix


def test_each_weight_is_the_weighted_mean() -> None:
    first = {"a": np.array([1.0, 2.0], np.float16), "b": np.array([[4.0]], np.float16)}
    second = {"a": np.array([5.0, -2.0], np.float16), "b": np.array([[0.0]], np.float16)}
    mixed = mix([(0.75, first), (0.25, second)])
    assert mixed["a"].tolist() == [2.0, 1.0]
    assert mixed["b"].tolist() == [[3.0]]
    assert mixed["a"].dtype == np.float16


def test_what_is_the_same_everywhere_stays_to_the_last_bit() -> None:
    frozen = np.array([-0.0, 0.1], np.float16)
    mixed = mix([(0.25, {"a": frozen}), (0.75, {"a": frozen.copy()})])
    assert mixed["a"].tobytes() == frozen.tobytes()


def test_shares_must_add_up() -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        mix([(0.5, {"a": np.zeros(1)}), (0.4, {"a": np.zeros(1)})])


def test_networks_must_match() -> None:
    with pytest.raises(ValueError, match="different shapes"):
        mix([(0.5, {"a": np.zeros(1)}), (0.5, {"b": np.zeros(1)})])
