"""Theme: intensity beside flow and index, drivers of a day, what comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fastapi import Request, Response
from markupsafe import Markup

from southbound.chart import Line, Panel
from southbound.desk.session import Span
from southbound.desk.theme import Point, ThemePage, build_theme, theme_frame
from southbound.language.naming import definition_of
from southbound.settings import read_themes
from southbound.web.pages import names
from southbound.web.pages.chart import panel, session_charts
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.told import told_of
from southbound.web.pages.view import View, place
from southbound.web.wording import Wording
from southbound.web.words import Words

router = page_router()
_MONTH = timedelta(days=30)
_PRESETS = (1, 3, 6, 12)
#: Intensity is scaled so that this is its mean in the past.
_MEAN_INTENSITY = 100.0


@router.get("/theme/{theme}")
def show_theme(request: Request, theme: str) -> Response:
    """Show a theme over a span."""
    view = View(request=request)
    with view.store() as store:
        own = names.theme_names(store, view.words.language)
        if theme not in own:
            raise PageNotFoundError("not_theme", theme)
        span, day = view.span(store), view.day("day")
        table = download(
            view,
            lambda: theme_frame(store, theme, span=span, settings=view.settings, as_of=view.as_of),
            name=f"{theme}-{span.end}",
        )
        if table is not None:
            return table
        page = view.memory.recall(
            view.mark,
            ("theme", theme, span, day, view.as_of),
            lambda: build_theme(store, theme, span=span, settings=view.settings, day=day, as_of=view.as_of),
        )
    return show(
        view,
        "theme",
        page=page,
        told=told_of(request),
        name=own[theme],
        names=own,
        file=read_themes().get(theme),
        definition=definition_of(theme, view.words.language),
        chart=chart_of(page, view),
        presets=presets(view, span),
        entities=names.catalogue(view.settings) if view.words.is_chinese else None,
        entity_name=names.entity_name,
    )


def chart_of(page: ThemePage, view: View) -> Markup:
    """Draw intensity, flow and index under each other."""
    words, points = view.words, page.points
    wording = Wording(words=words)
    number = wording.filters["number"]
    flow = Line(values=[point.net_flow for point in points])
    index = Line(values=[point.close for point in points])
    return session_charts(
        view,
        [
            _strength(page.points, words),
            panel(words, words("flow"), flow, write=wording.money, kind="bars"),
            panel(words, words("index"), index, write=number, from_zero=False),
        ],
        [point.session for point in points],
        link=lambda day: day_url(view, page, day),
        chosen=page.drivers.session if page.drivers else None,
    )


def _strength(points: Sequence[Point], words: Words) -> Panel:
    """Show a theme's intensity; its share where the past is too short to scale by."""
    filters = Wording(words=words).filters
    intensity = Line(values=[point.intensity for point in points])
    if any(value is not None for value in intensity.values):
        write, level = filters["number"], _MEAN_INTENSITY
        return panel(words, words("intensity_long"), intensity, write=write, level=level)
    share = Line(values=[point.share for point in points])
    return panel(words, words("share_long"), share, write=filters["percent"])


def day_url(view: View, page: ThemePage, day: date) -> str:
    """Return the address of a theme with a day's drivers, over the same span."""
    path = place("theme", page.theme)
    return view.url(path, start=page.span.start, end=page.span.end, day=day) + "#drivers"


def presets(view: View, span: Span) -> list[tuple[str, str, bool]]:
    """Return the spans offered, each with its label, its address and whether it is the one shown."""
    found = []
    for months in _PRESETS:
        start = span.end - months * _MONTH
        url = view.here(start=start, end=span.end, format=None)
        found.append((view.words(f"months_{months}"), url, start == span.start))
    return found
