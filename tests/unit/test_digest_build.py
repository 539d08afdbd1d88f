"""What a digest holds, over small stores with hand-made news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from ingest.article import make_article
from ingest.connect.reader import read_flows
from ingest.flow import Flow, FlowState
from ingest.price import Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from signals.session import SessionCalendar
from southbound.digest import DigestContent, DigestOptions, build_digest
from southbound.error import UsageError
from southbound.instant import HONG_KONG
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime

SESSION = date(2025, 2, 11)
NAMES = {"ai": "AI frenzy", "property": "Property", "ipo": "IPOs", "earnings": "Earnings"}
LATER = datetime(2025, 6, 1, tzinfo=UTC)
PUBLIC = PublicationTime(at=time(16, 30), timezone=HONG_KONG)


@pytest.fixture(scope="module")
def calendar() -> SessionCalendar:
    return SessionCalendar(first="2024-06-01", last="2025-12-31")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db") as opened:
        yield opened


def hkt(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2025, 2, day, hour, minute, second, tzinfo=HONG_KONG)


def put(  # noqa: PLR0913 - an article has that many sides
    store: Store,
    title: str,
    at: datetime,
    themes: dict[str, float],
    *,
    publisher: str = "Harbour Ledger",
    body: str = "",
    entities: tuple[EntityTag, ...] = (),
    positive: float = 0.5,
    hk_china: float = 1.0,
    tagged_at: datetime = LATER,
    live: bool = False,
) -> None:
    """Store one article with its tags."""
    article = make_article(title=title, body=body, publisher=publisher, published_at=at, language="en")
    with store.transaction():
        store.articles.add([article], seen_at=at if live else LATER, basis="seen" if live else "published")
    tag(store, at, themes, entities=entities, positive=positive, hk_china=hk_china, tagged_at=tagged_at)


def tag(  # noqa: PLR0913 - tags have that many sides
    store: Store,
    at: datetime,
    themes: dict[str, float],
    *,
    entities: tuple[EntityTag, ...] = (),
    positive: float = 0.5,
    hk_china: float = 1.0,
    model: str = "small-1",
    tagged_at: datetime = LATER,
) -> None:
    """Store tags of the article known at an instant."""
    (article,) = store.articles.known_between(at, at + timedelta(milliseconds=1))
    evidence = (Span(field="title", start=0, end=len(article.title), text=article.title),)
    tags = tuple(ThemeTag(theme=theme, score=score, evidence=evidence) for theme, score in themes.items())
    annotation = Annotation(
        language="en",
        hk_china=hk_china,
        themes=tags,
        entities=entities,
        tone=Tone(label=1 if positive > 0.5 else 0, negative=0.1, neutral=0.9 - positive, positive=positive),
        scores={},
        model=model,
        tokens=TokenCount(read=1, total=1),
    )
    with store.transaction():
        store.tags.add([(article, annotation)], tagged_at=tagged_at)


def put_history(store: Store) -> None:
    """Store six sessions before SESSION, each with five articles, one of them on ai: a share of 20%."""
    for day in (3, 4, 5, 6, 7, 10):
        for number in range(5):
            title = f"History of {day} {number}"
            put(store, title, hkt(day, 5, number), {"ai": 1.0} if number == 0 else {"property": 1.0})


def put_session(store: Store) -> None:
    """Store the six articles of SESSION, and one on either side of its window."""
    put(store, "Before the window", hkt(10, 9, 14, 59), {"earnings": 1.0})
    put(store, "Chip maker unveils cheap reasoning model", hkt(10, 9, 15), {"ai": 0.9})
    put(
        store,
        "Cloud prices cut again as rivals answer",
        hkt(10, 12),
        {"ai": 0.8},
        publisher="Kowloon Markets",
    )
    put(store, "Search group opens its assistant", hkt(10, 18), {"ai": 1.0, "property": 0.6})
    put(store, "Brokers upgrade software names", hkt(11, 2), {"ai": 0.7})
    put(store, "Home sales pick up in Shenzhen", hkt(11, 9), {"property": 0.9})
    put(store, "Developer meets its payment", hkt(11, 9, 14, 59), {"property": 0.5})
    put(store, "After the decision", hkt(11, 9, 15), {"ipo": 1.0})


def put_flow(
    store: Store, day: date, net: float | None, *, state: FlowState = "open", seen_at: datetime = LATER
) -> None:
    with store.transaction():
        store.market.add_flows(
            [Flow(session=day, net=net, state=state, source="test")], seen_at=seen_at, public=PUBLIC
        )


def put_close(store: Store, day: date, close: float) -> None:
    price = Price(
        asset_id="INDEX:HSI", session=day, close=close, adjusted=False, currency="HKD", source="test"
    )
    with store.transaction():
        store.market.add_prices([price], seen_at=LATER, public=PUBLIC)


def build(store: Store, calendar: SessionCalendar, session: date = SESSION) -> DigestContent:
    return build_digest(store, session=session, calendar=calendar, theme_names=NAMES)


def test_the_window_runs_from_decision_to_decision(store: Store, calendar: SessionCalendar) -> None:
    put_session(store)
    content = build(store, calendar)
    assert content.window_start == datetime(2025, 2, 10, 1, 15, tzinfo=UTC)
    assert content.window_end == content.decision_at == datetime(2025, 2, 11, 1, 15, tzinfo=UTC)
    assert content.complete
    assert content.counts.n_articles == 6
    assert content.counts.n_market_news == 6
    assert content.counts.n_publishers == 2
    assert content.counts.n_stories == 6
    titles = {card.title for section in content.sections for card in section.stories}
    assert "Chip maker unveils cheap reasoning model" in titles
    assert "Developer meets its payment" in titles
    assert not titles & {"Before the window", "After the decision"}


def test_themes_have_share_and_change_against_the_sessions_before(
    store: Store, calendar: SessionCalendar
) -> None:
    put_history(store)
    put_session(store)
    ai, homes = build(store, calendar).themes
    assert (ai.theme, ai.name, ai.n_articles, ai.n_publishers) == ("ai", "AI frenzy", 4, 2)
    # Scores of 3.4 over six articles; before, five sessions of 1 in 5, and one with a sixth article: 1 in 6.
    assert ai.share == pytest.approx(3.4 / 6)
    assert ai.baseline_share == pytest.approx((5 / 5 + 1 / 6) / 6)
    assert ai.change == pytest.approx(3.4 / 6 - 7 / 36)
    assert ai.ratio == pytest.approx(2.914286, abs=1e-6)
    assert ai.tone == pytest.approx(0.4)
    assert (homes.theme, homes.n_articles) == ("property", 3)
    assert homes.share == pytest.approx(2.0 / 6)


def test_summary_names_the_leading_theme(store: Store, calendar: SessionCalendar) -> None:
    put_history(store)
    put_session(store)
    (sentence,) = build(store, calendar).summary
    assert sentence == (
        "Leading theme: AI frenzy, 56.7% of market news (4 of 6 market-news articles), "
        "2.9× its mean of the 20 sessions before (+37.2 pts)."
    )


def test_fewer_than_five_sessions_are_no_baseline(store: Store, calendar: SessionCalendar) -> None:
    put_session(store)
    line = build(store, calendar).themes[0]
    assert line.share == pytest.approx(3.4 / 6)
    assert line.baseline_share is None
    assert line.change is None
    assert line.ratio is None


def test_options_limit_what_is_shown(store: Store, calendar: SessionCalendar) -> None:
    put_session(store)
    options = DigestOptions(n_themes=1, n_stories=2, chart_sessions=3)
    content = build_digest(store, session=SESSION, calendar=calendar, theme_names=NAMES, options=options)
    assert [line.theme for line in content.themes] == ["ai"]
    assert [len(section.stories) for section in content.sections] == [2]
    assert content.sections[0].n_stories == 4
    assert content.chart.sessions == (date(2025, 2, 7), date(2025, 2, 10), date(2025, 2, 11))


def test_as_of_shows_only_what_was_known_then(store: Store, calendar: SessionCalendar) -> None:
    put_session(store)
    content = build_digest(store, session=SESSION, calendar=calendar, theme_names=NAMES, as_of=hkt(10, 18))
    assert content.counts.n_articles == 2
    assert not content.complete
    assert content.notes[0] == (
        "Open window: as of Mon 10 Feb 18:00 HKT; news counts until Tue 11 Feb 09:15 HKT."
    )


def test_as_of_equals_a_database_that_was_cut(
    store: Store, calendar: SessionCalendar, tmp_path: Path
) -> None:
    put_history(store)
    put_session(store)
    put_flow(store, date(2025, 2, 7), 100.0)
    put_flow(store, date(2025, 2, 10), 200.0)
    store.backup(tmp_path / "cut.db")
    instant = hkt(11, 2)
    with open_store(tmp_path / "cut.db") as copy:
        copy.cut(instant)
        then = build_digest(copy, session=SESSION, calendar=calendar, theme_names=NAMES, as_of=instant)
    now = build_digest(store, session=SESSION, calendar=calendar, theme_names=NAMES, as_of=instant)
    assert now.counts.n_articles == 3
    assert now == then


def test_articles_tagged_too_late_are_left_out_and_counted(store: Store, calendar: SessionCalendar) -> None:
    put(store, "Tagged in time", hkt(11, 8), {"ai": 1.0}, live=True, tagged_at=hkt(11, 8, 5))
    put(store, "Tagged too late", hkt(11, 9), {"ai": 1.0}, live=True, tagged_at=hkt(11, 9, 20))
    content = build(store, calendar)
    assert content.counts.n_articles == 1
    assert content.counts.n_untagged == 1
    assert "1 article was known but not tagged in time, and left out." in content.notes


def test_flows_of_the_future_do_not_appear(store: Store, calendar: SessionCalendar) -> None:
    for day, net in ((3, 1000.0), (5, -500.0), (6, 2000.0), (7, 3000.0), (10, 16500.0), (11, 99999.0)):
        put_flow(store, date(2025, 2, day), net)
    put_flow(store, date(2024, 12, 31), 7000.0)
    put_flow(store, date(2025, 2, 10), 17000.0, seen_at=hkt(11, 12))
    content = build(store, calendar)
    flow = content.flow
    assert flow is not None
    assert (flow.session, flow.net) == (date(2025, 2, 10), 16500.0)
    assert (flow.trailing_net, flow.trailing_sessions) == (22000.0, 5)
    assert (flow.quarter, flow.quarter_net, flow.quarter_sessions) == ("2025-Q1", 22000.0, 5)
    assert flow.notes == ()
    assert content.chart.net_flows[-2:] == (16500.0, None)
    assert 99999.0 not in content.chart.net_flows


def test_a_later_correction_of_a_close_does_not_appear(store: Store, calendar: SessionCalendar) -> None:
    put_close(store, date(2025, 2, 10), 21000.0)
    put_close(store, date(2025, 2, 10), 25000.0)
    (index,) = build(store, calendar).indices
    assert index.close == 21000.0


def test_tags_of_a_later_model_do_not_appear(store: Store, calendar: SessionCalendar) -> None:
    put_history(store)
    put_session(store)
    before = build(store, calendar)
    for at in (hkt(3, 5), hkt(10, 9, 15)):
        tag(store, at, {"ipo": 1.0}, model="small-2")
    assert build(store, calendar) == before


def test_a_closed_day_and_a_missing_figure_are_told_apart(store: Store, calendar: SessionCalendar) -> None:
    put_flow(store, date(2025, 1, 27), 1000.0)
    put_flow(store, date(2025, 2, 7), 3000.0)
    closed = build(store, calendar, date(2025, 2, 5)).flow
    missing = build(store, calendar).flow
    assert closed is not None
    assert closed.notes == ("southbound trading was closed on Tue 4 Feb",)
    assert missing is not None
    assert missing.notes == ("no figure of Mon 10 Feb known",)


def test_index_closes_are_those_of_earlier_sessions(store: Store, calendar: SessionCalendar) -> None:
    for day, close in ((3, 20000.0), (7, 20500.0), (10, 21000.0), (11, 30000.0)):
        put_close(store, date(2025, 2, day), close)
    (index,) = build(store, calendar).indices
    assert (index.name, index.session, index.close) == ("Hang Seng Index", date(2025, 2, 10), 21000.0)
    assert index.change == pytest.approx(0.0243902, abs=1e-6)
    assert index.change_5 == pytest.approx(0.05)


def test_a_change_needs_the_close_of_the_session_before(store: Store, calendar: SessionCalendar) -> None:
    put_close(store, date(2025, 2, 5), 20000.0)
    put_close(store, date(2025, 2, 7), 20500.0)
    (index,) = build(store, calendar).indices
    assert index.change is None
    assert index.notes == ("no close of Mon 10 Feb known",)


def test_entities_count_the_articles_about_them(store: Store, calendar: SessionCalendar) -> None:
    def about(entity_id: str, relevance: float) -> EntityTag:
        return EntityTag(
            entity_id=entity_id,
            name=entity_id.title(),
            type="company",
            tickers=("XHKG:0700",),
            relevance=relevance,
            linked=True,
            mentions=(Span(field="body", start=0, end=1, text="T"),),
        )

    put(store, "One", hkt(10, 10), {"ai": 0.9}, entities=(about("tencent", 0.9),), positive=0.9)
    put(store, "Two", hkt(10, 11), {"ai": 0.9}, entities=(about("tencent", 0.5), about("meituan", 0.4)))
    put(store, "Three", hkt(10, 12), {"earnings": 0.9}, entities=(about("tencent", 0.1),))
    tencent, meituan = build(store, calendar).entities
    assert (tencent.name, tencent.n_articles, tencent.top_theme_name) == ("Tencent", 2, "AI frenzy")
    # The mean of 0.8 and 0.4.
    assert tencent.tone == pytest.approx(0.6)
    assert (meituan.entity_id, meituan.n_articles) == ("meituan", 1)


def test_a_story_stands_under_one_theme_only(store: Store, calendar: SessionCalendar) -> None:
    put(store, "Mainland money pours into listings of robot makers", hkt(10, 10), {"ai": 0.95, "ipo": 0.9})
    put(store, "Robot supplier prices its offer at the top", hkt(10, 11), {"ipo": 0.97})
    put(store, "Assistant for phones goes on sale", hkt(10, 12), {"ai": 0.9})
    content = build(store, calendar)
    shown = {section.theme: [card.title for card in section.stories] for section in content.sections}
    assert shown == {
        "ai": [
            "Mainland money pours into listings of robot makers",
            "Assistant for phones goes on sale",
        ],
        "ipo": ["Robot supplier prices its offer at the top"],
    }
    (first, _), _ = (section.stories for section in content.sections)
    assert [(theme.name, theme.score) for theme in first.themes] == [("AI frenzy", 0.95), ("IPOs", 0.9)]


def test_a_theme_says_where_its_stories_stand(store: Store, calendar: SessionCalendar) -> None:
    put(store, "Mainland money pours into listings of robot makers", hkt(10, 10), {"ai": 0.95, "ipo": 0.9})
    ai, ipo = build(store, calendar).sections
    assert len(ai.stories) == 1
    assert ipo.stories == ()
    assert ipo.elsewhere == ("AI frenzy",)


def test_a_thin_session_has_counts_but_no_measures(store: Store, calendar: SessionCalendar) -> None:
    for number, title in enumerate(("Rates are held", "Port traffic grows", "Toll road sold")):
        put(store, title, hkt(10, 10 + number), {"ai": 0.9})
    content = build(store, calendar)
    (line,) = content.themes
    assert (line.n_articles, line.share, line.tone, line.state) == (3, None, None, "thin")
    assert content.notes == ("Thin: 3 articles of market news; measures are not told below 5.",)
    assert content.summary == ("Most articles: AI frenzy, 3 of 3 market-news articles.",)


def test_an_empty_session_is_no_error(store: Store, calendar: SessionCalendar) -> None:
    content = build(store, calendar)
    assert content.counts.n_articles == 0
    assert [*content.themes, *content.sections, *content.entities, *content.summary] == []
    assert content.flow is None
    assert content.notes == ("No market news was known in this window.",)


def test_articles_without_a_theme_are_no_market_news(store: Store, calendar: SessionCalendar) -> None:
    put(store, "Museum opens", hkt(10, 10), {})
    put(store, "Rates are held", hkt(10, 11), {"ai": 0.9})
    counts = build(store, calendar).counts
    assert (counts.n_articles, counts.n_market_news) == (2, 1)


@pytest.mark.parametrize(
    ("day", "following"), [(date(2025, 2, 15), "2025-02-17"), (date(2025, 1, 29), "2025-02-03")]
)
def test_a_day_that_is_no_session_is_refused(
    store: Store, calendar: SessionCalendar, day: date, following: str
) -> None:
    with pytest.raises(UsageError, match=f"^{day} is no HKEX session; the next is {following}$"):
        build(store, calendar, day)


def test_a_day_outside_the_calendar_is_refused(store: Store, calendar: SessionCalendar) -> None:
    with pytest.raises(
        UsageError, match="2031-01-02 can't have a digest: 2031-01-02 is outside the calendar"
    ):
        build(store, calendar, date(2031, 1, 2))


def test_an_as_of_before_the_window_is_refused(store: Store, calendar: SessionCalendar) -> None:
    with pytest.raises(UsageError, match="news counts for session 2025-02-11 from Mon 10 Feb 09:15 HKT on"):
        build_digest(store, session=SESSION, calendar=calendar, theme_names=NAMES, as_of=hkt(10, 9, 15))


@pytest.mark.real
def test_the_record_day_is_named(store: Store, calendar: SessionCalendar, real_data: Path) -> None:
    flows = [
        row for row in read_flows(real_data / "market" / "southbound_daily.csv") if isinstance(row, Flow)
    ]
    with store.transaction():
        store.market.add_flows(flows, seen_at=LATER, public=PUBLIC)
    flow = build(store, calendar, date(2025, 4, 10)).flow
    assert flow is not None
    assert (flow.session, flow.net) == (date(2025, 4, 9), 35586.31)
    assert flow.notes[0].startswith("highest day on file since 2014-11-17; before: HK$29.6 bn on 2025-03-10")
