"""Who may work on a database: leases that expire, of processes that died, and of clocks set back."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from southbound.service import lease as leases
from southbound.service.lease import claim, describe, is_held, is_running, own_lease
from southbound.store import open_store
from southbound.store.service import Lease

NOW = datetime(2025, 4, 17, 4, tzinfo=UTC)
LEASE = Lease(
    token="one",  # noqa: S106  # no secret
    host="desk",
    pid=42,
    process="boot/pid:[1]/777",
    acquired_at=NOW - timedelta(hours=1),
    beat_at=NOW,
    expires_at=NOW + timedelta(seconds=60),
)


def held(after: float, *, here: str = "", runs: bool = True) -> bool:
    return is_held(LEASE, now=NOW + timedelta(seconds=after), here=here, is_running=lambda _pid, _born: runs)


def test_a_lease_holds_until_it_expires() -> None:
    assert [held(seconds) for seconds in (0, 59, 60, 3600)] == [True, True, False, False]


def test_a_lease_of_a_process_that_has_ended_holds_no_more() -> None:
    assert not held(1, here="boot/pid:[1]", runs=False)
    assert held(1, here="boot/pid:[1]", runs=True)
    assert held(1, here="boot/pid:[2]", runs=False)  # of another container: its ids mean nothing here


def test_a_lease_from_before_the_clock_was_set_back_holds_no_more() -> None:
    assert held(-30)
    assert not held(-3600)


def test_a_process_id_that_was_given_anew_is_another_process() -> None:
    ours = own_lease(now=NOW, seconds=60)
    born = ours.process.rpartition("/")[2]
    assert is_running(os.getpid(), born)
    assert not is_running(os.getpid(), str(int(born) + 1))
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert not is_running(done.pid, born)


def test_one_of_two_gets_the_lease_and_the_other_is_told_whose_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(own_lease(now=NOW, seconds=60), token="first")  # noqa: S106
    second = replace(own_lease(now=NOW, seconds=60), token="second")  # noqa: S106
    with open_store(tmp_path / "news.db") as store:
        assert claim(store, first, now=NOW) is None
        assert claim(store, second, now=NOW + timedelta(seconds=30)) == first
        assert describe(first).startswith(f"process {os.getpid()} on {first.host}, since 2025-04-17 12:00")
        with store.transaction():
            later = NOW + timedelta(seconds=40)
            assert store.service.renew_lease("first", at=later, expires_at=later + timedelta(seconds=60))
        assert claim(store, second, now=NOW + timedelta(seconds=99)) is not None
        monkeypatch.setattr(leases, "is_running", lambda _pid, _born: False)
        assert claim(store, second, now=NOW + timedelta(seconds=99)) is None
        with store.transaction():
            assert not store.service.renew_lease("first", at=NOW, expires_at=NOW)
            store.service.give_lease_back("first")
        assert store.service.lease() == second
        with store.transaction():
            store.service.give_lease_back("second")
        assert store.service.lease() is None
