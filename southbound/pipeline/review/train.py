"""Learn from reviews: propose an adjustment of the model and versions of own themes, with their price.

Nothing changes until a proposal is accepted, and what is accepted can be taken back. What is learnt from is
what the database holds, beside the shipped models; what is measured are the answers to drawn items, each by
what was learnt from other days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
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
from southbound.pipeline.review.lesson import (
    ReviewLesson,
    ScoredText,
    Verdict,
    make_lessons,
    read_verdicts,
    score_text,
)
from southbound.pipeline.review.own import OwnProposal, propose_own
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
        n_to_tag: texts that would be tagged anew.
        minutes_to_tag: how long that takes here.
    """

    seconds: float
    ms_per_text: float
    n_latest: int
    n_changed: int
    n_added: int
    n_removed: int
    n_to_tag: int
    minutes_to_tag: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What could be taken into use; `classifiers` is empty where the model is better left as it is."""

    base_model: str
    n_verdicts: int
    languages: Sequence[LanguageProposal]
    classifiers: Mapping[str, LinearClassifier]
    own: Sequence[OwnProposal]
    cost: Cost

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to accept."""
        return not self.classifiers and not any(one.is_better for one in self.own)


def propose(
    store: Store,
    tagger: Tagger,
    *,
    settings: Settings,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Proposal:
    """Learn from what reviewers have said, and measure it; `tagger` is the model as it is shipped."""
    began = time.monotonic()
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
    cost = _price(store, tagger, weigher, classifiers, began)
    return Proposal(
        base_model=tagger.model,
        n_verdicts=len(verdicts),
        languages=languages,
        classifiers=classifiers,
        own=own,
        cost=cost,
    )


def accept(store: Store, proposal: Proposal, *, reviewer: str, at: datetime | None = None) -> int | None:
    """Store the adjustment and take it into use; return its version, None where there is none."""
    if not proposal.classifiers:
        return None
    now = at or datetime.now(tz=UTC)
    with store.transaction():
        version = store.adjustments.add(
            to_content(proposal.classifiers),
            quality_record(proposal),
            base_model=proposal.base_model,
            reviewer=reviewer,
            at=now,
        )
        store.adjustments.use(version, reviewer=reviewer, at=now)
    return version


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


def _price(
    store: Store,
    tagger: Tagger,
    weigher: TermWeigher,
    classifiers: Mapping[str, LinearClassifier],
    began: float,
) -> Cost:
    """Tag the latest articles with and without the adjustment."""
    learnt = time.monotonic() - began
    latest = store.articles.latest(limit=_N_LATEST) if classifiers else []
    # What is stored and read again is the same to the last digit that is kept.
    stored = from_content(to_content(classifiers))
    started, adding, changes = time.monotonic(), 0.0, []
    for article, text in score_text(store, tagger, weigher, latest):
        before = time.monotonic()
        classifier = stored.get(group_of(article.language))
        added = classifier.decide([text.features])[0] if classifier else np.zeros(len(THEME_IDS))
        adding += time.monotonic() - before
        without, adjusted = text.log_odds >= text.needed, text.log_odds + added >= text.needed
        changes.append((int((adjusted & ~without).sum()), int((without & ~adjusted).sum())))
    n_read = max(1, len(changes))
    per_text = (time.monotonic() - started) / n_read
    n_texts = store.themes.count_tagged() if classifiers else 0
    return Cost(
        seconds=round(learnt, 1),
        ms_per_text=round(1000 * adding / n_read, 2),
        n_latest=len(changes),
        n_changed=sum(more + less > 0 for more, less in changes),
        n_added=sum(more for more, _ in changes),
        n_removed=sum(less for _, less in changes),
        n_to_tag=n_texts,
        minutes_to_tag=round(per_text * n_texts / 60, 1),
    )
