"""Alert rules: a condition on figures, in words, such as "ai zscore > 2 and 5-day net flow > 30 bn".

Clauses are joined by `and` and `or` (`and` binds closer). A clause compares one figure with one number:

    THEME MEASURE > NUMBER              ai zscore > 2
    [N-day] net flow > NUMBER [unit]    5-day net flow > 30 bn      (HKD; bn, mn; without a unit million)
    ASSET [N-day] return < NUMBER%      INDEX:HSI 5-day return < -5%
    THEME shift is up                   ai shift is up              (a level shift found in the session)

A figure that is not known makes its clause unknown, neither true nor false; so does a rule that hangs on it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from signals.error import InputError

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_UNITS: Final = {"": 1.0, "mn": 1.0, "million": 1.0, "bn": 1000.0, "billion": 1000.0}
_NUMBER = r"(?P<number>[+-]?\d+(?:\.\d+)?)"
_COMPARISON = rf"(?P<op>>=|<=|>|<)\s*{_NUMBER}"
_DAYS = r"(?:(?P<days>\d+)-day\s+)?"
MEASURES: Final = ("intensity", "share", "volume", "zscore", "tone")
_THEME = re.compile(rf"(?P<theme>[a-z][a-z0-9_]*)\s+(?P<measure>{'|'.join(MEASURES)})\s*{_COMPARISON}")
_SHIFT = re.compile(r"(?P<theme>[a-z][a-z0-9_]*)\s+shift\s+is\s+(?P<direction>up|down)")
_FLOW = re.compile(rf"{_DAYS}net\s+flow\s*{_COMPARISON}\s*(?P<unit>bn|mn|billion|million|)")
_RETURN = re.compile(rf"(?P<asset>[A-Z]+:[A-Z0-9]+)\s+{_DAYS}return\s*{_COMPARISON}\s*%")
_FORMS: Final = "ai zscore > 2; 5-day net flow > 30 bn; INDEX:HSI 5-day return < -5%; ai shift is up"


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """A figure that rules ask for.

    Attributes:
        kind: "theme", "shift", "flow" or "return".
        subject: theme or asset id; "southbound" for flows.
        measure: of a theme; "" for others.
        days: sessions summed or compounded.
    """

    kind: str
    subject: str
    measure: str = ""
    days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One comparison; `limit` in the figure's own unit (HKD million, fraction, 1 or -1 for a shift)."""

    text: str
    figure: Figure
    op: str
    limit: float

    def holds(self, figures: Mapping[Figure, float | None]) -> bool | None:
        """Say whether it holds; None where the figure is not known."""
        value = figures.get(self.figure)
        return None if value is None else _COMPARE[self.op](value, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named condition: it holds where all clauses of one of its alternatives hold."""

    name: str
    text: str
    alternatives: tuple[tuple[Clause, ...], ...]

    @property
    def figures(self) -> frozenset[Figure]:
        """What it must be told."""
        return frozenset(clause.figure for clauses in self.alternatives for clause in clauses)

    def holds(self, figures: Mapping[Figure, float | None]) -> bool | None:
        """Say whether it holds; None where that hangs on a figure that is not known (Kleene's logic)."""
        return _any(_all(clause.holds(figures) for clause in clauses) for clauses in self.alternatives)


def parse_rule(name: str, text: str) -> Rule:
    """Read a rule.

    Raises:
        InputError: a clause is none of the forms; it is named, with examples.
    """
    alternatives = tuple(
        tuple(_parse_clause(name, clause) for clause in re.split(r"\s+and\s+", part))
        for part in re.split(r"\s+or\s+", text.strip())
    )
    return Rule(name=name, text=" ".join(text.split()), alternatives=alternatives)


def _parse_clause(name: str, text: str) -> Clause:
    plain = " ".join(text.split())
    for pattern, read in ((_THEME, _theme), (_SHIFT, _shift), (_FLOW, _flow), (_RETURN, _return)):
        found = pattern.fullmatch(plain)
        if found is not None:
            figure, op, limit = read(found)
            return Clause(text=plain, figure=figure, op=op, limit=limit)
    raise InputError(f"rule '{name}': '{plain}' is no condition; write one like {_FORMS}")


def _theme(found: re.Match[str]) -> tuple[Figure, str, float]:
    return Figure("theme", found["theme"], found["measure"]), found["op"], float(found["number"])


def _shift(found: re.Match[str]) -> tuple[Figure, str, float]:
    is_up = found["direction"] == "up"
    return Figure("shift", found["theme"]), ">=" if is_up else "<=", 1.0 if is_up else -1.0


def _flow(found: re.Match[str]) -> tuple[Figure, str, float]:
    limit = float(found["number"]) * _UNITS[found["unit"]]
    return Figure("flow", "southbound", days=_days(found)), found["op"], limit


def _return(found: re.Match[str]) -> tuple[Figure, str, float]:
    return Figure("return", found["asset"], days=_days(found)), found["op"], float(found["number"]) / 100


def _days(found: re.Match[str]) -> int:
    days = int(found["days"] or 1)
    if days < 1:
        raise InputError(f"'{found.group()}' sums no sessions; write 1-day or more")
    return days


def _all(parts: Iterable[bool | None]) -> bool | None:
    told = list(parts)
    return False if False in told else None if None in told else True


def _any(parts: Iterable[bool | None]) -> bool | None:
    told = list(parts)
    return True if True in told else None if None in told else False
