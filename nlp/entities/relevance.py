"""How much a text is about an entity: 0..1, from where and how often it is named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nlp.annotation import Span

#: The order of the model's inputs.
FEATURES = ("in_title", "title_start", "first_place", "log_count", "share", "in_lead")
_LEAD_CHARS = 250


def describe_mentions(
    mentions: Sequence[Span], *, n_mentions: int, title_chars: int, body_chars: int
) -> dict[str, float]:
    """Describe an entity's mentions by the inputs of the relevance model.

    Args:
        mentions: the entity's own, not empty.
        n_mentions: of all entities in the text.
        title_chars: length of the title.
        body_chars: length of the body.
    """
    in_title = [span for span in mentions if span.field == "title"]
    first_body = min((span.start for span in mentions if span.field == "body"), default=body_chars)
    return {
        "in_title": float(bool(in_title)),
        "title_start": 1.0 - in_title[0].start / max(1, title_chars) if in_title else 0.0,
        "first_place": 0.0 if in_title else min(1.0, first_body / max(1, min(body_chars, 2000))),
        "log_count": math.log1p(len(mentions)),
        "share": len(mentions) / max(1, n_mentions),
        "in_lead": float(first_body < _LEAD_CHARS),
    }


def weigh(features: Mapping[str, float], coefficients: Mapping[str, float]) -> float:
    """Return the logistic model's answer for an entity's features."""
    raw = coefficients["intercept"] + sum(coefficients[name] * features[name] for name in FEATURES)
    return 1.0 / (1.0 + math.exp(-raw))
