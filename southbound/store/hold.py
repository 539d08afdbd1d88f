"""Which process is polling which host, so that two on one database don't ask the same host at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHold:
    """A host that is being polled.

    Attributes:
        host: Which.
        owner: Mark of the round of polls.
        machine: Name of the machine that the process runs on.
        pid: Of the process.
        claimed_at: When it was taken, or last renewed.
        expires_at: Until when it holds unless it is renewed.
    """

    host: str
    owner: str
    machine: str
    pid: int
    claimed_at: datetime
    expires_at: datetime


class HoldTable:
    """Read and write holds. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[HostHold]:
        """Return the holds, whether they still stand or not."""
        rows = self._db.query(
            "SELECT host, owner, machine, pid, claimed_at, expires_at FROM poll_claim ORDER BY host"
        )
        return [
            HostHold(
                **{
                    **row,
                    "claimed_at": instant_from_text(row["claimed_at"]),
                    "expires_at": instant_from_text(row["expires_at"]),
                }
            )
            for row in rows
        ]

    def put(self, holds: Iterable[HostHold]) -> None:
        """Store holds, in place of those that the hosts had."""
        self._db.conn.executemany(
            """INSERT OR REPLACE INTO poll_claim (host, owner, machine, pid, claimed_at, expires_at)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [
                (
                    hold.host,
                    hold.owner,
                    hold.machine,
                    hold.pid,
                    text_from_instant(hold.claimed_at),
                    text_from_instant(hold.expires_at),
                )
                for hold in holds
            ],
        )

    def renew(self, owner: str, *, now: datetime, expires_at: datetime) -> None:
        """Let the holds of an owner hold for longer."""
        self._db.conn.execute(
            "UPDATE poll_claim SET claimed_at = ?, expires_at = ? WHERE owner = ?",
            [text_from_instant(now), text_from_instant(expires_at), owner],
        )

    def release(self, owner: str) -> None:
        """Give up the holds of an owner."""
        self._db.conn.execute("DELETE FROM poll_claim WHERE owner = ?", [owner])
