"""A digest as one HTML file that needs nothing else: no script, no font, no image from anywhere."""

from __future__ import annotations

from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from southbound.chart import STYLE
from southbound.digest import brief_text, wording
from southbound.digest.chart import chart_text, chart_title, html_from_chart
from southbound.digest.content import DigestContent
from southbound.digest.legend import (
    change_heading,
    counts_text,
    legend_lines,
    week_heading,
    week_legend_lines,
    window_text,
)
from southbound.digest.week_content import WeekContent

_FILTERS: Final = (
    wording.count_text,
    wording.day_text,
    wording.instant_text,
    wording.listed_text,
    wording.long_day_text,
    wording.money_text,
    wording.number_text,
    wording.percent_text,
    wording.points_text,
    wording.ratio_text,
    wording.standing_text,
    wording.time_text,
    wording.tone_mark,
    wording.tone_word,
    brief_text.publishers_text,
    brief_text.rank_text,
    brief_text.reasons_text,
    brief_text.watched_text,
)


def html_from_digest(content: DigestContent, *, charts: bool = True) -> str:
    """Write a digest as an HTML page for phone, desktop, print and mail, light and dark.

    Without charts it is half as large; mail programs show no SVG, and cut what is over 100 KB.
    """
    changes = content.brief.changes
    return _template("digest.html.j2").render(
        digest=content,
        changes=brief_text.change_lines(changes) if changes else (),
        chart=html_from_chart(content.chart) if charts else None,
        chart_style=Markup(STYLE),  # noqa: S704 - our own style sheet
        chart_title=chart_title(content.chart),
        chart_text=chart_text(content.chart),
        window=window_text(content),
        counts=counts_text(content.counts),
        change_heading=change_heading(content),
        legend=legend_lines(content),
    )


def html_from_week(content: WeekContent, *, charts: bool = True) -> str:
    """Write a week's digest as such a page."""
    heading = week_heading(content)
    return _template("week.html.j2").render(
        digest=content,
        title=f"Southbound digest, {heading}",
        heading=heading,
        chart=html_from_chart(content.chart) if charts else None,
        chart_style=Markup(STYLE),  # noqa: S704 - our own style sheet
        chart_title=chart_title(content.chart),
        chart_text=chart_text(content.chart),
        window=window_text(content),
        counts=counts_text(content.counts),
        legend=week_legend_lines(content),
    )


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("southbound.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    return environment.get_template(name)
