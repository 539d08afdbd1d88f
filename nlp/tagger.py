"""Tag texts: entities from the gazetteer, themes, tone and scope from the language's scorer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np

from nlp.annotation import Annotation, EntityTag, Field, Span, Text, ThemeTag, TokenCount, Tone
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader
from nlp.entities.catalogue import Catalogue
from nlp.entities.gazetteer import Decision, Gazetteer, Reading
from nlp.entities.naming import Namer
from nlp.entities.recogniser import Recogniser
from nlp.entities.relevance import Named, describe, weigh
from nlp.entities.unknown import FoundName, UnknownName
from nlp.label import HELD_TYPES, THEME_IDS
from nlp.review.adjustment import Adjustment
from nlp.scoring.choice import Option, Scores, Sought, choose_evidence, seek
from nlp.scoring.decision import (
    entity_tone_of,
    given_themes,
    needed_scores,
    raw_themes,
    scope_of,
    theme_probabilities,
    tone_of,
)
from nlp.scoring.evidence import Sentence, sentences_of, span_of
from nlp.scoring.mention import score_mentions
from nlp.scoring.scorer import Fields, Scored, Scorer
from nlp.text import blank_ranges, readable

_BATCH_TEXTS = 16
#: Batches that are scored ahead, so that the encoder never waits for the rest of the work.
_N_AHEAD = 3

_Batch = Sequence[tuple[Text, Fields]]
_Results = dict[int, tuple[Scored, Scorer]]
_Waiting = tuple[_Batch, Future[_Results]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What tagging starts from: for explanations.

    `scored` and `scorer` are None where no scorer reads the text's language.
    """

    fields: Fields
    reading: Reading
    scored: Scored | None
    scorer: Scorer | None
    decisions: tuple[Decision, ...]


class Tagger:
    """Tags texts in batches.

    Args:
        scorers: one for each group of languages; a text in another language gets entities only.
        catalogue: the entities to link.
        recogniser: finds names that the catalogue doesn't know; without one, only linked entities are given.
        claim_reader: reads the numbers that texts assert; without one, no claims are given.
        adjustment: what reviewers have taught, beside the scorers.
    """

    def __init__(
        self,
        scorers: Sequence[Scorer],
        catalogue: Catalogue,
        *,
        recogniser: Recogniser | None = None,
        claim_reader: ClaimReader | None = None,
        adjustment: Adjustment | None = None,
    ) -> None:
        self._scorers = scorers
        self._gazetteer = Gazetteer(catalogue)
        self._catalogue = catalogue
        self._adjustment = adjustment
        self._namer = Namer(self._gazetteer, recogniser) if recogniser else None
        self._claim_reader = claim_reader

    @property
    def claim_reader(self) -> ClaimReader | None:
        """What reads claims; None where nothing does."""
        return self._claim_reader

    @property
    def model(self) -> str:
        """Names and versions of the models, as they stand beside every tag."""
        names = [scorer.manifest.name for scorer in self._scorers]
        names += [self._namer.model] if self._namer else []
        names += [self._adjustment.name] if self._adjustment else []
        return "+".join(names)

    @property
    def vector_name(self) -> str:
        """Names what makes the annotations' vectors; empty where nothing does."""
        return next((scorer.vector_name for scorer in self._scorers if scorer.vector_name), "")

    def annotate(self, texts: Iterable[Text]) -> Iterator[Annotation]:
        """Yield one annotation for each text, in order; memory stays flat.

        While a batch is linked and laid out, the next ones already run through the encoder.
        """
        source = iter(texts)
        with ThreadPoolExecutor(_N_AHEAD, thread_name_prefix="scorer") as ahead:
            waiting: deque[_Waiting] = deque()
            while self._fill(waiting, ahead, source):
                batch, future = waiting.popleft()
                yield from self._annotations(batch, future.result())

    def inspect(self, text: Text) -> Inspection:
        """Return what a text's annotation is made from."""
        fields = fields_of(text)
        scored, scorer = self._score([(text, fields)]).get(0, (None, None))
        reading = self._gazetteer.read(*fields, language=text.language)
        originals: dict[Field, str] = {"title": text.title, "body": text.body}
        decisions = tuple(self._gazetteer.candidates(reading, originals, day=text.published_on))
        return Inspection(fields=fields, reading=reading, scored=scored, scorer=scorer, decisions=decisions)

    def close(self) -> None:
        """Free what the scorers hold."""
        for scorer in self._scorers:
            scorer.close()

    def _fill(self, waiting: deque[_Waiting], ahead: Executor, source: Iterator[Text]) -> bool:
        """Have the next texts scored in the background; False when nothing waits any more."""
        while len(waiting) <= _N_AHEAD:
            batch = [(text, fields_of(text)) for text in islice(source, _BATCH_TEXTS)]
            if not batch:
                break
            waiting.append((batch, ahead.submit(self._score, batch)))
        return bool(waiting)

    def _score(self, batch: _Batch) -> _Results:
        results: _Results = {}
        for scorer in self._scorers:
            chosen = [i for i, (text, _) in enumerate(batch) if text.language in scorer.languages]
            for index, result in zip(chosen, scorer.score([batch[i][1] for i in chosen]), strict=True):
                results[index] = self._adjusted(batch[index], result, scorer), scorer
        return results

    def _adjusted(self, pair: tuple[Text, Fields], scored: Scored, scorer: Scorer) -> Scored:
        if self._adjustment is None:
            return scored
        text, fields = pair
        return self._adjustment.apply(text.language, fields, scored, scorer.manifest)

    def _annotations(self, batch: _Batch, results: _Results) -> Iterator[Annotation]:
        readings = [self._gazetteer.read(*fields, language=text.language) for text, fields in batch]
        evidence = self._choose_evidence(batch, readings, results)
        names = self._find_names(batch, readings)
        for index, ((text, _), reading) in enumerate(zip(batch, readings, strict=True)):
            if index in results:
                yield self._annotation(text, reading, *results[index], evidence[index], names[index])
            else:
                yield self._entities_only(text, reading, names[index])

    def _find_names(self, batch: _Batch, readings: Sequence[Reading]) -> list[tuple[FoundName, ...]]:
        if self._namer is None:
            return [()] * len(batch)
        languages = [text.language for text, _ in batch]
        return self._namer.read(list(zip(languages, readings, strict=True)))

    def _choose_evidence(
        self, batch: _Batch, readings: Sequence[Reading], results: _Results
    ) -> dict[int, dict[int, Option]]:
        """Return the evidence of each scored text's themes, by place in the batch and column."""
        evidence: dict[int, dict[int, Option]] = {index: {} for index in results}
        for scorer in self._scorers:
            sought: dict[tuple[int, int], Sought] = {}
            for index, (scored, by) in results.items():
                if by is scorer:
                    found = _seek(batch[index][1], readings[index], scored, scorer)
                    sought |= {(index, item.theme): item for item in found}
            chosen = choose_evidence(list(sought.values()), partial(_read_alone, scorer))
            for (index, theme), option in zip(sought, chosen, strict=True):
                evidence[index][theme] = option
        return evidence

    def _annotation(
        self,
        text: Text,
        reading: Reading,
        scored: Scored,
        scorer: Scorer,
        evidence: Mapping[int, Option],
        found: Sequence[FoundName],
    ) -> Annotation:
        scores = theme_probabilities(raw_themes(scored.raw, scorer.manifest), scorer.manifest)
        entities = tuple(self._entity_tags(text, reading, found, scored, scorer))
        claims, claims_error = self._claims(text, reading, entities)
        return Annotation(
            language=text.language,
            hk_china=scope_of(scored.raw),
            themes=tuple(
                ThemeTag(
                    theme=THEME_IDS[column],
                    score=float(scores[column]),
                    evidence=tuple(_quote(sentence, text) for sentence in option),
                )
                for column, option in evidence.items()
            ),
            entities=entities,
            claims=claims,
            claims_error=claims_error,
            tone=tone_of(scored.raw, scorer.manifest),
            scores={theme: float(score) for theme, score in zip(THEME_IDS, scores, strict=True)},
            model=self.model,
            tokens=TokenCount(read=scored.n_read, total=scored.n_total),
            vector=scored.vector,
        )

    def _entities_only(self, text: Text, reading: Reading, found: Sequence[FoundName]) -> Annotation:
        """Annotate a text in a language that no scorer reads: no theme, no tone, no scope."""
        entities = tuple(self._entity_tags(text, reading, found))
        claims, claims_error = self._claims(text, reading, entities)
        return Annotation(
            language=text.language,
            hk_china=0.0,
            themes=(),
            entities=entities,
            claims=claims,
            claims_error=claims_error,
            tone=Tone(label=0, negative=0.0, neutral=1.0, positive=0.0),
            scores=dict.fromkeys(THEME_IDS, 0.0),
            model=self.model,
            tokens=TokenCount(read=0, total=len(reading.title) + len(reading.body)),
        )

    def _entity_tags(
        self,
        text: Text,
        reading: Reading,
        found: Sequence[FoundName],
        scored: Scored | None = None,
        scorer: Scorer | None = None,
    ) -> list[EntityTag]:
        """Return the entities that a text names, most relevant first."""
        originals: dict[Field, str] = {"title": text.title, "body": text.body}
        linked = self._gazetteer.link(reading, originals, day=text.published_on)
        unknown = self._namer.name(reading, found, linked, originals) if self._namer else []
        tags = [self._linked_tag(key, spans, text) for key, spans in linked.items()]
        tags += [_unlinked_tag(name) for name in unknown]
        heard = [score_mentions(tag.mentions, scored.passes if scored else ()) for tag in tags]
        named = [
            Named(type=tag.type, mentions=tag.mentions, about=None if scores is None else float(scores[0]))
            for tag, scores in zip(tags, heard, strict=True)
        ]
        features = describe(named, title=text.title, body=text.body)
        weights = next((s.manifest.relevance for s in (scorer, *self._scorers) if s), None)
        weighed = [
            replace(
                tag,
                relevance=weigh(row, weights) if weights else 0.0,
                tone=_holders_tone(tag, scores, scored, scorer),
            )
            for tag, row, scores in zip(tags, features, heard, strict=True)
        ]
        return sorted(weighed, key=lambda tag: -tag.relevance)

    def _claims(
        self, text: Text, reading: Reading, entities: Sequence[EntityTag]
    ) -> tuple[tuple[Claim, ...], str]:
        """Return what a text asserts in numbers, or why that can't be read: its tags stand without it."""
        if self._claim_reader is None:
            return (), ""
        try:
            return self._claim_reader.read(text, entities, fields=reading.texts), ""
        except Exception as error:  # noqa: BLE001 - whatever a text can bring about; it is told
            return (), f"{type(error).__name__}: {error}"

    def _linked_tag(self, entity_id: str, mentions: tuple[Span, ...], text: Text) -> EntityTag:
        entity = self._catalogue.entities[entity_id]
        return EntityTag(
            entity_id=entity_id,
            name=entity.name,
            type=entity.type,
            tickers=entity.tickers(text.published_on),
            relevance=0.0,
            linked=True,
            mentions=mentions,
        )


def _unlinked_tag(name: UnknownName) -> EntityTag:
    return EntityTag(
        entity_id=name.entity_id,
        name=name.name,
        type=name.type,
        tickers=(),
        relevance=0.0,
        linked=False,
        mentions=name.mentions,
    )


def _holders_tone(
    tag: EntityTag, heard: Scores | None, scored: Scored | None, scorer: Scorer | None
) -> Tone | None:
    if heard is None or scored is None or scorer is None or tag.type not in HELD_TYPES:
        return None
    return entity_tone_of(heard[1:], scored.raw, scorer.manifest)


def fields_of(text: Text) -> Fields:
    """Return title and body as they are read: cleaned, what the publisher repeats blanked."""
    return readable(text.title), blank_ranges(readable(text.body), text.repeated)


def _seek(fields: Fields, reading: Reading, scored: Scored, scorer: Scorer) -> Iterator[Sought]:
    """Yield what is sought in a text: evidence for each theme that it is given, strongest first."""
    raw = raw_themes(scored.raw, scorer.manifest)
    given = given_themes(theme_probabilities(raw, scorer.manifest), scorer.manifest)
    if not given:
        return
    needed = needed_scores(scorer.manifest)
    sentences = sentences_of(reading)
    predicted = scored.predict_alone(sentences, given)
    for theme in given:
        yield seek(fields, sentences, predicted, theme=theme, needed=float(needed[theme]))


def _read_alone(scorer: Scorer, texts: Sequence[Fields]) -> Scores:
    """Score short texts as if each were an article (texts, 27)."""
    return np.stack([raw_themes(scored.raw, scorer.manifest) for scored in scorer.score(texts, here=True)])


def _quote(sentence: Sentence, text: Text) -> Span:
    return span_of(sentence, text.title if sentence.field == "title" else text.body)
