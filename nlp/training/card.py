"""The model card: base, data, licences, scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from nlp.training.agreement import Agreement, agreement_table
from nlp.training.entity_measure import entity_table
from nlp.training.split import DEVELOPMENT, Split

_SOURCES = {
    "en_wire": "wire items labelled by the annotators",
    "en_hk": "Hong Kong items labelled by the annotators",
    "rare": "items of rare themes, likewise",
    "own_labels": "real news labelled by the developers (labels in `models/labels`)",
    "passages": "passages from further down in wire articles, likewise (`passages.jsonl`)",
    "own_items": "items written by the developers (`models/own_items`)",
    "zh": "Chinese items labelled by the annotators",
}


_ENGLISH = (
    "English. All six layers of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), fine-tuned but for",
    "the word table, with heads on one pass: 27 themes, tone (negative, neutral, positive for holders),",
    "scope (Hong Kong or mainland China); on the tokens that name an entity, whether the text is about it",
    "and what it means for its holders; and a map to the base's own sentence vector. It reads windows of",
    "256 word pieces, the title before each; a linear model on words and word pairs is averaged with it",
    "window by window.",
    "",
    "Trained in steps, each from the one before: masked words of all English articles of training dates",
    "(one pass of 4.5 million pieces, perplexity 57); eight epochs on leads (13,186 items, then all, those",
    "read twice with both readings, at last the annotators' counting two and a half times); three more with",
    "passages from further down and short press items of our own, the two lowest layers left as they were.",
    "In the layers nothing is dropped out, instead a tenth of the word pieces is hidden. The weights are the",
    "mean of those before the last three epochs and after each (a soup): loss of themes and tone on the",
    "calibration dates 0.0481 and 0.532; before 0.0489 and 0.546, after the last alone 0.0487 and 0.546.",
)
_CHINESE = (
    "Chinese, both scripts. A linear model on runs of one to three characters, title and text apart, for",
    "27 themes, tone and scope: the simple way until a bilingual encoder comes. Which terms go together was",
    "learnt from news of the training dates that nobody labelled (latent semantic analysis).",
)


def render_card(
    manifest: Mapping[str, Any],
    scores: Mapping[str, Any],
    split: Split,
    *,
    whole: Mapping[str, float],
    agreements: Mapping[str, Agreement],
    entities: Mapping[str, float],
) -> str:
    """Return the card as Markdown; the last three are empty where they weren't measured."""
    return "\n".join(
        [
            f"# {manifest['name']}",
            "",
            *(_ENGLISH if manifest["shape"] else _CHINESE),
            "Licence of these weights: Apache-2.0. News texts were used to train and are not contained.",
            "",
            "## Data",
            "",
            *_data_lines(split),
            "",
            "Held out by date: "
            + ", ".join(f"{start} to {end}" for start, end in DEVELOPMENT)
            + " (half open).",
            "Items that share half of their five-word runs with a held-out one were dropped from training.",
            "",
            "## Scores on the held-out split",
            "",
            *score_table(scores),
            "",
            *([*entity_table(entities), ""] if entities else ()),
            *(_whole_lines(whole) if whole else ()),
            *(["## Two readers", "", *agreement_table(agreements), ""] if agreements else ()),
            "## By theme",
            "",
            "| theme | cases | F1 |",
            "|---|--:|--:|",
            *(
                f"| {theme} | {scores['all']['theme_cases'][theme]} | {value:.2f} |"
                for theme, value in scores["all"]["theme_f1"].items()
            ),
            "",
        ]
    )


def _whole_lines(whole: Mapping[str, float]) -> list[str]:
    return [
        f"Whole articles of held-out dates ({whole['n']}, labelled to their end by the developers): micro-F1",
        f"{whole['micro_f1']:.3f}, precision {whole['precision']:.3f}, recall {whole['recall']:.3f}; of the",
        f"themes that come only after the first thousand characters, {whole['later_recall']:.3f} are found.",
        "",
    ]


def score_table(scores: Mapping[str, Any]) -> list[str]:
    """Return the table of headline figures by group, as Markdown lines."""
    rows = [
        "| held-out items | n | theme micro-F1 | macro-F1 | tone accuracy | scope accuracy | ECE |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    names = {"all": "all", "wires": "wires", "hong_kong": "Hong Kong and press"}
    for group, row in scores.items():
        figures = [
            row["headline"][name] for name in ("micro_f1", "macro_f1", "tone_accuracy", "scope_accuracy")
        ]
        cells = " | ".join(f"{figure:.3f}" for figure in [*figures, row["calibration_error"]])
        rows.append(f"| {names[group]} | {row['n']} | {cells} |")
    return rows


def _data_lines(split: Split) -> list[str]:
    counts = Counter(example.source for example in split.train)
    learnt = {example.example_id for example in split.train}
    across = all(example.example_id in learnt for example in split.calibration)
    how = "of these, each scored without the news of its days" if across else "of other dates"
    return [
        *(f"- {count} {_SOURCES[source]}" for source, count in counts.most_common()),
        f"- thresholds and temperatures: {len(split.calibration)} annotated items {how}",
        f"- scores: {len(split.development)} annotated items of held-out dates",
    ]
