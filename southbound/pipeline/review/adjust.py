"""The model in use: the shipped one with the adjustment that was accepted last, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from nlp.review.adjustment import Adjustment, from_content
from nlp.tagger import Tagger
from nlp.topics.linear import LinearClassifier
from nlp.topics.vector import weigher_from_models
from southbound.error import UsageError
from southbound.pipeline.review.effect import refresh
from southbound.pipeline.review.queue import read_thresholds
from southbound.pipeline.review.stored import Lesson
from southbound.pipeline.tag import make_tagger
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.adjustment import StoredAdjustment
from southbound.store.model_name import ADJUSTED_MARK, BACK_MARK


def make_tagger_in_use(store: Store, settings: Settings) -> Tagger:
    """Load the model that the settings name, with what reviewers have taught it where that was accepted.

    An adjustment that was learnt beside another model is left out: its numbers mean nothing there.

    Raises:
        NlpError: a model can't be used.
    """
    return make_tagger_with(settings, store.adjustments.in_use())


def make_tagger_with(settings: Settings, stored: StoredAdjustment | None) -> Tagger:
    """Load the model that the settings name with an adjustment, where it was learnt beside that model.

    Raises:
        NlpError: a model can't be used.
    """
    if stored is None:
        return make_tagger(settings)
    plain = make_tagger(settings)
    if plain.model != stored.base_model:
        return plain
    plain.close()
    tag = settings.tag
    folders = tag.folder_of(tag.model), tag.folder_of(tag.chinese_model)
    adjustment = Adjustment(
        name=f"{ADJUSTED_MARK}{stored.version}".lstrip("+"),
        classifiers=from_content(stored.content),
        weigher=weigher_from_models(*folders),
    )
    return make_tagger(settings, adjustment=adjustment)


def lesson_of(
    store: Store,
    settings: Settings,
    *,
    base_model: str,
    vector_name: str,
    classifiers: Mapping[str, LinearClassifier],
) -> Lesson:
    """Gather what it takes to apply classifiers to what is stored."""
    tag = settings.tag
    return Lesson(
        base_model=base_model,
        classifiers=classifiers,
        by_version={one.version: from_content(one.content) for one in store.adjustments.all()},
        thresholds=read_thresholds(settings),
        weigher=weigher_from_models(tag.folder_of(tag.model), tag.folder_of(tag.chinese_model)),
        vector_name=vector_name,
    )


def revert(store: Store, *, reviewer: str, at: datetime | None = None) -> tuple[int, int]:
    """Use the model as it is shipped again, and show what it said wherever it has said anything.

    Returns:
        The version that is no longer in use, and how many articles are shown as before. What only the
        adjusted model has tagged is tagged anew by `southbound tag`.

    Raises:
        UsageError: no adjustment is in use.
    """
    stored = store.adjustments.in_use()
    if stored is None:
        raise UsageError("no adjustment is in use: the model is as it is shipped")
    now = at or datetime.now(tz=UTC)
    with store.transaction():
        number = store.adjustments.use(None, reviewer=reviewer, at=now)
        pairs = store.adjustments.tagged_by(f"{stored.base_model}{ADJUSTED_MARK}{stored.version}")
        back = 0
        for article_id, article_pk in pairs:
            back += _put_back(store, article_id, article_pk, stored.base_model, number, now)
    return stored.version, back


def _put_back(
    store: Store, article_id: str, article_pk: int, base_model: str, number: int, at: datetime
) -> int:
    if not store.adjustments.copy_tagging(article_pk, base_model, f"{base_model}{BACK_MARK}{number}", at=at):
        return 0
    refresh(store, article_id, at=at)
    return 1
