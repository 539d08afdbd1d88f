"""Keep hosts to one process: two that poll one database neither fetch a feed twice nor crowd a host.

A hold is given up at the end of a round. One whose process was killed is void as soon as that can be seen
(on the same machine), and lapses in a few minutes where it can't.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from southbound.store import Store
from southbound.store.hold import HostHold

#: A hold is renewed when so much of its time is over.
_RENEWED_SHARE = 1 / 3


class RoundHolds:
    """The hosts that one round of polls has to itself.

    Args:
        store: Where holds are kept.
        lease: How long a hold holds unless it is renewed; well above the time between two answers.
    """

    def __init__(self, store: Store, *, lease: timedelta) -> None:
        self._store, self._lease = store, lease
        self._owner = uuid.uuid4().hex
        self._machine, self._pid = socket.gethostname(), os.getpid()
        self._claimed_at: datetime | None = None

    def take(self, hosts: AbstractSet[str], now: datetime) -> AbstractSet[str]:
        """Take hosts, inside the caller's transaction; return those that nobody else has."""
        taken = {
            hold.host
            for hold in self._store.holds.all()
            if holds(hold, now=now, machine=self._machine, pid=self._pid)
        }
        free = hosts - taken
        self._store.holds.put(
            HostHold(
                host=host,
                owner=self._owner,
                machine=self._machine,
                pid=self._pid,
                claimed_at=now,
                expires_at=now + self._lease,
            )
            for host in free
        )
        self._claimed_at = now
        return free

    def renew(self, now: datetime) -> None:
        """Keep the holds, inside the caller's transaction, once a part of their time is over."""
        if self._claimed_at is None or abs(now - self._claimed_at) < self._lease * _RENEWED_SHARE:
            return
        self._store.holds.renew(self._owner, now=now, expires_at=now + self._lease)
        self._claimed_at = now

    def release(self) -> None:
        """Give all holds up, inside the caller's transaction."""
        self._store.holds.release(self._owner)


def holds(
    hold: HostHold,
    *,
    now: datetime,
    machine: str,
    pid: int,
    is_running: Callable[[int], bool] | None = None,
) -> bool:
    """Say whether another process's hold is to be kept to.

    Args:
        hold: The hold.
        now: The time. A hold of the future was made before the clock was set back, and holds no more.
        machine: Name of the machine that asks.
        pid: Of the process that asks; it polls one round at a time, so a hold under its number is of a
            process that has gone.
        is_running: Tells whether a process of this machine runs.
    """
    if not hold.claimed_at <= now < hold.expires_at:
        return False
    if hold.machine != machine:
        return True
    return hold.pid != pid and (is_running or _is_running)(hold.pid)


def _is_running(pid: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 would not be harmless
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
