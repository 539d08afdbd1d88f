"""Why a text is tagged as it is: sentences, windows, models, names that were considered, like examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.annotation import Annotation, Field, Span, Text
from nlp.entities.ambiguity import OWN_FORM, Decision
from nlp.label import THEME_IDS
from nlp.neighbour import Labelled, Neighbour, find_nearest
from nlp.scoring.choice import text_of
from nlp.scoring.decision import discount_windows, raw_themes, temperatures, theme_probabilities
from nlp.scoring.evidence import Sentence, sentences_of, span_of
from nlp.scoring.scorer import Fields, Scored, Scorer
from nlp.tagger import Inspection, Tagger

_N_THEMES = len(THEME_IDS)
_N_NEIGHBOURS = 5
#: Scores are held in single precision.
_ROUNDING = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeReason:
    """How a theme's score came about.

    Attributes:
        theme: its id.
        score: calibrated probability, 0..1.
        threshold: score from which on it is given.
        is_given: whether it is.
        encoder: what the encoder adds to the score's log-odds; None without one.
        words: what the word model adds.
        discount: what is taken off because the strongest window is a later one.
        reviews: what was learnt from corrections adds. `encoder`, `words`, `discount` and `reviews` add up to
            the log-odds.
        window: the strongest window, from 1.
        evidence: the sentences that carry it; empty where it is not given.
        evidence_score: its score in the evidence read alone; None where it is not given.
    """

    theme: str
    score: float
    threshold: float
    is_given: bool
    encoder: float | None
    words: float
    discount: float
    reviews: float
    window: int
    evidence: tuple[Span, ...]
    evidence_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of the text.

    Attributes:
        span: where it stands.
        is_read: false for markup, boilerplate, and everything where no model reads the language.
        scores: the themes it would be given if it were the whole text, and those that the text was given,
            with their scores in it alone, strongest first; none for a stretch that is no sentence.
        evidence_of: the themes whose evidence it is.
    """

    span: Span
    is_read: bool
    scores: Mapping[str, float]
    evidence_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An ambiguous name in the text: the entities it may mean, by what speaks for each, and the choice."""

    span: Span
    support: Mapping[str, float]
    chosen: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An annotation with its reasons; `themes` are all, strongest first."""

    annotation: Annotation
    n_windows: int
    themes: tuple[ThemeReason, ...]
    passages: tuple[Passage, ...]
    forms: tuple[Form, ...]
    neighbours: tuple[Neighbour, ...]


def explain(
    tagger: Tagger, text: Text, *, examples: Sequence[Labelled], n_neighbours: int = _N_NEIGHBOURS
) -> Explanation:
    """Tag a text and say why.

    Args:
        tagger: the models.
        text: what to tag.
        examples: labelled examples in the text's language, for the nearest of them.
        n_neighbours: how many of these to give.
    """
    (annotation,) = tagger.annotate([text])
    inspection = tagger.inspect(text)
    scored, scorer = inspection.scored, inspection.scorer
    forms = tuple(_form(decision) for decision in inspection.decisions if _is_ambiguous(decision))
    if scored is None or scorer is None:
        sentences = sentences_of(inspection.reading)
        passages = tuple(_passages(text, inspection, sentences, [{} for _ in sentences], annotation))
        return Explanation(
            annotation=annotation, n_windows=0, themes=(), passages=passages, forms=forms, neighbours=()
        )
    return Explanation(
        annotation=annotation,
        n_windows=len(scored.raw),
        themes=tuple(_reasons(annotation, scored, scorer)),
        passages=tuple(_scored_passages(text, inspection, scorer, annotation)),
        forms=forms,
        neighbours=tuple(
            find_nearest(
                *inspection.fields,
                examples,
                scorer.words,
                analyzer="character" if text.language.startswith("zh") else "word",
                limit=n_neighbours,
            )
        ),
    )


def _reasons(annotation: Annotation, scored: Scored, scorer: Scorer) -> Iterator[ThemeReason]:
    manifest = scorer.manifest
    weight = manifest.word_weights["themes"]
    discounted = discount_windows(scored.raw, manifest)
    windows = discounted.argmax(0)
    heat = temperatures(manifest)
    evidence = {tag.theme: tag.evidence for tag in annotation.themes}
    alone = _score_alone(scorer, [_evidence_text(spans) for spans in evidence.values()])
    for column in np.argsort(-theme_probabilities(discounted.max(0), manifest)):
        theme, window = THEME_IDS[column], int(windows[column])
        words, encoder = float(scored.words[window, column]), None
        if scored.encoder is not None:
            encoder = float(scored.encoder[window, column] / (1 + weight) / heat[column])
            words *= weight / (1 + weight)
        place = list(evidence).index(theme) if theme in evidence else None
        yield ThemeReason(
            theme=theme,
            score=annotation.scores[theme],
            threshold=manifest.thresholds[theme],
            is_given=theme in evidence,
            encoder=encoder,
            words=words / heat[column],
            discount=float((discounted - scored.raw[:, :_N_THEMES])[window, column] / heat[column]),
            reviews=_learnt(float(scored.raw[window, column] / heat[column]), encoder, words / heat[column]),
            window=window + 1,
            evidence=evidence.get(theme, ()),
            evidence_score=None if place is None else alone[place][theme],
        )


def _learnt(total: float, encoder: float | None, words: float) -> float:
    """Return what neither the encoder nor the word model says of a raw score."""
    rest = total - (encoder or 0.0) - words
    return rest if abs(rest) > _ROUNDING else 0.0


def _evidence_text(spans: Sequence[Span]) -> Fields:
    first, *rest = (span.text for span in spans)
    return first, " ".join(rest)


def _score_alone(scorer: Scorer, texts: Sequence[Fields]) -> list[dict[str, float]]:
    """Return every theme's score in each text as if it were an article."""
    found = []
    for scored in scorer.score(texts):
        scores = theme_probabilities(raw_themes(scored.raw, scorer.manifest), scorer.manifest)
        found.append(dict(zip(THEME_IDS, map(float, scores), strict=True)))
    return found


def _scored_passages(
    text: Text, inspection: Inspection, scorer: Scorer, annotation: Annotation
) -> Iterator[Passage]:
    sentences = sentences_of(inspection.reading)
    alone = _score_alone(scorer, [text_of((sentence,), inspection.fields) for sentence in sentences])
    given = {tag.theme for tag in annotation.themes}
    thresholds = scorer.manifest.thresholds
    scores = [
        {
            theme: score
            for theme, score in sorted(row.items(), key=lambda item: -item[1])
            if score >= thresholds[theme] or theme in given
        }
        for row in alone
    ]
    yield from _passages(text, inspection, sentences, scores, annotation)


def _passages(
    text: Text,
    inspection: Inspection,
    sentences: Sequence[Sentence],
    scores: Sequence[Mapping[str, float]],
    annotation: Annotation,
) -> Iterator[Passage]:
    """Yield the whole text: its sentences, and what stands between them."""
    originals: dict[Field, str] = {"title": text.title, "body": text.body}
    is_scored = inspection.scored is not None
    for (name, original), read in zip(originals.items(), inspection.fields, strict=True):
        end = 0
        for sentence, row in zip(sentences, scores, strict=True):
            if sentence.field == name:
                yield from _between(name, original, read if is_scored else "", end, sentence.start)
                span = span_of(sentence, original)
                carries = tuple(tag.theme for tag in annotation.themes if span in tag.evidence)
                yield Passage(span=span, is_read=is_scored, scores=row, evidence_of=carries)
                end = sentence.end
        yield from _between(name, original, read if is_scored else "", end, len(original))


def _between(field: Field, original: str, read: str, start: int, end: int) -> Iterator[Passage]:
    """Yield a stretch that makes no sentence: too few letters, or not `read` at all."""
    if original[start:end].strip():
        span = Span(field=field, start=start, end=end, text=original[start:end])
        yield Passage(span=span, is_read=bool(read[start:end].strip()), scores={}, evidence_of=())


def _is_ambiguous(decision: Decision) -> bool:
    """Say whether a form was weighed: a sure one has nothing but its own form to speak for it."""
    return tuple(decision.support.values()) != (OWN_FORM,)


def _form(decision: Decision) -> Form:
    ordered = sorted(decision.support.items(), key=lambda item: -item[1])
    return Form(span=decision.span, support=dict(ordered), chosen=decision.chosen)
