"""What a title says of its report's standing: that somebody speaks of a thing, or that it is America's."""

from __future__ import annotations

import re

from nlp.stories.term import fold

#: Patterns on folded titles (small letters, simplified characters).
_COMMENT = re.compile(
    r"^[^ ]{2,12}[︰:]|: [^:]{2,25}$"  # who speaks, before or after what is said
    r"|\bsays?\b|称|^.{0,8}(?:分析|学者|专家)"
)
_AMERICAN = re.compile(r"\bu\.s\.|\bus\b|\bamerican?\b|\bfed\b|\bfederal reserve\b|美国|美联储|联储局")


def is_comment(title: str) -> bool:
    """Say whether a title tells what somebody says rather than what happened: "Yue: rates may stay high"."""
    return bool(_COMMENT.search(fold(title)))


def is_american(title: str) -> bool:
    """Say whether a title names the United States or their central bank."""
    return bool(_AMERICAN.search(fold(title)))
