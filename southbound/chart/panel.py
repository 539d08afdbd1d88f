"""What a plot is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a panel; `name` is "" where the panel's title says it."""

    values: Values
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One plot over places such as sessions, lags or horizons.

    Attributes:
        title: what it shows.
        lines: its lines, or its one row of bars; each has a value a place.
        description: what is to be seen, for readers who do not see it.
        kind: of its marks.
        write: writes a value.
        from_zero: whether its axis begins at zero; bars always do.
        top: what the axis reaches at least.
        bands: an interval a place, drawn over its bar; empty for none.
        level: a value to mark across the plot.
    """

    title: str
    lines: tuple[Line, ...]
    description: str = ""
    kind: Literal["line", "bars"] = "line"
    write: Callable[[float], str] = str
    from_zero: bool = True
    top: float | None = None
    bands: Sequence[tuple[float, float] | None] = ()
    level: float | None = None

    @property
    def told(self) -> list[float]:
        """All values of the lines that are known."""
        return [value for line in self.lines for value in line.values if value is not None]

    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest value that its axis must hold, never the same."""
        ends = [*self.told, *(end for band in self.bands if band for end in band)]
        if not ends:
            return 0.0, 1.0
        ends += [0.0] if self.from_zero or self.kind == "bars" else []
        ends += [value for value in (self.top, self.level) if value is not None]
        low, high = min(ends), max(ends)
        return (low, high) if high > low else (low, low + 1.0)
