"""Claims as they are stored: by reader, with offsets, known from when they could be."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import make_article
from ingest.flow import Flow
from ingest.price import Price
from nlp.annotation import Span
from nlp.claims.claim import Claim
from nlp.review.measure import wilson
from southbound.claims.checked import CheckedClaim, find_claims
from southbound.claims.report import Tally, report_claims
from southbound.instant import HONG_KONG
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.article import KnownBasis, StoredArticle
from southbound.store.claim import ArticleClaims, ClaimQuery
from southbound.store.market import PublicationTime

CALENDAR = calendar_from_settings(read_settings(None))
START = datetime(2025, 3, 3, tzinfo=UTC)
EVENING = PublicationTime(at=time(18), timezone=HONG_KONG)
SUBJECTS = {"hsi": ("INDEX:HSI",), "southbound": ()}


def claim(article: StoredArticle, *, subject: str = "hsi", value: float = 20_000, period: str = "") -> Claim:
    """Return a claim about the first word of an article's title."""
    word = article.title.split()[0]
    is_flow = subject == "southbound"
    return Claim(
        subject=subject,
        metric="net_flow" if is_flow else "level",
        value=value,
        low=value - 50,
        high=value + 50,
        unit="HKD" if is_flow else "points",
        period=period,
        direction="in" if is_flow else "none",
        bound="exact",
        comparison=None,
        reference="",
        modality="fact",
        speaker="",
        number=Span(field="title", start=0, end=len(word), text=word),
        evidence=Span(field="title", start=0, end=len(article.title), text=article.title),
    )


def read(store: Store, article: StoredArticle, claims: list[Claim], *, reader: str, at: datetime) -> int:
    found = ArticleClaims(article=article, claims=tuple(claims), tickers=SUBJECTS)
    with store.transaction():
        return store.claims.add([found], reader=reader, read_at=at)


def see(store: Store, key: str, at: datetime, basis: KnownBasis = "seen") -> StoredArticle:
    with store.transaction():
        article = make_article(
            title=f"20,000 points, says {key}",
            publisher="Harbour",
            article_id=key,
            published_at=at,
            language="en",
        )
        store.articles.add([article], seen_at=at + timedelta(hours=1), basis=basis)
    return store.articles.revisions(key)[-1]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "claims.db") as opened:
        yield opened


def test_a_claim_comes_back_as_it_was_read_with_its_words_out_of_the_text(store: Store) -> None:
    article = see(store, "a", START)
    told = claim(article, period="2025-03-03")
    assert read(store, article, [told], reader="one", at=START + timedelta(hours=2)) == 1
    (found,) = store.claims.find(ClaimQuery(subject="hsi"))
    assert found.claim == told
    assert (found.tickers, found.article_id, found.reader) == (("INDEX:HSI",), "a", "one")
    assert store.claims.of_text(article)[0].claim == told
    assert store.check() == []


def test_the_same_reader_reads_once_and_a_new_reader_adds(store: Store) -> None:
    article = see(store, "a", START)
    assert read(store, article, [claim(article)], reader="one", at=START + timedelta(hours=2)) == 1
    assert read(store, article, [], reader="one", at=START + timedelta(hours=3)) == 0
    assert read(store, article, [], reader="two", at=START + timedelta(hours=4)) == 1
    assert list(store.claims.find(ClaimQuery())) == []
    assert len(list(store.claims.find(ClaimQuery(as_of=START + timedelta(hours=3))))) == 1


def test_the_first_reading_of_an_archived_article_is_known_with_it_later_ones_when_made(store: Store) -> None:
    article = see(store, "old", START, "published")
    late = START + timedelta(days=30)
    read(store, article, [claim(article)], reader="one", at=late)
    read(store, article, [claim(article), claim(article)], reader="two", at=late + timedelta(days=1))
    assert len(list(store.claims.find(ClaimQuery(as_of=START + timedelta(seconds=1))))) == 1
    assert len(list(store.claims.find(ClaimQuery()))) == 2


def test_a_theme_of_the_user_s_own_narrows_claims_too(store: Store, tmp_path: Path) -> None:
    articles = [see(store, key, START) for key in ("a", "b")]
    for article in articles:
        read(store, article, [claim(article)], reader="one", at=START + timedelta(hours=2))
    known_at = "2025-03-04T00:00:00.000Z"
    with sqlite3.connect(tmp_path / "claims.db") as db:
        db.execute(
            """INSERT INTO own_theme (theme, version, name, definition, keywords, examples, share, threshold,
                   classifier, vector_name, created_at)
               VALUES ('mine', 1, 'Mine', 'd', '[]', '[]', 0.1, 0.5, x'00', 'v', ?)""",
            [known_at],
        )
        db.execute(
            """INSERT INTO own_tag (theme, version, article_pk, tagged_at, known_at, score, carries)
               VALUES ('mine', 1, ?, ?, ?, 0.9, 1)""",
            [articles[0].pk, known_at, known_at],
        )
    db.close()
    assert [one.article_id for one in store.claims.find(ClaimQuery(theme="mine"))] == ["a"]
    before = ClaimQuery(theme="mine", as_of=START + timedelta(hours=3))
    assert list(store.claims.find(before)) == []


def test_a_figure_that_was_corrected_later_leaves_the_verdict_of_then(store: Store) -> None:
    article = see(store, "a", START + timedelta(days=2))
    read(store, article, [claim(article, period="2025-03-04")], reader="one", at=START + timedelta(days=3))
    trade(store, date(2025, 3, 4), 20_010, at=START + timedelta(days=2))
    trade(store, date(2025, 3, 4), 21_000, at=START + timedelta(days=9))

    def outcome(as_of: datetime) -> str:
        (found,) = find_claims(store, ClaimQuery(as_of=as_of), calendar=CALENDAR)
        return found.verdict.outcome

    assert outcome(START + timedelta(days=8)) == "confirmed"
    assert outcome(START + timedelta(days=10)) == "contradicted"


def trade(store: Store, session: date, close: float, *, at: datetime) -> None:
    """Tell a close, and a flow of as many millions."""
    price = Price(
        asset_id="INDEX:HSI", session=session, close=close, adjusted=False, currency="HKD", source="csv:test"
    )
    flow = Flow(session=session, net=close, state="open", source="csv:test")
    with store.transaction():
        store.market.add_prices([price], seen_at=at, public=EVENING)
        store.market.add_flows([flow], seen_at=at, public=EVENING)


def live(store: Store, chance: random.Random, n_steps: int) -> datetime:
    """Write a random history of articles, readings and closes; return when it ends."""
    now = START
    sessions = [day.date() for day in CALENDAR.sessions(date(2025, 3, 3), date(2025, 3, 14))]
    for number in range(n_steps):
        now += timedelta(hours=chance.randint(1, 12))
        kind = chance.random()
        if kind < 0.4:
            article = see(store, f"a{number}", now, chance.choice(["seen", "published"]))
            period = chance.choice(sessions).isoformat()
            subject = chance.choice(sorted(SUBJECTS))
            value = chance.choice([20_000.0, 20_100.0]) * (1e6 if subject == "southbound" else 1)
            told = claim(article, subject=subject, value=value, period=period)
            read(store, article, [told], reader=chance.choice(["one", "two"]), at=now + timedelta(hours=2))
        else:
            trade(store, chance.choice(sessions), chance.choice([20_000, 20_100, 20_200]), at=now)
    return now


def shown(store: Store, as_of: datetime | None) -> list[CheckedClaim]:
    return list(find_claims(store, ClaimQuery(as_of=as_of), calendar=CALENDAR))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.05, 1))
def test_claims_and_verdicts_as_of_an_instant_are_those_of_a_database_cut_there(
    seed: int, share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    with open_store(folder / "full.db") as full:
        end = live(full, random.Random(seed), 40)  # noqa: S311 - no secrets here
        instant = START + share * (end - START)
        full.backup(folder / "cut.db")
        told = shown(full, instant)
    with open_store(folder / "cut.db") as cut:
        cut.cut(instant)
        assert shown(cut, None) == told
        assert cut.claims.check() == []


def test_the_report_counts_and_says_where_there_are_too_few(store: Store) -> None:
    trade(store, date(2025, 3, 4), 20_010, at=START + timedelta(days=2))
    for number, value in enumerate([20_000, 20_000, 21_000]):
        article = see(store, f"a{number}", START + timedelta(days=2))
        told = claim(article, value=value, period="2025-03-04")
        read(store, article, [told], reader="one", at=START + timedelta(days=3))
    report = report_claims(shown(store, None), n_articles=3)
    assert report.total == Tally(found=3, confirmed=2, contradicted=1)
    assert report.total.interval is None
    assert report.by_metric == {"level": report.total}
    assert report.by_publisher == {"Harbour": report.total}
    low, high = wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
