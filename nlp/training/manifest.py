"""Write the manifest of a model folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WEIGHTS = "weights.safetensors"
WORD_WEIGHTS = "lexical.safetensors"


def write_manifest(folder: Path, values: Mapping[str, Any]) -> None:
    """Write manifest.json with the checksum of the encoder's weights, or else of the word model's."""
    weights = folder / WEIGHTS
    path = weights if weights.is_file() else folder / WORD_WEIGHTS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    text = json.dumps({**values, "sha256": digest}, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
