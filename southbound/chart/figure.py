"""Plots with what is written around them: titles, legends, ends of the axes, days below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from southbound.chart.plot import PanelDrawing

#: The style sheet of all charts.
STYLE: Final = (files("southbound.chart") / "chart.css").read_text(encoding="utf-8")
_N_TICKS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What is written below plots that stand under each other.

    Attributes:
        labels: from the first place to the last, evenly spaced.
        is_each: whether there is one for each place, to stand below its middle.
        title: what the labels count; "" where they say it themselves.
    """

    labels: tuple[str, ...]
    is_each: bool = False
    title: str = ""


def day_axis(sessions: Sequence[date], write: Callable[[date], str]) -> Axis:
    """Return an axis with a few of the sessions, the first and the last among them."""
    last, count = len(sessions) - 1, min(_N_TICKS, len(sessions))
    if count < 2:  # noqa: PLR2004 - a single session has no spacing
        return Axis(labels=tuple(map(write, sessions)))
    places = (round(place * last / (count - 1)) for place in range(count))
    return Axis(labels=tuple(write(sessions[place]) for place in places))


def charts(panels: Sequence[PanelDrawing], axis: Axis, *, has_readout: bool = False) -> Markup:
    """Set panels under each other over one axis.

    Args:
        panels: drawn over the same places.
        axis: of those places.
        has_readout: whether to leave a line where a script writes the value under the pointer.
    """
    readout = Markup('<p class="readout" data-readout="" aria-hidden="true"></p>\n') if has_readout else ""
    return Markup('<div class="charts">\n{}{}{}</div>').format(
        Markup("").join(map(_figure, panels)), _axis(axis), readout
    )


def _figure(panel: PanelDrawing) -> Markup:
    keys = Markup("").join(
        Markup(' <span class="key {}">{}</span>').format(name, label) for name, label in panel.legend
    )
    return Markup(
        "<figure>\n<figcaption>{}{}</figcaption>\n"
        '<div class="frame"><div class="area">{}</div>'
        '<p class="ends"><span>{}</span><span>{}</span></p></div>\n</figure>\n'
    ).format(panel.title, keys, panel.plot, panel.high, panel.low)


def _axis(axis: Axis) -> Markup:
    labels = Markup("").join(Markup("<span>{}</span>").format(label) for label in axis.labels)
    kind = "days each" if axis.is_each else "days"
    return Markup(
        '<p class="ticks" aria-hidden="true"><span class="{}">{}</span><span>{}</span></p>\n'
    ).format(kind, labels, axis.title)
