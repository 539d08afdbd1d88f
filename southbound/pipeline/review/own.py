"""Own themes learn from reviews: each verdict is an example, and what that brings is measured by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.review.validation import Counts, date_folds
from nlp.text import readable
from nlp.topics.feature import Featured, TermWeigher
from nlp.topics.linear import read_classifier
from nlp.topics.topic import Lesson, Topic, learn_topic
from southbound.pipeline.example import ThemeExample
from southbound.pipeline.review.lesson import ScoredText, Verdict, day_of
from southbound.pipeline.theme import featured
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.theme import OwnTheme

_N_DRAWN = 300
_DRAW_SEED = 20250214
#: The threshold of an own theme's score, by construction.
_CARRIES = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProposal:
    """A theme of one's own before and after, on what reviewers said of it.

    Attributes:
        theme: id.
        version: its present one.
        n: answers.
        before: as its present version does.
        after: as versions do that were learnt from other days' answers.
        examples: what the next version learns from beside its own.
        is_enough: whether there are enough answers, of both kinds.
    """

    theme: str
    version: int
    n: int
    before: Counts
    after: Counts
    examples: tuple[ThemeExample, ...]
    is_enough: bool

    @property
    def is_better(self) -> bool:
        """Whether the next version is worth it."""
        return self.is_enough and self.after.f1 > self.before.f1


def is_current(store: Store, proposal: OwnProposal) -> bool:
    """Say whether a theme is still read, by the version that was measured."""
    return any(
        (one.theme, one.version) == (proposal.theme, proposal.version) for one in store.themes.active()
    )


def propose_own(
    store: Store,
    verdicts: Sequence[Verdict],
    scored: Mapping[int, ScoredText],
    weigher: TermWeigher,
    *,
    settings: Settings,
) -> list[OwnProposal]:
    """Measure what each theme of one's own that is still read would gain from its verdicts."""
    found = []
    for theme in store.themes.active():
        of_theme = [one for one in verdicts if one.theme == theme.theme and one.article.pk in scored]
        if of_theme:
            found.append(_propose(store, theme, of_theme, scored, weigher, settings.review.min_train))
    return found


def _propose(
    store: Store,
    theme: OwnTheme,
    verdicts: Sequence[Verdict],
    scored: Mapping[int, ScoredText],
    weigher: TermWeigher,
    min_reviews: int,
) -> OwnProposal:
    ordered = sorted(verdicts, key=lambda one: (day_of(one.article), one.article.pk))
    labels = np.array([one.label for one in ordered])
    features = [scored[one.article.pk].features for one in ordered]
    folds = date_folds([day_of(one.article) for one in ordered])
    present = Topic(model=read_classifier(theme.classifier), threshold=theme.threshold)
    before = present.score(features) >= _CARRIES
    is_enough = (
        len(ordered) >= min_reviews and 0 < int(labels.sum()) < len(labels) and len(set(folds.tolist())) > 1
    )
    after = before
    if is_enough:
        base = _base_lesson(store, theme, weigher, reviewed={one.article.pk for one in ordered})
        after = _held_out(base, features, labels, folds)
    return OwnProposal(
        theme=theme.theme,
        version=theme.version,
        n=len(ordered),
        before=_count(before, labels),
        after=_count(after, labels),
        examples=tuple(
            ThemeExample(title=one.article.title, body=one.article.body, label=one.label) for one in ordered
        ),
        is_enough=is_enough,
    )


def _base_lesson(store: Store, theme: OwnTheme, weigher: TermWeigher, *, reviewed: set[int]) -> Lesson:
    """Return what the theme is learnt from already; texts that aren't stored go by their words.

    What was reviewed is no counter-example drawn at random any more.
    """

    def told(title: str, body: str = "") -> Featured:
        return Featured(vector=None, terms=weigher.weigh(readable(title), readable(body)))

    drawn = [one for one in store.themes.draw(_N_DRAWN, seed=_DRAW_SEED) if one.pk not in reviewed]
    vectors = store.themes.vectors(theme.vector_name, [one.pk for one in drawn])
    examples = [(told(one["title"], one["body"]), bool(one["label"])) for one in theme.examples]
    return Lesson(
        told=[told(theme.definition), *(told(word) for word in theme.keywords)],
        positives=[one for one, label in examples if label],
        negatives=[one for one, label in examples if not label],
        drawn=[featured(one, vectors.get(one.pk), weigher) for one in drawn],
        share=theme.share,
    )


def _held_out(
    base: Lesson, features: Sequence[Featured], labels: NDArray[np.bool_], folds: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return what a version says of each text that was learnt from other days' answers."""
    given = np.zeros(len(labels), dtype=bool)
    for fold in sorted(set(folds.tolist())):
        kept = np.flatnonzero(folds != fold)
        lesson = Lesson(
            told=base.told,
            positives=[*base.positives, *(features[int(i)] for i in kept if labels[i])],
            negatives=[*base.negatives, *(features[int(i)] for i in kept if not labels[i])],
            drawn=base.drawn,
            share=base.share,
        )
        topic, _ = learn_topic(lesson)
        out = np.flatnonzero(folds == fold)
        given[out] = topic.score([features[int(i)] for i in out]) >= _CARRIES
    return given


def _count(given: NDArray[np.bool_], actual: NDArray[np.bool_]) -> Counts:
    return Counts(hits=int((given & actual).sum()), given=int(given.sum()), actual=int(actual.sum()))
