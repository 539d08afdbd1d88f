"""Names of what made tags: a model's, with what reviewers did to what it said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: Stands in a model's name where a reviewer changed its tags, before the number of the correction.
REVIEW_MARK: Final = "+review@"
#: Stands behind a model's name where it failed on a text: the tagging is empty, another model tries again.
FAILED_MARK: Final = "+failed"
#: Stands in a model's name before the version of what reviewers taught it.
ADJUSTED_MARK: Final = "+adjusted@"
#: Stands in the name of tags that were put back, before the number of the taking back.
BACK_MARK: Final = "+back@"


def models_of(models: Iterable[str]) -> list[str]:
    """Return each model once, in order; what reviewers corrected counts as "...+review", whichever one."""
    mark = re.escape(REVIEW_MARK)
    named = (model.removesuffix(FAILED_MARK) for model in models)
    return sorted({re.sub(rf"(?:{mark}\d+)+", REVIEW_MARK.rstrip("@"), model) for model in named})


def base_of(model: str) -> tuple[str, int]:
    """Return the shipped model behind a name, and the version of what reviewers taught it; 0 for none."""
    plain = model.split(REVIEW_MARK, maxsplit=1)[0].removesuffix(FAILED_MARK).split(BACK_MARK)[0]
    base, _, version = plain.partition(ADJUSTED_MARK)
    return base, int(version) if version.isdecimal() else 0
