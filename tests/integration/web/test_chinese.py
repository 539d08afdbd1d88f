"""The Chinese interface, walked page by page in search of English that is neither news nor a name."""

from __future__ import annotations

import re
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from nlp.annotation import EntityTag, Span, Text
from nlp.claims.reader import read_claim_reader
from southbound import CONFIG
from southbound.digest import write_digest
from southbound.digest.week import label_of
from southbound.digest.wording import clean_line
from southbound.instant import HONG_KONG
from southbound.language.words import LANGUAGES, Language
from southbound.pipeline.digest import week_of
from southbound.pipeline.review.correct import reviewer_name
from southbound.settings import read_configured_feeds, read_settings, read_themes
from southbound.store import open_store
from southbound.store.claim import ArticleClaims
from southbound.web.app import create_app
from southbound.web.security.access import Access
from southbound.web.security.token import add_user, read_users
from tests.integration.web.conftest import HOSTILE_TITLE, SEEN, put

#: Latin words of the interface itself: names, abbreviations, statistics after their authors, forms of dates.
ALLOWED = frozenset(
    {
        "Southbound",
        "AI",
        "ETF",
        "IPO",
        "QDII",
        "QFII",
        "EN",
        "English",
        "CSV",
        "JSON",
        "Parquet",
        "RSS",
        "HSI",
    }
    | {"YYYY", "MM", "DD", "HH", "Baker", "Bloom", "Davis", "Newey", "West", "Granger"}
    | {"Benjamini", "Hochberg", "Holm", "BH", "Wilson"}
)
INDEX = "Hang Seng Index"
CLAIMS_TITLE = "What was said of Wednesday"
#: The index closed at 20,280 that day, and southbound net buying was HK$1 billion.
CLAIMS_BODY = (
    "The Hang Seng Index closed at 20,280 on Wednesday. Mainland investors bought a net HK$1 billion of Hong "
    "Kong shares through Stock Connect on Wednesday.\nThe Hang Seng Index fell 5% on Wednesday. The "
    "Hang Seng Index may rise to 30,000 next year."
)
QUOTED = (clean_line(HOSTILE_TITLE), CLAIMS_TITLE, *CLAIMS_BODY.splitlines())
PUBLISHERS = {feed.publisher for feed in read_configured_feeds(read_settings(None), None)}
#: What is Latin in this database: codes, ids and addresses; the news' titles, publishers and text.
FOREIGN = re.compile(
    r"[A-Z]{2,}:[A-Z0-9]+|https?://\S+|\b[a-z]+(?:[_-][a-z0-9]+)+\b|`[^`]*`|small-1|alibaba|hsbc|web\.hosts|PayMe"
    r"|「(?:review|nope|evil\.example|No such sentence)」|(?:<i>)?Evil(?:</i>)? Wire|HK\$1 billion"
    r"|Alibaba cuts cloud prices, round [\d.]+|Alibaba said prices fall again\.(?: Riv\w*(?: f\w*\.?)?)?"
    r"|Nobody was surprised\.|What it says now\.|Second wording|Harbour Ledger|Kowloon Markets|"
    + "|".join(map(re.escape, sorted({*QUOTED, *PUBLISHERS}, key=len, reverse=True)))
)
#: What nobody reads as text, and keys to be pressed.
SILENT = frozenset({"script", "style", "kbd"})
VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
TOLD = ("aria-label", "title", "placeholder", "alt")
LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")
MOST_OF_A_KIND = 4
START = (
    "/", "/?session=2025-02-12", "/?as_of=2025-02-10", "/?by=change", "/theme/ai", "/theme/ai?day=2025-02-12",
    "/entity/alibaba", "/entity/hsbc", "/entity/hang_seng_bank", "/story/en-29-0", "/article/en-29-2",
    "/article/hostile%2F1", "/search?q=alibaba", "/search?q=nothing-of-it", "/feeds", "/quality", "/review",
    "/review?article=en-29-0", "/evaluate", "/evaluate?theme=ai&start=2025-01-02&end=2025-02-20", "/login",
    "/theme/nope", "/entity/nope", "/article/nope", "/story/nope", "/nope", "/?session=x",
    "/?session=2031-01-02", "/?as_of=x", "/theme/ai?start=2025-02-12&end=2025-01-02",
    "/theme/ai?day=2025-01-02", "/search?page=x", "/search?tone=x",
)  # fmt: skip


class Page(HTMLParser):
    """Collects what a page says in Chinese: text and labels outside what is marked as another language's."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.links += [told["href"]] if tag == "a" and "href" in told else []
        is_read = tag not in SILENT and told.get("lang", "zh").startswith("zh")
        if is_read and all(one for _, one in self._open):
            self.texts += [told[name] for name in TOLD if name in told]
        if tag not in VOID:
            self._open.append((tag, is_read))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if all(is_read for _, is_read in self._open):
            self.texts.append(data)


def english_of(texts: list[str]) -> list[str]:
    """Return the Latin words of texts that are none of the names and codes, each with the text."""
    plain = (" ".join(text.split()) for text in texts)
    own = re.compile(rf"\b{re.escape(reviewer_name('', read_settings(None)))}\b")
    bare = ((own.sub(" ", FOREIGN.sub(" ", text)), text) for text in plain)
    return [
        f"{word}: {text[:90]}" for left, text in bare for word in LATIN.findall(left) if word not in ALLOWED
    ]


@pytest.fixture(scope="module")
def database(desk_database: Path, desk_days: list[date], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a claim that the data deny, one that they confirm, and one that can't be checked."""
    path = tmp_path_factory.mktemp("chinese") / "desk.db"
    shutil.copy(desk_database, path)
    at = datetime.combine(desk_days[-1], time(4, 30), tzinfo=HONG_KONG)
    with open_store(path) as store:
        put(
            store, "claims-1", CLAIMS_TITLE, CLAIMS_BODY, at,
            theme="ai", publisher="Harbour Ledger", language="en", url="https://news.example/claims",
        )  # fmt: skip
        (stored,) = store.articles.revisions("claims-1")
        text = Text(title=CLAIMS_TITLE, body=CLAIMS_BODY, language="en", published_on=desk_days[-1])
        start = CLAIMS_BODY.index(INDEX)
        mention = Span(field="body", start=start, end=start + len(INDEX), text=INDEX)
        index = EntityTag(
            entity_id="hsi", name=INDEX, type="index", tickers=("INDEX:HSI",), relevance=1.0, linked=True,
            mentions=(mention,),
        )  # fmt: skip
        claims = read_claim_reader(CONFIG / "claims.yaml").read(text, [index])
        found = ArticleClaims(article=stored, claims=claims, tickers={"hsi": ("INDEX:HSI",)})
        with store.transaction():
            store.claims.add([found], reader="test", read_at=SEEN)
    return path


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[TestClient]:
    """A browser set to Chinese, on this machine."""
    with TestClient(create_app(read_settings(None), database), base_url="http://localhost") as made:
        made.headers.update({"accept": "text/html", "sec-fetch-site": "same-origin"})
        yield made


def walk(client: TestClient, start: tuple[str, ...], language: str) -> Iterator[tuple[str, Page]]:
    """Yield pages reachable from some, a few of each kind."""
    waiting, seen, kinds = deque(start), set(start), Counter[str]()
    while waiting:
        path = waiting.popleft()
        response = client.get(path, headers={"accept-language": language})
        if not response.headers["content-type"].startswith("text/html"):
            continue
        page = Page(response.text)
        yield path, page
        for link in page.links:
            target = urljoin(path, link).partition("#")[0]
            kind = urlsplit(target).path.split("/")[1] if target.startswith("/") else ""
            is_wanted = target.startswith("/") and "format=" not in target and "lang=" not in target
            if is_wanted and target not in seen and kinds[kind] < MOST_OF_A_KIND:
                kinds[kind] += 1
                seen.add(target)
                waiting.append(target)


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_no_page_says_anything_in_english(client: TestClient, language: str) -> None:
    found = {path: english_of(page.texts) for path, page in walk(client, START, language)}
    assert len(found) > len(START)
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_an_entity_is_described_by_its_facts_in_chinese(client: TestClient) -> None:
    chinese, english = (
        client.get("/entity/hang_seng_bank", headers={"accept-language": language}).text
        for language in ("zh-Hant", "en")
    )
    assert "Hong Kong bank, privatised by HSBC" in english
    assert "privatised" not in chinese
    for fact in ("恒生銀行（中國）", "Hang Seng Bank", "XHKG:11（至2026年1月27日", "滙豐控股"):
        assert fact in chinese


def test_what_becomes_of_a_correction_is_told_in_chinese(client: TestClient) -> None:
    client.headers["accept-language"] = "zh-Hant"
    article = {"article_id": "en-29-0", "next": "/review?article=en-29-0"}
    for form in (
        {"kind": "reject_theme", "theme": "ai"},
        {"kind": "reject_theme", "theme": "ai"},
        {"kind": "add_theme", "theme": "ipo", "evidence": "No such sentence"},
        {"kind": "add_theme", "theme": "ipo"},
        {"kind": "relink_entity", "entity": "alibaba", "to": "hsbc"},
        {"kind": "tone", "tone": "-1"},
        {"kind": "split_story"},
        {"kind": "undo", "undoes": "1"},
        {"kind": "undo", "undoes": "999"},
    ):
        page = Page(client.post("/review", data={**article, **form}).text)
        assert english_of(page.texts) == [], form
    assert english_of(Page(client.get("/quality").text).texts) == []


def test_a_digest_tells_nothing_in_english(client: TestClient, desk_days: list[date]) -> None:
    address = f"/api/v1/sessions/{desk_days[-1]}/digest?format=html&language=zh-Hant"
    page = Page(client.get(address).text)
    assert english_of(page.texts) == []
    assert any("數字核對" in text for text in page.texts)


@pytest.mark.parametrize("form", ["md", "text"])
def test_nor_do_its_other_forms_beside_the_words_of_the_news(
    client: TestClient, database: Path, desk_days: list[date], form: str
) -> None:
    text = client.get(f"/api/v1/sessions/{desk_days[-1]}/digest?format={form}&language=zh-Hant").text
    with open_store(database, read_only=True) as store:
        latest = store.articles.latest(limit=20)
    news = " ".join(field for one in latest for field in (one.title, one.body, one.publisher))
    words = {told.partition(":")[0] for told in english_of([text])}
    assert {word for word in words if word not in news} == set()
    assert HAN.search(text)


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_a_weeks_digest_tells_nothing_in_english(
    database: Path, desk_days: list[date], language: Language
) -> None:
    week = label_of(desk_days[-1])
    with open_store(database, read_only=True) as store:
        content = week_of(store, week=week, as_of=None, settings=read_settings(None), language=language)
    page = Page(write_digest(content, form="html"))
    assert english_of(page.texts) == []
    assert len(content.themes) == len([line for line in content.themes if HAN.search(line.name)]) > 0


def test_a_digest_in_no_language_of_ours_is_refused(client: TestClient, desk_days: list[date]) -> None:
    address = f"/api/v1/sessions/{desk_days[-1]}/digest"
    assert client.get(address, params={"language": "fr"}).status_code == 422
    told = {
        language: client.get(address, params={"language": language, "format": "json"}).json()
        for language in LANGUAGES
    }
    assert [told[language]["language"] for language in LANGUAGES] == list(LANGUAGES)
    assert len({told[language]["summary"][0] for language in LANGUAGES}) == len(LANGUAGES)
    stories = [told[language]["sections"][0]["stories"][0]["title"] for language in LANGUAGES]
    assert len(set(stories)) == 1


def test_alerts_are_told_in_chinese(client: TestClient, desk_days: list[date]) -> None:
    rules = client.get(f"/api/v1/sessions/{desk_days[-1]}/alerts?language=zh-Hant").json()["rules"]
    told = [text for rule in rules for text in (rule["condition"], *(one["text"] for one in rule["figures"]))]
    assert told
    assert english_of(told) == []


def test_themes_are_named_and_defined_in_chinese(client: TestClient) -> None:
    themes = client.get("/api/v1/themes?language=zh-Hant").json()["themes"]
    assert len(themes) == len(read_themes())
    assert all(HAN.search(one["name"]) and HAN.search(one["definition"]) for one in themes)


def test_a_refusal_is_told_in_chinese(database: Path, tmp_path: Path) -> None:
    users = tmp_path / "users.yaml"
    token = {"authorization": f"Bearer {add_user(users, scope='read')}"}
    app = create_app(read_settings(None), database, access=Access(tokens=read_users(users)))
    asked = [
        ("GET", "/review", token, 403),
        ("POST", "/logout", {"sec-fetch-site": "cross-site"}, 401),
        ("POST", "/login", {"sec-fetch-site": "same-origin"}, 403),
        ("GET", "/", {"host": "evil.example"}, 421),
    ]
    with TestClient(app, base_url="http://localhost") as client:
        client.headers.update({"accept": "text/html", "accept-language": "zh-Hant"})
        for method, path, headers, status in asked:
            page = client.request(method, path, headers=headers)
            assert page.status_code == status
            assert "text/html" in page.headers["content-type"] or status == 401
            assert english_of(Page(page.text).texts) == [] or status == 401
