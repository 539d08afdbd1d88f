"""An adjustment applied to what is stored: as tagging anew with it would say, from then on, and only then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import make_article
from nlp.annotation import Annotation
from nlp.entities.catalogue import Catalogue
from nlp.label import THEME_IDS
from nlp.review.adjustment import Adjustment
from nlp.review.residual import Heard, adjust_scores, move
from nlp.scoring.engine import read_manifest
from nlp.scoring.scorer import EncoderScorer, Scorer, WordScorer
from nlp.tagger import Tagger
from nlp.topics.feature import TermWeigher
from nlp.topics.linear import LinearClassifier
from southbound.error import UsageError
from southbound.pipeline.review.stored import Applied, Lesson, plan_stored, store_planned
from southbound.pipeline.review.train import Cost, Proposal, accept
from southbound.pipeline.tag import finder_of, tag_store, text_of
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle

NOBODY = Catalogue(entities={}, by_listing={})
SEEN = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
TITLES = ("Hang Seng rises on robots", "Banks fall", "騰訊上升", "香港樓市回落")
WEIGHER = TermWeigher({})


def classifier(levels: dict[str, float]) -> LinearClassifier:
    """Add levels to themes, whatever the text."""
    bias = np.zeros(len(THEME_IDS))
    for theme, level in levels.items():
        bias[THEME_IDS.index(theme)] = level
    return LinearClassifier(
        vectors=np.zeros((768, len(bias))),
        terms={},
        words=np.zeros((1, len(bias))),
        bias=bias,
        vector_bias=np.zeros(len(bias)),
    )


@pytest.fixture
def scorers(tiny_model: Path, tiny_chinese_model: Path) -> Iterator[list[Scorer]]:
    made: list[Scorer] = [
        EncoderScorer(tiny_model, precision="float32", n_threads=1, max_windows=2),
        WordScorer(tiny_chinese_model, max_windows=2),
    ]
    yield made
    for scorer in made:
        scorer.close()


@pytest.fixture
def store(tmp_path: Path, scorers: list[Scorer]) -> Iterator[Store]:
    tagger = Tagger(scorers, NOBODY)
    with open_store(tmp_path / "news.db") as opened:
        for number, title in enumerate(TITLES):
            language = "en" if title.isascii() else "zh-Hant"
            article = make_article(
                title=title, body="", publisher="Harbour Times", article_id=f"a{number}", language=language
            )
            with opened.transaction():
                opened.articles.add([article], seen_at=SEEN + timedelta(minutes=number), basis="seen")

        def keep_vectors(
            articles: Sequence[StoredArticle], annotations: Sequence[Annotation], _: datetime
        ) -> None:
            vectors = {
                article.pk: one.vector
                for article, one in zip(articles, annotations, strict=True)
                if one.vector is not None
            }
            opened.themes.add_vectors(tagger.vector_name, vectors)

        tag_store(opened, tagger, on_tagged=keep_vectors)
        yield opened


def lesson_of(tagger: Tagger, folders: tuple[Path, Path], levels: dict[str, float]) -> Lesson:
    english, chinese = folders
    learnt = {"en": classifier(levels), "zh": classifier(levels)}
    return Lesson(
        base_model=tagger.model,
        classifiers=learnt,
        by_version={},
        thresholds={"en": read_manifest(english).thresholds, "zh": read_manifest(chinese).thresholds},
        weigher=WEIGHER,
        vector_name=tagger.vector_name,
    )


def apply(store: Store, lesson: Lesson, *, at: datetime) -> tuple[Applied, int]:
    planned = plan_stored(store, lesson)
    with store.transaction():
        version = store.adjustments.add({}, {}, base_model=lesson.base_model, reviewer="ann", at=at)
        store.adjustments.use(version, reviewer="ann", at=at)
        store_planned(store, planned, base_model=lesson.base_model, version=version, at=at)
    return planned, version


def themes(store: Store, as_of: datetime | None = None) -> dict[str, dict[str, float]]:
    return {
        one.article_id: {tag.theme: round(tag.score, 2) for tag in one.themes}
        for one in store.tags.known_between(*EVER, as_of=as_of)
    }


def test_it_says_what_tagging_anew_says_and_the_past_stays(
    store: Store, scorers: list[Scorer], tiny_model: Path, tiny_chinese_model: Path
) -> None:
    plain = Tagger(scorers, NOBODY)
    before = themes(store)
    levels = {"ai": -9.0, "diversification": 0.4}
    lesson = lesson_of(plain, (tiny_model, tiny_chinese_model), levels)
    at = datetime.now(tz=UTC) + timedelta(hours=1)
    planned, version = apply(store, lesson, at=at)
    adjusted = Tagger(
        scorers,
        NOBODY,
        adjustment=Adjustment(
            name=f"adjusted@{version}", classifiers=lesson.classifiers, weigher=lesson.weigher
        ),
    )
    finder = finder_of(store)
    articles = [store.articles.revisions(f"a{number}")[0] for number in range(len(TITLES))]
    anew = adjusted.annotate([text_of(article, finder) for article in articles])
    expected = {
        article.article_id: {tag.theme: round(tag.score, 2) for tag in one.themes}
        for article, one in zip(articles, anew, strict=True)
    }
    assert themes(store) == expected != before
    assert themes(store, as_of=at) == before
    assert planned.n_texts == len(TITLES)
    assert planned.n_open == 0
    assert store.articles.untagged(adjusted.model) == 0
    later = make_article(title="New", body="", publisher="Harbour Times", article_id="b")
    with store.transaction():
        store.articles.add([later], seen_at=at, basis="seen")
    waiting = store.articles.next_untagged(adjusted.model, after_pk=0, limit=9)
    assert [one.article_id for one in waiting] == ["b"]
    assert store.check() == []


def proposal_of(store: Store, lesson: Lesson) -> Proposal:
    cost = Cost(
        seconds=1.0, ms_per_text=0.1, n_latest=5, n_changed=1, n_added=0, n_removed=1, n_unlike=0, n_stored=5,
        seconds_to_apply=0.1,
    )  # fmt: skip
    return Proposal(
        base_model=lesson.base_model,
        n_verdicts=9,
        languages=(),
        classifiers=lesson.classifiers,
        own=(),
        cost=cost,
        lesson=lesson,
        n_uses=len(store.adjustments.uses()),
    )


def test_of_two_that_were_learnt_at_once_only_one_is_taken_into_use(
    store: Store, scorers: list[Scorer], tiny_model: Path, tiny_chinese_model: Path
) -> None:
    lesson = lesson_of(Tagger(scorers, NOBODY), (tiny_model, tiny_chinese_model), {"ai": -9.0})
    first, second = proposal_of(store, lesson), proposal_of(store, lesson)
    assert accept(store, first, reviewer="ann") is not None
    shown = themes(store)
    with pytest.raises(UsageError, match="was taken into use or back since"):
        accept(store, second, reviewer="bob")
    assert themes(store) == shown
    assert len(store.adjustments.all()) == 1


def test_what_is_stopped_while_it_is_applied_changes_nothing(
    store: Store,
    scorers: list[Scorer],
    tiny_model: Path,
    tiny_chinese_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lesson = lesson_of(Tagger(scorers, NOBODY), (tiny_model, tiny_chinese_model), {"ai": -9.0})
    before, real, calls = themes(store), store.tags.add, iter([False, False, True])

    def add(tagged: Iterable[tuple[StoredArticle, Annotation]], *, tagged_at: datetime) -> int:
        if next(calls):
            raise KeyboardInterrupt
        return real(tagged, tagged_at=tagged_at)

    with monkeypatch.context() as patched:
        patched.setattr(store.tags, "add", add)
        with pytest.raises(KeyboardInterrupt):
            accept(store, proposal_of(store, lesson), reviewer="ann")
    assert themes(store) == before
    assert (store.adjustments.all(), store.adjustments.uses()) == ([], [])
    assert accept(store, proposal_of(store, lesson), reviewer="ann") is not None
    assert themes(store) != before


def test_a_text_whose_vector_was_not_kept_is_left_and_counted(
    store: Store, scorers: list[Scorer], tiny_model: Path, tiny_chinese_model: Path
) -> None:
    lesson = lesson_of(Tagger(scorers, NOBODY), (tiny_model, tiny_chinese_model), {"ai": -9.0})
    without = Lesson(
        base_model=lesson.base_model,
        classifiers=lesson.classifiers,
        by_version={},
        thresholds=lesson.thresholds,
        weigher=WEIGHER,
        vector_name="another encoder's",
    )
    planned = plan_stored(store, without)
    assert planned.n_open == sum(title.isascii() for title in TITLES)
    assert {one.scores.article_pk for one in planned.changed} == {3, 4}


@given(given_score=st.floats(0.5, 1.0), near=st.floats(0.1, 0.49), added=st.floats(-20.0, 20.0))
def test_what_is_added_moves_a_score_that_way(given_score: float, near: float, added: float) -> None:
    heard = Heard(given={"ai": given_score}, near={"ipo": near}, has_near=True)
    after = adjust_scores(heard, {"ai": added, "ipo": added}, {"ai": 0.5, "ipo": 0.5})
    assert ("ai" in after.given) == (move(given_score, added) >= 0.5)
    assert ("ipo" in after.given) == (move(near, added) >= 0.5)
    assert not after.is_open
    assert (move(near, added) - near) * added >= -1e-9


@pytest.mark.parametrize(
    ("has_near", "added", "is_open"),
    [(True, 1.0, False), (True, 3.0, True), (False, 0.1, True), (False, -1.0, False)],
)
def test_a_theme_whose_score_was_not_kept_is_open_where_it_may_be_carried_over(
    *, has_near: bool, added: float, is_open: bool
) -> None:
    heard = Heard(given={}, near={}, has_near=has_near)
    assert adjust_scores(heard, {"ai": added}, {"ai": 0.5}).is_open is is_open
