"""How a model does on the examples of `config/themes`: texts of our own that ship with the repository."""

from __future__ import annotations

from pathlib import Path

import yaml

from nlp.annotation import Text
from nlp.script import has_han
from nlp.tagger import Tagger


def measure_theme_files(tagger: Tagger, folder: Path, *, language: str) -> dict[str, float]:
    """Return the share of examples that get their theme, and of counter-examples that don't.

    Args:
        tagger: the tagger to measure.
        folder: `config/themes`.
        language: "en" or "zh"; items of the other are left out.
    """
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return {
        "recall": _tagged_share(tagger, files, "examples", language),
        "rejection": 1.0 - _tagged_share(tagger, files, "counter_examples", language),
    }


def _tagged_share(tagger: Tagger, files: list[dict[str, object]], key: str, language: str) -> float:
    """Return the share of the items under `key` that get their file's theme."""
    pairs = [
        (str(file["id"]), str(item))
        for file in files
        for item in file[key]  # type: ignore[attr-defined] # a list, as the settings' test shows
        if has_han(str(item)) == (language == "zh")
    ]
    texts = [Text(title=item, body="", language=language) for _, item in pairs]
    annotations = tagger.annotate(texts)
    hits = [
        any(tag.theme == theme for tag in annotation.themes)
        for (theme, _), annotation in zip(pairs, annotations, strict=True)
    ]
    return sum(hits) / len(hits)
