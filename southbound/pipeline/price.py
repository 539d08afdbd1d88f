"""Bring prices into the store, from files or from their sources, and tell what is odd about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.asset import asset_id_from_text, zone_from_asset_id
from ingest.download import Downloader
from ingest.error import DownloadError, UnreadableInputError
from ingest.price import PriceRecord, read_prices
from ingest.prices.address import Request, quotation_request, stooq_request, yahoo_request
from signals.session import SessionCalendar
from southbound.instant import HONG_KONG
from southbound.pipeline.oddity import describe_oddities, list_days, trades_in_hong_kong
from southbound.pipeline.report import Report
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.version import PublicationTime

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How files of prices are to be read, where they don't say.

    Attributes:
        asset: whose prices they are; of a file with many assets, the only one taken.
        adapter: the files' form.
        adjusted: whether they are adjusted for dividends.
    """

    asset: str | None = None
    adapter: str | None = None
    adjusted: bool | None = None


def ingest_prices(
    store: Store, paths: Iterable[Path], *, reading: Reading | None = None, settings: Settings
) -> Report:
    """Import daily prices, one transaction a file.

    Leaps and days without trading are stored and told, for prices do leap and calendars may be wrong.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    work = _Import(store=store, settings=settings)
    for path in paths:
        work.add_file(path, reading or Reading())
    return work.report


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceQuery:
    """What to fetch.

    Attributes:
        source: `yahoo`, `stooq` or `hkex`.
        assets: whose prices, in any spelling.
        since: first day, where nothing later is stored yet.
    """

    source: str
    assets: tuple[str, ...]
    since: date


def fetch_prices(
    store: Store, query: PriceQuery, *, settings: Settings, downloader: Downloader, now: datetime
) -> Report:
    """Fetch daily prices, going on from the last session that is stored from the same source.

    An asset that can't be had is told and the others are fetched; sessions that are still without a price
    afterwards are told one line an asset.

    Raises:
        UnreadableInputError: an asset has no known name, or the source has none for it.
    """
    work = _Import(store=store, settings=settings, now=now)
    assets = tuple(dict.fromkeys(asset_id_from_text(asset) for asset in query.assets))
    fetch = _Fetch(work=work, query=query, assets=assets, downloader=downloader)
    if query.source == "hkex":
        fetch.pages()
    else:
        fetch.histories()
    for asset_id in assets:
        work.note_gap(asset_id, query.since)
    return work.report


@dataclass(slots=True, kw_only=True)
class _Import:
    """Files on their way into the store."""

    store: Store
    settings: Settings
    now: datetime = field(default_factory=lambda: datetime.now(tz=UTC))
    report: Report = field(default_factory=Report)

    @property
    def calendar(self) -> SessionCalendar:
        return calendar_from_settings(self.settings)

    @property
    def public(self) -> PublicationTime:
        return PublicationTime(at=self.settings.ingest.price_public_at, timezone=HONG_KONG)

    def add_file(self, path: Path, reading: Reading) -> None:
        """Add the prices of a file, in one transaction."""
        found = read_prices(
            path, asset=reading.asset, adapter=reading.adapter, adjusted=reading.adjusted, now=self.now
        )
        records: list[PriceRecord] = list(self.report.accept(found))
        self.report.noted += describe_oddities(
            records, close_before=self._close_before, calendar=self.calendar
        )
        with self.store.transaction():
            self.report.added += self.store.market.add_prices(records, seen_at=self.now, public=self.public)

    def _close_before(self, asset_id: str, session: date, adjusted: bool) -> tuple[date, float] | None:  # noqa: FBT001  # the form that oddities ask in
        return self.store.prices.close_before(asset_id, session, adjusted=adjusted)

    def last_public_day(self, asset_id: str) -> date:
        """Return today, or yesterday until the hour at which an asset's prices are public."""
        public = replace(self.public, timezone=zone_from_asset_id(asset_id))
        today = self.now.astimezone(public.timezone).date()
        return today if public.of(today) <= self.now else today - timedelta(days=1)

    def due_sessions(self, since: date) -> list[date]:
        """Return Hong Kong's sessions since a day whose prices are public by now."""
        today = self.now.astimezone(HONG_KONG).date()
        sessions = (
            [session.date() for session in self.calendar.sessions(since, today)] if since <= today else []
        )
        return [session for session in sessions if self.public.of(session) <= self.now]

    def note_gap(self, asset_id: str, since: date) -> None:
        """Tell the sessions since a day that are public and have no price of an asset."""
        due = self.due_sessions(since) if trades_in_hong_kong(asset_id) else []
        gap = set(due) - self.store.prices.sessions(asset_id, due[0], due[-1]) if due else set()
        if gap:
            line = f"{asset_id}: without a price in {len(gap):,} of {len(due):,} sessions: {list_days(gap)}"
            self.report.noted.append(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetch:
    """A round of questions to one source."""

    work: _Import
    query: PriceQuery
    assets: tuple[str, ...]
    downloader: Downloader

    def histories(self) -> None:
        """Ask for each asset's history from where the stored one ends."""
        market = self.work.settings.market
        for asset_id in self.assets:
            end = self.work.last_public_day(asset_id)
            start = min(self._start(asset_id), end)
            if self.query.source == "yahoo":
                request = yahoo_request(market.yahoo_url, asset_id, start=start, end=end)
            else:
                request = stooq_request(market.stooq_url, asset_id, start=start, end=end)
            try:
                self._add(request, asset_id)
            except (DownloadError, UnreadableInputError) as error:
                self.work.report.rejected.append(f"{asset_id}: {error}")

    def _start(self, asset_id: str) -> date:
        """Return the last stored session, which is asked for again for its corrections, or the first day."""
        last = self.work.store.prices.last_session(asset_id, adapter=self.query.source)
        return self.query.since if last is None else max(last, self.query.since)

    def pages(self) -> None:
        """Ask for the page of each session after the latest that is stored; each page holds all assets."""
        for session in self.work.due_sessions(self._first_page()):
            request = quotation_request(self.work.settings.market.quotations_url, session)
            try:
                self._add_page(request)
            except DownloadError as error:
                if error.status != _NOT_FOUND:
                    self.work.report.rejected.append(str(error))
                    return
            except UnreadableInputError as error:
                self.work.report.rejected.append(str(error))

    def _first_page(self) -> date:
        stored = [self.work.store.prices.last_session(asset_id, adapter="hkex") for asset_id in self.assets]
        last = [session for session in stored if session is not None]
        # Of a share that is suspended for months nothing new comes: the others tell how far the pages went.
        return max(self.query.since, *last) if len(last) == len(self.assets) else self.query.since

    def _add_page(self, request: Request) -> None:
        with TemporaryDirectory() as folder:
            path = self._download(request, folder)
            for asset_id in self.assets:
                self.work.add_file(path, Reading(asset=asset_id, adapter="hkex"))

    def _add(self, request: Request, asset_id: str) -> None:
        with TemporaryDirectory() as folder:
            path = self._download(request, folder)
            self.work.add_file(path, Reading(asset=asset_id, adapter=self.query.source))

    def _download(self, request: Request, folder: str) -> Path:
        answer = self.downloader.get(request.url, params=request.params)
        path = Path(folder) / request.name
        path.write_bytes(answer.payload)
        return path
