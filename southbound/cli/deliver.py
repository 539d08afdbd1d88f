"""`southbound deliver`: send the desks' digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, context_of, end_with_rejections, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from southbound.delivery import Due
    from southbound.digest.desk import Desk
    from southbound.store import Store


def run_deliver(
    context: typer.Context,
    desk: str = typer.Option("", "--desk", metavar="NAME", help="Only this desk's; see desks.yaml."),
    session: str = typer.Option(
        "", "--session", metavar="D", help="The digest of this session, however late."
    ),
    week: str = typer.Option("", "--week", metavar="W", help="That of this week, such as 2025-W07."),
    now: bool = typer.Option(
        False, "--now", help="The digest of the next session, without waiting for its time."
    ),
    again: bool = typer.Option(
        False, "--again", help="Send what is named by --session or --week once more, though it was sent."
    ),
) -> None:
    """Send the digests that are due to the channels of their desks, each once only."""
    from datetime import UTC, datetime

    from southbound.delivery import Delivery, deliver, deliver_due
    from southbound.digest.desk import read_desks

    if [bool(session), bool(week), now].count(True) > 1:
        raise UsageError("give one of --session, --week and --now")
    if again and not (session or week):
        raise UsageError("--again needs --session D or --week W, to say what is sent again")
    shell, present = context_of(context), datetime.now(tz=UTC)
    desks = read_desks(shell.settings.desks.file)
    chosen = [one for one in desks.desks if one.send]
    chosen = [desks.named(desk)] if desk else chosen
    if not any(one.send for one in chosen):
        raise UsageError("no desk sends anywhere; name channels under `send` in desks.yaml")
    with shell.store() as store:
        if not (session or week or now):
            problems = deliver_due(store, shell.settings, present, tell, only=desk)
        else:
            problems = []
            for due in _named(shell, chosen, session=session, week=week, present=present):
                if again:
                    _forget(store, due)
                problems += deliver(
                    store,
                    Delivery(due=due, channels=due.desk.send),
                    desks,
                    settings=shell.settings,
                    as_of=min(due.at, present),
                    tell=tell,
                )
    end_with_rejections(problems, done="the other deliveries")


def _named(
    shell: Context, chosen: Sequence[Desk], *, session: str, week: str, present: datetime
) -> list[Due]:
    from southbound.delivery.dates import date_of_session, date_of_week, next_date
    from southbound.instant import parse_day

    if session:
        return [date_of_session(desk, shell.settings, parse_day(session)) for desk in chosen]
    if week:
        return [date_of_week(desk, shell.settings, week) for desk in chosen]
    return [next_date(desk, shell.settings, present) for desk in chosen]


def _forget(store: Store, due: Due) -> None:
    with store.transaction():
        for channel in due.desk.send:
            store.deliveries.forget(due.key(channel))
