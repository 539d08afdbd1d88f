"""What parsers' authors collected as harmful markup is shown harmless, as a feed and as raw text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ingest.article import Article, make_article
from ingest.feed import FeedConfig, parse_feed
from southbound.settings import read_settings
from southbound.store import open_store
from southbound.web.pages import router

SEEN = datetime(2025, 3, 3, tzinfo=UTC)
#: All that the search page and the article page are made of.
OURS = frozenset({
    *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav"),
    *("form", "input", "details", "summary", "label", "button", "p", "span", "main", "div"),
    *("h1", "h2", "h3", "section", "ol", "ul", "li", "time", "mark", "footer"),
    *("select", "option", "table", "thead", "tbody", "tr", "th", "td", "article", "strong"),
    *("br"),
})  # fmt: skip
_CONTENT = re.compile(rb"<(content|description|title|summary)[^>]*>(.*?)</\1>", re.DOTALL)


class Harm(HTMLParser):
    """Collects what a page holds that is not ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in OURS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction"}:
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action"} and not re.match(r"(/|https?://|#)", value or ""):
                self.found.append(f"{tag} {name}={value}")


def cases(folder: Path) -> list[Article]:
    """Read each case as a feed whose entry has a title, and again as the raw text of a careless source."""
    articles: list[Article] = []
    feed = FeedConfig(url="https://feed.example/rss", publisher="Evil <b>Wire</b>", timezone="Asia/Hong_Kong")
    for number, path in enumerate(sorted(folder.glob("*.xml"))):
        payload = path.read_bytes()
        title = f"Case {number}".encode()
        titled = re.sub(rb"<(entry|item)>", rb"<\1><title>" + title + rb"</title>", payload)
        at = SEEN + timedelta(seconds=number)
        parsed = parse_feed(titled, feed=feed, headers={}, seen_at=at)
        articles += parsed.articles[:1]
        longest = max((match[2] for match in _CONTENT.finditer(payload)), key=len, default=b"")
        raw = unescape(longest.decode("utf-8", "replace"))
        articles.append(
            make_article(
                title=f"Raw {number} {raw}",
                body=raw,
                publisher=feed.publisher,
                published_at=at,
                url=raw,
                article_id=f"raw-{number}",
            )
        )
    return articles


@pytest.mark.real
def test_sanitise_cases_of_a_parser_are_shown_harmless(real_data: Path, tmp_path: Path) -> None:
    articles = cases(real_data / "feeds" / "feedparser" / "tests" / "wellformed" / "sanitize")
    assert len(articles) > 1_000
    path = tmp_path / "sanitise.db"
    with open_store(path) as store, store.transaction():
        store.articles.add(articles, seen_at=SEEN, basis="published")
    app = FastAPI()
    app.include_router(router)
    app.state.settings, app.state.database = read_settings(None), path
    client = TestClient(app)
    n_shown = 0
    for number in range(1, len(articles) // 25 + 1):
        text = client.get(f"/search?page={number}").text
        n_shown += text.count('class="excerpt"')
        assert Harm(text).found == [], f"page {number}"
    for article in articles[::9]:
        answer = client.get(f"/article/{article.article_id}")
        assert answer.status_code == 200
        assert Harm(answer.text).found == [], article.article_id
    assert n_shown > 600
