"""What is asked for as of an instant is what was known then, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.article import make_article
from ingest.flow import Flow
from ingest.price import CorporateAction, Price
from nlp.annotation import Annotation, Span, ThemeTag, TokenCount, Tone
from nlp.stories.assignment import Assignment
from nlp.stories.earlier import ReportNovelty
from nlp.stories.novelty import WINDOWS, EntityNovelty, Novelty
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle
from southbound.store.columnar import TABLES
from southbound.store.market import PublicationTime
from southbound.store.page import Outcome
from southbound.store.story import Assigned
from southbound.store.story_queue import WaitingReport
from southbound.store.tag import TaggedArticle

START = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES = 120 * 24 * 60
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
EVENING = PublicationTime(at=time(18, 0), timezone=ZoneInfo("Asia/Hong_Kong"))
THEMES = ("ai", "ipo", "rally")


@dataclass
class World:
    """Writes a random history into a store, event after event."""

    store: Store
    random: random.Random
    now: datetime = START
    n_articles: int = 0
    articles: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    def step(self) -> None:
        """Let time pass and something happen."""
        self.now += timedelta(minutes=self.random.randint(1, 600), milliseconds=self.random.randint(0, 999))
        happenings = [self.see, self.see, self.see_archive, self.read_page, self.tag, self.tag]
        happenings += [self.trade, self.tell]
        happen = self.random.choice(happenings)
        with self.store.transaction():
            happen()

    def see(self) -> None:
        """See a live article, or a revision of one that is known."""
        self._add("seen", self.now - timedelta(minutes=self.random.randint(0, 300)))

    def see_archive(self) -> None:
        """Import an article of the past."""
        self._add("published", self.now - timedelta(minutes=self.random.randint(0, 60_000)))

    def _add(self, basis: str, published_at: datetime) -> None:
        is_revision = self.articles and self.random.random() < 0.2
        key = self.random.choice(self.articles) if is_revision else f"a{len(self.articles)}"
        self.n_articles += 1
        article = make_article(
            title=f"Item {self.n_articles}",
            publisher=self.random.choice(["Harbour", "Pearl"]),
            article_id=key,
            published_at=published_at,
            language="en",
        )
        self.store.articles.add([article], seen_at=self.now, basis="seen" if basis == "seen" else "published")
        if not is_revision:
            self.articles.append(key)

    def read_page(self) -> None:
        """Read the page behind an article, once: its text is a revision that speaks for the article."""
        unread = [key for key in self.articles if key not in self.read]
        if not unread:
            return
        key = self.random.choice(unread)
        self.read.add(key)
        first = self.store.articles.revisions(key)[0]
        full = make_article(
            title=first.title,
            body=f"Full text of {key}.",
            publisher=first.publisher,
            article_id=key,
            language="en",
        )
        self.store.pages.queue([(first.pk, "https://x.example/", "x.example", "UTC")], at=self.now)
        self.store.articles.add([full], seen_at=self.now, basis="seen")
        self.store.pages.record(first.pk, Outcome(state="read", tried_at=self.now))
        self.store.pages.attach(first.pk, self.store.articles.revisions(key)[-1].pk)

    def tag(self) -> None:
        """Tag what a model has not tagged yet; the model changes twice."""
        version = 1 + (self.now - START).days // 40
        waiting = self.store.articles.next_untagged(f"model-{version}", after_pk=0, limit=6)
        pairs = [(article, self._annotate(f"model-{version}", article)) for article in waiting]
        self.store.tags.add(pairs, tagged_at=self.now)

    def _annotate(self, model: str, article: StoredArticle) -> Annotation:
        span = Span(field="title", start=0, end=4, text=article.title[:4])
        chosen = [theme for theme in THEMES if self.random.random() < 0.4]
        positive = round(self.random.random() / 2, 3)
        return Annotation(
            language="en",
            hk_china=0.5,
            themes=tuple(
                ThemeTag(theme=theme, score=round(self.random.random(), 3), evidence=(span,))
                for theme in chosen
            ),
            entities=(),
            tone=Tone(label=0, negative=0.2, neutral=0.8 - positive, positive=positive),
            scores={},
            model=model,
            tokens=TokenCount(read=1, total=1),
        )

    def tell(self) -> None:
        """Put what is in no story yet into stories; the story model changes once."""
        version = f"stories-{1 + (self.now - START).days // 60}"
        after = datetime(1990, 1, 1, tzinfo=UTC), ""
        waiting = self.store.story_queue.read_reports(version, vector_name="", after=after, limit=10_000)
        new = [one for one in waiting if one.story_id is None][:12]
        assigned = [self._assigned(one, self.random.choice([*waiting, one])) for one in new]
        self.store.stories.add(assigned, version=version, assigned_at=self.now)

    def _assigned(self, one: WaitingReport, other: WaitingReport) -> Assigned:
        joins = other.story_id is not None and other.report.known_at <= one.report.known_at
        assignment = Assignment(
            article_id=one.report.article_id,
            story_id=other.story_id if joins and other.story_id else one.report.article_id,
            is_new=not joins,
            likeness=0.5,
            matched_article_id=other.report.article_id if joins else None,
        )
        score = self.random.choice([1.0, 0.75, 0.5])
        story = Novelty(counts=dict.fromkeys(WINDOWS, 1), score=score)
        entity = EntityNovelty(novelty_counts=story.counts, volume_counts=story.counts, score=score)
        novelty = ReportNovelty(story=story, entities={"alibaba": entity})
        return Assigned(article_pk=one.article_pk, assignment=assignment, novelty=novelty)

    def trade(self) -> None:
        """See a session's flow and price, or a correction of them."""
        session = date(2025, 1, 1) + timedelta(days=self.random.randint(0, 30))
        value = float(self.random.randint(1, 3))
        flow = Flow(session=session, net=value, state="open", source="x")
        price = Price(
            asset_id="INDEX:HSI", session=session, close=value, adjusted=False, currency="HKD", source="x"
        )
        split = CorporateAction(
            asset_id="INDEX:HSI", session=session, kind="split", value=value, currency="HKD", source="x"
        )
        self.store.market.add_flows([flow], seen_at=self.now, public=EVENING)
        self.store.market.add_prices([price, split], seen_at=self.now, public=EVENING)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("full") / "full.db") as store:
        world = World(store=store, random=random.Random(7))  # noqa: S311 - no secrets here
        for _ in range(550):
            world.step()
        yield store


def articles(store: Store, as_of: datetime | None) -> tuple[pd.DataFrame, list[TaggedArticle]]:
    return store.tags.theme_articles("ai", as_of=as_of), store.tags.known_between(*EVER, as_of=as_of)


def check_equal(full: Store, cut: Store, as_of: datetime) -> None:
    for theme in THEMES:
        pd.testing.assert_frame_equal(
            full.tags.theme_articles(theme, as_of=as_of), cut.tags.theme_articles(theme)
        )
    pd.testing.assert_frame_equal(full.market.flows(as_of=as_of), cut.market.flows())
    pd.testing.assert_frame_equal(
        full.market.prices("INDEX:HSI", as_of=as_of), cut.market.prices("INDEX:HSI")
    )
    for read in ("close_versions", "splits"):
        theirs, ours = (getattr(one.market, read) for one in (full, cut))
        pd.testing.assert_frame_equal(theirs("INDEX:HSI", as_of=as_of), ours("INDEX:HSI"))
    theirs, ours = full.news.read(as_of=as_of), cut.news.read()
    pd.testing.assert_frame_equal(theirs.articles, ours.articles)
    pd.testing.assert_frame_equal(theirs.tags, ours.tags)
    for table in TABLES:
        exported = list(full.columns.batches(table, as_of=as_of))
        assert exported == list(cut.columns.batches(table, as_of=None)), table.name
    assert full.tags.known_between(*EVER, as_of=as_of) == cut.tags.known_between(*EVER)
    check_stories(full, cut, as_of)
    known = [article.article_id for article in full.articles.known_between(EVER[0], as_of)]
    assert known == [article.article_id for article in cut.articles.known_between(*EVER)]


def check_stories(full: Store, cut: Store, as_of: datetime) -> None:
    # A store that was cut has no article that is known later.
    placed = full.stories.known_between(EVER[0], as_of, as_of=as_of)
    assert placed == cut.stories.known_between(*EVER)
    stories = set(placed.values())
    assert full.stories.reports(stories, as_of=as_of) == cut.stories.reports(stories)
    noon = as_of - timedelta(days=3)
    assert full.stories.past(stories, before=noon, as_of=as_of) == cut.stories.past(stories, before=noon)
    assert cut.stories.check() == cut._db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_history_has_something_of_everything(full: Store) -> None:
    frame, tagged = articles(full, None)
    assert len(frame) > 90
    bodies = [article.body for article in full.tags.known_between(*EVER)]
    assert 20 < sum(body.startswith("Full text") for body in bodies) < len(bodies)
    models = {row[0] for row in full._db.execute("SELECT DISTINCT model FROM tagging")}
    assert models == {"model-1", "model-2", "model-3"}
    assert 0 < frame["is_theme"].sum() < len(frame)
    assert len(tagged) > len(frame)
    revisions = full._db.execute("SELECT count(*) FROM article WHERE revision > 0").fetchone()[0]
    corrections = full._db.execute("SELECT count(*) FROM flow WHERE known_basis = 'seen'").fetchone()[0]
    assert revisions > 10
    assert {0.75, 1.0} <= set(frame["novelty"])
    stories = full._db.execute(
        "SELECT version, count(*), count(matched_article_pk) FROM story_report GROUP BY 1"
    )
    assert all(n > n_matched > 10 for _, n, n_matched in stories.fetchall())
    assert corrections > 10


@pytest.mark.parametrize("day", [20, 60, 200])
def test_the_market_news_read_at_once_is_that_of_each_theme(full: Store, day: int) -> None:
    as_of = START + timedelta(days=day)
    news = full.news.read(as_of=as_of)
    exported = [row for rows in full.columns.batches(TABLES[1], as_of=as_of) for row in rows]
    for theme in THEMES:
        frame = full.tags.theme_articles(theme, as_of=as_of)
        assert set(frame.columns) - set(news.articles.columns) == {"score", "relevance", "is_theme"}
        pd.testing.assert_frame_equal(news.articles, frame[news.articles.columns])
        scores = frame.loc[frame["is_theme"]].set_index("article")["score"].to_dict()
        own = news.tags.loc[news.tags["theme"] == theme]
        ids = news.articles["article"].take(own["row"].to_numpy())
        assert dict(zip(ids, own["score"], strict=True)) == scores
        times = frame.set_index("article")["known_at"]
        told = {row[0]: pd.Timestamp(row[2]) for row in exported if row[3] == theme}
        assert told == times.loc[times.index.isin(list(scores))].to_dict()


@settings(max_examples=25, deadline=None)
@given(minute=st.integers(0, MINUTES), millisecond=st.integers(0, 59_999))
def test_the_past_of_the_full_store_equals_a_store_cut_then(
    full: Store, tmp_path_factory: pytest.TempPathFactory, minute: int, millisecond: int
) -> None:
    as_of = START + timedelta(minutes=minute, milliseconds=millisecond)
    path = tmp_path_factory.mktemp("cut") / "cut.db"
    full.backup(path)
    with open_store(path) as cut:
        cut.cut(as_of)
        check_equal(full, cut, as_of)


@pytest.mark.parametrize("table", ["article", "tagging", "story_report", "flow", "price"])
def test_a_cut_at_the_very_instant_of_a_row(full: Store, tmp_path: Path, table: str) -> None:
    rows = full._db.execute(f"SELECT known_at FROM {table} ORDER BY known_at").fetchall()  # noqa: S608 - our own names
    as_of = datetime.fromisoformat(rows[len(rows) // 2][0])
    full.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(as_of)
        check_equal(full, cut, as_of)


def test_live_news_asked_for_later_gives_what_was_answered_then(tmp_path: Path) -> None:
    """Nothing that is added later, tags and revisions included, changes an answer about the past."""
    answers = []
    with open_store(tmp_path / "live.db") as store:
        world = World(store=store, random=random.Random(11))  # noqa: S311 - no secrets here
        world.see_archive = world.see  # type: ignore[method-assign] # an archive would change the past
        for number in range(350):
            world.step()
            if number % 30 == 0:
                # As of an instant means before it.
                as_of = world.now + timedelta(milliseconds=1)
                answers.append((as_of, *articles(store, None)))
        assert len(answers[-1][1]) > 50
        for as_of, frame, tagged in answers:
            then = articles(store, as_of)
            pd.testing.assert_frame_equal(then[0], frame)
            assert then[1] == tagged
