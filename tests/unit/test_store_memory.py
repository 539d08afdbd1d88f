"""What is held in memory answers as the tables do, at every instant, while more comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest

from ingest.article import make_article
from ingest.flow import Flow
from ingest.price import CorporateAction, Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from southbound.instant import HONG_KONG, text_from_instant
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime
from southbound.store.memory import NewsMemory
from southbound.store.remembered_market import MarketMemory
from southbound.store.roster import RosterMemory

START = datetime(2025, 3, 3, tzinfo=UTC)
Stores = tuple[Store, Store, tuple[NewsMemory, RosterMemory, MarketMemory]]
ASKED = [("ai", None), ("ai", "alibaba"), (None, "alibaba"), ("rally", "tencent"), ("none", None)]


def _annotation(model: str, number: int) -> Annotation:
    span = Span(field="title", start=0, end=4, text="Item")
    themes = [theme for place, theme in enumerate(("ai", "ipo", "rally")) if number >> place & 1]
    names = [name for place, name in enumerate(("alibaba", "tencent")) if number >> place & 1]
    return Annotation(
        language="en",
        hk_china=0.5,
        themes=tuple(ThemeTag(theme=theme, score=0.5 + number / 100, evidence=(span,)) for theme in themes),
        entities=tuple(
            EntityTag(
                entity_id=name,
                name=name.title(),
                type="company",
                tickers=("XHKG:1",),
                relevance=number / 50,
                linked=True,
                mentions=(span,),
            )
            for name in names
        ),
        tone=Tone(label=0, negative=0.2, neutral=0.8 - number / 100, positive=number / 100),
        scores={},
        model=model,
        tokens=TokenCount(read=1, total=1),
    )


def _publish(store: Store, first: int, count: int, *, model: str = "one") -> None:
    """Add articles, one an hour, each tagged a quarter of an hour later."""
    for number in range(first, first + count):
        at = START + timedelta(hours=number)
        article = make_article(
            title=f"Item {number}", publisher="AB"[number % 2], article_id=f"a{number}", language="en"
        )
        with store.transaction():
            store.articles.add([article], seen_at=at, basis="seen")
            waiting = store.articles.next_untagged(model, after_pk=0, limit=5)
            tagged = [(one, _annotation(model, number % 16)) for one in waiting]
            store.tags.add(tagged, tagged_at=at + timedelta(minutes=15))


def _tag_again(store: Store, *, model: str, at: datetime) -> None:
    with store.transaction():
        waiting = store.articles.next_untagged(model, after_pk=0, limit=500)
        store.tags.add([(one, _annotation(model, (one.pk + 3) % 16)) for one in waiting], tagged_at=at)


def _read_page(store: Store, number: int, *, at: datetime) -> None:
    """Read an article's page: a further revision that speaks for it, tagged a minute later."""
    text = make_article(
        title=f"Item {number}",
        body="The whole text.",
        publisher="AB"[number % 2],
        article_id=f"a{number}",
        language="en",
    )
    with store.transaction():
        store.articles.add([text], seen_at=at, basis="seen")
        first, *_, last = store.articles.revisions(f"a{number}")
        store._db.execute(
            """INSERT INTO page (article_pk, url, host, timezone, state, queued_at, full_text_pk)
               VALUES (?, 'https://news.example/1', 'news.example', 'UTC', 'read', ?, ?)""",
            [first.pk, "2025-03-03T00:00:00.000Z", last.pk],
        )
        store.tags.add([(last, _annotation("one", 7))], tagged_at=at + timedelta(minutes=1))


def _tell_stories(store: Store, numbers: range, *, version: str, at: datetime) -> None:
    """Assign articles to stories, a day after they were known or at an instant."""
    with store.transaction():
        for number in numbers:
            (first, *_) = store.articles.revisions(f"a{number}")
            store._db.execute(
                """INSERT INTO story_report (article_pk, version, story_id, assigned_at, known_at, likeness,
                       novelty, earlier_12h, earlier_24h, earlier_3d, earlier_5d, earlier_7d)
                   VALUES (?, ?, 'a0', ?, ?, 0.5, ?, 0, 0, 0, 0, 0)""",
                [first.pk, version, text_from_instant(at), text_from_instant(at), 1 / (1 + number)],
            )


def _trade(store: Store, days: range, *, seen_at: datetime, provider: str, adjusted: bool) -> None:
    """Add flows and closes of days of March, public each evening, of which every third is corrected."""
    public = PublicationTime(at=time(18, 0), timezone=HONG_KONG)
    with store.transaction():
        for day in (date(2025, 3, number) for number in days):
            net = float(day.day * 100 + len(provider))
            flow = Flow(session=day, net=net, state="open", source=f"{provider}:test")
            store.market.add_flows([flow], seen_at=seen_at, public=public)
            close = Price(
                asset_id="INDEX:HSI",
                session=day,
                close=net + adjusted,
                adjusted=adjusted,
                currency="HKD",
                source="csv:test",
            )
            split = CorporateAction(
                asset_id="INDEX:HSI",
                session=day,
                kind="split",
                value=net / 100,
                currency="HKD",
                source="csv:test",
            )
            store.market.add_prices([close, split], seen_at=seen_at, public=public)


def _assert_equal(held: pd.DataFrame, stored: pd.DataFrame) -> None:
    # pandas takes an empty list for a column of objects.
    pd.testing.assert_frame_equal(held, stored, check_dtype=bool(len(stored)))


def _assert_same(held: Store, plain: Store) -> None:
    instants = [None, *(START + timedelta(hours=hours, minutes=5) for hours in (0, 3, 17, 40, 80))]
    for as_of in instants:
        for theme, entity in ASKED:
            remembered = held.tags.theme_articles(theme, entity=entity, as_of=as_of)
            stored = plain.tags.theme_articles(theme, entity=entity, as_of=as_of)
            _assert_equal(remembered, stored)
        news, table = held.news.read(as_of=as_of), plain.news.read(as_of=as_of)
        _assert_equal(news.articles, table.articles)
        by = ["theme", "row"]
        _assert_equal(
            news.tags.sort_values(by, ignore_index=True), table.tags.sort_values(by, ignore_index=True)
        )
        _assert_equal(held.market.flows(as_of=as_of), plain.market.flows(as_of=as_of))
        _assert_equal(held.market.flow_versions(as_of=as_of), plain.market.flow_versions(as_of=as_of))
        _assert_equal(held.market.bars("INDEX:HSI", as_of=as_of), plain.market.bars("INDEX:HSI", as_of=as_of))
        _assert_equal(
            held.market.prices("INDEX:HSI", as_of=as_of), plain.market.prices("INDEX:HSI", as_of=as_of)
        )
        closes, expected = (one.market.closes("INDEX:HSI", as_of=as_of) for one in (held, plain))
        pd.testing.assert_series_equal(closes, expected, check_exact=True)
        for read in ("close_versions", "splits"):
            remembered, stored = (getattr(one.market, read) for one in (held, plain))
            _assert_equal(remembered("INDEX:HSI", as_of=as_of), stored("INDEX:HSI", as_of=as_of))
        assert held.market.asset_ids(as_of=as_of) == plain.market.asset_ids(as_of=as_of)
        known = (one.market.is_adjusted("INDEX:HSI", as_of=as_of) for one in (held, plain))
        assert next(known) == next(known)
        for words in ("", "ali", "xhkg:1 tencent"):
            assert held.entities.named(as_of=as_of, words=words) == plain.entities.named(
                as_of=as_of, words=words
            )


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """A writer, a reader, and what the reader remembers by."""
    writer = open_store(tmp_path / "s.db")
    memories = NewsMemory(), RosterMemory(), MarketMemory()
    return writer, open_store(tmp_path / "s.db", read_only=True), memories


@pytest.mark.no_cover
def test_memory_answers_as_the_tables_while_news_comes_and_goes(
    stores: Stores,
) -> None:
    writer, reader, (memory, roster, market) = stores
    steps: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: _publish(writer, 0, 20),
        lambda: _publish(writer, 20, 25),
        lambda: _tag_again(writer, model="two", at=START + timedelta(hours=60)),
        lambda: _read_page(writer, 5, at=START + timedelta(hours=16)),
        lambda: _tell_stories(writer, range(30), version="s1", at=START + timedelta(hours=15)),
        lambda: _publish(writer, 45, 5, model="two"),
        lambda: _tell_stories(writer, range(10, 40), version="s2", at=START + timedelta(hours=50)),
        lambda: _trade(writer, range(1, 6), seen_at=START, provider="csv", adjusted=False),
        lambda: _trade(
            writer, range(3, 6), seen_at=START + timedelta(hours=20), provider="hkex", adjusted=True
        ),
        lambda: _trade(
            writer, range(1, 6), seen_at=START + timedelta(hours=45), provider="csvs", adjusted=True
        ),
        lambda: writer.cut(START + timedelta(hours=30)),
        lambda: _publish(writer, 30, 3),
    )
    with writer, reader:
        for step in steps:
            step()
            reader.remember(memory, roster, market, mark=reader.mark())
            _assert_same(reader, writer)


def test_the_mark_changes_with_what_is_told_and_not_with_what_a_poll_notes(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        _publish(store, 0, 3)
        before = store.mark()
        with store.transaction():
            store._db.execute(
                "INSERT INTO poll (feed_url, polled_at, status) VALUES (?, ?, 'ok')",
                ["https://news.example/feed", "2025-03-03T00:00:00.000Z"],
            )
        assert store.mark() == before
        _publish(store, 3, 1)
        assert store.mark() != before
