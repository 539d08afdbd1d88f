"""Bring what the HKMA publishes into the store: figures as observations, press releases as articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.article import Article
from ingest.download import Downloader
from ingest.error import DownloadError, UnreadableInputError
from ingest.hkma import DATASETS, Dataset, Observation, count_records, read_monetary
from southbound.instant import HONG_KONG
from southbound.pipeline.report import Report
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.article import Added
from southbound.store.version import PublicationTime

#: Days before the last stored one that are asked for again, for their corrections.
_OVERLAP = timedelta(days=7)
_PAGE_RECORDS = 1000
_MAX_PAGES = 50
_PRESS_RELEASES = 100


@dataclass(slots=True, kw_only=True)
class MonetaryReport(Report):
    """Counts of observations, and of articles beside them."""

    articles: Added = field(default_factory=Added)

    def summary(self, noun: str = "observations") -> str:
        """Say in one line what was added and what was known already."""
        line = Report.summary(self, noun)
        counts = self.articles
        if counts == Added():
            return line
        return f"{line}; {counts.new:,} new articles, {counts.known:,} known already"


def ingest_monetary(store: Store, paths: Iterable[Path], *, settings: Settings) -> MonetaryReport:
    """Import files of the HKMA's, one transaction a file.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    work = _Import(store=store, settings=settings, now=datetime.now(tz=UTC))
    for path in paths:
        work.add_file(path)
    return work.report


def fetch_monetary(
    store: Store, *, since: date, settings: Settings, downloader: Downloader, now: datetime
) -> MonetaryReport:
    """Fetch every table and the latest press releases from the HKMA's API.

    A table goes on from its last stored day, asking for the week before it again. One that can't be had is
    told, and the others are fetched.
    """
    work = _Import(store=store, settings=settings, now=now)
    with TemporaryDirectory() as folder:
        fetch = _Fetch(work=work, downloader=downloader, folder=Path(folder))
        for dataset in DATASETS:
            if dataset.path is not None:
                fetch.attempt(partial(fetch.table, dataset, dataset.path, since))
        fetch.attempt(fetch.press_releases)
    return work.report


@dataclass(slots=True, kw_only=True)
class _Import:
    """Files on their way into the store."""

    store: Store
    settings: Settings
    now: datetime
    report: MonetaryReport = field(default_factory=MonetaryReport)

    def add_file(self, path: Path) -> None:
        """Add the figures or press releases of a file, in one transaction."""
        found: list[Observation | Article] = list(self.report.accept(read_monetary(path, now=self.now)))
        public = PublicationTime(at=self.settings.market.figures_public_at, timezone=HONG_KONG)
        observations = [item for item in found if isinstance(item, Observation)]
        articles = [item for item in found if isinstance(item, Article)]
        with self.store.transaction():
            self.report.added += self.store.observations.add(observations, seen_at=self.now, public=public)
            self.report.articles += self.store.articles.add(articles, seen_at=self.now, basis="published")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetch:
    """A round of questions to the API."""

    work: _Import
    downloader: Downloader
    folder: Path

    def attempt(self, fetch: Callable[[], None]) -> None:
        """Fetch something; what can't be had is told and leaves the others alone."""
        try:
            fetch()
        except (DownloadError, UnreadableInputError) as error:
            self.work.report.rejected.append(str(error))

    def table(self, dataset: Dataset, address: str, since: date) -> None:
        """Fetch a table page by page, oldest first."""
        last = self.work.store.observations.last_date(f"hkma.{dataset.name}.")
        start = max(since, last - _OVERLAP) if last else since
        today = self.work.now.astimezone(HONG_KONG).date()
        params = {
            **(dataset.params or {}),
            "choose": dataset.date_label,
            "from": start.isoformat(),
            "to": today.isoformat(),
            "sortby": dataset.date_label,
            "sortorder": "asc",
            "pagesize": str(_PAGE_RECORDS),
        }
        for page in range(_MAX_PAGES):
            path = self._download(address, {**params, "offset": str(page * _PAGE_RECORDS)})
            n_records = count_records(path)
            if n_records:
                self.work.add_file(path)
            if n_records < _PAGE_RECORDS:
                return

    def press_releases(self) -> None:
        """Fetch the latest press releases."""
        params = {"lang": "en", "pagesize": str(_PRESS_RELEASES)}
        self.work.add_file(self._download("press-releases", params))

    def _download(self, address: str, params: dict[str, str]) -> Path:
        base = self.work.settings.market.hkma_url.rstrip("/")
        answer = self.downloader.get(f"{base}/{address}", params=params)
        path = self.folder / f"{address.rsplit('/', 1)[-1]}.json"
        path.write_bytes(answer.payload)
        return path
