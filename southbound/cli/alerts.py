"""`southbound alerts` and `southbound regimes`: what changed enough to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from southbound.cli.context import context_of, end_with_rejections, tell
from southbound.cli.option import AS_OF, parse_known
from southbound.cli.themes import require_any_theme

if TYPE_CHECKING:
    from southbound.pipeline.alert import AlertState

_WORDS = {True: "ALERT", False: "quiet", None: "unknown"}


def run_alerts(
    context: typer.Context,
    session: str = typer.Option(..., "--session", metavar="D", help="HKEX session, such as 2025-02-11."),
    as_of: str = AS_OF,
    send: bool = typer.Option(
        False, "--send", help="Send what holds to the channels of the rules; each alert once only."
    ),
) -> None:
    """Hold the alert rules against what was known at a session's decision time, and print each."""
    from southbound.alert import read_alerts
    from southbound.instant import parse_day
    from southbound.pipeline.alert import judge_rules
    from southbound.pipeline.alert_sending import send_alerts

    shell = context_of(context)
    rules, day = read_alerts(shell.settings.alerts.rules), parse_day(session)
    with shell.store(read_only=not send) as store:
        states = judge_rules(
            store,
            rules.rules,
            session=day,
            as_of=parse_known(as_of),
            settings=shell.settings,
        )
        for state in states:
            typer.echo(_line(state))
        failed = send_alerts(store, rules, states, session=day, tell=tell) if send else []
    end_with_rejections(failed, done=f"{len(states)} rules")


def run_regimes(
    context: typer.Context,
    theme: str = typer.Argument(..., metavar="THEME", help="Theme id, such as ai."),
    as_of: str = AS_OF,
) -> None:
    """Print a theme's level shifts, each with the session on which it was knowable."""
    from southbound.digest.wording import count_text
    from southbound.pipeline.beginning import why_empty
    from southbound.pipeline.regime import shifts_of_theme

    shell = context_of(context)
    require_any_theme(shell, theme)
    with shell.store(read_only=True) as store:
        shifts, n_sessions = shifts_of_theme(store, theme, as_of=parse_known(as_of), settings=shell.settings)
        if not n_sessions:
            tell(why_empty(store, parse_known(as_of)))
    for shift in shifts:
        typer.echo(
            f"{shift.direction:4}  from session {shift.began.date()}, knowable on {shift.knowable.date()}: "
            f"intensity {shift.before:.1f} before, {shift.after:.1f} since ({shift.n_sessions} sessions)"
        )
    if not shifts:
        typer.echo(f"{theme}: no level shift in {count_text(n_sessions, 'session')} with an intensity")


def _line(state: AlertState) -> str:
    from southbound.pipeline.alert import alert_line

    told = alert_line(state)
    return f"{_WORDS[state.holds]:8} {told.name}: {told.condition} ({told.figures})"
