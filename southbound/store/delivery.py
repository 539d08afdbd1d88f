"""Digests that were sent: by desk, session or week, and channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant

#: Desk, "day" or "week", session or week ("2025-02-11", "2025-W07"), channel.
DeliveryKey: TypeAlias = tuple[str, str, str, str]

#: To send takes less: what is being sent for longer was left by a process that has died.
_LONGEST: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryState:
    """How far a delivery got, since when, after how many tries, and what hindered it."""

    state: Literal["sending", "sent", "failed"]
    changed_at: datetime
    tries: int
    problem: str | None


#: One that began well ahead of now is from before the clock was set back.
_DOUBTFUL: Final = """WHERE state = 'sending'
    AND (problem IS NOT NULL OR changed_at NOT BETWEEN :longest_ago AND :ahead)"""


class DeliveryTable:
    """Remember what was sent. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def claim(self, key: DeliveryKey, *, at: datetime) -> bool:
        """Say that a digest is about to be sent; False where somebody has sent it or is doing so."""
        cursor = self._db.conn.execute(
            """INSERT INTO delivery (desk, kind, period, channel, state, changed_at, tries)
               VALUES (?, ?, ?, ?, 'sending', ?, 1) ON CONFLICT DO UPDATE
               SET state = 'sending', changed_at = excluded.changed_at, tries = tries + 1, problem = NULL
               WHERE state = 'failed'""",
            [*key, text_from_instant(at)],
        )
        return cursor.rowcount == 1

    def confirm(self, key: DeliveryKey, *, at: datetime, problem: str | None = None) -> None:
        """Say that a claimed digest has been sent, and what was not quite right."""
        self._change(key, "sent", at, problem)

    def doubt(self, key: DeliveryKey, *, at: datetime, problem: str) -> None:
        """Say that a claimed digest may have been sent or not; it stays claimed, and is not sent again."""
        self._change(key, "sending", at, problem)

    def release(self, key: DeliveryKey, *, at: datetime, problem: str) -> None:
        """Say that a claimed digest could not be sent, so that it is tried again."""
        self._change(key, "failed", at, problem)

    def forget(self, key: DeliveryKey) -> None:
        """Forget a delivery, so that it can be sent again."""
        self._db.conn.execute(
            "DELETE FROM delivery WHERE desk = ? AND kind = ? AND period = ? AND channel = ?", list(key)
        )

    def states(self, periods: Iterable[str]) -> dict[DeliveryKey, DeliveryState]:
        """Return how far the deliveries of some sessions and weeks got."""
        wanted = list(periods)
        return self._read(f"WHERE period IN ({', '.join('?' * len(wanted))})", wanted)

    def latest(self, *, limit: int) -> dict[DeliveryKey, DeliveryState]:
        """Return the deliveries that changed last, the last one first."""
        return self._read("ORDER BY changed_at DESC, desk, kind, period, channel LIMIT ?", [limit])

    def doubtful(self, *, now: datetime) -> dict[DeliveryKey, DeliveryState]:
        """Return those of which nobody knows whether they arrived.

        They were given away without an answer, or by a process that died: ten minutes without an end say so.
        """
        return self._read(_DOUBTFUL, bounds_of_doubt(now))

    def count_doubtful(self, *, now: datetime) -> int:
        """Count those of `doubtful`."""
        found = self._db.execute(f"SELECT count(*) FROM delivery {_DOUBTFUL}", bounds_of_doubt(now))
        return int(found.fetchone()[0])

    def _read(self, where: str, parameters: list[Any] | dict[str, str]) -> dict[DeliveryKey, DeliveryState]:
        return {
            (row["desk"], row["kind"], row["period"], row["channel"]): DeliveryState(
                state=row["state"],
                changed_at=instant_from_text(row["changed_at"]),
                tries=row["tries"],
                problem=row["problem"],
            )
            for row in self._db.query(f"SELECT * FROM delivery {where}", parameters)
        }

    def _change(self, key: DeliveryKey, state: str, at: datetime, problem: str | None) -> None:
        self._db.conn.execute(
            """UPDATE delivery SET state = ?, changed_at = ?, problem = ?
               WHERE desk = ? AND kind = ? AND period = ? AND channel = ? AND state = 'sending'""",
            [state, text_from_instant(at), problem, *key],
        )


def bounds_of_doubt(now: datetime) -> dict[str, str]:
    """Return the instants before and after which what is being sent is in doubt, as stored.

    One that lies ahead is of a clock that has been set back since.
    """
    return {
        "longest_ago": text_from_instant(now - _LONGEST),
        "ahead": text_from_instant(now + _LONGEST),
    }
