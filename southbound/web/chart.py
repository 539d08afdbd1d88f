"""Charts as light SVG: the plot takes any width, its letters are the page's, its colours the style sheet's.

A digest's chart is drawn to be mailed. These are drawn for a page: they take milliseconds where that one
takes a third of a second, follow the reader's colours, and each session is a link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

_STEP = 10
_HEIGHT = 100
_N_TICKS = 4

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a panel; `name` is "" where the panel's title says it."""

    values: Values
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One plot over the sessions.

    Attributes:
        title: what it shows.
        lines: its lines, or its one row of bars.
        kind: of its marks.
        write: writes a value.
        from_zero: whether its axis begins at zero; bars always do.
    """

    title: str
    lines: tuple[Line, ...]
    kind: Literal["line", "bars"] = "line"
    write: Callable[[float], str] = str
    from_zero: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDrawing:
    """A panel ready for its template: its plot as SVG, and what is written around it."""

    title: str
    plot: Markup
    high: str
    low: str
    legend: tuple[tuple[str, str], ...]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tellings:
    """The words of a chart: its label with {title}, {low}, {high} and {last}, and that of an empty one."""

    label: Callable[..., str]
    empty: Callable[..., str]


def draw(
    panel: Panel,
    sessions: Sequence[date],
    *,
    tellings: Tellings,
    link: Callable[[date], str] | None = None,
    chosen: date | None = None,
) -> PanelDrawing:
    """Draw a panel.

    Args:
        panel: what to draw; each line has a value a session.
        sessions: of the axis.
        tellings: words of its text alternative.
        link: makes the address that a session leads to; None for no links.
        chosen: session to mark.
    """
    told = [value for line in panel.lines for value in line.values if value is not None]
    low, high = _bounds(told, panel)
    width = max(1, len(sessions)) * _STEP
    label = _label(panel, told, tellings)
    marks = [_rule(sessions, chosen), _zero(low, high, width)]
    draw_line = _bars if panel.kind == "bars" else _path
    marks += [draw_line(line.values, low, high, place) for place, line in enumerate(panel.lines)]
    plot = Markup(
        '<svg class="plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(width, _HEIGHT, label, Markup("").join(marks))
    if link is not None:
        plot += _links(sessions, panel, link)
    return PanelDrawing(
        title=panel.title,
        plot=plot,
        high=panel.write(high) if told else "",
        low=panel.write(low) if told else "",
        legend=tuple((f"line-{place}", line.name) for place, line in enumerate(panel.lines) if line.name),
        label=label,
    )


def sparkline(values: Values) -> Markup:
    """Draw a row of shares as a small line for a table's cell, hidden from those who hear the table."""
    told = [value for value in values if value is not None]
    if not told:
        return Markup("")
    high = max(told) or 1.0
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(len(values) * _STEP, _HEIGHT, _path(values, 0.0, high, 0))


def ticks(sessions: Sequence[date]) -> list[date]:
    """Return the sessions that stand under an axis, evenly spaced, the first and the last among them."""
    last = len(sessions) - 1
    count = min(_N_TICKS, len(sessions))
    if count < 2:  # noqa: PLR2004 - a single session has no spacing
        return list(sessions)
    return [sessions[round(place * last / (count - 1))] for place in range(count)]


def _bounds(told: Sequence[float], panel: Panel) -> tuple[float, float]:
    if not told:
        return 0.0, 1.0
    zero = [0.0] if panel.from_zero or panel.kind == "bars" else []
    low, high = min([*told, *zero]), max([*told, *zero])
    return (low, high) if high > low else (low, low + 1.0)


def _label(panel: Panel, told: Sequence[float], tellings: Tellings) -> str:
    if not told:
        return tellings.empty(title=panel.title)
    first = [value for value in panel.lines[0].values if value is not None] or told
    return tellings.label(
        title=panel.title,
        low=panel.write(min(told)),
        high=panel.write(max(told)),
        last=panel.write(first[-1]),
    )


def _y(value: float, low: float, high: float) -> str:
    # A margin at both ends keeps a stroke's whole width inside.
    return f"{2 + (_HEIGHT - 4) * (1 - (value - low) / (high - low)):.1f}"


def _path(values: Values, low: float, high: float, place: int) -> Markup:
    """Draw a line with a gap where nothing is told; a value on its own is a dot."""
    steps, pen = [], "M"
    for position, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = position * _STEP + _STEP // 2
        steps.append(f"{pen}{x} {_y(value, low, high)}" + ("h.01" if pen == "M" else ""))
        pen = "L"
    return Markup('<path class="line line-{}" d="{}"/>').format(place, "".join(steps))


def _bars(values: Values, low: float, high: float, _place: int) -> Markup:
    zero = float(_y(0.0, low, high))
    above: list[str] = []
    below: list[str] = []
    for position, value in enumerate(values):
        if value:
            x = position * _STEP + 1
            step = f"M{x} {zero}V{_y(value, low, high)}h{_STEP - 2}V{zero}z"
            (above if value > 0 else below).append(step)
    shape = Markup('<path class="bar-{}" d="{}"/>')
    return shape.format("in", "".join(above)) + shape.format("out", "".join(below))


def _zero(low: float, high: float, width: int) -> Markup:
    if not low <= 0 <= high:
        return Markup("")
    y = _y(0.0, low, high)
    return Markup('<path class="zero" d="M0 {}H{}"/>').format(y, width)


def _rule(sessions: Sequence[date], chosen: date | None) -> Markup:
    if chosen is None or chosen not in sessions:
        return Markup("")
    x = sessions.index(chosen) * _STEP
    return Markup('<rect class="chosen" x="{}" y="0" width="{}" height="{}"/>').format(x, _STEP, _HEIGHT)


def _links(sessions: Sequence[date], panel: Panel, link: Callable[[date], str]) -> Markup:
    """Lay a link over each session; they are for pointers, and the table of sessions has them for all."""
    hits = []
    for place, session in enumerate(sessions):
        values = [line.values[place] for line in panel.lines]
        told = ", ".join("–" if value is None else panel.write(value) for value in values)
        hits.append(
            Markup(
                '<a href="{}" tabindex="-1" data-tell="{}"><title>{}</title>'
                '<rect x="{}" y="0" width="{}" height="{}"/></a>'
            ).format(link(session), f"{session}  {told}", f"{session}: {told}", place * _STEP, _STEP, _HEIGHT)
        )
    return Markup(
        '<svg class="hits" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(len(sessions) * _STEP, _HEIGHT, Markup("").join(hits))


def inline(svg: str | None) -> Markup:
    """Take over a chart that was drawn elsewhere by this project, without the inline style it brings."""
    return Markup(svg.replace(' style="height:auto"', "")) if svg else Markup("")  # noqa: S704 - our own drawing
