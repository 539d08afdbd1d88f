"""The desk's charts: panels in the reader's language over sessions, each a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from markupsafe import Markup

from southbound.chart import Line, Panel, charts, day_axis, draw
from southbound.web.pages.view import View
from southbound.web.wording import Wording
from southbound.web.words import Words


def panel(
    words: Words,
    title: str,
    *lines: Line,
    write: Callable[[float], str],
    kind: Literal["line", "bars"] = "line",
    from_zero: bool = True,
    level: float | None = None,
) -> Panel:
    """Make a panel that says in words from where to where it goes, and where its first line ends.

    Args:
        words: of the reader's language.
        title: what it shows.
        lines: its lines, or its one row of bars.
        write: writes a value.
        kind: of its marks.
        from_zero: whether its axis begins at zero.
        level: a value to mark across the plot, where anything is known.
    """
    bare = Panel(title=title, lines=lines, kind=kind, write=write, from_zero=from_zero)
    told = bare.told
    last = [value for value in lines[0].values if value is not None] or told
    description = (
        words("chart_label", low=write(min(told)), high=write(max(told)), last=write(last[-1]))
        if told
        else words("chart_none")
    )
    shown = title if told else f"{title}{words('chart_bare')}"
    return replace(bare, title=shown, description=description, level=level if told else None)


def session_charts(
    view: View,
    panels: Sequence[Panel],
    sessions: Sequence[date],
    *,
    link: Callable[[date], str],
    chosen: date | None = None,
    is_narrow: bool = False,
) -> Markup:
    """Draw panels over sessions.

    Args:
        view: of the page.
        panels: each with a value a session.
        sessions: of the axis.
        link: makes the address that a session leads to.
        chosen: session to mark.
        is_narrow: whether the figure stands in a side column.
    """
    wording = Wording(words=view.words)
    return charts(
        [draw(one, sessions, link=link, name=wording.day, chosen=chosen) for one in panels],
        day_axis(sessions, lambda day: wording.tick(day, sessions, is_short=is_narrow)),
        has_readout=True,
    )
