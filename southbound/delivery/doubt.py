"""Deliveries of which nobody knows whether they arrived, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping

from southbound.store.delivery import DeliveryKey, DeliveryState


def doubt_lines(states: Mapping[DeliveryKey, DeliveryState]) -> list[str]:
    """Say of each delivery in doubt what happened, and the two commands of which one settles it."""
    return [_line(key, state) for key, state in sorted(states.items())]


def _line(key: DeliveryKey, state: DeliveryState) -> str:
    desk, kind, period, channel = key
    since = f"{state.changed_at:%Y-%m-%d %H:%M}Z"
    happened = state.problem or "the process that sent it ended before it was done"
    option = "--session" if kind == "day" else "--week"
    named = f"southbound deliver --desk {desk} --channel {channel} {option} {period}"
    return (
        f"in doubt: {kind} {period} of {desk} to {channel}, since {since}: {happened}. It is not sent again "
        f"by itself. Look whether it arrived; if so, run `{named} --arrived`, else `{named} --again`"
    )
