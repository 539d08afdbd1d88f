"""Put what is tagged into stories, in the order in which it was known, as far as the store says it isn't yet.

The clusterer compares a report with what was known in the seven days before it. So wherever the next report
without a story stands, the index is filled from fourteen days before it on: with the stored assignments as
they are. A late article is compared with what was known before it, like any other; stories that were assigned
before it came stay as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from nlp.scoring.engine import read_manifest
from nlp.stories.assignment import Assignment
from nlp.stories.cluster import N_AHEAD, Prepared, StoryIndex
from nlp.stories.earlier import EarlierReports
from nlp.stories.judge import Judge, read_judge
from nlp.stories.report import Report
from nlp.stories.term import Rarity, rarity_from_models
from southbound.digest.wording import clean_line
from southbound.pipeline.annotating import reason_of
from southbound.pipeline.review.story import reapply_moves
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.story import Assigned
from southbound.store.story_queue import Place, WaitingReport

#: What the index must hold before a report: the seven days that it is compared with, and the seven that
#: weighed their words.
_REACH = timedelta(days=14)
_BATCH_REPORTS = 512
#: Any index takes this: where it fails on it too, the index is at fault and not the text.
_PROBE = Report(
    article_id="",
    title="The Hang Seng Index rose 2 percent.",
    body="",
    publisher="",
    known_at=datetime(2025, 1, 1, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """How many articles were assigned, and how many of them began a story."""

    n_articles: int = 0
    n_new: int = 0

    def __add__(self, other: Grouped) -> Grouped:
        return Grouped(n_articles=self.n_articles + other.n_articles, n_new=self.n_new + other.n_new)


class StoryKeeper:
    """Assigns articles to stories; it may be kept, so that the next update needn't fill the index again.

    Args:
        store: where articles, tags and vectors are.
        settings: which models.

    Raises:
        NlpError: one of the models can't be used.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        tag = settings.tag
        english, chinese = tag.folder_of(tag.model), tag.folder_of(tag.chinese_model)
        self._store = store
        self._judge = read_judge(tag.folder_of(settings.stories.model), n_threads=tag.n_cores)
        self._vector_name = read_manifest(english).vector_name
        self._rarity = rarity_from_models(english, chinese)
        self._context = _Context(self._judge, self._rarity)
        self._at: Place | None = None
        self._n_corrected = 0

    @property
    def version(self) -> str:
        """Names the story model: another one assigns everything anew, beside what is stored."""
        return self._judge.decision.name

    def count_waiting(self) -> int:
        """Count the tagged articles without a story."""
        return self._store.story_queue.count_unassigned(self.version)

    def update(
        self,
        *,
        on_progress: Callable[[int], None] = lambda _: None,
        on_failed: Callable[[str], None] = lambda _: None,
    ) -> Grouped:
        """Assign what is tagged and not assigned yet; each batch is one transaction.

        A text that can't be compared is a story of its own; `on_failed` is told in one line which and why.

        Raises:
            Exception: no text can be compared.
        """
        done = Grouped()
        queue, at = self._store.story_queue, self._at
        n_corrected = queue.count_corrected()
        if n_corrected != self._n_corrected:
            # The index holds stories that reviewers have changed since.
            self._n_corrected, at = n_corrected, None
        first = queue.next_unassigned(self.version)
        if first is not None and at is not None and first <= at:
            at = None
        while (waiting := queue.next_unassigned(self.version, after=at)) is not None:
            if at is None or waiting[0] - at[0] > _REACH:
                self._context = _Context(self._judge, self._rarity)
                at = waiting[0] - _REACH, ""
            # An index that is ahead of the store, because storing failed, is not gone on with.
            self._at = None
            at, grouped, n_moved = self._take_batch(at, on_failed)
            # The index holds what the model said, not what reviewers made of it.
            self._at = at = None if n_moved else at
            done += grouped
            on_progress(grouped.n_articles)
        return done

    def _take_batch(self, after: Place, on_failed: Callable[[str], None]) -> tuple[Place, Grouped, int]:
        batch = self._store.story_queue.read_reports(
            self.version, vector_name=self._vector_name, after=after, limit=_BATCH_REPORTS
        )
        assigned, failed = self._context.take(batch)
        with self._store.transaction():
            now = datetime.now(tz=UTC)
            self._store.stories.add(assigned, version=self.version, assigned_at=now)
            articles = {one.assignment.article_id for one in assigned}
            n_moved = reapply_moves(self._store, articles, model=self.version, at=now) if articles else 0
        for line in failed:
            on_failed(line)
        last = batch[-1].report
        n_new = sum(one.assignment.is_new for one in assigned)
        return (last.known_at, last.article_id), Grouped(n_articles=len(assigned), n_new=n_new), n_moved


class _Context:
    """The reports of the last days: their stories, and what novelty is measured against."""

    def __init__(self, judge: Judge, rarity: Rarity) -> None:
        self._judge, self._rarity = judge, rarity
        self._index = StoryIndex(judge, rarity)
        self._earlier = EarlierReports()

    def take(self, batch: Sequence[WaitingReport]) -> tuple[list[Assigned], list[str]]:
        """Keep reports in their order.

        Returns:
            What those without a story were assigned to, and a line for each of them that can't be compared.
        """
        assigned: list[Assigned] = []
        failed: list[str] = []
        waiting: deque[tuple[WaitingReport, Prepared | Exception]] = deque()
        for one in batch:
            if one.story_id is None:
                waiting.append((one, self._begin(one.report)))
            while waiting and (one.story_id is not None or len(waiting) > N_AHEAD):
                self._finish(*waiting.popleft(), assigned, failed)
            if one.story_id is not None:
                self._restore(one.report, one.story_id)
        while waiting:
            self._finish(*waiting.popleft(), assigned, failed)
        return assigned, failed

    def _begin(self, report: Report) -> Prepared | Exception:
        try:
            return self._index.prepare(report)
        except Exception as error:  # noqa: BLE001 - whatever a text can bring about; it is told
            return error

    def _finish(
        self,
        one: WaitingReport,
        begun: Prepared | Exception,
        assigned: list[Assigned],
        failed: list[str],
    ) -> None:
        """Assign a report that was begun, or tell why it can't be compared."""
        try:
            assignment = self._index.settle(_prepared(begun))
        except Exception as error:  # noqa: BLE001 - as above
            self._require_sound(error)
            assignment = _alone(one.report.article_id)
            failed.append(_failure_line(one.report.article_id, error))
        novelty = self._earlier.add(one.report, assignment.story_id)
        assigned.append(Assigned(article_pk=one.article_pk, assignment=assignment, novelty=novelty))

    def _restore(self, report: Report, story_id: str) -> None:
        # One that couldn't be compared when it came was told of then.
        with suppress(Exception):
            self._index.restore([(report, story_id)])
        self._earlier.restore(report, story_id)

    def _require_sound(self, error: Exception) -> None:
        """Raise what a text brought about where any text does.

        Raises:
            Exception: it does.
        """
        index = StoryIndex(self._judge, self._rarity)
        try:
            self._judge.try_readers()
            for number in range(2):
                index.add(replace(_PROBE, article_id=str(number)))
        except Exception:  # noqa: BLE001 - what was raised first says more
            raise error from None


def _prepared(begun: Prepared | Exception) -> Prepared:
    if isinstance(begun, Exception):
        raise begun
    return begun


def _alone(article_id: str) -> Assignment:
    return Assignment(
        article_id=article_id, story_id=article_id, is_new=True, likeness=0.0, matched_article_id=None
    )


def _failure_line(article_id: str, error: Exception) -> str:
    name = clean_line(article_id)
    return f"article '{name}' can't be compared with others ({reason_of(error)}); it is a story of its own"
