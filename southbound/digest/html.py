"""A digest as one HTML file that needs nothing else: no script, no font, no image from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from southbound.chart import STYLE
from southbound.digest import brief_text, wording
from southbound.digest.chart import chart_text, chart_title, html_from_chart
from southbound.digest.content import DigestContent
from southbound.digest.legend import (
    counts_text,
    legend_lines,
    week_heading,
    week_legend_lines,
    window_text,
)
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import WeekContent
from southbound.digest.week_markdown import flow_text, names_text
from southbound.language.words import Language


def html_from_digest(content: DigestContent, *, charts: bool = True) -> str:
    """Write a digest as an HTML page for phone, desktop, print and mail, light and dark.

    Without charts it is half as large; mail programs show no SVG, and cut what is over 100 KB.
    """
    changes, say = content.brief.changes, phrases_of(content.language)
    return _template("digest.html.j2", content.language).render(
        digest=content,
        changes=brief_text.change_lines(changes, say) if changes else (),
        legend=legend_lines(content, say),
        **_shared(content, say, charts=charts),
    )


def html_from_week(content: WeekContent, *, charts: bool = True) -> str:
    """Write a week's digest as such a page."""
    say = phrases_of(content.language)
    heading = week_heading(content, say)
    return _template("week.html.j2", content.language).render(
        digest=content,
        title=say("page_title", day=heading),
        heading=heading,
        legend=week_legend_lines(content, say),
        **_shared(content, say, charts=charts),
    )


def _shared(content: DigestContent | WeekContent, say: Phrases, *, charts: bool) -> dict[str, object]:
    return {
        "chart": html_from_chart(content.chart, say) if charts else None,
        "chart_style": Markup(STYLE),  # noqa: S704 - our own style sheet
        "chart_title": chart_title(content.chart, say),
        "chart_text": chart_text(content.chart, say),
        "window": window_text(content, say),
        "counts": counts_text(content.counts, say),
    }


@cache
def _template(name: str, language: Language) -> Template:
    environment = Environment(
        loader=PackageLoader("southbound.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    say = phrases_of(language)
    environment.globals["say"] = say
    environment.filters.update(_filters(say))
    return environment.get_template(name)


def _filters(say: Phrases) -> Mapping[str, Callable[..., str]]:
    return {
        "counted": lambda n, key: say.count(key, n),
        "day_text": say.day,
        "flow_text": partial(flow_text, say=say),
        "instant_text": say.instant,
        "listed_text": say.listed,
        "long_day_text": say.long_day,
        "marked_up": _marked_up,
        "money_text": say.money,
        "names_text": partial(names_text, say=say),
        "number_text": wording.number_text,
        "percent_text": wording.percent_text,
        "points_text": say.points,
        "publishers_text": partial(brief_text.publishers_text, say=say),
        "quarter_text": say.quarter,
        "rank_text": say.rank,
        "ratio_text": say.ratio,
        "reasons_text": partial(brief_text.reasons_text, say=say),
        "standing_text": say.standing,
        "time_text": say.time,
        "tone_mark": wording.tone_mark,
        "tone_word": say.tone_word,
        "watched_text": partial(brief_text.watched_text, say=say),
        "weekday_text": say.weekday,
    }


def _marked_up(text: str) -> Markup:
    """Take a text of ours as HTML: a heading with a break in it."""
    return Markup(text)  # noqa: S704 - our own words
