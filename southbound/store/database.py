"""One open database: its tables, its transactions, its care."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from southbound.error import StoreError
from southbound.instant import text_from_instant
from southbound.store.adjustment import AdjustmentTable
from southbound.store.alert import AlertTable
from southbound.store.article import ArticleTable
from southbound.store.claim import ClaimTable
from southbound.store.columnar import ColumnReader
from southbound.store.connection import open_database, plain_errors, write_transaction
from southbound.store.delivery import DeliveryTable
from southbound.store.entity import EntityTable
from southbound.store.feed import FeedTable
from southbound.store.feed_health import FeedHistory
from southbound.store.find import ArticleFinder
from southbound.store.hold import HoldTable
from southbound.store.imports import ImportTable
from southbound.store.listing import ApplicationTable, SecurityTable
from southbound.store.mark import Mark, data_version, market_part, read_mark
from southbound.store.market import MarketTable
from southbound.store.memory import Columns, NewsMemory
from southbound.store.news import NewsTable
from southbound.store.observation import ObservationTable
from southbound.store.page import PageTable
from southbound.store.price import PriceTable
from southbound.store.remembered import RememberedEntities, RememberedNews, RememberedTags
from southbound.store.remembered_market import MarketMemory, RememberedMarket
from southbound.store.review import CorrectionTable
from southbound.store.review_draw import DrawTable
from southbound.store.review_effect import EffectTable
from southbound.store.roster import RosterMemory
from southbound.store.search import SearchIndex
from southbound.store.service import ServiceTable
from southbound.store.story import StoryTable
from southbound.store.story_change import StoryChangeTable
from southbound.store.story_queue import StoryQueue
from southbound.store.tag import TagTable
from southbound.store.tag_score import TagScoreTable
from southbound.store.tail import TagTail
from southbound.store.theme import ThemeTable

#: Tables whose rows carry the instant from which they are known.
_KNOWN_BY_ROW = (
    "correction",
    "review_draw",
    "adjustment_use",
    "adjustment",
    "tagging",
    "claim_reading",
    "own_tag",
    "story_report",
    "flow",
    "price",
    "corporate_action",
    "observation",
    "security",
    "listing_application",
)


class Store:
    """Everything that is stored. One writer and several readers may have the file open at once."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self.path = path
        self.articles = ArticleTable(db)
        self.tags: TagTable = TagTable(db)
        self.claims = ClaimTable(db)
        self.themes = ThemeTable(db)
        self.entities: EntityTable = EntityTable(db)
        self.stories = StoryTable(db)
        self.story_changes = StoryChangeTable(db)
        self.story_queue = StoryQueue(db)
        self.market: MarketTable = MarketTable(db)
        self.prices = PriceTable(db)
        self.observations = ObservationTable(db)
        self.securities = SecurityTable(db)
        self.applications = ApplicationTable(db)
        self.feeds = FeedTable(db)
        self.feed_history = FeedHistory(db)
        self.holds = HoldTable(db)
        self.imports = ImportTable(db)
        self.alerts = AlertTable(db)
        self.deliveries = DeliveryTable(db)
        self.pages = PageTable(db)
        self.search = SearchIndex(db)
        self.finder = ArticleFinder(db)
        self.columns = ColumnReader(db)
        self.tail = TagTail(db)
        self.news: NewsTable = NewsTable(db)
        self.service = ServiceTable(db)
        self.corrections = CorrectionTable(db)
        self.effects = EffectTable(db)
        self.draws = DrawTable(db)
        self.adjustments = AdjustmentTable(db)
        self.tag_scores = TagScoreTable(db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store all of a block, or nothing of it."""
        with write_transaction(self._db, self.path):
            yield

    def remember(self, memory: NewsMemory, roster: RosterMemory, market: MarketMemory, *, mark: Mark) -> None:
        """Answer what is asked of all articles out of memory, brought up to a mark when it is first asked."""

        def columns() -> Columns:
            return memory.columns(self._db, mark=mark)

        self.tags = RememberedTags(self._db, columns)
        self.news = RememberedNews(self._db, columns)
        self.entities = RememberedEntities(self._db, columns, roster)
        self.market = RememberedMarket(self._db, market, mark=market_part(mark))

    def mark(self) -> Mark:
        """Return a mark that changes with what an answer can show."""
        return read_mark(self._db)

    def data_version(self) -> int:
        """Return a number that changes when another connection has written."""
        return data_version(self._db)

    def check(self) -> list[str]:
        """Look the database over; each finding is one line, none means it is sound."""
        with plain_errors(self.path):
            # What lies on damaged pages can't be asked any further.
            return self._check_pages() or [
                *self._check_references(),
                *self._check_search(),
                *self.claims.check(),
                *self.pages.check(),
                *self.stories.check(),
            ]

    def _check_pages(self) -> list[str]:
        try:
            rows = self._db.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError as error:
            if not error.sqlite_errorname.startswith("SQLITE_CORRUPT"):
                raise
            return [f"the file is damaged: {error}"]
        return [line for row in rows for line in str(row[0]).splitlines() if line != "ok"]

    def _check_references(self) -> list[str]:
        return [
            f"row {row[1]} of {row[0]} refers to a missing {row[2]}"
            for row in self._db.execute("PRAGMA foreign_key_check")
        ]

    def _check_search(self) -> list[str]:
        stored = self._db.execute("SELECT count(*) FROM article").fetchone()[0]
        indexed = self._db.execute("SELECT count(*) FROM article_search_docsize").fetchone()[0]
        if stored == indexed:
            return []
        return [f"{stored} articles are stored, {indexed} can be searched"]

    def backup(self, target: Path) -> None:
        """Copy the database, while others use it, to a file that must not exist yet.

        Raises:
            StoreError: the file exists or can't be written.
        """
        if target.exists():
            raise StoreError(f"{target} exists already; name a new file")
        partial = target.with_name(target.name + ".partial")
        partial.unlink(missing_ok=True)
        with plain_errors(target):
            copy = sqlite3.connect(partial)
            try:
                self._db.conn.backup(copy)
            finally:
                copy.close()
        partial.replace(target)

    def tidy(self) -> None:
        """Let SQLite renew what it plans its queries by, and shorten the log beside the file."""
        with plain_errors(self.path):
            self._db.conn.execute("PRAGMA optimize")
            self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def cut(self, instant: datetime) -> None:
        """Delete what became known at or after an instant: how the database would have stood then.

        Meant for copies: it is the yardstick of the point-in-time tests.
        """
        bound = [text_from_instant(instant)]
        with self.transaction():
            for table in _KNOWN_BY_ROW:
                self._db.execute(f"DELETE FROM {table} WHERE known_at >= ?", bound)
            self._db.execute("DELETE FROM own_theme WHERE created_at >= ?", bound)
            self._db.execute("UPDATE own_theme SET ended_at = NULL WHERE ended_at >= ?", bound)
            self.pages.cut(bound[0])
            gone = "SELECT pk FROM article WHERE known_at >= ?"
            for table in ("tagging", "claim_reading"):
                self._db.execute(f"DELETE FROM {table} WHERE article_pk IN ({gone})", bound)
            self._db.execute("DELETE FROM article WHERE known_at >= ?", bound)
            # What it says was imported may be gone now.
            self._db.execute("DELETE FROM import")

    def close(self) -> None:
        """Close the file; what was committed is kept."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(path: Path, *, read_only: bool = False) -> Store:
    """Open the store at `path`; a new file is made unless `read_only`.

    Raises:
        ForeignDatabaseError: the file is something else, or of a newer version.
        StoreError: it can't be opened.
    """
    return Store(open_database(path, read_only=read_only), path)
