"""Which digests are due: decided from desks, sessions and what was sent, without clock, store or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from southbound.digest.desk import Desk
from southbound.store.delivery import DeliveryKey, DeliveryState

#: After a failure the pause doubles from the first to the last.
_FIRST_PAUSE: Final = timedelta(minutes=1)
_LAST_PAUSE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a desk's digest of a session or a week is made.

    Attributes:
        desk: the desk.
        kind: "day" or "week".
        period: "2025-02-11" or "2025-W07".
        at: the instant from which it is due; nothing known at or after it is in it.
    """

    desk: Desk
    kind: Literal["day", "week"]
    period: str
    at: datetime

    def key(self, channel: str) -> DeliveryKey:
        """Return what names its delivery to a channel."""
        return self.desk.name, self.kind, self.period, channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest and the channels that it is still to be sent to."""

    due: Due
    channels: tuple[str, ...]


def due_deliveries(
    dates: Sequence[Due],
    sent: Mapping[DeliveryKey, DeliveryState],
    now: datetime,
    *,
    late: timedelta,
) -> list[Delivery]:
    """Return what is to be sent now, the earliest first.

    A digest is due from its instant on, for as long as `late`, to each channel that it was neither sent to
    nor claimed for. One that failed is due again after a pause that doubles with each try.

    Args:
        dates: when the desks' digests of the sessions and weeks around `now` are made.
        sent: how far deliveries got.
        now: the present.
        late: how late a digest is still worth sending.
    """
    found = []
    for due in sorted(dates, key=lambda one: (one.at, one.desk.name, one.kind)):
        if due.at <= now < due.at + late:
            channels = tuple(_open_channels(due, sent, now))
            if channels:
                found.append(Delivery(due=due, channels=channels))
    return found


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries: 1, 2, 4 ... minutes, at most 30."""
    return min(_LAST_PAUSE, _FIRST_PAUSE * 2.0 ** min(tries - 1, 10))


def _open_channels(due: Due, sent: Mapping[DeliveryKey, DeliveryState], now: datetime) -> Iterator[str]:
    for channel in due.desk.send:
        state = sent.get(due.key(channel))
        if state is None or (state.state == "failed" and not _is_resting(state, now)):
            yield channel


def _is_resting(state: DeliveryState, now: datetime) -> bool:
    """Say whether a failure is too recent; one that lies ahead is from before the clock was set back."""
    return state.changed_at <= now < state.changed_at + pause_after(state.tries)
