"""The words that make a contradiction doubtful, read from `config/claim_doubts.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from signals.checking.misreading import KINDS, Misreading
from southbound import CONFIG
from southbound.error import UsageError


@cache
def shipped_misreading() -> Misreading:
    """Return what the file that ships with Southbound says, read once."""
    return read_misreading(CONFIG / "claim_doubts.yaml")


def read_misreading(path: Path) -> Misreading:
    """Read word lists: a list a kind, whose entries are patterns; capitals and small letters count alike.

    Raises:
        UsageError: the file can't be used.
    """
    try:
        rows: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"{path} can't be read: {' '.join(str(error).split())}") from error
    lists = rows if isinstance(rows, dict) else {}
    if missing := sorted(kind for kind in KINDS if not lists.get(kind)):
        raise UsageError(f"{path} has no list {missing[0]}; put back the file that ships with Southbound")
    try:
        return Misreading({kind: re.compile("|".join(lists[kind]), re.IGNORECASE) for kind in KINDS})
    except (TypeError, re.error) as error:
        raise UsageError(f"{path} holds an entry that is no pattern: {error}") from error
