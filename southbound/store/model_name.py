"""Names of what made tags: a model's, with what reviewers did to what it said."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Stands in a model's name where a reviewer changed its tags, before the number of the correction.
REVIEW_MARK = "+review@"


def models_of(models: Iterable[str]) -> list[str]:
    """Return each model once, in order; what reviewers corrected counts as "...+review", whichever one."""
    mark = re.escape(REVIEW_MARK)
    return sorted({re.sub(rf"(?:{mark}\d+)+", REVIEW_MARK.rstrip("@"), model) for model in models})
