"""News for feed readers: whatever text is stored, a reader shows it as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from southbound.store.find import ListedArticle
from southbound.store.tail import NewlyTagged
from southbound.web.api.events import event_text
from southbound.web.api.syndication import Channel, json_from_channel, rss_from_channel

NOW = datetime(2025, 3, 10, 1, tzinfo=UTC)
#: What can turn, hide or break a line: C0 and C1 controls, marks and overrides of direction, tags, joiners.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
KNOWN = {"title", "link", "guid", "pubDate", "source", "description", "category"}
HOSTILE = (
    "<script>alert(1)</script>Shares rise",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]><script>alert(1)</script><![CDATA[",
    '"><img src=x onerror=alert(1)>',
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<a href='javascript:alert(1)'>Shares</a>",
    "Profit \u202e%05 pu\u202c falls\x00\x1b[2J\ufffe\U000e0041",
    "A & B < C > D",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "股市上升 & <b>創新高</b>",
)


def channel(*articles: ListedArticle) -> Channel:
    return Channel(title="T", address="http://desk/feed", articles=articles, names={"ai": "AI & <frenzy>"})


def article(text: str, *, url: str | None = "https://news.example/1") -> ListedArticle:
    return ListedArticle(
        article_id=text[:40] or "a",
        title=text,
        body=text,
        url=url,
        publisher=text[:40],
        language="en",
        known_at=NOW,
        tone=0,
        tone_score=0.0,
        themes=("ai",),
    )


def items(text: str, *, url: str | None = "https://news.example/1") -> Iterator[Element]:
    for item in fromstring(rss_from_channel(channel(article(text, url=url)))).iter("item"):  # noqa: S314 - our own
        assert {child.tag for child in item} <= KNOWN
        assert all(len(child) == 0 for child in item)
        yield item


def assert_harmless(text: str) -> None:
    """Check that what is shown of a text has no markup, as a reader that takes it for HTML reads it."""
    for item in items(text):
        for name in ("title", "description"):
            shown = item.findtext(name) or ""
            assert not UNSEEN.search(shown)
            parts = html.fragments_fromstring(shown) if shown.strip() else []
            assert all(isinstance(part, str) for part in parts), shown
    entry = json.loads(json_from_channel(channel(article(text))))["items"][0]
    assert not UNSEEN.search(entry["title"] + entry["content_text"])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    assert_harmless(text)


@given(text=st.text(max_size=300))
def test_any_text_makes_a_well_formed_feed(text: str) -> None:
    assert_harmless(text.encode("utf-8", "ignore").decode())


def test_what_a_reader_shows_is_the_title() -> None:
    (item,) = items("A & B < C > D")
    shown = html.fragments_fromstring(item.findtext("title") or "")
    assert [str(part) for part in shown] == ["A & B < C > D"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///x", "//x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    (item,) = items("Shares rise", url=url)
    assert item.find("link") is None
    assert "url" not in json.loads(json_from_channel(channel(article("x", url=url))))["items"][0]


def test_an_address_can_not_leave_its_element() -> None:
    (item,) = items("Shares rise", url="https://news.example/?a=1&b=</link><script>x</script>")
    assert (item.findtext("link") or "").startswith("https://news.example/?a=1&b=%3C/link%3E%3Cscript")


@pytest.mark.parametrize("text", [*HOSTILE, "two\nlines\r\n\ndata: forged\nid: 1"])
def test_an_event_is_one_block_whatever_the_title(text: str) -> None:
    told = NewlyTagged(
        place=7,
        article_id="a",
        title=text,
        url="javascript:x",
        publisher=text,
        language="en",
        known_at=NOW,
        tags_known_at=NOW,
        tone=0,
        themes=("ai",),
        entities=(),
    )
    block = event_text(told)
    assert block.count("\n") == 4
    data = json.loads(block.splitlines()[2].removeprefix("data: "))
    assert data["url"] is None
    assert not UNSEEN.search(data["title"])


@pytest.mark.real
def test_the_sanitise_cases_of_feedparser_are_harmless_even_as_they_are(real_data: Path) -> None:
    files = sorted((real_data / "feeds" / "feedparser").rglob("sanitize/*.xml"))
    assert len(files) > 300
    for file in files:
        assert_harmless(file.read_text(encoding="utf-8", errors="replace"))
