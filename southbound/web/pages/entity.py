"""Entity: coverage, themes, tone, price, what stands beside it."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response
from markupsafe import Markup

from ingest.asset import currency_from_asset_id
from nlp.entities.catalogue import Entity
from southbound.chart import Line
from southbound.desk.entity import EntityPage, build_entity, entity_frame
from southbound.language.naming import chinese_aliases
from southbound.language.words import Language
from southbound.web.pages import names
from southbound.web.pages.chart import panel, session_charts
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.theme import presets
from southbound.web.pages.told import told_of
from southbound.web.pages.view import View
from southbound.web.wording import Wording

router = page_router()
_N_ALIASES = 8


@router.get("/entity/{entity_id:path}")
def show_entity(request: Request, entity_id: str) -> Response:
    """Show an entity over a span."""
    view = View(request=request)
    entities = names.catalogue(view.settings)
    asset = view.query.get("asset", "")
    with view.store() as store:
        span = view.span(store)
        page = view.memory.recall(
            view.mark,
            ("entity", entity_id, span, asset, view.as_of),
            lambda: build_entity(
                store,
                entity_id,
                span=span,
                settings=view.settings,
                catalogue=entities,
                asset=asset,
                as_of=view.as_of,
            ),
        )
        if page is None:
            raise PageNotFoundError("not_entity", entity_id)
        table = download(
            view,
            lambda: entity_frame(
                store, entity_id, span=span, settings=view.settings, asset=page.asset, as_of=view.as_of
            ),
            name=f"{entity_id}-{span.end}",
        )
        if table is not None:
            return table
        own = names.theme_names(store, view.words.language)
    return show(
        view,
        "entity",
        page=page,
        told=told_of(request),
        span=span,
        name=names.entity_name(entities, entity_id, page.name, view.words.language),
        names=own,
        chart=chart_of(page, view),
        presets=presets(view, span),
        entities=entities,
        entity_name=names.entity_name,
        aliases=_aliases(page.entity, view.words.language) if page.entity else (),
    )


def _aliases(entity: Entity, language: Language) -> tuple[str, ...]:
    """Return a few further names: on a Chinese page the Chinese ones, each once."""
    forms = entity.aliases[1:] if language == "en" else chinese_aliases(entity, language)
    return forms[:_N_ALIASES]


def chart_of(page: EntityPage, view: View) -> Markup:
    """Draw coverage, tone and, where there is one, the price under each other."""
    words, coverage = view.words, page.coverage
    number = Wording(words=words).filters["number"]
    counts = Line(values=[float(one.n_articles) for one in coverage])
    tones = Line(values=[one.tone for one in coverage])
    panels = [
        panel(words, words("coverage_long"), counts, write=number, kind="bars"),
        panel(words, words("tone_long"), tones, write=partial(number, digits=2, signed=True), kind="bars"),
    ]
    if page.asset:
        closes = Line(values=[one.close for one in coverage])
        unit = words.texts.get(f"currency_{currency_from_asset_id(page.asset)}", "")
        title = f"{words('price')} {page.asset}" + (f" ({unit})" if unit else "")
        panels.append(panel(words, title, closes, write=partial(number, digits=2), from_zero=False))
    sessions = [one.session for one in coverage]
    return session_charts(view, panels, sessions, link=lambda day: view.url("/", session=day))
