"""The graded importance of a report, 0..3: two ridge regressions on words, English and Chinese.

0 is nothing for investors, 1 marginal, 2 worth reading, 3 must be read first (`models/labels/README.md` has
the rules). A model is told the title and the opening of the body, as the reader who graded was. What it
predicts is an expectation: between what is likely and what would be, so that few reports reach 3.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from nlp.error import ModelError
from nlp.scoring.lexical import Analyzer, LexicalModel
from nlp.script import has_han

MANIFEST: Final = "manifest.json"
HIGHEST: Final = 3.0
#: The folders of the two models, by what they read.
FOLDERS: Final[dict[Analyzer, str]] = {"word": "english", "character": "chinese"}
#: As much of a body as the reader who graded saw; white space may take as much again before it is collapsed.
OPENING_CHARS: Final = 150
_READ_CHARS: Final = 2 * OPENING_CHARS
#: Grades that are kept, so that a day which is shown again needn't be read again.
_KEPT: Final = 1 << 13


def analyzer_of(title: str) -> Analyzer:
    """Return which of the models reads a report with this title."""
    return "character" if has_han(title) else "word"


def opening_of(body: str) -> str:
    """Return the beginning of a body in which each run of white space is one space."""
    return " ".join(body[:_READ_CHARS].split())[:OPENING_CHARS]


class ImportanceModel:
    """Grades reports by a folder with the two models and a manifest with the checksums of their files.

    Raises:
        ModelError: a file is missing, damaged, or isn't the one that the manifest describes.
    """

    def __init__(self, folder: Path) -> None:
        self.name = _check(folder)
        self._models = {analyzer: LexicalModel(folder / name) for analyzer, name in FOLDERS.items()}
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def grade(self, title: str, body: str) -> float:
        """Return how much a report matters, 0 (nothing for investors) to 3 (must be read first)."""
        return self._kept(" ".join(title.split()), opening_of(body))

    def _read(self, title: str, opening: str) -> float:
        raw = self._models[analyzer_of(title)].score(title, opening)[0]
        return min(HIGHEST, max(0.0, float(raw)))


def _check(folder: Path) -> str:
    """Return the name in the manifest of a folder whose files it describes."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name, sha256 in manifest["sha256"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
                raise ModelError(
                    f"{folder / name} isn't the file that its manifest describes; reinstall Southbound"
                )
        return str(manifest["name"])
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(
            f"{folder} holds no usable importance model ({error}); reinstall Southbound"
        ) from error
