"""Alert rules and channels as `alerts.yaml` has them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from signals.error import InputError
from signals.rule import Rule, parse_rule
from southbound import CONFIG
from southbound.error import SouthboundError, UsageError
from southbound.settings import read_validated


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailAddress(_Strict):
    """How a mail is sent: the server, from whom, to whom."""

    host: str = "localhost"
    port: int = 25
    sender: str
    to: tuple[str, ...]
    tls: bool = False
    user: str = ""
    password_env: str = ""


class Channel(_Strict):
    """Somewhere an alert or a digest is sent: a webhook or a mail.

    Attributes:
        name: names it in rules and desks.
        webhook: address that is posted to.
        webhook_env: environment variable that holds the address instead, as it is often a secret.
        form: what is posted: {"text": ...}, Slack's blocks, or a card for Teams.
        mail: server and people.
        default: whether every alert goes there.
    """

    name: str
    webhook: str = ""
    webhook_env: str = ""
    form: Literal["plain", "slack", "teams"] = "plain"
    mail: MailAddress | None = None
    default: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Channel:
        if [bool(self.webhook), bool(self.webhook_env), self.mail is not None].count(True) != 1:
            raise ValueError("a channel has a webhook, a webhook_env or a mail, one of them")
        return self

    @property
    def address(self) -> str:
        """The webhook's address.

        Raises:
            SouthboundError: the environment doesn't hold it.
        """
        address = self.webhook or os.environ.get(self.webhook_env, "")
        if not address:
            raise SouthboundError(f"the environment variable {self.webhook_env} is not set")
        return address


class _RuleEntry(_Strict):
    name: str
    when: str
    send: tuple[str, ...] = ()


class _AlertFile(_Strict):
    rules: tuple[_RuleEntry, ...] = ()
    channels: tuple[Channel, ...] = ()


class AlertRules(_Strict):
    """All rules, and the channels that each is sent to by its name."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    rules: tuple[Rule, ...]
    channels: tuple[Channel, ...]
    sent_to: dict[str, tuple[str, ...]]

    def channels_of(self, rule: Rule) -> list[Channel]:
        """Return the channels that a rule's alerts go to."""
        names = self.sent_to[rule.name]
        return [channel for channel in self.channels if channel.name in names or channel.default]


def read_alerts(path: Path | None) -> AlertRules:
    """Read rules and channels; without a path the shipped ones.

    Raises:
        UsageError: the file can't be read, a name stands twice, a condition is none, or a channel is unknown.
    """
    path = path or CONFIG / "alerts.yaml"
    content = read_validated(_AlertFile, path)
    names = [entry.name for entry in content.rules]
    channels = {channel.name for channel in content.channels}
    repeated = {name for name in names if names.count(name) > 1}
    unknown = {name for entry in content.rules for name in entry.send} - channels
    if repeated or len(channels) < len(content.channels):
        raise UsageError(f"{path}: a name stands twice: {', '.join(sorted(repeated)) or 'of a channel'}")
    if unknown:
        raise UsageError(f"{path}: no channel is named {', '.join(sorted(unknown))}")
    try:
        rules = tuple(parse_rule(entry.name, entry.when) for entry in content.rules)
    except InputError as error:
        raise UsageError(f"{path}: {error}") from error
    sent_to = {entry.name: entry.send for entry in content.rules}
    return AlertRules(rules=rules, channels=content.channels, sent_to=sent_to)
