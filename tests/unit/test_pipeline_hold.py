"""Hosts that a process holds: whose, and when it lapses."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from southbound.pipeline.hold import RoundHolds, holds
from southbound.store import open_store
from southbound.store.hold import HostHold

NOW = datetime(2025, 2, 11, tzinfo=UTC)
LEASE = timedelta(minutes=5)
HOLD = HostHold(host="a.example", owner="x", machine="here", pid=7, claimed_at=NOW, expires_at=NOW + LEASE)


@pytest.mark.parametrize(
    ("minutes", "machine", "pid", "expected"),
    [
        (0, "there", 7, True),
        (4, "there", 7, True),
        (5, "there", 7, False),
        (-1, "there", 7, False),
        (1, "here", 8, True),
        (1, "here", 7, False),
        (1, "here", 9, False),
    ],
)
def test_a_hold_stands_while_its_process_may_be_polling(
    minutes: int, machine: str, pid: int, *, expected: bool
) -> None:
    now = NOW + timedelta(minutes=minutes)
    is_held = holds(
        HOLD, now=now, machine=machine, pid=pid, is_running=lambda number: number != 7 or pid == 8
    )
    assert is_held is expected


_CLAIMING = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from southbound.pipeline.hold import RoundHolds
from southbound.store import open_store
with open_store(Path(sys.argv[1])) as store:
    round_holds = RoundHolds(store, lease=timedelta(minutes=5))
    with store.transaction():
        print(sorted(round_holds.take({"a", "b"}, datetime.fromisoformat(sys.argv[2]))), flush=True)
    sys.stdin.read()
"""


def test_hosts_are_shared_out_and_those_of_a_killed_process_are_free_again(
    tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "x.db"
    command = [sys.executable, "-c", _CLAIMING, str(path), NOW.isoformat()]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "['a', 'b']\n"
        with open_store(path) as store:
            round_holds = RoundHolds(store, lease=LEASE)
            with store.transaction():
                assert round_holds.take({"b", "c"}, NOW) == {"c"}
            other.kill()
            other.wait()
            with store.transaction():
                assert round_holds.take({"b", "c"}, NOW) == {"b", "c"}
                round_holds.release()
            assert [hold.host for hold in store.holds.all()] == ["a"]


def test_holds_are_renewed_before_they_lapse(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as store:
        round_holds = RoundHolds(store, lease=LEASE)
        with store.transaction():
            round_holds.take({"a"}, NOW)
            for minute in range(20):
                now = NOW + timedelta(minutes=minute)
                round_holds.renew(now)
                (kept,) = store.holds.all()
                assert holds(kept, now=now + timedelta(minutes=2), machine="elsewhere", pid=1)
