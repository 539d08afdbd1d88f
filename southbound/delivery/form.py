"""A message in the form that a webhook takes."""

from __future__ import annotations

from typing import Any

from southbound.alert import Channel
from southbound.delivery.slack import slack_message
from southbound.delivery.summary import Message, plain_text
from southbound.delivery.teams import teams_message


def webhook_message(channel: Channel, message: Message) -> dict[str, Any]:
    """Write a message as the channel's `form` says."""
    if channel.form == "slack":
        return slack_message(message)
    if channel.form == "teams":
        return teams_message(message)
    return {"text": plain_text(message)}
