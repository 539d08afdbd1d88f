"""Articles out of loose parts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest import article as article_module
from ingest.article import make_article
from ingest.error import IngestError, RejectedRecordError

HONG_KONG = timezone(timedelta(hours=8))


def test_an_article_is_cleaned_and_completed() -> None:
    article = make_article(
        title=" Hang Seng\nrises ",
        body="First.\r\n\r\nSecond.",
        url="https://Example.com/a?utm_medium=x#c",
        publisher="Example",
        language="en-GB",
        published_at=datetime(2025, 3, 10, 16, 20, tzinfo=HONG_KONG),
        extra={"level": "B", "empty": None},
    )
    assert article.title == "Hang Seng rises"
    assert article.body == "First.\nSecond."
    assert article.url == "https://Example.com/a?utm_medium=x#c"
    assert article.canonical_url == "https://example.com/a"
    assert article.language == "en"
    assert article.published_at == datetime(2025, 3, 10, 8, 20, tzinfo=UTC)
    assert article.published_at.tzinfo is UTC
    assert article.extra == {"level": "B"}
    # printf 'Hang Seng rises\nFirst.\nSecond.' | sha256sum
    assert article.content_hash == "b583f6c3df9103bc05c5b1690c7cc828041ff6c7a0fd6be7b884537c16203dcd"


def test_html_is_stripped_where_asked() -> None:
    article = make_article(title="<b>A</b> &amp; B", body="<p>x</p><p>y</p>", html=True)
    assert (article.title, article.body) == ("A & B", "x\ny")
    assert make_article(title="<b>A</b>").title == "<b>A</b>"


@pytest.mark.parametrize("title", ["", " \n\t", "\u200b"])
def test_a_title_is_needed(title: str) -> None:
    with pytest.raises(RejectedRecordError, match="has no title; give"):
        make_article(title=title, body="text")
    assert issubclass(RejectedRecordError, IngestError)


def test_a_long_body_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_module, "MAX_BODY_CHARS", 10)
    article = make_article(title="t", body="x" * 25)
    assert article.body == "x" * 10
    assert article.extra == {"body_cut_from": 25}
    assert make_article(title="t", body="x" * 10).extra == {}


def test_the_bound_of_a_body_is_two_million() -> None:
    assert article_module.MAX_BODY_CHARS == 2_000_000


def test_ids_are_kept_or_derived() -> None:
    instant = datetime(2025, 3, 10, tzinfo=UTC)
    assert make_article(title="t", article_id=" rthk-1 ").article_id == "rthk-1"
    one = make_article(title="t", url="https://example.com/a?utm_source=x", publisher="P")
    other = make_article(title="u", url="https://example.com/a", publisher="P")
    assert one.article_id == other.article_id
    assert len(one.article_id) == 64
    assert make_article(title="u", url="https://example.com/a", publisher="Q").article_id != one.article_id
    dated = make_article(title="t", publisher="P", published_at=instant)
    assert (
        dated.article_id == make_article(title="t", publisher="P", published_at=instant, body="b").article_id
    )
    assert dated.article_id != make_article(title="t", publisher="P").article_id
    assert len(make_article(title="t", article_id="i" * 600).article_id) == 64


def test_what_is_no_web_address_is_no_url() -> None:
    article = make_article(title="t", url="javascript:alert(1)")
    assert article.url is None
    assert article.canonical_url is None
    assert article.extra == {"claimed_url": "javascript:alert(1)"}


def test_the_hash_is_of_the_cleaned_content_only() -> None:
    one = make_article(title="t", body="a  b", publisher="P")
    assert make_article(title=" t ", body="a b", publisher="Q").content_hash == one.content_hash
    assert make_article(title="t", body="a c").content_hash != one.content_hash


def test_a_date_without_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no zone"):
        make_article(title="t", published_at=datetime(2025, 3, 10))  # noqa: DTZ001  # the mistake


def test_defaults_are_plain() -> None:
    article = make_article(title="港股高開", publisher="  ")
    assert article.publisher == "unknown"
    assert article.language == "zh-Hant"
    assert (article.body, article.url, article.published_at, article.feed_url) == ("", None, None, None)
    assert hash(article) == hash(make_article(title="港股高開"))
