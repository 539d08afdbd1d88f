"""The discount of later windows, chosen on whole articles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nlp.label import THEME_IDS
from nlp.scoring.engine import Manifest
from nlp.scoring.scorer import Scored
from nlp.training.whole import WholeArticle, choose_discount, held_out, measure_whole

MANIFEST = Manifest(
    name="test",
    shape=None,
    max_pieces=256,
    later_window_discount=0.0,
    thresholds=dict.fromkeys(THEME_IDS, 0.5),
    temperatures=dict.fromkeys(THEME_IDS, 1.0),
    tone_temperature=1.0,
    tone_bias=(0.0, 0.0, 0.0),
    word_weights={"themes": 0.0, "tone": 0.0, "scope": 0.0},
    relevance={},
    entity_tone={},
    sha256="",
)
AI, IPO = THEME_IDS.index("ai"), THEME_IDS.index("ipo")


def article(themes: set[str], later: set[str], day: str = "2025-02-08") -> WholeArticle:
    return WholeArticle(title="", body="", published_on=day, themes=frozenset(themes), later=frozenset(later))


def scored(first: dict[int, float], second: dict[int, float]) -> Scored:
    raw = np.full((2, 31), -9.0, np.float32)
    for row, values in enumerate((first, second)):
        for column, value in values.items():
            raw[row, column] = value
    return Scored(
        raw=raw,
        n_read=0,
        n_total=0,
        words=raw,
        encoder=None,
        vector=None,
        passes=(),
        predict_alone=lambda _, __: np.zeros((0, 31), np.float32),
    )


def test_a_theme_of_a_later_window_counts_when_it_outweighs_the_discount() -> None:
    texts = [scored({AI: 2.0}, {IPO: 1.0})]
    articles = [article({"ai", "ipo"}, {"ipo"})]
    plain = measure_whole(texts, articles, MANIFEST)
    assert plain == {"n": 1, "micro_f1": 1.0, "precision": 1.0, "recall": 1.0, "later_recall": 1.0}
    strict = measure_whole(texts, articles, replace(MANIFEST, later_window_discount=1.5))
    assert strict == {"n": 1, "micro_f1": 2 / 3, "precision": 1.0, "recall": 0.5, "later_recall": 0.0}


def test_the_discount_keeps_what_is_right_and_drops_what_is_wrong() -> None:
    texts = [scored({AI: 2.0}, {IPO: 2.1}), scored({AI: 2.0}, {IPO: 0.9})]
    articles = [article({"ai", "ipo"}, {"ipo"}), article({"ai"}, set())]
    # Anything above 0.9 drops the wrong one; up to 2.0 the right one is kept, and the least is taken.
    assert choose_discount(texts, articles, MANIFEST) == 1.0


def test_articles_of_held_out_days_stand_apart() -> None:
    both = [article(set(), set(), "2025-02-08"), article(set(), set(), "2025-02-12")]
    assert [a.published_on for a in held_out(both, development=True)] == ["2025-02-12"]
    assert [a.published_on for a in held_out(both, development=False)] == ["2025-02-08"]
