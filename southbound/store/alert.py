"""Alerts that were sent: by rule, session and channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from southbound.instant import instant_from_text, text_from_instant
from southbound.store.delivery import bounds_of_doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAlert:
    """An alert that was given to a channel.

    Attributes:
        rule: its rule's name.
        session: of which it tells.
        channel: where it went.
        changed_at: when it was sent, or given away.
        is_doubtful: nobody knows whether it arrived.
    """

    rule: str
    session: date
    channel: str
    changed_at: datetime
    is_doubtful: bool


class AlertTable:
    """Remember what was sent. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def claim(self, rule: str, session: date, channel: str, *, text: str, at: datetime) -> bool:
        """Say that an alert is about to be sent; False where somebody has sent it or is doing so."""
        cursor = self._db.conn.execute(
            """INSERT INTO alert (rule, session, channel, text, state, sent_at)
               VALUES (?, ?, ?, ?, 'sending', ?) ON CONFLICT DO NOTHING""",
            [rule, session.isoformat(), channel, text, text_from_instant(at)],
        )
        return cursor.rowcount == 1

    def confirm(self, rule: str, session: date, channel: str, *, at: datetime) -> None:
        """Say that a claimed alert has been sent."""
        self._db.conn.execute(
            "UPDATE alert SET state = 'sent', sent_at = ? WHERE rule = ? AND session = ? AND channel = ?",
            [text_from_instant(at), rule, session.isoformat(), channel],
        )

    def release(self, rule: str, session: date, channel: str) -> None:
        """Say that a claimed alert could not be sent, so that it is tried again."""
        self._db.conn.execute(
            "DELETE FROM alert WHERE rule = ? AND session = ? AND channel = ? AND state = 'sending'",
            [rule, session.isoformat(), channel],
        )

    def latest(self, *, limit: int, now: datetime) -> list[SentAlert]:
        """Return the alerts in doubt, and those that were sent last, each group the last one first.

        In doubt is what was given away without an answer, or by a process that died: ten minutes without an
        end say so.
        """
        rows = self._db.query(
            """SELECT rule, session, channel, sent_at, state = 'sending' AS is_doubtful FROM alert
               WHERE state = 'sent' OR sent_at < :longest_ago OR sent_at > :ahead
               ORDER BY is_doubtful DESC, sent_at DESC, rule, session, channel LIMIT :limit""",
            {**bounds_of_doubt(now), "limit": limit},
        )
        return [
            SentAlert(
                rule=row["rule"],
                session=date.fromisoformat(row["session"]),
                channel=row["channel"],
                changed_at=instant_from_text(row["sent_at"]),
                is_doubtful=bool(row["is_doubtful"]),
            )
            for row in rows
        ]
