"""Whole articles, labelled to their end: how much a window after the first must bring by itself.

The other labels are of a title and a lead. These (`models/labels/whole/`) say for 180 wire articles what
the whole is about, and which themes come only further down (`later`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.label import THEME_IDS
from nlp.scoring.decision import raw_themes, theme_probabilities
from nlp.scoring.engine import Manifest
from nlp.scoring.scorer import Scored, Scorer
from nlp.text import readable
from nlp.training.calibrate import f1_score
from nlp.training.example import read_news
from nlp.training.split import DEVELOPMENT, within

#: Candidates for the discount, in raw score.
_GRID = np.arange(0.0, 3.01, 0.25)
#: Micro-F1 that differs by less is alike: it is flat over a point of raw score and more.
_ALIKE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeArticle:
    """An article with the labels of its whole; `later` are the themes that its beginning doesn't show."""

    title: str
    body: str
    published_on: str
    themes: frozenset[str]
    later: frozenset[str]


def read_whole_articles(labels: Path, news: Path) -> list[WholeArticle]:
    """Join the labels with the texts of the development data; one whose text isn't at hand is left out."""
    rows = map(json.loads, labels.read_text(encoding="utf-8").splitlines())
    by_id = {row["id"]: row for row in rows}
    return [
        WholeArticle(
            title=str(row["title"]),
            body=str(row["body"]),
            published_on=str(row["published_at"])[:10],
            themes=frozenset(by_id[row["id"]]["themes"]),
            later=frozenset(by_id[row["id"]]["later"]),
        )
        for row in read_news(news)
        if row["id"] in by_id
    ]


def held_out(articles: Sequence[WholeArticle], *, development: bool) -> list[WholeArticle]:
    """Return the articles of held-out dates, or the others."""
    return [a for a in articles if within(a.published_on, DEVELOPMENT) == development]


def read_windows(scorer: Scorer, articles: Sequence[WholeArticle]) -> list[Scored]:
    """Score whole articles as the product does."""
    return scorer.score([(readable(a.title), readable(a.body)) for a in articles])


def choose_discount(scored: Sequence[Scored], articles: Sequence[WholeArticle], manifest: Manifest) -> float:
    """Return the discount of later windows with the best micro-F1; of those alike, what finds most."""
    f1 = [
        measure_whole(scored, articles, replace(manifest, later_window_discount=float(value)))["micro_f1"]
        for value in _GRID
    ]
    return float(_GRID[np.array(f1) > max(f1) - _ALIKE][0])


def measure_whole(
    scored: Sequence[Scored], articles: Sequence[WholeArticle], manifest: Manifest
) -> Mapping[str, float]:
    """Return micro-F1, precision and recall over whole articles, and the recall of what comes later."""
    thresholds = np.array([manifest.thresholds[theme] for theme in THEME_IDS])
    raw = np.stack([raw_themes(s.raw, manifest) for s in scored])
    found = theme_probabilities(raw, manifest) >= thresholds
    actual, later = _marks([a.themes for a in articles]), _marks([a.later for a in articles])
    hits = float((found & actual).sum())
    return {
        "n": len(articles),
        "micro_f1": f1_score(found, actual),
        "precision": hits / max(1.0, float(found.sum())),
        "recall": hits / max(1.0, float(actual.sum())),
        "later_recall": float((found & later).sum()) / max(1.0, float(later.sum())),
    }


def _marks(labels: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    return np.array([[theme in themes for theme in THEME_IDS] for themes in labels])
