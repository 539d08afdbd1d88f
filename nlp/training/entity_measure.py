"""Entities on held-out items, measured on what the whole tagger gives: links, relevance, tone for holders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nlp.annotation import Annotation, EntityTag
from nlp.entities.catalogue import Catalogue
from nlp.training.example import Example
from nlp.training.linking import COUNTED_TYPES, judge, measure_links, measure_relevance, meets, read_golds

#: What each figure is, for tables.
ENTITY_FIGURES = {
    "precision": "linked entities, precision",
    "recall": "linked entities, recall",
    "recall_with_unlisted": "the same, names outside the catalogue included",
    "emerging_recall": "names outside the catalogue, recall",
    "relevance_auc": 'relevance against "the item is about it", AUC',
    "tone_by_entity": "tone for an entity's holders where entities differ, accuracy",
    "item_tone_by_entity": "the same, were the item's tone given to all",
}
#: The figures that have floors.
FLOORED = (
    "precision",
    "recall",
    "recall_with_unlisted",
    "emerging_recall",
    "relevance_auc",
    "tone_by_entity",
)


def measure_entities(
    annotations: Sequence[Annotation], catalogue: Catalogue, examples: Sequence[Example]
) -> Mapping[str, float]:
    """Measure the entities of annotated items.

    Args:
        annotations: by the whole tagger, recogniser included.
        catalogue: what they link to.
        examples: the annotators' held-out items; some with tones by entity, which we read.

    Returns:
        By the names in ENTITY_FIGURES. Precision and recall are over items on Hong Kong and China, products
        left out; emerging names are the annotated entities of any item that no linked mention meets.
    """
    verdicts = list(judge(examples, annotations, catalogue))
    quality = measure_links(verdicts)["all"]
    unknown = [met for pair in zip(examples, annotations, strict=True) for met in _unknown(*pair)]
    counted = [met for pair in zip(examples, annotations, strict=True) for met in _counted(*pair)]
    tones = [
        told
        for example, annotation in zip(examples, annotations, strict=True)
        if len(set(example.entity_tones.values())) > 1
        for told in tones_told(example, annotation)
    ]
    return {
        "precision": quality.precision,
        "recall": quality.recall,
        "recall_with_unlisted": _share(counted),
        "emerging_recall": _share(unknown),
        "relevance_auc": measure_relevance(verdicts),
        "tone_by_entity": _share([tag.tone is not None and tag.tone.label == tone for tag, tone, _ in tones]),
        "item_tone_by_entity": _share([item == tone for _, tone, item in tones]),
    }


def tones_told(example: Example, annotation: Annotation) -> Iterator[tuple[EntityTag, int, int]]:
    """Yield for each entity that a reader judged our tag, the reader's tone, and ours of the whole item."""
    for surface, tone in example.entity_tones.items():
        named = (tag for tag in annotation.entities if any(m.text == surface for m in tag.mentions))
        tag = next((tag for tag in named if tag.tone), None)
        if tag:
            yield tag, tone, annotation.tone.label


def _unknown(example: Example, annotation: Annotation) -> Iterator[bool]:
    """Yield for each annotated entity that no linked mention meets whether an unlinked one does."""
    linked = [span for tag in annotation.entities if tag.linked for span in tag.mentions]
    named = [span for tag in annotation.entities if not tag.linked for span in tag.mentions]
    for gold in read_golds(example):
        if gold.places and not meets(gold, linked):
            yield meets(gold, named)


def _counted(example: Example, annotation: Annotation) -> Iterator[bool]:
    """Yield for each annotated entity of an item on Hong Kong or China whether any mention meets it."""
    spans = [span for tag in annotation.entities for span in tag.mentions]
    for gold in read_golds(example):
        if example.hk_china and gold.type in COUNTED_TYPES:
            yield meets(gold, spans)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else float("nan")


def entity_table(figures: Mapping[str, float]) -> list[str]:
    """Return the figures as lines of a Markdown table."""
    rows = [f"| {ENTITY_FIGURES[name]} | {value:.3f} |" for name, value in figures.items()]
    return ["| entities of held-out items | |", "|---|--:|", *rows]
