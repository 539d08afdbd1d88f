"""spaCy without PyTorch, which its library of layers loads wherever it is installed.

None of our pipelines has a layer of PyTorch's. To load it takes a second and a half of a processor and 180 MB
in every process that only splits text into words, so spaCy's names are taken from here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["Doc", "DocSpan", "Language", "PhraseMatcher", "Vocab", "blank", "filter_spans"]

_LEFT_OUT: Final = "torch"


@contextmanager
def _left_out(name: str) -> Iterator[None]:
    """Let imports of a package fail for a block, as where it isn't installed; one that is loaded stays."""
    if name in sys.modules:
        yield
        return
    # What Python takes for "there is no such module".
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


with _left_out(_LEFT_OUT):
    from spacy import blank
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan
    from spacy.util import filter_spans
    from spacy.vocab import Vocab
