"""The words that make a contradiction doubtful are data."""

from __future__ import annotations

from pathlib import Path

import pytest

from southbound import CONFIG
from southbound.claims.doubt import read_misreading, shipped_misreading
from southbound.error import UsageError

SHIPPED = (CONFIG / "claim_doubts.yaml").read_text(encoding="utf-8")


def test_an_entry_more_is_heeded(tmp_path: Path) -> None:
    path = tmp_path / "doubts.yaml"
    path.write_text(SHIPPED.replace("\ngoal:\n", "\ngoal:\n  - pivot\n"), encoding="utf-8")
    sentence = "The pivot is 24,000 points."
    assert not shipped_misreading().is_goal(sentence, sentence.index("24"))
    assert read_misreading(path).is_goal(sentence, sentence.index("24"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- no lists", "has no list back_then; put back the file"),
        (SHIPPED.replace("\ngoal:\n", "\naim:\n"), "has no list goal"),
        (SHIPPED.replace("\ngoal:\n", "\ngoal:\n  - '('\n"), "no pattern"),
        ("a: [", "can't be read"),
    ],
)
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "doubts.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        read_misreading(path)
