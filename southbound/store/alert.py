"""Alerts that were sent: by rule, session and channel."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from southbound.instant import text_from_instant


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
