"""One service a database: whether a lease is still good, and who we are. Deciding is pure."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from southbound.instant import HONG_KONG
from southbound.store import Store
from southbound.store.service import Lease

_PROC = Path("/proc")
#: Field 22 of /proc/PID/stat, counted behind the name, which may hold anything.
_START_FIELD = 19


def is_held(lease: Lease, *, now: datetime, here: str, is_running: Callable[[int, str], bool]) -> bool:
    """Say whether a lease keeps others off.

    It does until it expires, unless its process is known to have ended. A lease that was renewed in the
    future, by more than its length, is from before the clock was set back: its holder would have renewed it
    since.

    Args:
        lease: As stored.
        now: The time.
        here: Names our machine and its set of process ids, as the lease's `process` begins.
        is_running: Whether a process of ours still runs, by its id and what `process` ends with.
    """
    place, _, born = lease.process.rpartition("/")
    if here and place == here and not is_running(lease.pid, born):
        return False
    length = lease.expires_at - lease.beat_at
    return lease.beat_at - length <= now < lease.expires_at


def claim(store: Store, lease: Lease, *, now: datetime) -> Lease | None:
    """Take the lease, or return the one that keeps us off."""
    with store.transaction():
        other = store.service.lease()
        if other is not None and other.token != lease.token:
            here = lease.process.rpartition("/")[0]
            if is_held(other, now=now, here=here, is_running=is_running):
                return other
        store.service.take_lease(lease)
    return None


def own_lease(*, now: datetime, seconds: float) -> Lease:
    """Return a lease for this process."""
    pid = os.getpid()
    return Lease(
        token=secrets.token_hex(16),
        host=socket.gethostname(),
        pid=pid,
        process=f"{_place()}/{_born(pid) or ''}",
        acquired_at=now,
        beat_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )


def describe(lease: Lease) -> str:
    """Say who holds a lease."""
    since = lease.acquired_at.astimezone(HONG_KONG)
    return f"process {lease.pid} on {lease.host}, since {since:%Y-%m-%d %H:%M} Hong Kong time"


def is_running(pid: int, born: str) -> bool:
    """Say whether the process of this id is, as far as we may see, still the one that was born then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, which may be hidden from us
    return _born(pid) in {None, born}


def _place() -> str:
    """Name the machine since its start and our set of process ids; empty where the system doesn't tell."""
    with suppress(OSError):
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{os.readlink(_PROC / 'self/ns/pid')}"  # noqa: PTH115  # its target is no path
    return ""


def _born(pid: int) -> str | None:
    """Say when a process was born, in the system's ticks; "" of one that has ended, None if it is hidden."""
    with suppress(OSError, IndexError):
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[_START_FIELD]
    return None
