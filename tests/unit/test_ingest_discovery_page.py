"""Which feeds a page names."""

from __future__ import annotations

from ingest.discovery.page import feeds_of_page

PAGE = """<html><head><title>Markets | Harbour Ledger</title><base href="/hk/">
<link rel="alternate" type="application/rss+xml" title="All news" href="rss.xml">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="//feeds.example/atom">
<link rel="alternate" type="application/rss+xml" href="https://ledger.example/hk/rss.xml?utm_source=page">
<link rel="alternate" type="text/html" hreflang="zh" href="/zh">
<link rel="stylesheet" type="text/css" href="/feed.css"></head>
<body><a href="/feeds/markets.xml">市場 <b>RSS</b></a><a href="/about">About our feed</a>
<a href="mailto:feed@ledger.example">mail</a><a href="http://[broken/feed">broken</a>
<a href="/index.php?format=feed&amp;type=rss">RSS</a><a href="/feedback">Feedback</a></body></html>"""


def test_declared_feeds_come_first_then_links_then_custom() -> None:
    page = feeds_of_page(PAGE.encode(), url="https://ledger.example/markets")
    assert page.site == "Markets | Harbour Ledger"
    assert [(found.url, found.title, found.how) for found in page.candidates[:5]] == [
        ("https://ledger.example/hk/rss.xml", "All news", "declared"),
        ("https://feeds.example/atom", "", "declared"),
        ("https://ledger.example/feeds/markets.xml", "市場 RSS", "linked"),
        ("https://ledger.example/index.php?format=feed&type=rss", "RSS", "linked"),
        ("https://ledger.example/feed", "", "guessed"),
    ]
    assert {found.how for found in page.candidates[4:]} == {"guessed"}


def test_a_page_that_is_none_leaves_custom() -> None:
    for payload in (b"", b"\x00\xff", b"{}"):
        page = feeds_of_page(payload, url="https://ledger.example/deep/page")
        assert [found.how for found in page.candidates] == ["guessed"] * 9
        assert page.candidates[0].url == "https://ledger.example/feed"


def test_the_name_of_the_site_is_taken_where_the_page_gives_one() -> None:
    head = '<meta property="og:site_name" content="海港帳簿"><title>x</title>'
    assert feeds_of_page(head.encode(), url="https://l.example/").site == "海港帳簿"


def test_a_hostile_page_is_bounded() -> None:
    links = '<link rel="alternate" type="application/rss+xml" href="/{}">' * 50_000 + "<a href=/rss>" * 50_000
    assert len(feeds_of_page(links.encode(), url="https://l.example/").candidates) < 50
