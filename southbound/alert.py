"""Alert rules and channels as `alerts.yaml` has them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from signals.error import InputError
from signals.rule import Rule, parse_rule
from southbound import CONFIG
from southbound.error import SouthboundError, UsageError
from southbound.language.words import Language
from southbound.settings import read_validated


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


#: The port on which mail servers speak TLS from the first byte (RFC 8314).
_IMPLICIT_TLS_PORT: Final = 465


class MailAddress(_Strict):
    """How a mail is sent: the server, from whom, to whom.

    Attributes:
        host: of the mail server.
        port: 25 or 587 with `none` or `starttls`, 465 with `implicit`.
        sender: from whom.
        to: to whom.
        tls: `none`; `starttls`: encrypted before the mail or a password is sent, or not sent at all;
            `implicit`: encrypted from the first byte. yes and no stand for `starttls` and `none`.
        user: to log in as; empty for no login.
        password_env: environment variable that holds the password.
    """

    host: str = "localhost"
    port: int = 25
    sender: str
    to: tuple[str, ...]
    tls: Literal["none", "starttls", "implicit"] = "none"
    user: str = ""
    password_env: str = ""

    @field_validator("tls", mode="before")
    @classmethod
    def _name_the_way(cls, value: object) -> object:
        return {True: "starttls", False: "none"}[value] if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _fit_the_port(self) -> MailAddress:
        if self.port == _IMPLICIT_TLS_PORT and self.tls != "implicit":
            raise ValueError("port 465 speaks TLS from the first byte: set `tls: implicit` for it")
        return self


class Channel(_Strict):
    """Somewhere an alert or a digest is sent: a webhook or a mail.

    Attributes:
        name: names it in rules and desks.
        webhook: address that is posted to.
        webhook_env: environment variable that holds the address instead, as it is often a secret.
        form: what is posted: {"text": ...}, Slack's blocks, or a card for Teams.
        mail: server and people.
        language: of alerts sent there; a digest is in its desk's.
        default: whether every alert goes there.
    """

    name: str
    webhook: str = ""
    webhook_env: str = ""
    form: Literal["plain", "slack", "teams"] = "plain"
    mail: MailAddress | None = None
    language: Language = "en"
    default: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Channel:
        if [bool(self.webhook), bool(self.webhook_env), self.mail is not None].count(True) != 1:
            raise ValueError("a channel has a webhook or a mail, one of them (webhook_env is a webhook)")
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
