"""The headline that an entry without a title gets."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.feed import FeedConfig, parse_feed
from ingest.feeds.headline import MAX_HEADLINE_CHARS, headline_from_text
from ingest.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("U.S. stocks rose 2.5% on Monday. Then they fell.", "U.S. stocks rose 2.5% on Monday."),
        ("Mr. Lee of Foo Inc. said so! And left.", "Mr. Lee of Foo Inc. said so!"),
        ('He asked "why?" Nobody knew.', 'He asked "why?"'),
        ("騰訊升3%。阿里巴巴亦升。", "騰訊升3%。"),
        ("“升了！”他說。完。", "“升了！”"),
        ("A line without an end\nThe next line.", "A line without an end"),
        ("port " * 60, "port " * 23 + "port…"),
        ("港" * 300, "港" * 119 + "…"),
        ("", ""),
    ],
)
def test_it_is_the_first_sentence_or_as_many_words_as_fit(text: str, headline: str) -> None:
    assert headline_from_text(clean_text(text)) == headline


@given(st.text(st.sampled_from("ab C.!?。！」\"'…\n港 9%)"), max_size=400))
def test_it_is_one_clean_line_that_begins_the_text(text: str) -> None:
    cleaned = clean_text(text)
    headline = headline_from_text(cleaned)
    assert bool(headline) == bool(cleaned)
    assert len(headline) <= MAX_HEADLINE_CHARS
    assert headline == clean_line(headline)
    assert cleaned.startswith((headline, headline.removesuffix("…")))


def read(*posts: tuple[str, str, str]) -> tuple[Article, ...]:
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link>"
        f"<description>{text}</description></item>"
        for guid, link, text in posts
    )
    parsed = parse_feed(
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(),
        feed=FeedConfig(url="https://posts.example/feed.xml", publisher="Posts"),
        headers={},
        seen_at=datetime(2026, 5, 4, 1, tzinfo=UTC),
    )
    return parsed.articles


def test_a_changed_post_is_the_same_article_with_another_content() -> None:
    link = "https://posts.example/7"
    (before,) = read(("7", link, "HSI up 1%. More soon."))
    (after,) = read(("7", link, "HSI up 2%. More soon."))
    assert before.article_id == after.article_id
    assert (before.title, after.title) == ("HSI up 1%.", "HSI up 2%.")
    assert before.content_hash != after.content_hash


def test_posts_that_all_carry_the_sites_identifier_are_articles_of_their_own() -> None:
    first, second = read(
        ("site", "https://posts.example/1", "HSI up."), ("site", "https://posts.example/2", "HSI down.")
    )
    assert first.article_id != second.article_id
