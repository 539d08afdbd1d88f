"""One chart: shares of the leading themes over southbound net flow."""

from __future__ import annotations

from functools import partial
from typing import Final

from markupsafe import Markup

from southbound.chart import Line, Panel, charts, day_axis, draw
from southbound.digest.content import ChartData, ChartLine
from southbound.digest.phrase import Phrases
from southbound.digest.wording import percent_text

#: The share axis reaches at least this far, so that near nothing looks like it.
_LEAST_TOP: Final = 0.05


def html_from_chart(chart: ChartData, say: Phrases) -> Markup | None:
    """Draw the chart in HTML that needs nothing but the charts' own style.

    Returns:
        The element, with its text alternative; None where there is neither a share nor a flow.
    """
    if not has_figures(chart):
        return None
    panels = [_share_panel(chart, say)] if chart.lines else []
    if any(net is not None for net in chart.net_flows):
        panels.append(_flow_panel(chart, say))
    return charts([draw(panel, chart.sessions) for panel in panels], day_axis(chart.sessions, say.tick))


def chart_title(chart: ChartData, say: Phrases) -> str:
    """Name the chart."""
    span = say("chart_span", n=len(chart.sessions), day=say.day(chart.sessions[-1]))
    return say("chart" if chart.lines else "chart_flow", span=span)


def chart_text(chart: ChartData, say: Phrases) -> str:
    """Tell what the chart shows, for readers who do not see it."""
    return say("joint").join([*_line_texts(chart, say), _flow_text(chart, say)]) + say.words("stop")


def _flow_text(chart: ChartData, say: Phrases) -> str:
    flows = [(net, day) for day, net in zip(chart.sessions, chart.net_flows, strict=True) if net is not None]
    if not flows:
        return say("chart_no_flow")
    high, day = max(flows)
    return say(
        "chart_flow_text",
        buying=sum(net > 0 for net, _ in flows),
        n=len(flows),
        total=say.money(sum(net for net, _ in flows), signed=True),
        high=say.money(high, signed=True),
        day=say.day(day),
    )


def _line_texts(chart: ChartData, say: Phrases) -> list[str]:
    return [_line_text(line, say) for line in chart.lines if any(share is not None for share in line.shares)]


def _line_text(line: ChartLine, say: Phrases) -> str:
    told = [share for share in line.shares if share is not None]
    last = line.shares[-1]
    return say(
        "chart_line",
        name=line.name,
        now="" if last is None else say("chart_now", share=percent_text(last)),
        low=percent_text(min(told)),
        high=percent_text(max(told)),
    )


def has_figures(chart: ChartData) -> bool:
    """Say whether there is anything to draw: a share or a flow."""
    return any(
        value is not None
        for values in (chart.net_flows, *(line.shares for line in chart.lines))
        for value in values
    )


def _share_panel(chart: ChartData, say: Phrases) -> Panel:
    lines = tuple(Line(values=line.shares, name=line.name) for line in chart.lines)
    description = say("joint").join(_line_texts(chart, say))
    title = say("chart_share")
    return Panel(title=title, lines=lines, description=description, write=percent_text, top=_LEAST_TOP)


def _flow_panel(chart: ChartData, say: Phrases) -> Panel:
    return Panel(
        title=say.words("flow"),
        lines=(Line(values=chart.net_flows),),
        description=_flow_text(chart, say),
        kind="bars",
        write=partial(say.money, signed=True),
    )
