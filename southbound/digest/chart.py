"""One chart: shares of the leading themes over southbound net flow, as SVG that needs nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from southbound.digest.content import ChartData, ChartLine
from southbound.digest.wording import day_text, money_text, percent_text
from southbound.svg import COLOURS, FONT, GRID, INK, inline_svg

if TYPE_CHECKING:
    import altair as alt

#: Width in points of the drawing; scaled to a phone its letters stay above 9 px.
_WIDTH = 400
_SHARE_HEIGHT = 150
_FLOW_HEIGHT = 90
#: The share axis reaches at least this far, so that near nothing looks like it.
_LEAST_TOP = 0.05
#: Dashes tell the lines apart without colour.
_DASHES = ([1, 0], [6, 3], [2, 2])
_BAR_IN, _BAR_OUT = "#6f8fae", "#c08a6a"
_MILLIONS_IN_BILLION = 1000


def svg_from_chart(chart: ChartData) -> str | None:
    """Draw the chart as an SVG element that takes the width and text colour of its place.

    Returns:
        The element, with its text alternative; None where there is neither a share nor a flow.
    """
    if not has_figures(chart):
        return None
    return inline_svg(_panels(chart), title=chart_title(chart), label=chart_text(chart))


def chart_title(chart: ChartData) -> str:
    """Name the chart."""
    span = f"{len(chart.sessions)} sessions to {day_text(chart.sessions[-1])}"
    return f"{'Leading themes and southbound' if chart.lines else 'Southbound'} flow, {span}"


def chart_text(chart: ChartData) -> str:
    """Tell what the chart shows, for readers who do not see it."""
    parts = [_line_text(line) for line in chart.lines if any(share is not None for share in line.shares)]
    flows = [(net, day) for day, net in zip(chart.sessions, chart.net_flows, strict=True) if net is not None]
    if not flows:
        return "; ".join([*parts, "Southbound net flow: no figures"]) + "."
    buying = sum(net > 0 for net, _ in flows)
    high, day = max(flows)
    total = money_text(sum(net for net, _ in flows), signed=True)
    parts.append(
        f"Southbound: net buying in {buying} of {len(flows)} sessions, {total} in all, "
        f"highest {money_text(high, signed=True)} on {day_text(day)}"
    )
    return "; ".join(parts) + "."


def _line_text(line: ChartLine) -> str:
    told = [share for share in line.shares if share is not None]
    now = f"now {percent_text(line.shares[-1])}, " if line.shares[-1] is not None else ""
    return f"{line.name}: {now}between {percent_text(min(told))} and {percent_text(max(told))} of market news"


def has_figures(chart: ChartData) -> bool:
    """Say whether there is anything to draw: a share or a flow."""
    return any(
        value is not None
        for values in (chart.net_flows, *(line.shares for line in chart.lines))
        for value in values
    )


def _panels(chart: ChartData) -> alt.VConcatChart:
    import altair as alt  # noqa: PLC0415 - takes a second to load; the other forms of a digest do without

    panels = [_share_panel(chart)] if chart.lines else []
    if any(net is not None for net in chart.net_flows):
        panels.append(_flow_panel(chart))
    panel: alt.VConcatChart = alt.vconcat(*panels, spacing=10).resolve_scale(
        color="independent", strokeDash="independent"
    )
    panel = panel.configure(background="transparent", padding=4).configure_view(stroke=None)
    panel = panel.configure_axis(
        labelFontSize=FONT, labelColor=INK, gridColor=GRID, domainColor=GRID, tickColor=GRID
    )
    panel = panel.configure_legend(
        labelFontSize=FONT, labelColor=INK, labelLimit=_WIDTH, symbolSize=400, symbolStrokeWidth=2
    )
    drawn: alt.VConcatChart = panel.configure_title(
        fontSize=FONT, fontWeight="bold", color=INK, anchor="start"
    )
    return drawn


def _share_panel(chart: ChartData) -> alt.Chart:
    import altair as alt  # noqa: PLC0415 - see _panels

    rows: list[dict[str, Any]] = [
        {"day": _moment(day), "theme": line.name, "share": share}
        for line in chart.lines
        for day, share in zip(chart.sessions, line.shares, strict=True)
    ]
    names = [line.name for line in chart.lines]
    legend = alt.Legend(title=None, orient="top", direction="vertical", symbolType="stroke", offset=2)
    colours = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    dashes = alt.Scale(domain=names, range=list(_DASHES[: len(names)]))
    highest = max((row["share"] or 0.0 for row in rows), default=0.0)
    heights = alt.Scale(domain=[0, max(_LEAST_TOP, highest)], nice=True)
    has_flows = any(net is not None for net in chart.net_flows)
    marks = alt.Chart(alt.InlineData(values=rows), title="Share of market news").mark_line(
        strokeWidth=2, point=alt.OverlayMarkDef(size=9)
    )
    panel: alt.Chart = marks.encode(
        x=_day_axis(chart, labels=not has_flows),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4), scale=heights),
        color=alt.Color("theme:N", sort=names, legend=legend, scale=colours),
        strokeDash=alt.StrokeDash("theme:N", sort=names, legend=legend, scale=dashes),
    )
    return panel.properties(width=_WIDTH, height=_SHARE_HEIGHT)


def _flow_panel(chart: ChartData) -> alt.Chart:
    import altair as alt  # noqa: PLC0415 - see _panels

    rows = [
        {"day": _moment(day), "net": None if net is None else net / _MILLIONS_IN_BILLION}
        for day, net in zip(chart.sessions, chart.net_flows, strict=True)
    ]
    days = (chart.sessions[-1] - chart.sessions[0]).days + 1
    title = "Southbound net buying, HK$ billion"
    marks = alt.Chart(alt.InlineData(values=rows), title=title).mark_bar(size=max(2.0, 0.7 * _WIDTH / days))
    panel: alt.Chart = marks.encode(
        x=_day_axis(chart, labels=True),
        y=alt.Y("net:Q", title=None, axis=alt.Axis(tickCount=4, format=",~f")),
        color=alt.condition("datum.net < 0", alt.value(_BAR_OUT), alt.value(_BAR_IN)),
    )
    return panel.properties(width=_WIDTH, height=_FLOW_HEIGHT)


def _day_axis(chart: ChartData, *, labels: bool) -> alt.X:
    import altair as alt  # noqa: PLC0415 - see _panels

    span = [_moment(chart.sessions[0]), _moment(chart.sessions[-1])]
    axis = alt.Axis(format="%-d %b", tickCount=6, grid=False, labels=labels, ticks=labels)
    return alt.X("day:T", title=None, scale=alt.Scale(domain=span, padding=5), axis=axis)


def _moment(day: date) -> str:
    """Write a day so that the renderer reads it in its own zone, and it stays that day."""
    return f"{day}T00:00:00"
