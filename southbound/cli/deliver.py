"""`southbound deliver`: send the desks' digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, context_of, end_with_rejections, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from southbound.delivery import Due
    from southbound.digest.desk import Desk, Desks
    from southbound.store import Store

_N_LISTED = 50


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
    channel: str = typer.Option(
        "", "--channel", metavar="NAME", help="Only to this channel, of what --session, --week or --now name."
    ),
    again: bool = typer.Option(
        False, "--again", help="Send what is named by --session or --week once more, though it was sent."
    ),
    arrived: bool = typer.Option(
        False, "--arrived", help="Send nothing: what --session or --week name, and is in doubt, did arrive."
    ),
    listed: bool = typer.Option(
        False,
        "--list",
        help="Send nothing: list the last deliveries and alerts, and what to do where one is in doubt.",
    ),
) -> None:
    """Send the digests that are due to the channels of their desks, each once only."""
    from datetime import UTC, datetime

    from southbound.delivery import deliver_due
    from southbound.digest.desk import read_desks

    asked = _Asked(session=session, week=week, now=now, channel=channel, again=again, arrived=arrived)
    shell, present = context_of(context), datetime.now(tz=UTC)
    if listed:
        _list(shell, present)
        return
    desks = read_desks(shell.settings.desks.file)
    chosen = [desks.named(desk)] if desk else [one for one in desks.desks if one.send]
    _require_channel(chosen, channel)
    with shell.store() as store:
        if not (again or arrived):
            _tell_doubts(store, present)
        if asked.names_any:
            problems = list(_deliver_named(store, shell, desks, chosen, asked, present))
        else:
            problems = deliver_due(store, shell.settings, present, tell, only=desk)
    end_with_rejections(problems, done="the other deliveries")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which digests are named, and what is to be done with them."""

    session: str
    week: str
    now: bool
    channel: str
    again: bool
    arrived: bool

    def __post_init__(self) -> None:
        named = [bool(self.session), bool(self.week), self.now].count(True)
        if named > 1:
            raise UsageError("give one of --session, --week and --now")
        if self.channel and not named:
            raise UsageError("--channel needs --session D, --week W or --now")
        if self.again and self.arrived:
            raise UsageError("give --again or --arrived, not both")
        if (self.again or self.arrived) and not (self.session or self.week):
            option = "--again" if self.again else "--arrived"
            raise UsageError(f"{option} needs --session D or --week W, to say what it is about")

    @property
    def names_any(self) -> bool:
        """Whether digests are named, rather than those meant that are due."""
        return bool(self.session or self.week or self.now)


def _require_channel(chosen: Sequence[Desk], channel: str) -> None:
    if not any(one.send for one in chosen):
        raise UsageError("no desk sends anywhere; name channels under `send` in desks.yaml")
    if channel and not any(channel in one.send for one in chosen):
        raise UsageError(f"no desk named here sends to a channel '{channel}'; see `send` in desks.yaml")


def _deliver_named(
    store: Store, shell: Context, desks: Desks, chosen: Sequence[Desk], asked: _Asked, present: datetime
) -> Iterator[str]:
    """Send what is named, or note what came of it, and yield what went wrong."""
    from southbound.delivery import Delivery, deliver

    for due in _named(shell, chosen, asked, present=present):
        channels = tuple(one for one in due.desk.send if asked.channel in {"", one})
        if asked.arrived:
            _settle(store, due, channels, present)
            continue
        if asked.again:
            _forget(store, due, channels)
        yield from deliver(
            store,
            Delivery(due=due, channels=channels),
            desks,
            settings=shell.settings,
            as_of=min(due.at, present),
            tell=tell,
        )


def _named(shell: Context, chosen: Sequence[Desk], asked: _Asked, *, present: datetime) -> list[Due]:
    from southbound.delivery.dates import date_of_session, date_of_week, next_date
    from southbound.instant import parse_day

    if asked.session:
        return [date_of_session(desk, shell.settings, parse_day(asked.session)) for desk in chosen]
    if asked.week:
        return [date_of_week(desk, shell.settings, asked.week) for desk in chosen]
    return [next_date(desk, shell.settings, present) for desk in chosen]


def _forget(store: Store, due: Due, channels: Sequence[str]) -> None:
    with store.transaction():
        for channel in channels:
            store.deliveries.forget(due.key(channel))


def _settle(store: Store, due: Due, channels: Sequence[str], present: datetime) -> None:
    """Note that what is in doubt has arrived."""
    doubtful = store.deliveries.doubtful(now=present)
    for channel in channels:
        if due.key(channel) in doubtful:
            with store.transaction():
                store.deliveries.confirm(due.key(channel), at=present)
            tell(f"noted as sent: {due.kind} {due.period} of {due.desk.name} to {channel}")


def _tell_doubts(store: Store, present: datetime) -> None:
    from southbound.delivery.doubt import doubt_lines

    for line in doubt_lines(store.deliveries.doubtful(now=present)):
        tell(line)


def _list(shell: Context, present: datetime) -> None:
    with shell.store(read_only=True) as store:
        doubtful = store.deliveries.doubtful(now=present)
        for key, state in (doubtful | store.deliveries.latest(limit=_N_LISTED)).items():
            desk, kind, period, channel = key
            told = "in doubt" if key in doubtful else state.state
            line = f"{state.changed_at:%Y-%m-%d %H:%M}Z  {told:8}  {kind} {period} of {desk} to {channel}"
            typer.echo(f"{line}: {state.problem}" if state.problem else line)
        _tell_doubts(store, present)
        _list_alerts(store, present)


def _list_alerts(store: Store, present: datetime) -> None:
    alerts = store.alerts.latest(limit=_N_LISTED, now=present)
    for alert in alerts:
        told = "in doubt" if alert.is_doubtful else "sent"
        what = f"alert '{alert.rule}' of {alert.session} to {alert.channel}"
        typer.echo(f"{alert.changed_at:%Y-%m-%d %H:%M}Z  {told:8}  {what}")
    if any(alert.is_doubtful for alert in alerts):
        tell("an alert in doubt may have arrived or not, and is never sent again")
