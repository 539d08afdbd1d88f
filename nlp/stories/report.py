"""A report as the clusterer takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One news text with what decides whose event it tells.

    Attributes:
        article_id: the article's id; that of a story's first report names the story.
        title: as the publisher wrote it.
        body: as the publisher wrote it; only its beginning is read.
        publisher: the outlet.
        known_at: aware; when we could have used it.
        title_entities: ids of the entities that the title names, where the text was tagged.
        entities: ids of the entities of the whole text, where it was tagged.
        vector: the encoder's vector of the text (768), where there is one.
    """

    article_id: str
    title: str
    body: str
    publisher: str
    known_at: datetime
    title_entities: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    vector: NDArray[np.float32] | None = None
