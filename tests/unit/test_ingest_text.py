"""Text, markup, addresses and extra values."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.address import canonical_url
from ingest.extra import extra_from_mapping, json_value
from ingest.markup import has_markup, text_from_html
from ingest.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a \t b\u00a0c  ", "a b c"),
        ("one\r\n\r\n two\u2028three", "one\ntwo\nthree"),
        ("a\x00b\x07c", "abc"),
        ("cafe\u0301", "caf\u00e9"),
        ("x\ud83dy", "xy"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ufeff港\u200b股", "港股"),
        ("全\u3000形", "全 形"),
    ],
)
def test_text_is_cleaned(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_a_line_has_no_line_feed() -> None:
    assert clean_line(" two\nlines ") == "two lines"


@given(st.text(st.characters(codec=None)))
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert once.encode().decode() == once


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>A &amp; B</p><p>C<br/>D</p>", "A & B\nC\nD"),
        ("a<script>if (x<y) {}</script>b<style>p{}</style>", "ab"),
        ("wrapped\nin the source", "wrapped in the source"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("EPS <USD 5", "EPS <USD 5"),
        ("cut off <a href='x", "cut off"),
        ("A < B > C", "A < B > C"),
        ('<div title="a>b">t</div>', "t"),
        ("<!-- x > y -->z", "z"),
        ("<iframe src=x>not closed", "not closed"),
        ("<IFRAME>inside</IFRAME>outside", "outside"),
        ("&lt;b&gt; stays", "<b> stays"),
        ("&#x4e2d;&nbsp;文", "中 文"),
        ("<script/>after", "after"),
        ("<script>never closed", ""),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    assert text_from_html(markup) == text


@pytest.mark.parametrize(
    "broken", ["<a ", "<!--", "<a b='>'", "<iframe>", "<script></scrip", "</", "<a href="]
)
def test_broken_markup_takes_linear_time(broken: str) -> None:
    start = time.process_time()
    text_from_html(broken * 30_000)
    assert time.process_time() - start < 2


def test_markup_in_plain_text_is_noticed() -> None:
    assert has_markup("Shares <b>up</b>")
    assert not has_markup("P/E < 5 and > 3, <AAPL>")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (
            "HTTPS://News.Example.HK:443/A/b?utm_source=x&id=7&fbclid=y#top",
            "https://news.example.hk/A/b?id=7",
        ),
        ("http://example.com", "http://example.com/"),
        ("http://example.com:8080/x?gclid=1", "http://example.com:8080/x"),
        ("https://example.com/?b=2&a=%E4%B8%AD&from=app", "https://example.com/?b=2&a=%E4%B8%AD"),
        ("https://user:secret@example.com/x", "https://example.com/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("javascript:alert(1)", None),
        ("http://[broken/x", None),
        ("http://example.com:99999/", None),
        ("/relative", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_get_one_spelling(url: str | None, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


def test_extra_values_fit_into_json() -> None:
    extra = extra_from_mapping(
        {
            "n": float("nan"),
            "when": datetime(2025, 3, 10, tzinfo=UTC),
            "list": ("a", b"b"),
            "none": None,
            "e": "",
            "s": "x\ud800",
        }
    )
    assert json.loads(json.dumps(extra)) == {
        "when": "2025-03-10T00:00:00+00:00",
        "list": ["a", "b'b'"],
        "s": "x",
    }
    assert json_value({1: {"a": True}}) == {"1": {"a": True}}


@given(st.text())
def test_no_address_breaks_the_reader(text: str) -> None:
    canonical = canonical_url(f"http://{text}")
    assert canonical is None or canonical_url(canonical) == canonical
