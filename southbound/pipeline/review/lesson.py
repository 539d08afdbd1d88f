"""Gather what reviewers have said of themes, as something to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.label import THEME_IDS
from nlp.review.adjustment import Reviewed, feature_of, group_of
from nlp.review.change import VERDICTS
from nlp.review.standing import standing
from nlp.scoring.decision import needed_scores, raw_themes, temperatures
from nlp.scoring.scorer import Scored
from nlp.tagger import Tagger
from nlp.topics.feature import Featured, TermWeigher
from southbound.pipeline.tag import finder_of, text_of
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.review import Correction, CorrectionQuery

_COLUMN = {theme: column for column, theme in enumerate(THEME_IDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said last of a theme of a text; `is_judged` where the item was drawn, not met in passing."""

    article: StoredArticle
    theme: str
    label: bool
    is_judged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLesson:
    """The reviewed texts of one language, in the order of their days.

    Attributes:
        language: "en" or "zh".
        reviewed: the texts, the model's word and the reviewers'.
        judged: which answers measure: those of drawn items (n, 27).
        needed: log odds (27,) from which on a theme is given.
        days: of each text.
    """

    language: str
    reviewed: Reviewed
    judged: NDArray[np.bool_]
    needed: NDArray[np.float64]
    days: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredText:
    """A text as the model scores it: its features and calibrated log odds; None where no scorer reads it."""

    features: Featured
    log_odds: NDArray[np.float64]
    needed: NDArray[np.float64]
    scored: Scored


def read_verdicts(store: Store) -> list[Verdict]:
    """Return what stands of what was said of themes; of two words on one the later counts.

    An article that was read as a whole answers for every theme of the catalogue.
    """
    found: dict[tuple[int, str], Verdict] = {}
    articles: dict[str, dict[int, StoredArticle]] = {}
    for row in standing(store.corrections.find(CorrectionQuery())):
        texts = articles.setdefault(
            row.article_id, {one.pk: one for one in store.articles.revisions(row.article_id)}
        )
        for verdict in _verdicts_of(row, texts[row.article_pk], found):
            found[row.article_pk, verdict.theme] = verdict
    return list(found.values())


def _verdicts_of(
    row: Correction,
    article: StoredArticle,
    found: dict[tuple[int, str], Verdict],
) -> Iterator[Verdict]:
    if row.change.kind in VERDICTS:
        yield Verdict(
            article=article,
            theme=row.change.theme,
            label=VERDICTS[row.change.kind],
            is_judged=row.draw_pk is not None,
        )
    if row.change.kind == "checked":
        themes = set(row.old_value.get("themes", ()))
        for theme in THEME_IDS:
            said = found.get((article.pk, theme))
            yield Verdict(
                article=article, theme=theme, label=said.label if said else theme in themes, is_judged=True
            )


def score_text(
    store: Store, tagger: Tagger, weigher: TermWeigher, articles: Iterable[StoredArticle]
) -> Iterator[tuple[StoredArticle, ScoredText]]:
    """Yield articles as the model scores them; those in a language that nothing scores are left out."""
    finder = finder_of(store)
    for article in articles:
        inspected = tagger.inspect(text_of(article, finder))
        if inspected.scored is None or inspected.scorer is None:
            continue
        manifest = inspected.scorer.manifest
        scale = temperatures(manifest)
        yield (
            article,
            ScoredText(
                features=feature_of(inspected.fields, inspected.scored, weigher),
                log_odds=raw_themes(inspected.scored.raw, manifest) / scale,
                needed=needed_scores(manifest) / scale,
                scored=inspected.scored,
            ),
        )


def make_lessons(verdicts: Sequence[Verdict], scored: dict[int, ScoredText]) -> list[ReviewLesson]:
    """Put the verdicts on the catalogue's themes into lessons, one a language."""
    articles = {one.article.pk: one.article for one in verdicts if one.theme in _COLUMN}
    ordered = sorted(
        (one for key, one in articles.items() if key in scored), key=lambda one: (day_of(one), one.pk)
    )
    lessons = []
    for language in ("en", "zh"):
        chosen = [one for one in ordered if group_of(one.language) == language]
        if chosen:
            lessons.append(_lesson(language, chosen, verdicts, scored))
    return lessons


def _lesson(
    language: str,
    articles: Sequence[StoredArticle],
    verdicts: Sequence[Verdict],
    scored: dict[int, ScoredText],
) -> ReviewLesson:
    row_of = {article.pk: row for row, article in enumerate(articles)}
    labels = np.full((len(articles), len(THEME_IDS)), np.nan)
    judged = np.zeros(labels.shape, dtype=bool)
    for one in verdicts:
        if one.article.pk in row_of and one.theme in _COLUMN:
            place = row_of[one.article.pk], _COLUMN[one.theme]
            labels[place], judged[place] = float(one.label), one.is_judged
    return ReviewLesson(
        language=language,
        reviewed=Reviewed(
            features=[scored[one.pk].features for one in articles],
            log_odds=np.array([scored[one.pk].log_odds for one in articles]),
            labels=labels,
        ),
        judged=judged,
        needed=scored[articles[0].pk].needed,
        days=[day_of(one) for one in articles],
    )


def day_of(article: StoredArticle) -> str:
    """Return the day that an article claims to be of, else the one on which it was known."""
    return (article.published_at or article.known_at).date().isoformat()
