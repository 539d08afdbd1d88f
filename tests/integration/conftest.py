"""A small history of live news, tagged late and twice, with flows and prices: what series are tested on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ingest.article import make_article
from ingest.flow import Flow
from ingest.price import CorporateAction, Price
from nlp.annotation import Annotation, EntityTag, Span, ThemeTag, TokenCount, Tone
from southbound.instant import HONG_KONG
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings
from southbound.store import Store, open_store
from southbound.store.market import PublicationTime

START, DAYS = datetime(2025, 3, 3, tzinfo=UTC), 26


def annotation(model: str, chance: random.Random) -> Annotation:
    span = Span(field="title", start=0, end=4, text="Item")
    themes = [theme for theme in ("ai", "ipo") if chance.random() < 0.5] or ["rally"]
    named = EntityTag(
        entity_id="alibaba",
        name="Alibaba Group",
        type="company",
        tickers=(),
        relevance=0.5,
        linked=True,
        mentions=(span,),
    )
    positive = round(chance.random() / 2, 3)
    return Annotation(
        language="en",
        hk_china=0.5,
        themes=tuple(ThemeTag(theme=theme, score=0.9, evidence=(span,)) for theme in themes),
        entities=(named,) if chance.random() < 0.4 else (),
        tone=Tone(label=0, negative=0.2, neutral=0.8 - positive, positive=positive),
        scores={},
        model=model,
        tokens=TokenCount(read=1, total=1),
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Live news over five weeks: tagged soon, some of it late, all of it again by a new model."""
    chance = random.Random(3)  # noqa: S311 - no secrets here
    with open_store(tmp_path_factory.mktemp("vintage") / "v.db") as made:
        for number in range(DAYS * 6):
            now = START + timedelta(hours=4 * number, minutes=chance.randint(0, 200))
            model = "one" if number < DAYS * 4 else "two"
            article = make_article(
                title=f"Item {number}", publisher=chance.choice("AB"), article_id=f"a{number}", language="en"
            )
            with made.transaction():
                made.articles.add([article], seen_at=now, basis="seen")
                if chance.random() < 0.7:
                    waiting = made.articles.next_untagged(model, after_pk=0, limit=5)
                    pairs = [(one, annotation(model, chance)) for one in waiting]
                    made.tags.add(pairs, tagged_at=now + timedelta(minutes=1))
        with made.transaction():
            _trade(made, chance)
        yield made


def _trade(store: Store, chance: random.Random) -> None:
    """Add a flow and a close for each session of the weeks, known in the evening."""
    sessions = calendar_from_settings(read_settings(None)).sessions(date(2025, 3, 3), date(2025, 3, 28))
    seen_at = START + timedelta(days=60)
    for day, at in ((one.date(), time(18, 0)) for one in sessions):
        public = PublicationTime(at=at, timezone=HONG_KONG)
        flow = Flow(session=day, net=float(chance.randint(-500, 9000)), state="open", source="csv:test")
        close = Price(
            asset_id="INDEX:HSI",
            session=day,
            close=23_000.0 + chance.randint(-500, 500),
            adjusted=False,
            currency="HKD",
            source="csv:test",
        )
        store.market.add_flows([flow], seen_at=seen_at, public=public)
        dividend = CorporateAction(
            asset_id="XHKG:9988", session=day, kind="dividend", value=2.0, currency="HKD", source="csv:test"
        )
        store.market.add_prices([close, dividend], seen_at=seen_at, public=public)
