"""The scores that were kept of what models said: what reviewers' lessons are added to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from southbound.store.model_name import ADJUSTED_MARK, BACK_MARK, FAILED_MARK, REVIEW_MARK, base_of
from southbound.store.schema.registry import migrated_at

_BATCH = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class TagScores:
    """What a model said last of a text, in numbers.

    Attributes:
        article_pk: key of the text.
        tagging_pk: key of what was said.
        model: that said it.
        version: of the adjustment that had a part in it; 0 for none.
        is_scored: whether any of the text was read for themes.
        has_near: whether scores below the threshold were kept.
        given: scores of the themes that the text carries.
        near: scores of those that it comes near to.
    """

    article_pk: int
    tagging_pk: int
    model: str
    version: int
    is_scored: bool
    has_near: bool
    given: Mapping[str, float]
    near: Mapping[str, float]


class TagScoreTable:
    """Reads scores."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def latest(
        self, base_model: str, *, above: int = 0, only: Collection[int] | None = None
    ) -> Iterator[TagScores]:
        """Yield what a model, adjusted or not, said last of texts, by taggings with a key above one.

        In the order in which the texts were known. Where another model spoke last the text is left out.
        `only` names the keys of the texts that are asked for.
        """
        kept_since = migrated_at(self._db, "m016_reviews")
        rows = self._db.execute(
            f"""SELECT t.article_pk, t.pk, t.model, t.tokens_read > 0, t.tagged_at >= ?
                FROM tagging t JOIN article a ON a.pk = t.article_pk
                WHERE t.pk > ? AND t.pk = (SELECT max(l.pk) FROM tagging l
                        WHERE l.article_pk = t.article_pk AND instr(l.model, '{REVIEW_MARK}') = 0)
                    AND (t.model = ? OR t.model GLOB ? OR t.model GLOB ?) AND t.model NOT LIKE ?
                ORDER BY a.known_at, a.pk""",
            [
                *(kept_since, above, base_model),
                *(f"{base_model}{ADJUSTED_MARK}*", f"{base_model}{BACK_MARK}*", f"%{FAILED_MARK}"),
            ],
        ).fetchall()
        rows = [row for row in rows if only is None or row[0] in only]
        for start in range(0, len(rows), _BATCH):
            yield from self._with_scores(rows[start : start + _BATCH])

    def count(self, base_model: str) -> int:
        """Count the texts that a model, adjusted or not, has tagged."""
        return int(
            self._db.execute(
                "SELECT count(DISTINCT article_pk) FROM tagging WHERE model = ? OR model GLOB ?",
                [base_model, f"{base_model}+*"],
            ).fetchone()[0]
        )

    def _with_scores(self, rows: list[tuple[int, int, str, int, int]]) -> Iterator[TagScores]:
        keys = [row[1] for row in rows]
        given, near = self._scores("theme_tag", keys), self._scores("near_theme", keys)
        for article_pk, key, model, is_scored, is_late in rows:
            yield TagScores(
                article_pk=article_pk,
                tagging_pk=key,
                model=model,
                version=base_of(model)[1],
                is_scored=bool(is_scored),
                has_near=bool(is_late) or key in near,
                given=given.get(key, {}),
                near=near.get(key, {}),
            )

    def _scores(self, table: str, keys: list[int]) -> dict[int, dict[str, float]]:
        marks = ", ".join("?" * len(keys))
        found: dict[int, dict[str, float]] = {}
        for key, theme, score in self._db.execute(
            f"SELECT tagging_pk, theme, score FROM {table} WHERE tagging_pk IN ({marks})", keys
        ):
            found.setdefault(key, {})[theme] = score
        return found
