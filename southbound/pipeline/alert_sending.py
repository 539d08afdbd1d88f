"""Alerts go out: each to each of its channels, once and only once.

An alert is claimed in the store before it is sent and confirmed after. A process that dies in between leaves
it claimed, so at worst one is lost with a crash, never sent twice; the same where nobody answers and it may
have arrived or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType

from ingest.error import DownloadError, UncertainDeliveryError
from ingest.post import post_json
from southbound.alert import AlertRules, Channel
from southbound.delivery.form import webhook_message
from southbound.delivery.summary import Message
from southbound.digest.alert_text import condition_in, figures_in
from southbound.digest.phrase import phrases_of
from southbound.error import SouthboundError, UncertainMailError
from southbound.language.naming import theme_names
from southbound.language.words import Language
from southbound.mail import Mail, send_mail
from southbound.pipeline.alert import AlertState, alert_line
from southbound.store import Store


def send_alerts(
    store: Store,
    rules: AlertRules,
    states: Sequence[AlertState],
    *,
    session: date,
    tell: Callable[[str], None],
) -> list[str]:
    """Send the rules that hold to their channels, leaving out what was sent before.

    Returns:
        One line for each that could not be sent; it is tried again the next time.
    """
    failed = []
    for state in states:
        for channel in rules.channels_of(state.rule) if state.holds else []:
            problem = _send_once(store, state, channel, session, tell)
            if problem:
                failed.append(problem)
    return failed


def _send_once(
    store: Store, state: AlertState, channel: Channel, session: date, tell: Callable[[str], None]
) -> str | None:
    text = alert_text(
        state, session, language=channel.language, themes=theme_names(store.themes.names(), channel.language)
    )
    what = f"alert '{state.rule.name}' to {channel.name}"
    key = (state.rule.name, session, channel.name)
    with store.transaction():
        if not store.alerts.claim(*key, text=text, at=datetime.now(tz=UTC)):
            return None
    try:
        _deliver(channel, text, title=phrases_of(channel.language)("alert_title", name=state.rule.name))
    except (UncertainDeliveryError, UncertainMailError) as error:
        return f"{what}: {error}; it may have arrived, and is not sent again"
    except (DownloadError, SouthboundError) as error:
        with store.transaction():
            store.alerts.release(*key)
        return f"{what}: {error}"
    with store.transaction():
        store.alerts.confirm(*key, at=datetime.now(tz=UTC))
    tell(f"sent to {channel.name}: {state.rule.name}")
    return None


def alert_text(
    state: AlertState,
    session: date,
    *,
    language: Language = "en",
    themes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Say an alert in one line, with themes called as `themes` says (id -> name)."""
    line, say = alert_line(state), phrases_of(language)
    return say(
        "alert_line",
        name=line.name,
        session=session,
        figures=figures_in(line.figures, say, themes),
        condition=condition_in(line.condition, say, themes),
    )


def _deliver(channel: Channel, text: str, *, title: str) -> None:
    if channel.mail is not None:
        send_mail(channel.mail, Mail(title=title, text=text))
    elif channel.form == "plain":
        post_json(channel.address, {"text": text})
    else:
        message = Message(title=title, lines=(text,), parts=(), footer="", language=channel.language)
        post_json(channel.address, webhook_message(channel, message))
