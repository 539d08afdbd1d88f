"""Tag texts: entities from the gazetteer, themes, tone and scope from the language's scorer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nlp.annotation import Annotation, EntityTag, Field, Span, Text, ThemeTag, TokenCount, Tone
from nlp.catalogue import Catalogue
from nlp.engine import Manifest
from nlp.evidence import Sentence, sentences_of, span_of
from nlp.gazetteer import Gazetteer, Reading
from nlp.label import THEME_IDS, TONES
from nlp.relevance import describe_mentions, weigh
from nlp.scorer import Fields, Scored, Scorer
from nlp.text import readable

_N_THEMES = len(THEME_IDS)
_BATCH_TEXTS = 64
#: Later windows weigh less in tone and scope: an item says early what it is about.
_LATER_WEIGHT = 0.25

Scores = NDArray[np.float32]


_Batch = Sequence[tuple[Text, Fields]]
_Results = dict[int, tuple[Scored, Manifest]]
_Waiting = tuple[_Batch, Future[_Results]]


class Tagger:
    """Tags texts in batches.

    Args:
        scorers: one for each group of languages; a text in another language gets entities only.
        catalogue: the entities to link.
    """

    def __init__(self, scorers: Sequence[Scorer], catalogue: Catalogue) -> None:
        self._scorers = scorers
        self._gazetteer = Gazetteer(catalogue)
        self._catalogue = catalogue

    @property
    def model(self) -> str:
        """Names and versions of the models, as they stand beside every tag."""
        return "+".join(scorer.manifest.name for scorer in self._scorers)

    def annotate(self, texts: Iterable[Text]) -> Iterator[Annotation]:
        """Yield one annotation for each text, in order; memory stays flat.

        While a batch is linked and laid out, the next one already runs through the encoder.
        """
        source = iter(texts)
        with ThreadPoolExecutor(1, thread_name_prefix="scorer") as ahead:
            waiting = self._submit(ahead, source)
            while waiting is not None:
                batch, future = waiting
                waiting = self._submit(ahead, source)
                yield from self._annotations(batch, future.result())

    def close(self) -> None:
        """Free what the scorers hold."""
        for scorer in self._scorers:
            scorer.close()

    def _submit(self, ahead: Executor, source: Iterator[Text]) -> _Waiting | None:
        """Take the next texts and have them scored in the background; None when there are no more."""
        batch = [(text, (readable(text.title), readable(text.body))) for text in islice(source, _BATCH_TEXTS)]
        return (batch, ahead.submit(self._score, batch)) if batch else None

    def _score(self, batch: _Batch) -> _Results:
        results: _Results = {}
        for scorer in self._scorers:
            chosen = [i for i, (text, _) in enumerate(batch) if text.language in scorer.languages]
            for index, result in zip(chosen, scorer.score([batch[i][1] for i in chosen]), strict=True):
                results[index] = result, scorer.manifest
        return results

    def _annotations(self, batch: _Batch, results: _Results) -> Iterator[Annotation]:
        for index, (text, fields) in enumerate(batch):
            yield self._annotation(text, fields, results.get(index))

    def _annotation(self, text: Text, fields: Fields, scored: tuple[Scored, Manifest] | None) -> Annotation:
        reading = self._gazetteer.read(*fields, language=text.language)
        if scored is None:
            return self._entities_only(text, reading)
        result, manifest = scored
        themes = _theme_scores(result.raw[:, :_N_THEMES], manifest)
        return Annotation(
            language=text.language,
            hk_china=float(_sigmoid(_blend(result.raw[:, -1:]))[0]),
            themes=tuple(_theme_tags(text, reading, result, themes, manifest)),
            entities=tuple(self._entity_tags(text, reading)),
            tone=_tone(_softmax(_blend(result.raw[:, _N_THEMES:-1]) / manifest.tone_temperature)),
            scores={theme: float(score) for theme, score in zip(THEME_IDS, themes, strict=True)},
            model=self.model,
            tokens=TokenCount(read=result.n_read, total=result.n_total),
        )

    def _entities_only(self, text: Text, reading: Reading) -> Annotation:
        """Annotate a text in a language that no scorer reads: no theme, no tone, no scope."""
        return Annotation(
            language=text.language,
            hk_china=0.0,
            themes=(),
            entities=tuple(self._entity_tags(text, reading)),
            tone=Tone(label=0, negative=0.0, neutral=1.0, positive=0.0),
            scores=dict.fromkeys(THEME_IDS, 0.0),
            model=self.model,
            tokens=TokenCount(read=0, total=len(reading.title) + len(reading.body)),
        )

    def _entity_tags(self, text: Text, reading: Reading) -> list[EntityTag]:
        originals: dict[Field, str] = {"title": text.title, "body": text.body}
        linked = self._gazetteer.link(reading, originals)
        total = sum(map(len, linked.values()))
        tags = [self._entity_tag(key, spans, total, text) for key, spans in linked.items()]
        return sorted(tags, key=lambda tag: -tag.relevance)

    def _entity_tag(self, entity_id: str, mentions: tuple[Span, ...], total: int, text: Text) -> EntityTag:
        entity = self._catalogue.entities[entity_id]
        features = describe_mentions(
            mentions, n_mentions=total, title_chars=len(text.title), body_chars=len(text.body)
        )
        return EntityTag(
            entity_id=entity_id,
            name=entity.name,
            type=entity.type,
            tickers=entity.tickers(text.published_on),
            relevance=weigh(features, self._scorers[0].manifest.relevance),
            linked=True,
            mentions=mentions,
        )


def _theme_scores(raw: Scores, manifest: Manifest) -> NDArray[np.float64]:
    """Return the text's probabilities: its strongest window counts, a later one with a discount."""
    discount = np.where(np.arange(len(raw)) > 0, manifest.later_window_discount, 0.0)
    temperatures = np.array([manifest.temperatures[theme] for theme in THEME_IDS])
    return _sigmoid((raw - discount[:, None]).max(0) / temperatures)


def _theme_tags(
    text: Text, reading: Reading, result: Scored, themes: NDArray[np.float64], manifest: Manifest
) -> Iterator[ThemeTag]:
    """Yield the themes at or above their threshold, strongest first, each with its strongest sentence."""
    chosen = [int(i) for i in np.argsort(-themes) if themes[i] >= manifest.thresholds[THEME_IDS[i]]]
    if not chosen:
        return
    sentences = sentences_of(reading)
    strengths = result.weigh_sentences(sentences)
    for index in chosen:
        best = sentences[int(strengths[:, index].argmax())]
        yield ThemeTag(theme=THEME_IDS[index], score=float(themes[index]), evidence=(_quote(best, text),))


def _quote(sentence: Sentence, text: Text) -> Span:
    return span_of(sentence, text.title if sentence.field == "title" else text.body)


def _blend(raw: Scores) -> Scores:
    """Average windows (n, k) to (k,), the first with full weight."""
    weights = np.where(np.arange(len(raw)) == 0, 1.0, _LATER_WEIGHT)
    blended: Scores = np.average(raw, axis=0, weights=weights).astype(np.float32)
    return blended


def _tone(probabilities: Scores) -> Tone:
    negative, neutral, positive = (float(value) for value in probabilities)
    return Tone(
        label=TONES[int(np.argmax(probabilities))], negative=negative, neutral=neutral, positive=positive
    )


def _sigmoid(raw: NDArray[np.floating]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-raw.astype(np.float64)))


def _softmax(raw: Scores) -> Scores:
    powers: Scores = np.exp(raw - raw.max())
    shares: Scores = powers / powers.sum()
    return shares
