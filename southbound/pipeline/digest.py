"""A session's and a week's digest with the settings at hand, for everybody or for a desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from nlp.entities.catalogue import Catalogue
from southbound.alert import read_alerts
from southbound.digest import DigestContent, DigestOptions, build_digest
from southbound.digest.desk import Desk, require_known
from southbound.digest.localise import localise, localise_week
from southbound.digest.week_build import build_week
from southbound.digest.week_content import WeekContent
from southbound.language.naming import Naming, naming
from southbound.language.words import Language
from southbound.pipeline.alert import alert_line, judge_rules
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.importance import importance_of
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings, read_themes
from southbound.store import Store


def digest_of(
    store: Store,
    *,
    session: date,
    as_of: datetime | None,
    settings: Settings,
    desk: Desk | None = None,
    language: Language | None = None,
    catalogue: Catalogue | None = None,
) -> DigestContent:
    """Collect what a session's digest shows.

    Args:
        store: where the news is.
        session: trading day.
        as_of: nothing known at or after it is used; None for all that was known in time.
        settings: how much is shown.
        desk: whose digest it is; None for everybody's.
        language: of what is told; None for the desk's.
        catalogue: of the names in other languages than English; None to read it where it is needed.

    Raises:
        UsageError: the day is no session, the alert rules can't be read, or the desk names what is not there.
    """
    settings = desk.settings(settings) if desk else settings
    names = _theme_names(store)
    options = _options(settings, desk, names, hindsight=as_of is None)
    rules = read_alerts(settings.alerts.rules).rules
    states = judge_rules(store, rules, session=session, as_of=as_of, settings=settings)
    content = build_digest(
        store,
        session=session,
        calendar=calendar_from_settings(settings),
        theme_names=names,
        options=options,
        as_of=as_of,
        alerts=[alert_line(state) for state in states if state.holds],
    )
    to = language or (desk.language if desk else "en")
    return content if to == "en" else localise(content, _naming(store, settings, catalogue, to))


def week_of(
    store: Store,
    *,
    week: str,
    as_of: datetime | None,
    settings: Settings,
    desk: Desk | None = None,
    language: Language | None = None,
) -> WeekContent:
    """Collect what a week's digest shows; the week is written "2025-W07", the rest is as for a session's.

    Raises:
        UsageError: the week has no session, or the desk names what is not there.
    """
    settings = desk.settings(settings) if desk else settings
    names = _theme_names(store)
    content = build_week(
        store,
        week=week,
        calendar=calendar_from_settings(settings),
        theme_names=names,
        options=_options(settings, desk, names, hindsight=as_of is None),
        as_of=as_of,
    )
    to = language or (desk.language if desk else "en")
    return content if to == "en" else localise_week(content, _naming(store, settings, None, to))


def _naming(store: Store, settings: Settings, catalogue: Catalogue | None, language: Language) -> Naming:
    return naming(store.themes.names(), catalogue or load_catalogue(settings), language)


def _theme_names(store: Store) -> dict[str, str]:
    return {theme.id: theme.name for theme in read_themes().values()} | store.themes.names()


def _options(
    settings: Settings, desk: Desk | None, theme_names: dict[str, str], *, hindsight: bool
) -> DigestOptions:
    # Who asks for what was known at an instant gets nothing that came later, marked or not.
    options = DigestOptions(
        **settings.digest.model_dump(exclude={"importance"}),
        intensity=intensity_config(settings.series),
        hindsight=hindsight,
        importance=importance_of(settings),
    )
    if desk is None:
        return options
    # The catalogue takes seconds to read; only names need it.
    entities = load_catalogue(settings).entities if desk.entities else {}
    require_known(desk, themes=theme_names, entities=entities)
    return replace(
        options,
        selection=desk.selection,
        entity_names={entity: entities[entity].name for entity in desk.entities},
        desk=desk.title,
    )
