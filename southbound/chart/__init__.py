"""Charts as light SVG among HTML: the digest, an evaluation and the desk's pages draw with this one hand.

A plot takes any width; its letters are HTML and keep their size, its colours are those of `STYLE`, light
and dark. A chart takes a millisecond, needs no script, and tells what it shows to those who hear it.
"""

from __future__ import annotations

from southbound.chart.figure import STYLE, Axis, charts, day_axis
from southbound.chart.heat import heat_table
from southbound.chart.panel import Line, Panel, Values
from southbound.chart.plot import PanelDrawing, draw, sparkline

__all__ = [
    "STYLE",
    "Axis",
    "Line",
    "Panel",
    "PanelDrawing",
    "Values",
    "charts",
    "day_axis",
    "draw",
    "heat_table",
    "sparkline",
]
