"""Figures and foreign text as a reader gets them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from southbound.digest.wording import (
    clean_line,
    listed_text,
    money_text,
    number_text,
    percent_text,
    points_text,
    time_text,
    tone_mark,
    tone_word,
    web_url,
)


@pytest.mark.parametrize(
    ("million", "expected"),
    [
        (29626.4, "+HK$29.6 bn"),
        (435738.0, "+HK$435.7 bn"),
        (999.6, "+HK$1.0 bn"),
        (638.2, "+HK$638 mn"),
        (-638.22, "−HK$638 mn"),
        (-4033.12, "−HK$4.0 bn"),
        (0.0, "HK$0 mn"),
    ],
)
def test_money_is_written_in_billions(million: float, expected: str) -> None:
    assert money_text(million, signed=True) == expected


def test_fractions_have_signs_and_units() -> None:
    assert percent_text(0.2417) == "24.2%"
    assert percent_text(-0.0123, signed=True) == "−1.2%"
    assert percent_text(-0.0001, signed=True) == "0.0%"
    assert percent_text(None) == "–"
    assert points_text(0.121) == "+12.1 pts"
    assert points_text(-0.004) == "−0.4 pts"
    assert number_text(21521.98, digits=2) == "21,521.98"
    assert number_text(-0.004, digits=2, signed=True) == "0.00"


def test_tone_has_a_word_and_a_sign() -> None:
    assert [tone_word(tone) for tone in (-1, -0.1, 0.09, 0.5, None)] == [
        "negative",
        "negative",
        "neutral",
        "positive",
        "–",
    ]
    assert [tone_mark(tone) for tone in (-1, 0, 1, None)] == ["▼", "■", "▲", ""]


def test_times_are_those_of_hong_kong() -> None:
    session = date(2025, 2, 11)
    assert time_text(datetime(2025, 2, 11, 0, 42, tzinfo=UTC), session=session) == "08:42"
    assert time_text(datetime(2025, 2, 10, 10, 5, tzinfo=UTC), session=session) == "Mon 10 Feb 18:05"


def test_direction_and_control_characters_are_dropped() -> None:
    assert clean_line(" Profit \u202e%5 nwod\u202c\u2066\u200f\x07\n  today\u200b ") == "Profit %5 nwod today"
    assert clean_line("恒指　急升") == "恒指 急升"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a?b=1&c=2#d", "https://example.com/a?b=1&c=2#d"),
        ("http://example.com/新聞", "http://example.com/%E6%96%B0%E8%81%9E"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
        ("https://example.com/a(b)", "https://example.com/a%28b%29"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.com/a", None),
        ("https:///nohost", None),
        ("http://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, expected: str | None) -> None:
    assert web_url(url) == expected


def test_long_lists_are_counted() -> None:
    assert listed_text(("A", "B", "C", "D"), limit=2) == "A, B +2"
    assert listed_text(("A",), limit=2) == "A"
