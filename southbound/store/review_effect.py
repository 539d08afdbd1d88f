"""What corrections do to the tags of own themes: further rows, beside what was there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlite_utils import Database

from nlp.annotation import Span
from southbound.instant import text_from_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnState:
    """What an own theme says of a text: `review` is a correction's number, 0 where its version said it."""

    theme: str
    version: int
    score: float
    carries: bool
    evidence: tuple[Span, ...]
    review: int


class EffectTable:
    """Adds what corrections do. Writing happens inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def speaking(self, article_id: str) -> int | None:
        """Return the key of the text whose tags are shown of an article; None where it has none."""
        row = self._db.execute(
            """SELECT a.pk FROM article a JOIN tagging t ON t.article_pk = a.pk
               WHERE a.article_id = ? AND (a.revision = 0 OR EXISTS
                   (SELECT 1 FROM page p WHERE p.full_text_pk = a.pk)) ORDER BY t.pk DESC LIMIT 1""",
            [article_id],
        ).fetchone()
        return int(row[0]) if row else None

    def last_version(self, article_id: str) -> int:
        """Return the number of the last version of an article's tags; 0 where it has none."""
        row = self._db.execute(
            "SELECT max(t.pk) FROM tagging t JOIN article a ON a.pk = t.article_pk WHERE a.article_id = ?",
            [article_id],
        ).fetchone()
        return int(row[0] or 0)

    def is_older(self, version: int, article_id: str) -> bool:
        """Say whether there is a later version of an article's tags."""
        return version < self.last_version(article_id)

    def tagging_keys(self, article_pk: int) -> list[tuple[int, str]]:
        """Return the keys of a text's taggings with their models, in the order in which they were made."""
        rows = self._db.execute(
            "SELECT pk, model FROM tagging WHERE article_pk = ? ORDER BY pk", [article_pk]
        )
        return [(int(pk), str(model)) for pk, model in rows]

    def own_state(self, theme: str, article_pk: int, *, corrected: bool = True) -> OwnState | None:
        """Return what an own theme's latest version says of a text; None where none has read it.

        `corrected` with what reviewers said of it.
        """
        row = self._db.execute(
            f"""SELECT theme, version, score, carries, evidence, review FROM own_tag
                WHERE theme = ? AND article_pk = ? {"" if corrected else "AND review = 0"}
                ORDER BY version DESC, review DESC LIMIT 1""",
            [theme, article_pk],
        ).fetchone()
        if row is None:
            return None
        evidence = tuple(Span(**one) for one in json.loads(row[4] or "[]"))
        return OwnState(
            theme=row[0], version=row[1], score=row[2], carries=bool(row[3]), evidence=evidence, review=row[5]
        )

    def add_own(self, state: OwnState, article_pk: int, *, at: datetime) -> None:
        """Add what an own theme says of a text after a correction."""
        now = text_from_instant(at)
        self._db.conn.execute(
            """INSERT INTO own_tag (theme, version, article_pk, tagged_at, known_at, score, carries, evidence,
                   review)
               SELECT ?, ?, a.pk, ?, max(a.known_at, ?), ?, ?, ?, ? FROM article a WHERE a.pk = ?""",
            [
                *(state.theme, state.version, now, now, state.score, int(state.carries)),
                _evidence(state.evidence if state.carries else ()),
                *(state.review, article_pk),
            ],
        )


def _evidence(spans: Sequence[Span]) -> str | None:
    return json.dumps([asdict(span) for span in spans], ensure_ascii=False) if spans else None
