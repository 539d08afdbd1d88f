"""One chart: shares of the leading themes over southbound net flow."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from markupsafe import Markup

from southbound.chart import Line, Panel, charts, day_axis, draw
from southbound.digest.content import ChartData, ChartLine
from southbound.digest.wording import day_text, money_text, percent_text

#: The share axis reaches at least this far, so that near nothing looks like it.
_LEAST_TOP: Final = 0.05


def html_from_chart(chart: ChartData) -> Markup | None:
    """Draw the chart in HTML that needs nothing but the charts' own style.

    Returns:
        The element, with its text alternative; None where there is neither a share nor a flow.
    """
    if not has_figures(chart):
        return None
    panels = [_share_panel(chart)] if chart.lines else []
    if any(net is not None for net in chart.net_flows):
        panels.append(_flow_panel(chart))
    return charts([draw(panel, chart.sessions) for panel in panels], day_axis(chart.sessions, _tick))


def chart_title(chart: ChartData) -> str:
    """Name the chart."""
    span = f"{len(chart.sessions)} sessions to {day_text(chart.sessions[-1])}"
    return f"{'Leading themes and southbound' if chart.lines else 'Southbound'} flow, {span}"


def chart_text(chart: ChartData) -> str:
    """Tell what the chart shows, for readers who do not see it."""
    parts = [_line_text(line) for line in chart.lines if any(share is not None for share in line.shares)]
    return "; ".join([*parts, _flow_text(chart)]) + "."


def _flow_text(chart: ChartData) -> str:
    flows = [(net, day) for day, net in zip(chart.sessions, chart.net_flows, strict=True) if net is not None]
    if not flows:
        return "Southbound net flow: no figures"
    buying = sum(net > 0 for net, _ in flows)
    high, day = max(flows)
    total = money_text(sum(net for net, _ in flows), signed=True)
    return (
        f"Southbound: net buying in {buying} of {len(flows)} sessions, {total} in all, "
        f"highest {money_text(high, signed=True)} on {day_text(day)}"
    )


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


def _share_panel(chart: ChartData) -> Panel:
    lines = tuple(Line(values=line.shares, name=line.name) for line in chart.lines)
    told = [line for line in chart.lines if any(share is not None for share in line.shares)]
    description = "; ".join(map(_line_text, told))
    title = "Share of market news"
    return Panel(title=title, lines=lines, description=description, write=percent_text, top=_LEAST_TOP)


def _flow_panel(chart: ChartData) -> Panel:
    return Panel(
        title="Southbound net buying",
        lines=(Line(values=chart.net_flows),),
        description=_flow_text(chart),
        kind="bars",
        write=partial(money_text, signed=True),
    )


def _tick(day: date) -> str:
    return f"{day.day} {day:%b}"
