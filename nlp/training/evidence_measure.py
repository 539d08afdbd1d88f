"""Measure whether evidence stands alone: `python -m nlp.training.evidence_measure --data DATA`.

Each theme's evidence is taken out of its text and tagged as a text of its own: does it still carry the
theme? Asked of the held-out items, and of whole news drawn from the development data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.annotation import Span, Text
from nlp.entities.catalogue import Catalogue
from nlp.label import THEME_IDS
from nlp.tagger import Tagger
from nlp.training.data import read_split
from nlp.training.example import NEWS_FILES
from nlp.training.load import load_scorer, read_language

_SEED = 20250211


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuality:
    """How often evidence carries its theme when it is read alone; shares are 0..1.

    Attributes:
        n_texts: texts read.
        n_tags: themes given to them.
        single: share of the tags of which one sentence of the evidence carries the theme as a title.
        together: the same of all the evidence: its first sentence as the title, the second as the body.
        as_body: the same of all the evidence as a body without a title.
        one_sentence: share of the tags whose evidence is one sentence.
        by_theme: for each theme its tags, and the share of those that `together` counts.
    """

    n_texts: int
    n_tags: int
    single: float
    together: float
    as_body: float
    one_sentence: float
    by_theme: dict[str, tuple[int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A theme's evidence in a text of some language."""

    theme: str
    language: str
    evidence: tuple[Span, ...]


def measure_evidence(tagger: Tagger, texts: Sequence[Text]) -> EvidenceQuality:
    """Tag texts, then the evidence of each theme alone.

    Raises:
        ValueError: no text carries a theme.
    """
    cases = [
        _Case(theme=tag.theme, language=annotation.language, evidence=tag.evidence)
        for annotation in tagger.annotate(texts)
        for tag in annotation.themes
    ]
    if not cases:
        raise ValueError("no text carries a theme: there is no evidence to measure")
    quotes = [[span.text for span in case.evidence] for case in cases]
    together = _carry(tagger, cases, [(first, " ".join(rest)) for first, *rest in quotes])
    last = _carry(tagger, cases, [(quote[-1], "") for quote in quotes])
    first = _carry(tagger, cases, [(quote[0], "") for quote in quotes])
    as_body = _carry(tagger, cases, [("", " ".join(quote)) for quote in quotes])
    return EvidenceQuality(
        n_texts=len(texts),
        n_tags=len(cases),
        single=_share([a or b for a, b in zip(first, last, strict=True)]),
        together=_share(together),
        as_body=_share(as_body),
        one_sentence=_share([len(quote) == 1 for quote in quotes]),
        by_theme=_by_theme(cases, together),
    )


def _carry(tagger: Tagger, cases: Sequence[_Case], texts: Sequence[tuple[str, str]]) -> list[bool]:
    """Say of each piece of evidence, laid out as a title and a body, whether it is given its theme."""
    annotations = tagger.annotate(
        Text(title=title, body=body, language=case.language)
        for case, (title, body) in zip(cases, texts, strict=True)
    )
    return [
        case.theme in {tag.theme for tag in annotation.themes}
        for case, annotation in zip(cases, annotations, strict=True)
    ]


def _by_theme(cases: Sequence[_Case], carried: Sequence[bool]) -> dict[str, tuple[int, float]]:
    found = {
        theme: [ok for c, ok in zip(cases, carried, strict=True) if c.theme == theme] for theme in THEME_IDS
    }
    return {theme: (len(oks), _share(oks)) for theme, oks in found.items() if oks}


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def draw_news(news: Path, *, language: str, n_texts: int) -> list[Text]:
    """Draw whole articles of a language ("en" or "zh") from the development data's news."""
    texts = []
    for name in NEWS_FILES:
        with gzip.open(news / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["language"].startswith(language)]
        texts += [
            Text(title=row["title"], body=row.get("body") or "", language=row["language"]) for row in rows
        ]
    return random.Random(_SEED).sample(texts, min(n_texts, len(texts)))  # noqa: S311 - drawing is no secret


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="development data (labelled/, news/)")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--model", type=Path, default=Path("models/english"), help="or models/chinese")
    parser.add_argument("--articles", type=int, default=600, help="whole articles to draw from the news")
    arguments = parser.parse_args()
    language = read_language(arguments.model)
    split = read_split(arguments.data, arguments.models, language=language)
    held_out = [Text(title=e.title, body=e.lead, language=e.language) for e in split.development]
    drawn = draw_news(arguments.data / "news", language=language, n_texts=arguments.articles)
    tagger = Tagger([load_scorer(arguments.model)], Catalogue(entities={}, by_listing={}))
    try:
        qualities = {
            name: measure_evidence(tagger, texts)
            for name, texts in (("held-out items", held_out), ("news", drawn))
        }
    finally:
        tagger.close()
    print("\n".join(evidence_table(qualities)))  # noqa: T201 - the tables are what was asked for


def evidence_table(qualities: dict[str, EvidenceQuality]) -> list[str]:
    """Return two Markdown tables: the shares, and by theme those of all the evidence."""
    lines = ["| texts | n | themes | one sentence | a sentence alone | all of it | as a body |"]
    lines += ["|---|--:|--:|--:|--:|--:|--:|"]
    for name, quality in qualities.items():
        shares = (quality.one_sentence, quality.single, quality.together, quality.as_body)
        cells = " | ".join(f"{share:.3f}" for share in shares)
        lines += [f"| {name} | {quality.n_texts} | {quality.n_tags} | {cells} |"]
    lines += ["", "| theme | " + " | ".join(f"{name}, share" for name in qualities) + " |"]
    lines += ["|---|" + "--:|" * len(qualities)]
    for theme in THEME_IDS:
        found = [quality.by_theme.get(theme) for quality in qualities.values()]
        cells = " | ".join(f"{case[1]:.2f} of {case[0]}" if case else "" for case in found)
        lines += [f"| {theme} | {cells} |"]
    return lines


if __name__ == "__main__":
    main()
