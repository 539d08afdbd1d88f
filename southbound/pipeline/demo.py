"""The main job on the bundled sample, in a fresh database."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from southbound import CONFIG
from southbound.digest import write_digest
from southbound.export import write_text
from southbound.pipeline.digest import digest_of
from southbound.pipeline.flow import ingest_flows
from southbound.pipeline.poll import poll_feeds
from southbound.pipeline.price import ingest_prices
from southbound.pipeline.series import SeriesRequest, build_series
from southbound.pipeline.story import StoryKeeper
from southbound.pipeline.tag import make_tagger, tag_store
from southbound.settings import Settings, read_feeds
from southbound.store import Store, open_store

SAMPLE = CONFIG / "sample"
#: The morning after the largest southbound day until then.
SESSION = date(2025, 3, 11)
_FIRST = date(2025, 2, 10)
_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """What the demo made."""

    database: Path
    digest: Path
    session: date
    table: str


def make_demo(folder: Path, *, settings: Settings, tell: Callable[[str], None]) -> DemoOutcome:
    """Ingest, tag and report the sample in `folder`; a database left by an earlier demo is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "southbound.db"
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    with open_store(database) as store:
        _fill(store, settings, tell)
        digest = folder / f"digest-{SESSION}.html"
        content = digest_of(store, session=SESSION, as_of=None, settings=settings)
        write_text(write_digest(content, form="html"), target=digest)
        table = _table(store, settings)
    return DemoOutcome(database=database, digest=digest, session=SESSION, table=table)


def _fill(store: Store, settings: Settings, tell: Callable[[str], None]) -> None:
    # The sample's feeds are of the past: their articles were known when they were published.
    feeds = [replace(feed, archive=True) for feed in read_feeds(SAMPLE / "feeds.yaml")]
    report = poll_feeds(store, feeds, settings=settings.poll, tell=tell)
    for line in report.rejected:
        tell(f"rejected: {line}")
    market = SAMPLE / "market"
    flows = ingest_flows(store, [market / "southbound.csv"], adapter=None, settings=settings.ingest)
    tell(flows.summary("sessions of southbound flow"))
    files = [path for path in sorted(market.glob("*.csv")) if path.stem != "southbound"]
    prices = ingest_prices(store, files, settings=settings)
    tell(prices.summary("closing prices"))
    tagger = make_tagger(settings)
    try:
        tell(f"{tag_store(store, tagger):,} articles tagged by {tagger.model}")
    finally:
        tagger.close()
    if settings.stories.enabled:
        grouped = StoryKeeper(store, settings).update()
        tell(f"{grouped.n_articles:,} articles put into {grouped.n_new:,} stories")


def _table(store: Store, settings: Settings) -> str:
    """Lay the head of the AI-frenzy series out beside flow and index."""
    request = SeriesRequest(
        theme="ai",
        measure="share",
        start=_FIRST,
        with_flows=True,
        with_prices=True,
        assets=("INDEX:HSI",),
    )
    series = build_series(store, request, settings=settings).head(_ROWS)
    shown = pd.DataFrame(
        {
            "session": series["session"].dt.strftime("%Y-%m-%d"),
            "AI share": series["share"].map(lambda value: _number(value, ".0%")),
            "intensity": series["intensity"].map(lambda value: _number(value, ".0f")),
            "articles": series["n_theme_articles"].astype(str) + " of " + series["n_articles"].astype(str),
            "state": series["state"],
            "southbound net, HK$ mn": series["net_flow"].map(lambda value: _number(value, ",.0f")),
            "Hang Seng Index": series["INDEX:HSI_close"].map(lambda value: _number(value, ",.0f")),
        }
    )
    heading = "AI frenzy by session (news known before 09:15; flow and index of the session itself)"
    return f"\n{heading}\n{shown.to_string(index=False)}"


def _number(value: float, form: str) -> str:
    return "-" if math.isnan(value) else format(value, form)
