"""Tag what is new, the newest first: the models are loaded once and stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nlp.tagger import Tagger
from southbound.pipeline.claim import read_back_claims
from southbound.pipeline.review.adjust import make_tagger_in_use
from southbound.pipeline.tag import finder_of, tag_store, text_of
from southbound.pipeline.theme import OwnThemeReader
from southbound.service.job import Job, Outcome, Setup, told_of
from southbound.settings import Settings
from southbound.store import Store

#: What was stored later is tagged before the rest: after a change of models, the past may take days.
_FRESH = timedelta(days=2)


class Tagging:
    """The stage's work; it holds the models, loads them anew where own entities or an adjustment changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded: tuple[Tagger, tuple[Sequence[float], int]] | None = None

    def __call__(self, job: Job) -> Outcome:
        """Tag one batch."""
        fresh = job.store.service.first_seen_since(datetime.now(tz=UTC) - _FRESH)
        failed: list[str] = []
        done = self._tag(job.store, failed, after_pk=fresh - 1) if fresh else 0
        done = done or self._tag(job.store, failed, after_pk=0)
        n_failed = len(failed)
        read = 0 if done else self._read_claims(job.store, failed)
        return Outcome(
            counts={"articles_tagged": done, "articles_failed": n_failed},
            detail=told_of(failed),
            has_more=max(done, read) >= self._settings.service.tag_batch,
        )

    def _read_claims(self, store: Store, failed: list[str]) -> int:
        """Read the claims of a batch that was tagged before the reader of claims was there."""
        reader = self._tagger(store).claim_reader
        if reader is None:
            return 0
        finder = finder_of(store)
        limit = self._settings.service.tag_batch
        return read_back_claims(
            store, reader, lambda article: text_of(article, finder), limit=limit, on_failed=failed.append
        )

    def _tag(self, store: Store, failed: list[str], *, after_pk: int) -> int:
        tagger = self._tagger(store)
        own = OwnThemeReader(store, self._settings, vector_name=tagger.vector_name)
        return tag_store(
            store,
            tagger,
            limit=self._settings.service.tag_batch,
            after_pk=after_pk,
            on_tagged=own.read_tagged,
            on_failed=failed.append,
        )

    def _tagger(self, store: Store) -> Tagger:
        written = [_written_at(path) for path in self._settings.tag.entities], len(store.adjustments.uses())
        if self._loaded is not None and self._loaded[1] != written:
            self._loaded[0].close()
            self._loaded = None
        if self._loaded is None:
            self._loaded = make_tagger_in_use(store, self._settings), written
        return self._loaded[0]


def make(setup: Setup) -> Tagging:
    """Return the stage's work."""
    return Tagging(setup.settings)


def _written_at(path: Path) -> float:
    return path.stat().st_mtime if path.is_file() else 0.0
