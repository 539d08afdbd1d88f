"""The pages as a reader without a browser gets them."""

from __future__ import annotations

import io
import re
from collections import Counter, deque
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pandas as pd
import pytest
from starlette.testclient import TestClient

PAGES = (
    "/",
    "/?by=change",
    "/theme/ai",
    "/entity/alibaba",
    "/story/en-29-0",
    "/article/en-29-0",
    "/search",
    "/search?q=alibaba",
    "/feeds",
    "/evaluate",
)


class Markup(HTMLParser):
    """Collects what a page would do: elements, addresses, handlers, inline style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    @property
    def links(self) -> list[str]:
        """Addresses that the page leads to or loads."""
        return [value for _, name, value in self.attributes if name in {"href", "src", "action"}]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_every_page_is_shown_in_every_language(client: TestClient, path: str, language: str) -> None:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text


@pytest.mark.parametrize("path", [*PAGES, "/article/hostile%2F1", "/search?q=profit", "/story/hostile%2F1"])
def test_no_page_has_inline_script_or_style_or_another_host(client: TestClient, path: str) -> None:
    markup = Markup(client.get(path).text)
    assert not [name for _, name, _ in markup.attributes if name == "style" or name.startswith("on")]
    assert "style" not in markup.tags
    loaded = [
        value for tag, name, value in markup.attributes if name == "src" or (tag, name) == ("link", "href")
    ]
    assert loaded
    assert all(value.startswith("/static/") for value in loaded)
    assert markup.tags.count("script") == 1


@pytest.mark.parametrize(
    "path", ["/article/hostile%2F1", "/search?q=profit", "/story/hostile%2F1", "/theme/ai"]
)
def test_a_hostile_feed_is_shown_harmless(client: TestClient, path: str) -> None:
    text = client.get(path).text
    markup = Markup(text)
    assert not {"img", "style", "b", "i"} & set(markup.tags)
    assert not [link for link in markup.links if link.lower().strip().startswith(("javascript:", "data:"))]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    assert "49" not in re.findall(r"\{\{.*?\}\}|\b49\b", text)


@pytest.mark.parametrize("n_of_a_kind", [8, pytest.param(10_000, marks=pytest.mark.slow)])
def test_all_links_lead_somewhere(client: TestClient, n_of_a_kind: int) -> None:
    """Follow links from the first page on; those that differ in their day only are one."""
    waiting, seen, shapes = deque([("/", "")]), {"/"}, set[str]()
    followed: Counter[str] = Counter()
    while waiting:
        path, came_from = waiting.popleft()
        response = client.get(path, follow_redirects=False)
        assert response.status_code == 200, f"{path} (on {came_from}): {response.status_code}"
        if not response.headers["content-type"].startswith("text/html"):
            continue
        for link in Markup(response.text).links:
            target = urljoin(path, link).partition("#")[0]
            if urlsplit(target).netloc:
                assert urlsplit(target).scheme in {"http", "https"}
                continue
            shape = _shape(target)
            kind = urlsplit(target).path.split("/")[1]
            if target not in seen and shape not in shapes and followed[kind] < n_of_a_kind:
                followed[kind] += 1
                seen.add(target)
                shapes.add(shape)
                waiting.append((target, path))
    kinds = {urlsplit(path).path.split("/")[1] for path in seen}
    assert kinds >= {"", "theme", "entity", "story", "article", "search", "feeds", "evaluate", "static"}


def _shape(target: str) -> str:
    """Return what an address has in common with those that show the same kind of thing."""
    parts = urlsplit(target)
    path = re.sub(r"en-\d+", "en-N", parts.path)
    return path + "?" + "&".join(sorted(re.sub(r"\d{4}-\d\d-\d\d", "D", f"{key}={value}") for key, value in
                                          parse_qs(parts.query).items()))  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_links_keep_the_time_asked_for(client: TestClient, path: str, desk_days: list[date]) -> None:
    as_of = f"{desk_days[20]}T12:00"
    joined = f"{path}{'&' if '?' in path else '?'}as_of={as_of}"
    if "en-29" in path:
        pytest.skip("that article was not known then")
    response = client.get(joined)
    assert response.status_code == 200
    inside = [
        link
        for link in Markup(response.text).links
        if link.startswith("/") and not link.startswith("/static") and "?" in link
    ]
    lost = [link for link in inside if f"as_of={as_of.replace(':', '%3A')}" not in link]
    # One link leads back to the present, and it says so.
    assert len(lost) == 0 or lost == [lost[0]]
    assert "As known before" in response.text


def test_nothing_later_is_shown(client: TestClient, desk_days: list[date]) -> None:
    early = f"{desk_days[10]}T12:00"
    assert client.get(f"/article/en-29-0?as_of={early}").status_code == 404
    assert client.get(f"/story/en-29-0?as_of={early}").status_code == 404
    found = client.get(f"/search?q=alibaba&as_of={early}").text
    assert "round 10." in found
    assert "round 29." not in found
    table = pd.read_csv(io.StringIO(client.get(f"/theme/ai?as_of={early}&format=csv").text))
    assert table["session"].max() == str(desk_days[11])


@pytest.mark.parametrize("path", ["/", "/theme/ai", "/entity/alibaba", "/story/en-29-0", "/article/en-29-0",
                                  "/search?q=alibaba", "/feeds"])  # fmt: skip
def test_every_view_downloads_in_three_formats(client: TestClient, path: str) -> None:
    join = "&" if "?" in path else "?"
    answers = {form: client.get(f"{path}{join}format={form}") for form in ("csv", "json", "parquet")}
    assert all("attachment" in answer.headers["content-disposition"] for answer in answers.values())
    frame = pd.read_csv(io.StringIO(answers["csv"].text))
    assert len(frame)
    assert len(answers["json"].json()) == len(frame)
    assert list(pd.read_parquet(io.BytesIO(answers["parquet"].content)).columns) == list(frame.columns)


def test_a_days_drivers_add_up_to_the_change(client: TestClient, desk_days: list[date]) -> None:
    page = client.get(f"/theme/ai?day={desk_days[-1]}").text
    assert "What moved it on" in page
    assert "By publisher" in page


def test_a_story_shows_its_first_report_and_the_novelty_of_the_second(client: TestClient) -> None:
    page = client.get("/story/en-29-1").text
    assert page.index("First report") < page.index("/article/en-29-1")
    assert "0.75" in page
    assert '<mark class="evidence">' in page


def test_an_article_shows_evidence_names_and_revisions(client: TestClient) -> None:
    page = client.get("/article/en-29-2").text
    assert '<a class="name" href="/entity/alibaba">Alibaba</a>' in page
    assert '<mark class="evidence">' in page
    second = client.get("/article/en-29-2?revision=1").text
    assert "What it says now." in second
    assert "Not tagged by then" in second


def test_search_filters_narrow_what_is_found(client: TestClient, desk_days: list[date]) -> None:
    def ids(query: str) -> set[str]:
        table = client.get(f"/search?format=csv&{query}").text
        return set(pd.read_csv(io.StringIO(table))["article"])

    everything = ids("")
    assert len(everything) == 30 * 6 + 1
    chinese = ids("language=zh")
    assert chinese == {f"en-{number}-5" for number in range(30)}
    assert ids("q=%E9%98%BF%E9%87%8C%E5%B7%B4%E5%B7%B4") == chinese, "simplified finds traditional"
    assert ids("theme=property") | ids("theme=ai") == everything
    assert not ids("theme=property") & ids("theme=ai")
    assert ids("publisher=Kowloon+Markets") == {f"en-{n}-{i}" for n in range(30) for i in (1, 3, 5)}
    day = desk_days[3]
    assert ids(f"start={day}&end={day}") == {f"en-3-{item}" for item in range(6)}
    assert ids("tone=negative") == set()
    assert ids("entity=alibaba&theme=ai&q=cloud") < ids("theme=ai")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/theme/nope", 404, "There is no theme"),
        ("/entity/nope", 404, "Neither the catalogue"),
        ("/article/nope", 404, "No article"),
        ("/?as_of=yesterday", 400, "is no instant"),
        ("/?session=1900-01-01", 400, ""),
        ("/search?tone=grim", 400, "positive"),
        ("/search?page=0", 400, "whole number"),
        ("/theme/ai?start=2025-02-10&end=2025-01-10", 400, "lies before"),
        ("/search?q=%22%22%22", 200, "Nothing found"),
        ("/theme/ai?format=xls", 400, "parquet"),
        ("/static/../settings.py", 404, ""),
    ],
)
def test_what_cannot_be_shown_says_so(client: TestClient, path: str, status: int, said: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert said in response.text


def test_the_language_of_the_address_is_remembered(client: TestClient) -> None:
    answer = client.get("/feeds?lang=zh-Hans")
    assert "language=zh-Hans" in answer.headers["set-cookie"]
    assert "来源" in client.get("/feeds").text


@pytest.mark.parametrize(
    ("session", "said"), [("2024-12-03", "No tagged news is known"), ("2025-03-10", "the last news is of")]
)
def test_a_session_without_news_says_so_and_has_no_empty_table(
    client: TestClient, session: str, said: str
) -> None:
    text = client.get(f"/?session={session}").text
    assert said in text
    assert not re.search(r"<tbody>\s*</tbody>", text)
    assert '<h2 id="stories">' not in text


def test_a_search_says_how_many_it_found_and_offers_the_entity_called_so_first(client: TestClient) -> None:
    text = client.get("/search?q=alibaba&theme=property").text
    found = text.count("data-item")
    assert f"{found} results" in text or f"Results 1 to {found}" in text
    names = re.findall(r'<a class="who" href="/entity/([^"]+)"', text)
    assert names[0] == "alibaba"
    assert len(names) > 1
