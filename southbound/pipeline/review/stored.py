"""Apply what reviewers taught to what is stored, without the encoder: as further versions, known from now on.

An adjustment adds to the model's log odds, and those are stored: of each theme that a text carries, and of
each that it comes near to (:class:`southbound.store.tag.TagTable`). A theme that is further off stays off
unless the adjustment is so large that it may carry it over; that can't be told then, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Annotation, ThemeTag
from nlp.label import THEME_IDS
from nlp.review.adjustment import find_evidence, group_of
from nlp.review.residual import Heard, Residual, adjust_scores
from nlp.script import has_han
from nlp.tagger import fields_of
from nlp.topics.feature import Featured, TermWeigher, halve
from nlp.topics.linear import LinearClassifier
from southbound.pipeline.review.effect import refresh_tagged
from southbound.pipeline.tag import finder_of, text_of
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.model_name import ADJUSTED_MARK
from southbound.store.tag import StoredTagging
from southbound.store.tag_score import TagScores

_BATCH = 256
Classifiers = Mapping[str, LinearClassifier]
Matrix = NDArray[np.float64]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is applied.

    Attributes:
        base_model: that it corrects.
        classifiers: of it, by language.
        by_version: those of every version, for texts that an earlier one has adjusted.
        thresholds: of the base model, by language.
        weigher: of terms.
        vector_name: names the vectors that it reads.
    """

    base_model: str
    classifiers: Classifiers
    by_version: Mapping[int, Classifiers]
    thresholds: Mapping[str, Mapping[str, float]]
    weigher: TermWeigher
    vector_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """A text whose tags change: the themes that it carries from now on, and the scores of those nearby."""

    scores: TagScores
    residual: Residual
    added: tuple[ThemeTag, ...]


@dataclass(slots=True, kw_only=True)
class Applied:
    """What became of the stored texts.

    Attributes:
        n_texts: tagged by the model.
        n_open: of those, texts of which it can't be told whether they carry a further theme, as the scores
            below the threshold, or the vector, weren't kept when they were tagged.
        n_added: themes more.
        n_removed: themes less.
        n_rescored: texts that carry the same themes, with other scores.
        changed: the texts that get a version.
        last: key of the last tagging that was looked at.
    """

    n_texts: int = 0
    n_open: int = 0
    n_added: int = 0
    n_removed: int = 0
    n_rescored: int = 0
    changed: list[Adjusted]
    last: int = 0


def plan_stored(
    store: Store,
    lesson: Lesson,
    *,
    above: int = 0,
    only: Collection[int] | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Applied:
    """Work out what becomes of what was said of texts by taggings with a key above one; nothing is stored.

    `only` names the keys of the texts that are asked for.
    """
    applied = Applied(changed=[], last=above)
    finder = finder_of(store)
    for batch in _batches(store.tag_scores.latest(lesson.base_model, above=above, only=only)):
        texts = {one.pk: one for one in store.articles.by_keys(scores.article_pk for scores in batch)}
        vectors = store.themes.vectors(lesson.vector_name, list(texts))
        for scores in batch:
            text = texts[scores.article_pk]
            fields = fields_of(text_of(text, finder))
            vector = None if has_han(fields[0]) else vectors.get(text.pk)
            features = Featured(vector=halve(vector), terms=lesson.weigher.weigh(*fields))
            applied.last = max(applied.last, scores.tagging_pk)
            _note(applied, _adjust(lesson, text, scores, features, fields))
        on_progress(len(batch))
    return applied


def store_planned(store: Store, applied: Applied, *, base_model: str, version: int, at: datetime) -> None:
    """Add the versions that were worked out, and what reviewers said on top; in the caller's transaction."""
    model = f"{base_model}{ADJUSTED_MARK}{version}"
    for part in _batches(applied.changed):
        texts = {one.pk: one for one in store.articles.by_keys(one.scores.article_pk for one in part)}
        for one in part:
            text = texts[one.scores.article_pk]
            tagging = next(tag for tag in store.tags.of_article(text) if tag.model == one.scores.model)
            store.tags.add([(text, _annotation(text, tagging, one, model))], tagged_at=at)
        refresh_tagged(store, texts.values(), at)


def _adjust(
    lesson: Lesson, text: StoredArticle, scores: TagScores, features: Featured, fields: tuple[str, str]
) -> Adjusted | None:
    """Return what becomes of one text; None where the lesson says nothing of it."""
    group = group_of(text.language)
    was = lesson.by_version.get(scores.version, {}).get(group)
    now = lesson.classifiers.get(group)
    if not scores.is_scored or (was is None and now is None):
        return None
    added = _decide(now, features) - _decide(was, features)
    # The encoder's vector is as much a part of the lesson as the words.
    is_whole = features.vector is not None or group == "zh" or has_han(fields[0])
    if not is_whole:
        return Adjusted(scores=scores, residual=_nothing_known(scores), added=())
    heard = Heard(given=scores.given, near=scores.near, has_near=scores.has_near)
    residual = adjust_scores(
        heard, dict(zip(THEME_IDS, added.tolist(), strict=True)), lesson.thresholds[group]
    )
    tags = tuple(
        ThemeTag(
            theme=theme,
            score=residual.given[theme],
            evidence=(find_evidence(text.title, text.body, now, lesson.weigher, theme),),
        )
        for theme in residual.given
        if theme not in scores.given and now is not None
    )
    return Adjusted(scores=scores, residual=residual, added=tags)


def _decide(classifier: LinearClassifier | None, features: Featured) -> Matrix:
    if classifier is None:
        return np.zeros(len(THEME_IDS))
    found: Matrix = classifier.decide([features])[0]
    return found


def _nothing_known(scores: TagScores) -> Residual:
    return Residual(given=scores.given, near=scores.near, is_open=True)


def _note(applied: Applied, one: Adjusted | None) -> None:
    applied.n_texts += 1
    if one is None:
        return
    before, after = one.scores.given, one.residual.given
    applied.n_open += one.residual.is_open
    applied.n_added += len(after.keys() - before.keys())
    applied.n_removed += len(before.keys() - after.keys())
    is_same = before.keys() == after.keys()
    if is_same and all(round(after[key], 4) == round(before[key], 4) for key in before):
        return
    applied.n_rescored += is_same
    applied.changed.append(one)


def _annotation(text: StoredArticle, tagging: StoredTagging, one: Adjusted, model: str) -> Annotation:
    return Annotation(
        language=text.language,
        hk_china=tagging.hk_china,
        themes=tuple(sorted(_themes(tagging, one), key=lambda tag: -tag.score)),
        entities=tagging.entities,
        tone=tagging.tone,
        scores={**one.residual.near, **one.residual.given},
        model=model,
        tokens=tagging.tokens,
    )


def _themes(tagging: StoredTagging, one: Adjusted) -> Iterator[ThemeTag]:
    kept: Sequence[ThemeTag] = [tag for tag in tagging.themes if tag.theme in one.residual.given]
    for tag in kept:
        yield ThemeTag(theme=tag.theme, score=one.residual.given[tag.theme], evidence=tag.evidence)
    yield from one.added


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    source = iter(items)
    while batch := list(islice(source, _BATCH)):
        yield batch
