"""Pages in the form of real ones: what they say, and whether they are used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.page.choice import address_of_page, next_pause, wants_page
from ingest.page.encoding import decode_page
from ingest.page.extract import Page, extract_page
from ingest.page.fetch import PageAnswer
from ingest.page.judge import SAME, judge_page

TITLE = "Mainland buyers return to Hong Kong technology shares"
NOW = datetime(2025, 2, 11, 4, tzinfo=UTC)


def markup(root: Path, name: str) -> str:
    return (root / "tests" / "data" / "pages" / f"{name}.html").read_text(encoding="utf-8")


def extract(
    payload: bytes | str, *, content_type: str = "text/html", url: str = "https://harbour.example/x/1"
) -> Page:
    raw = payload.encode() if isinstance(payload, str) else payload
    answer = PageAnswer(status="ok", payload=raw, content_type=content_type, final_url=url)
    page = extract_page(answer, zone=ZoneInfo("Asia/Hong_Kong"), now=NOW)
    assert page is not None
    return page


def article(text: str, *, title: str = TITLE, head: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{paragraphs}"
        "</article></body></html>"
    )


def test_a_news_page_says_who_when_where_and_what(root: Path) -> None:
    page = extract(markup(root, "news"))
    assert page.title == TITLE
    paragraphs = page.text.split("\n")
    assert paragraphs[0].startswith("Alibaba and Tencent rose in Hong Kong on Tuesday")
    assert paragraphs[-1].endswith("the release of a model by DeepSeek.")
    assert len(paragraphs) == 5
    assert page.author == "Ada Lam, Ben Ho"
    assert page.language == "en"
    assert page.canonical_url == "https://harbour.example/markets/2025/02/11/mainland-buyers-return"
    assert [(claim.instant, claim.source) for claim in page.claims] == [
        (datetime(2025, 2, 11, 1, 2, tzinfo=UTC), "json-ld"),
        (datetime(2025, 2, 11, 1, 7, 30, tzinfo=UTC), "meta"),
    ]
    assert judge_page(page, title=TITLE, body="Alibaba and Tencent rose.") is None


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "gb18030", "utf-8"])
def test_a_chinese_portal_is_read_whatever_it_declares(root: Path, encoding: str) -> None:
    page = extract(markup(root, "portal").encode(encoding))
    assert page.title == "南向资金净买入超百亿 阿里巴巴领涨"
    assert page.text.startswith("海港财经讯 2月11日，港股早盘走高")
    assert page.text.endswith("市场成交额放大至1600亿港元。")
    assert page.language == "zh-Hans"
    claim = page.claims[0]
    assert (claim.instant, claim.has_time, claim.has_zone) == (
        datetime(2025, 2, 11, 1, 2, tzinfo=UTC),
        True,
        False,
    )


def test_an_amp_page_leads_to_its_twin(root: Path) -> None:
    page = extract(markup(root, "amp"), url="https://amp.harbour.example/economy/hkma-adds-liquidity")
    assert page.canonical_url == "https://harbour.example/economy/hkma-adds-liquidity"
    assert page.text.startswith("The Hong Kong Monetary Authority lent banks")
    assert [claim.has_time for claim in page.claims][:1] == [False]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("consent", "is a check, a consent form or an error"), ("paywall", "is behind a paywall")],
)
def test_walls_are_not_taken_for_articles(root: Path, name: str, reason: str) -> None:
    assert judge_page(extract(markup(root, name)), title=TITLE, body="Short.") == reason


LONG = "Mainland buyers bought Hong Kong technology shares again on Tuesday.\n" + "They bought more. " * 12


@pytest.mark.parametrize(
    ("page", "body", "reason"),
    [
        (article(LONG), "They bought more.", None),
        (article(LONG), " ".join(LONG.split()), SAME),
        (article(LONG), LONG * 2, "is shorter than what the feed said"),
        (
            article(
                "The ferry company will raise its fares in March, it said in a notice to passengers.",
                title="Ferry",
            ),
            "",
            "is about something else",
        ),
        ("<html><body><div></div></body></html>", "Body.", "holds no text that can be read"),
        (article("Please wait.", title="Just a moment..."), "", "is a check, a consent form or an error"),
        (
            article(
                LONG,
                head='<script type="application/ld+json">'
                '{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>',
            ),
            "",
            "is behind a paywall",
        ),
        (article(LONG + "\n登录后阅读全文"), "", "is behind a paywall"),
    ],
)
def test_a_page_must_say_more_of_the_same(page: str, body: str, reason: str | None) -> None:
    assert judge_page(extract(page), title=TITLE, body=body) == reason


def test_the_front_page_is_no_article() -> None:
    page = extract(article(LONG), url="https://harbour.example/")
    assert judge_page(page, title=TITLE, body="") == "leads to the site's front page"


def test_a_long_article_may_speak_of_cookies() -> None:
    page = extract(
        article(f"{LONG}\nA regulator said that the site uses cookies. {'Shares rose again. ' * 90}")
    )
    assert judge_page(page, title=TITLE, body="") is None


@pytest.mark.parametrize(
    "script", ["{", "[]", '{"@type": "NewsArticle", "author": 3}', '"x"', "[[[[[[[1]]]]]]]"]
)
def test_broken_json_ld_is_passed_over(script: str) -> None:
    page = extract(article(LONG, head=f'<script type="application/ld+json">{script}</script>'))
    assert (page.title, page.claims, page.author) == (TITLE, (), "")


def test_a_zone_is_taken_from_the_feed_where_a_page_names_none() -> None:
    head = '<meta name="pubdate" content="2025-02-11 09:02:00">'
    (claim,) = extract(article(LONG, head=head)).claims
    assert (claim.instant, claim.has_zone) == (datetime(2025, 2, 11, 1, 2, tzinfo=UTC), False)


@pytest.mark.parametrize(
    ("payload", "content_type", "text"),
    [
        ("港股".encode("big5"), "text/html; charset=big5", "港股"),
        (b'<meta charset="big5">' + "恆指".encode("big5"), "text/html", '<meta charset="big5">恆指'),
        ("港股".encode(), "text/html; charset=gb2312", "港股"),
        ("港股升".encode("gb18030"), "text/html; charset=utf-8", "港股升"),
        (
            "caf\u00e9 \u201cx\u201d".encode("cp1252"),
            "text/html; charset=iso-8859-1",
            "caf\u00e9 \u201cx\u201d",
        ),
        ("\ufeff港股".encode("utf-16"), "", "港股"),
        (b"plain", "text/html; charset=nonsense", "plain"),
        (b"", "", ""),
    ],
)
def test_declared_encodings_are_tried_and_not_believed(payload: bytes, content_type: str, text: str) -> None:
    assert decode_page(payload, content_type).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("body", "full_text", "wanted"),
    [
        ("A summary.", "auto", True),
        ("A summary.", "no", False),
        ("x" * 5000, "auto", False),
        ("x" * 5000, "yes", True),
        ("x" * 5000 + " Read more", "auto", True),
        ("x" * 5000 + " […]", "auto", True),
        ("港" * 300, "auto", True),
        ("港" * 450, "auto", False),
    ],
)
def test_pages_are_wanted_where_the_feed_has_a_summary(body: str, full_text: str, *, wanted: bool) -> None:
    assert wants_page(body, full_text=full_text, summary_chars=1200) is wanted  # type: ignore[arg-type]  # from the table


def test_pauses_grow_and_end() -> None:
    minutes = [
        pause.total_seconds() / 60
        for n in range(1, 7)
        if (pause := next_pause(n, max_tries=7, retry_after=None)) is not None
    ]
    assert minutes == [5, 20, 80, 320, 720, 720]
    assert next_pause(7, max_tries=7, retry_after=None) is None


def test_a_page_is_read_at_its_publisher() -> None:
    assert (
        address_of_page("https://www.google.com/url?q=https://www.harbour.example/a")
        == "https://www.harbour.example/a"
    )
    assert (
        address_of_page("https://www.harbour.example/a?utm_source=x")
        == "https://www.harbour.example/a?utm_source=x"
    )
