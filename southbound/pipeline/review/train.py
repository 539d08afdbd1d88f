"""Learn from reviews: propose an adjustment of the model and versions of own themes, with their price.

Nothing changes until a proposal is accepted, and what is accepted can be taken back. What is learnt from is
what the database holds, beside the shipped models; what is measured are the answers to drawn items, each by
what was learnt from other days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from nlp.label import THEME_IDS
from nlp.review.adjustment import fit_adjustment, from_content, group_of, to_content
from nlp.review.validation import Compared, Counts, compare, validate
from nlp.tagger import Tagger
from nlp.topics.feature import TermWeigher
from nlp.topics.linear import LinearClassifier
from nlp.topics.vector import weigher_from_models
from southbound.error import UsageError
from southbound.pipeline.review.adjust import lesson_of
from southbound.pipeline.review.lesson import (
    ReviewLesson,
    ScoredText,
    Verdict,
    make_lessons,
    read_verdicts,
    score_text,
)
from southbound.pipeline.review.own import OwnProposal, propose_own
from southbound.pipeline.review.stored import Applied, Lesson, plan_stored, store_planned
from southbound.settings import Settings
from southbound.store import Store

_N_LATEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageProposal:
    """What was learnt for one language.

    Attributes:
        language: "en" or "zh".
        n_texts: reviewed texts.
        themes: those with enough answers of both kinds.
        strength: how closely the reviews are followed; None where nothing is better than the model as it is.
        total: of these themes together.
        by_theme: of each.
    """

    language: str
    n_texts: int
    themes: tuple[str, ...]
    strength: float | None
    total: Compared | None
    by_theme: Mapping[str, Compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an adjustment costs.

    Attributes:
        seconds: learning and measuring took.
        ms_per_text: it adds to the tagging of a text.
        n_latest: of as many latest articles
        n_changed: so many would carry other themes,
        n_added: tags more,
        n_removed: and less.
        n_unlike: of them, those that get other themes when it is applied to the stored scores, without the
            encoder, than when they are tagged with it.
        n_stored: stored texts that it would be applied to.
        seconds_to_apply: how long that takes here.
    """

    seconds: float
    ms_per_text: float
    n_latest: int
    n_changed: int
    n_added: int
    n_removed: int
    n_unlike: int
    n_stored: int
    seconds_to_apply: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What could be taken into use; `classifiers` is empty where the model is better left as it is.

    `lesson` applies them to what is stored. `n_uses` tells how often an adjustment had been taken into use
    or back when it was learnt.
    """

    base_model: str
    n_verdicts: int
    languages: Sequence[LanguageProposal]
    classifiers: Mapping[str, LinearClassifier]
    own: Sequence[OwnProposal]
    cost: Cost
    lesson: Lesson
    n_uses: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to accept."""
        return not self.classifiers and not any(one.is_better for one in self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A version that was taken into use, and what became of the stored texts."""

    version: int
    parts: tuple[Applied, ...]

    def total(self, name: str) -> int:
        """Return one of the counts of :class:`Applied`."""
        return sum(int(getattr(part, name)) for part in self.parts)

    @property
    def n_versions(self) -> int:
        """Texts that got a further version."""
        return sum(len(part.changed) for part in self.parts)


def propose(
    store: Store,
    tagger: Tagger,
    *,
    settings: Settings,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Proposal:
    """Learn from what reviewers have said, and measure it; `tagger` is the model as it is shipped."""
    began = time.monotonic()
    n_uses = len(store.adjustments.uses())
    tag = settings.tag
    weigher = weigher_from_models(tag.folder_of(tag.model), tag.folder_of(tag.chinese_model))
    verdicts = read_verdicts(store)
    scored = _score(store, tagger, weigher, verdicts, on_progress)
    lessons = make_lessons(verdicts, scored)
    languages, classifiers = [], {}
    for lesson in lessons:
        found, classifier = _learn(lesson, min_reviews=settings.review.min_train)
        languages.append(found)
        if classifier is not None:
            classifiers[lesson.language] = classifier
    own = propose_own(store, verdicts, scored, weigher, settings=settings)
    learnt = time.monotonic() - began
    # What is stored and read again is the same to the last digit that is kept.
    stored_lesson = lesson_of(
        store,
        settings,
        base_model=tagger.model,
        vector_name=tagger.vector_name,
        classifiers=from_content(to_content(classifiers)),
    )
    cost = _price(store, tagger, stored_lesson, learnt)
    return Proposal(
        base_model=tagger.model,
        n_verdicts=len(verdicts),
        languages=languages,
        classifiers=classifiers,
        own=own,
        cost=cost,
        lesson=stored_lesson,
        n_uses=n_uses,
    )


def accept(
    store: Store,
    proposal: Proposal,
    *,
    reviewer: str,
    at: datetime | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Accepted | None:
    """Store the adjustment, take it into use, and apply it to what is stored: all of it, or nothing.

    Returns:
        Its version and what became of the stored texts; None where there is no adjustment.

    Raises:
        UsageError: another adjustment was taken into use, or back, since this one was learnt.
    """
    if not proposal.classifiers:
        return None
    lesson = proposal.lesson
    _require_current(store, proposal)
    planned = plan_stored(store, lesson, on_progress=on_progress)
    with store.transaction():
        _require_current(store, proposal)
        now = at or datetime.now(tz=UTC)
        version = store.adjustments.add(
            to_content(proposal.classifiers),
            quality_record(proposal),
            base_model=proposal.base_model,
            reviewer=reviewer,
            at=now,
        )
        store.adjustments.use(version, reviewer=reviewer, at=now)
        # What was tagged while the plan was made.
        late = plan_stored(store, lesson, above=planned.last)
        for part in (planned, late):
            store_planned(store, part, base_model=proposal.base_model, version=version, at=now)
    return Accepted(version=version, parts=(planned, late))


def _require_current(store: Store, proposal: Proposal) -> None:
    if len(store.adjustments.uses()) != proposal.n_uses:
        raise UsageError(
            "another adjustment was taken into use or back since this one was learnt: nothing is changed; "
            "run `southbound train --with-reviews` again"
        )


def quality_record(proposal: Proposal) -> dict[str, Any]:
    """Lay out what was measured, for the store and for JSON."""
    return {
        "verdicts": proposal.n_verdicts,
        "languages": [
            {
                "language": one.language,
                "texts": one.n_texts,
                "themes": list(one.themes),
                "strength": one.strength,
                "total": record_of_compared(one.total),
                "by_theme": {theme: record_of_compared(found) for theme, found in one.by_theme.items()},
            }
            for one in proposal.languages
        ],
        "own_themes": [
            {
                "theme": one.theme,
                "answers": one.n,
                "before": record_of_counts(one.before),
                "after": record_of_counts(one.after),
            }
            for one in proposal.own
        ],
        "cost": asdict(proposal.cost),
    }


def record_of_compared(found: Compared | None) -> dict[str, Any] | None:
    """Lay a comparison out."""
    if found is None:
        return None
    return {
        "n": found.n,
        "before": record_of_counts(found.before),
        "after": record_of_counts(found.after),
        "gain": round(found.gain, 4),
        "low": round(found.interval[0], 4),
        "high": round(found.interval[1], 4),
    }


def record_of_counts(counts: Counts) -> dict[str, Any]:
    """Lay counts out."""
    return {"hits": counts.hits, "given": counts.given, "actual": counts.actual, "f1": round(counts.f1, 4)}


def _score(
    store: Store,
    tagger: Tagger,
    weigher: TermWeigher,
    verdicts: Sequence[Verdict],
    on_progress: Callable[[int], None],
) -> dict[int, ScoredText]:
    articles = {one.article.pk: one.article for one in verdicts}
    scored = {}
    for article, text in score_text(store, tagger, weigher, articles.values()):
        scored[article.pk] = text
        on_progress(1)
    return scored


def _learn(lesson: ReviewLesson, *, min_reviews: int) -> tuple[LanguageProposal, LinearClassifier | None]:
    found = validate(
        lesson.reviewed, lesson.needed, lesson.days, min_reviews=min_reviews, judged=lesson.judged
    )

    def compared(columns: Sequence[int]) -> Compared:
        return compare(lesson.reviewed, lesson.needed, found.added, lesson.judged, columns)

    proposal = LanguageProposal(
        language=lesson.language,
        n_texts=len(lesson.days),
        themes=tuple(THEME_IDS[column] for column in found.themes),
        strength=found.strength,
        total=compared(found.themes) if found.themes else None,
        by_theme={THEME_IDS[column]: compared([column]) for column in found.themes},
    )
    if found.strength is None:
        return proposal, None
    return proposal, fit_adjustment(lesson.reviewed, found.themes, strength=found.strength)


def _price(store: Store, tagger: Tagger, lesson: Lesson, learnt: float) -> Cost:
    """Tag the latest articles with and without the adjustment, and apply it to what is stored of them."""
    latest = store.articles.latest(limit=_N_LATEST) if lesson.classifiers else []
    adding, changes, carried = 0.0, [], {}
    for article, text in score_text(store, tagger, lesson.weigher, latest):
        before = time.monotonic()
        classifier = lesson.classifiers.get(group_of(article.language))
        added = classifier.decide([text.features])[0] if classifier else np.zeros(len(THEME_IDS))
        adding += time.monotonic() - before
        without, adjusted = text.log_odds >= text.needed, text.log_odds + added >= text.needed
        changes.append((int((adjusted & ~without).sum()), int((without & ~adjusted).sum())))
        carried[article.pk] = {THEME_IDS[column] for column in np.flatnonzero(adjusted)}
    n_stored = store.tag_scores.count(lesson.base_model) if lesson.classifiers else 0
    n_unlike, seconds = _compare_stored(store, lesson, carried)
    return Cost(
        seconds=round(learnt, 1),
        ms_per_text=round(1000 * adding / max(1, len(changes)), 2),
        n_latest=len(changes),
        n_changed=sum(more + less > 0 for more, less in changes),
        n_added=sum(more for more, _ in changes),
        n_removed=sum(less for _, less in changes),
        n_unlike=n_unlike,
        n_stored=n_stored,
        seconds_to_apply=round(seconds / max(1, len(carried)) * n_stored, 1),
    )


def _compare_stored(
    store: Store, lesson: Lesson, carried: Mapping[int, Collection[str]]
) -> tuple[int, float]:
    """Count the texts that get other themes from what is stored of them than by tagging; how long it took."""
    stored = {
        one.article_pk: set(one.given) for one in store.tag_scores.latest(lesson.base_model, only=carried)
    }
    began = time.monotonic()
    applied = plan_stored(store, lesson, only=carried)
    seconds = time.monotonic() - began
    stored |= {one.scores.article_pk: set(one.residual.given) for one in applied.changed}
    return sum(themes != carried[key] for key, themes in stored.items()), seconds
