"""Repetition across a publisher's articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nlp.boilerplate import RepeatedLines

FOOTER = "The Quay Ledger is a member of the Press Guild."
START = datetime(2025, 2, 3, 1, tzinfo=UTC)


def observed(days: list[int], *, publisher: str = "Quay Ledger", footer: str = FOOTER) -> RepeatedLines:
    lines = RepeatedLines()
    for number, day in enumerate(days):
        body = f"Report number {number} on the harbour.\n{footer}"
        lines.observe(publisher, f"Title {number}", body, START + timedelta(days=day, hours=number))
    return lines


def find(lines: RepeatedLines, *, day: int = 9, publisher: str = "Quay Ledger") -> list[str]:
    body = f"Something new happened at the pier today, and it went on.\n  {FOOTER}\nMore to come later on."
    ranges = lines.find(publisher, body, START + timedelta(days=day))
    return [body[start:end].strip() for start, end in ranges]


def test_a_line_under_four_titles_on_three_days_is_boilerplate() -> None:
    assert find(observed([0, 0, 1, 2])) == [FOOTER]


@pytest.mark.parametrize("days", [[0, 1, 2], [0, 0, 0, 1], []])
def test_fewer_titles_or_days_are_not_enough(days: list[int]) -> None:
    assert find(observed(days)) == []


def test_what_comes_later_changes_nothing_earlier() -> None:
    lines = observed([0, 1, 2, 3])
    assert find(lines, day=3) == []
    assert find(lines, day=4) == [FOOTER]


def test_another_publishers_lines_do_not_count() -> None:
    assert find(observed([0, 0, 1, 2]), publisher="Pier Gazette") == []


def test_updates_of_one_story_do_not_eat_it() -> None:
    lines = RepeatedLines()
    body = "The whole of a story that is told again and again.\nIt has a second line that is told again, too."
    for number in range(5):
        lines.observe("Quay Ledger", f"UPDATE {number}", body, START + timedelta(days=number))
    assert lines.find("Quay Ledger", body, START + timedelta(days=9)) == ()


def test_the_same_title_counts_once() -> None:
    lines = RepeatedLines()
    for day in range(6):
        lines.observe("Quay Ledger", "Daily notice", f"{FOOTER}\nDay {day}", START + timedelta(days=day))
    assert find(lines) == []


def test_a_footer_at_the_end_of_one_long_line_is_found() -> None:
    lines = observed([0, 0, 1, 2])
    body = "A sentence of the report that fills its part of the line. " * 8 + FOOTER
    [(start, end)] = lines.find("Quay Ledger", body, START + timedelta(days=9))
    assert body[start:end] == FOOTER


def test_memory_forgets_lines_seen_once_and_keeps_the_others() -> None:
    lines = observed([0, 0, 1, 2])
    flood = "\n".join(f"line {n} of a very long list of quotations" for n in range(20_001))
    lines.observe("Quay Ledger", "Quotations", flood, START + timedelta(days=3))
    assert find(lines) == [FOOTER]
