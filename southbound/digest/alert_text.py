"""Alert rules and the figures that they rest on, in the language of a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from signals.rule import MEASURES, Clause, Figure, parse_rule
from southbound.digest.phrase import Phrases
from southbound.digest.wording import percent_text
from southbound.language.figure import MINUS, han_figures, han_money

#: A figure as an alert's line has it: "ai zscore 2.41", "5-day net flow HK$31.2 bn", "ai shift up".
_THEME: Final = re.compile(rf"([a-z][a-z0-9_]*) ({'|'.join(MEASURES)}) (.+)")
_SHIFT: Final = re.compile(r"([a-z][a-z0-9_]*) shift (up|down|none)")
_FLOW: Final = re.compile(r"(?:(\d+)-day )?net flow (.+)")
_RETURN: Final = re.compile(r"(\S+) (?:(\d+)-day )?return (.+)")
_SIGNS: Final = {">": ">", "<": "<", ">=": "≥", "<=": "≤"}


def figures_in(figures: str, say: Phrases, themes: Mapping[str, str]) -> str:
    """Put the figures of an alert over, as `southbound.pipeline.alert` says them in English.

    Args:
        figures: parted by semicolons.
        say: writes in the reader's language.
        themes: theme id -> name.
    """
    if say.language == "en":
        return figures
    return say("joint").join(_figure(one, say, themes) for one in figures.split("; "))


def _figure(text: str, say: Phrases, themes: Mapping[str, str]) -> str:
    words = say.words
    if found := _SHIFT.fullmatch(text):
        return words(f"alert_shift_{found[2]}", theme=themes.get(found[1], found[1]))
    if found := _THEME.fullmatch(text):
        measure = words(f"measure_{found[2]}")
        return words(
            "alert_theme", theme=themes.get(found[1], found[1]), measure=measure, value=_value(found[3], say)
        )
    if found := _FLOW.fullmatch(text):
        return words("alert_flow", days=_days(found[1], say), value=_value(found[2], say))
    if found := _RETURN.fullmatch(text):
        return words("alert_return", asset=found[1], days=_days(found[2], say), value=_value(found[3], say))
    return text


def _days(days: str | None, say: Phrases) -> str:
    return say.words("alert_days", n=days) if days and days != "1" else ""


def _value(text: str, say: Phrases) -> str:
    return say.words("alert_unknown") if text == "not known" else say.own(han_figures(text))


def condition_in(condition: str, say: Phrases, themes: Mapping[str, str]) -> str:
    """Put an alert's condition over, as the rule has it: "ai zscore > 2 and ai shift is up"."""
    if say.language == "en":
        return condition
    alternatives = parse_rule("", condition).alternatives
    return say.words("alert_or").join(
        say.words("alert_and").join(_clause(clause, say, themes) for clause in clauses)
        for clauses in alternatives
    )


def _clause(clause: Clause, say: Phrases, themes: Mapping[str, str]) -> str:
    figure, words = clause.figure, say.words
    theme = themes.get(figure.subject, figure.subject)
    if figure.kind == "shift":
        return words(
            f"alert_shift_{'up' if clause.limit > 0 else 'down'}",
            theme=theme,
        )
    value = f"{_SIGNS[clause.op]} {_limit(figure, clause.limit, say)}"
    days = _days(str(figure.days), say)
    if figure.kind == "flow":
        return words("alert_flow", days=days, value=value)
    if figure.kind == "return":
        return words("alert_return", asset=figure.subject, days=days, value=value)
    measure = words(f"measure_{figure.measure}")
    return words("alert_theme", theme=theme, measure=measure, value=value)


def _limit(figure: Figure, limit: float, say: Phrases) -> str:
    if figure.kind == "flow":
        return say.own(han_money(limit, digits=0))
    return percent_text(limit) if figure.kind == "return" else f"{limit:g}".replace("-", MINUS)
