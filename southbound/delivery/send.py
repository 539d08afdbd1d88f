"""Digests go out: each to each of its desk's channels, once and only once.

A digest is claimed in the store before it is sent and confirmed after. A process that dies in between leaves
it claimed, so at worst one is lost with a crash, never sent twice; the same where nobody answered and it may
have arrived or not. What surely did not arrive is tried again while it is worth it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ingest.error import DownloadError, UncertainDeliveryError
from ingest.post import post_json
from nlp.error import NlpError
from signals.error import SignalError
from southbound.alert import Channel
from southbound.delivery.dates import dates_between
from southbound.delivery.due import Delivery, Due, due_deliveries
from southbound.delivery.form import webhook_message
from southbound.delivery.summary import summarise, title_of
from southbound.digest import DigestContent, WeekContent, text_from_digest, text_from_week
from southbound.digest.desk import Desks, read_desks
from southbound.digest.html import html_from_digest, html_from_week
from southbound.error import SouthboundError, UncertainMailError
from southbound.instant import HONG_KONG
from southbound.mail import Mail, send_mail
from southbound.pipeline.digest import digest_of, week_of
from southbound.settings import Settings
from southbound.store import Store

_Tell = Callable[[str], None]
#: Sessions so long ago may have digests that are still worth sending.
_LOOK_BACK: Final = timedelta(days=3)


def deliver_due(store: Store, settings: Settings, now: datetime, tell: _Tell, *, only: str = "") -> list[str]:
    """Send every digest that is due now to the channels that don't have it yet.

    Args:
        store: open for writing.
        settings: name the file of desks.
        now: the present.
        tell: is told of each digest that went out.
        only: name of a desk, for its digests alone.

    Returns:
        One line for each that could not be made or sent; it is tried again by a later call.

    Raises:
        UsageError: the desks can't be read, or there is none of that name.
    """
    desks = read_desks(settings.desks.file)
    chosen = [desks.named(only)] if only else desks.desks
    today = now.astimezone(HONG_KONG).date()
    dates = dates_between([desk for desk in chosen if desk.send], settings, today - _LOOK_BACK, today)
    states = store.deliveries.states({due.period for due in dates})
    late = timedelta(hours=settings.desks.late_hours)
    problems = []
    for delivery in due_deliveries(dates, states, now, late=late):
        problems += deliver(store, delivery, desks, settings=settings, as_of=delivery.due.at, tell=tell)
    return problems


def deliver(
    store: Store,
    delivery: Delivery,
    desks: Desks,
    *,
    settings: Settings,
    as_of: datetime,
    tell: _Tell,
) -> list[str]:
    """Make a digest and send it to those of its channels that it was not sent to.

    Returns:
        One line for each channel that it could not be sent to, or one where it could not be made.
    """
    due = delivery.due
    try:
        content = _content(store, due, settings, as_of)
    except (SouthboundError, NlpError, SignalError) as error:
        # One desk's mistake keeps no other desk waiting.
        return [f"{due.kind} {due.period} of {due.desk.name}: {error}"]
    lines = (_send_once(store, content, due, desks.channels[channel], tell) for channel in delivery.channels)
    return [line for line in lines if line]


def _content(store: Store, due: Due, settings: Settings, as_of: datetime) -> DigestContent | WeekContent:
    if due.kind == "week":
        return week_of(store, week=due.period, as_of=as_of, settings=settings, desk=due.desk)
    session = date.fromisoformat(due.period)
    return digest_of(store, session=session, as_of=as_of, settings=settings, desk=due.desk)


def _send_once(
    store: Store, content: DigestContent | WeekContent, due: Due, channel: Channel, tell: _Tell
) -> str | None:
    key = due.key(channel.name)
    what = f"{due.kind} {due.period} of {due.desk.name} to {channel.name}"
    with store.transaction():
        if not store.deliveries.claim(key, at=datetime.now(tz=UTC)):
            return None
    try:
        refused = _post(content, channel, key)
    except (UncertainDeliveryError, UncertainMailError) as error:
        with store.transaction():
            store.deliveries.doubt(key, at=datetime.now(tz=UTC), problem=str(error))
        return f"{what}: {error}; it may have arrived, and is not sent again"
    except (DownloadError, SouthboundError) as error:
        with store.transaction():
            store.deliveries.release(key, at=datetime.now(tz=UTC), problem=str(error))
        return f"{what}: {error}"
    with store.transaction():
        store.deliveries.confirm(key, at=datetime.now(tz=UTC), problem=", ".join(refused) or None)
    tell(f"sent: {what}")
    return f"{what}: the mail server refused {', '.join(refused)}" if refused else None


def _post(content: DigestContent | WeekContent, channel: Channel, key: Sequence[str]) -> tuple[str, ...]:
    """Send a digest in the channel's form; return the people whom a mail server refused."""
    if channel.mail is not None:
        return send_mail(channel.mail, _mail(content, key))
    post_json(channel.address, webhook_message(channel, summarise(content)))
    return ()


def _mail(content: DigestContent | WeekContent, key: Sequence[str]) -> Mail:
    """Write a digest as text and as HTML, without the chart: mail programs show no SVG."""
    if isinstance(content, WeekContent):
        text, html = text_from_week(content), html_from_week(content, charts=False)
    else:
        text, html = text_from_digest(content), html_from_digest(content, charts=False)
    return Mail(title=title_of(content), text=text, html=html, identity=".".join(key))
