"""Rules in words, read and held against figures; what is unknown stays unknown."""

from __future__ import annotations

import pytest

from signals.error import InputError
from signals.rule import Figure, parse_rule

ZSCORE = Figure("theme", "ai", "zscore")
FLOW = Figure("flow", "southbound", days=5)
RETURN = Figure("return", "INDEX:HSI")


def test_the_rule_of_the_handbook() -> None:
    rule = parse_rule("frenzy", "ai zscore > 2 and 5-day net flow > 30 bn")
    assert rule.figures == {ZSCORE, FLOW}
    assert rule.holds({ZSCORE: 2.5, FLOW: 30_001.0}) is True
    assert rule.holds({ZSCORE: 2.5, FLOW: 30_000.0}) is False


def test_or_binds_looser_than_and() -> None:
    rule = parse_rule("r", "ai zscore > 2 and 5-day net flow > 30 bn or INDEX:HSI return < -5%")
    assert rule.holds({ZSCORE: 0.0, FLOW: 0.0, RETURN: -0.06}) is True
    assert rule.holds({ZSCORE: 3.0, FLOW: 0.0, RETURN: -0.05}) is False


def test_an_unknown_figure_makes_unknown_only_what_hangs_on_it() -> None:
    both = parse_rule("r", "ai zscore > 2 and 5-day net flow > 30 bn")
    assert both.holds({ZSCORE: 3.0, FLOW: None}) is None
    assert both.holds({ZSCORE: 1.0, FLOW: None}) is False
    either = parse_rule("r", "ai zscore > 2 or 5-day net flow > 30 bn")
    assert either.holds({ZSCORE: 3.0}) is True
    assert either.holds({ZSCORE: 1.0}) is None


@pytest.mark.parametrize(
    ("text", "figure", "limit"),
    [
        ("net flow < -500", Figure("flow", "southbound"), -500.0),
        ("20-day net flow >= 1.5 billion", Figure("flow", "southbound", days=20), 1500.0),
        ("XHKG:9988 3-day return >= 10%", Figure("return", "XHKG:9988", days=3), 0.1),
        ("ipo shift is up", Figure("shift", "ipo"), 1.0),
        ("ipo shift is down", Figure("shift", "ipo"), -1.0),
        ("  southbound_flows   share <= 0.25 ", Figure("theme", "southbound_flows", "share"), 0.25),
    ],
)
def test_forms(text: str, figure: Figure, limit: float) -> None:
    clause = parse_rule("r", text).alternatives[0][0]
    assert clause.figure == figure
    assert clause.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    "text", ["", "ai", "ai zscore = 2", "ai fame > 2", "0-day net flow > 1", "ai zscore > 2 and"]
)
def test_what_is_no_condition_is_named(text: str) -> None:
    with pytest.raises(InputError):
        parse_rule("r", text)
