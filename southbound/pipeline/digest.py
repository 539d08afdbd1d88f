"""A session's digest with the settings at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from southbound.alert import read_alerts
from southbound.digest import DigestContent, DigestOptions, build_digest
from southbound.pipeline.alert import alert_line, judge_rules
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings, read_themes
from southbound.store import Store


def digest_of(store: Store, *, session: date, as_of: datetime | None, settings: Settings) -> DigestContent:
    """Collect what a session's digest shows.

    Raises:
        UsageError: the day is no session, or the alert rules can't be read.
    """
    names = {theme.id: theme.name for theme in read_themes().values()} | store.themes.names()
    options = DigestOptions(
        **settings.digest.model_dump(),
        intensity=intensity_config(settings.series),
        # Who asks for what was known at an instant gets nothing that came later, marked or not.
        hindsight=as_of is None,
    )
    content = build_digest(
        store,
        session=session,
        calendar=calendar_from_settings(settings),
        theme_names=names,
        options=options,
        as_of=as_of,
    )
    rules = read_alerts(settings.alerts.rules).rules
    states = judge_rules(store, rules, session=session, as_of=as_of, settings=settings)
    return replace(content, alerts=tuple(map(alert_line, (state for state in states if state.holds))))
