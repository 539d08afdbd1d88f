"""Plots as SVG that takes any width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup, escape

from southbound.chart.panel import Panel, Values

_STEP = 10
_HEIGHT = 100
_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDrawing:
    """A panel ready to stand in a figure: its plot as SVG, and what is written around it.

    Attributes:
        title: stands over it.
        plot: the SVG.
        high: upper end of its axis, written out; "" where nothing is known.
        low: lower end.
        legend: class and name of each line that has a name.
    """

    title: str
    plot: Markup
    high: str
    low: str
    legend: tuple[tuple[str, str], ...]


def draw(
    panel: Panel,
    places: Sequence[_Place],
    *,
    link: Callable[[_Place], str] | None = None,
    name: Callable[[_Place], str] = str,
    chosen: _Place | None = None,
) -> PanelDrawing:
    """Draw a panel.

    Args:
        panel: what to draw.
        places: of the axis.
        link: makes the address that a place leads to; None for no links.
        name: writes a place, for whoever points at it.
        chosen: place to mark.
    """
    low, high = panel.bounds()
    width = max(1, len(places)) * _STEP
    marks = [_rule(places, chosen), _zero(low, high, width)]
    draw_line = _bars if panel.kind == "bars" else _path
    marks += [draw_line(line.values, low, high, place) for place, line in enumerate(panel.lines)]
    marks += [_bands(panel, low, high), _level(panel, low, high, width)]
    plot = Markup(
        '<svg class="plot" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(width, _HEIGHT, panel.title, panel.description, Markup("").join(marks))
    if link is not None:
        plot += _links(places, panel, link, name)
    is_told = bool(panel.told)
    return PanelDrawing(
        title=panel.title,
        plot=plot,
        high=panel.write(high) if is_told else "",
        low=panel.write(low) if is_told else "",
        legend=tuple((f"line-{place}", line.name) for place, line in enumerate(panel.lines) if line.name),
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


def _y(value: float, low: float, high: float) -> str:
    # A margin at both ends keeps a stroke's whole width inside.
    return f"{2 + (_HEIGHT - 4) * (1 - (value - low) / (high - low)):.1f}"


def _middle(position: int) -> int:
    return position * _STEP + _STEP // 2


def _path(values: Values, low: float, high: float, place: int) -> Markup:
    """Draw a line with a gap where nothing is told; a value on its own is a dot."""
    steps, pen = [], "M"
    for position, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        steps.append(f"{pen}{_middle(position)} {_y(value, low, high)}" + ("h.01" if pen == "M" else ""))
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


def _bands(panel: Panel, low: float, high: float) -> Markup:
    """Draw an interval as a stroke with ends across it."""
    steps = []
    for position, band in enumerate(panel.bands):
        if band:
            bottom, top = (_y(end, low, high) for end in band)
            x = _middle(position)
            steps.append(f"M{x} {top}V{bottom}M{x - 1.5} {top}h3M{x - 1.5} {bottom}h3")
    return Markup('<path class="band" d="{}"/>').format("".join(steps)) if steps else Markup("")


def _level(panel: Panel, low: float, high: float, width: int) -> Markup:
    if panel.level is None:
        return Markup("")
    return Markup('<path class="level" d="M0 {}H{}"/>').format(_y(panel.level, low, high), width)


def _zero(low: float, high: float, width: int) -> Markup:
    if not low <= 0 <= high:
        return Markup("")
    return Markup('<path class="zero" d="M0 {}H{}"/>').format(_y(0.0, low, high), width)


def _rule(places: Sequence[_Place], chosen: _Place | None) -> Markup:
    if chosen is None or chosen not in places:
        return Markup("")
    x = places.index(chosen) * _STEP
    return Markup('<rect class="chosen" x="{}" y="0" width="{}" height="{}"/>').format(x, _STEP, _HEIGHT)


def _told(panel: Panel, position: int) -> str:
    """Say what a panel has at a place: each line by its name, else by the panel's title."""
    values = ((line.name or panel.title, line.values[position]) for line in panel.lines)
    return ", ".join(f"{title}: {'–' if value is None else panel.write(value)}" for title, value in values)


def _links(
    places: Sequence[_Place], panel: Panel, link: Callable[[_Place], str], name: Callable[[_Place], str]
) -> Markup:
    """Lay a link over each place; they are for pointers, and the table of sessions has them for all."""
    hits = []
    for position, place in enumerate(places):
        called, told = escape(name(place)), escape(_told(panel, position))
        hits.append(
            f'<a href="{escape(link(place))}" tabindex="-1" data-place="{called}" data-tell="{told}">'
            f"<title>{called}: {told}</title>"
            f'<rect x="{position * _STEP}" y="0" width="{_STEP}" height="{_HEIGHT}"/></a>'
        )
    inside = Markup("".join(hits))  # noqa: S704 - every part is escaped; formatting markup is ten times slower
    return Markup(
        '<svg class="hits" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(len(places) * _STEP, _HEIGHT, inside)
