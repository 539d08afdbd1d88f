"""Today: a session's themes, stories, market and alerts."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request, Response
from markupsafe import Markup

from southbound.chart import Line
from southbound.desk.today import CHART_SESSIONS, ThemeRow, Today, build_today, frame_of_themes
from southbound.web.pages import names
from southbound.web.pages.chart import panel, session_charts
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.view import View
from southbound.web.wording import Wording

router = page_router()
_ORDERS = ("share", "change")


@router.get("/")
def show_today(request: Request) -> Response:
    """Show a session; without one, the present."""
    view = View(request=request)
    order = view.choice("by", _ORDERS, "share")
    with view.store() as store:
        session = view.session(store)
        own = names.theme_names(store, view.words.language)
        english = names.theme_names(store, "en")
        last = store.entities.known_from(as_of=view.as_of)
        if session is None or last is None:
            return show(view, "empty")
        today = view.memory.recall(
            view.mark,
            ("today", session, view.as_of),
            lambda: build_today(
                store,
                session=session,
                settings=view.settings,
                theme_names=english,
                catalogue=names.catalogue(view.settings),
                as_of=view.as_of,
            ),
        )
    table = download(view, lambda: frame_of_themes(today), name=f"themes-{session}")
    if table is not None:
        return table
    return show(
        view,
        "today",
        today=replace(today, themes=_ordered(today.themes, order)),
        order=order,
        chart=chart_of(today, view, own),
        names=own,
        entities=names.catalogue(view.settings),
        entity_name=names.entity_name,
        stale=last[1] if not today.counts.n_articles and last[1] < today.window.start else None,
        least=view.settings.series.min_articles,
        baseline=view.settings.digest.baseline_sessions,
    )


def chart_of(today: Today, view: View, theme_names: dict[str, str]) -> Markup:
    """Draw the leading themes over southbound flow."""
    words, chart = view.words, today.chart
    wording = Wording(words=words)
    lines = [Line(values=line.shares, name=theme_names.get(line.theme, line.name)) for line in chart.lines]
    panels = [panel(words, words("share_long"), *lines, write=wording.filters["percent"])] if lines else []
    flows = Line(values=chart.net_flows)
    panels.append(panel(words, words("flow"), flows, write=wording.money, kind="bars"))
    sessions = chart.sessions[-CHART_SESSIONS:]
    return session_charts(view, panels, sessions, link=lambda day: view.url("/", session=day), is_narrow=True)


def _ordered(rows: tuple[ThemeRow, ...], order: str) -> tuple[ThemeRow, ...]:
    if order == "share":
        return rows
    return tuple(sorted(rows, key=lambda row: -abs(row.line.change or 0.0)))
