"""Bring Stock Connect flows into the store: from files, or from where they are published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from ingest.connect.fetch import fetch_eastmoney_history, fetch_hkex_session
from ingest.connect.reader import read_flows
from ingest.connect.unit import FlowHistory, set_aside_wrong_units
from ingest.download import Downloader, Manners
from ingest.error import DownloadError, UnreadableInputError
from ingest.flow import Flow
from ingest.rejection import Rejection
from signals.session import SessionCalendar
from southbound.instant import HONG_KONG
from southbound.pipeline.report import Report
from southbound.settings import FlowSettings, IngestSettings
from southbound.store import Store
from southbound.store.market import PublicationTime

#: So many sessions without a file, going back, and HKEX has no older ones: it keeps about a year.
_END_OF_FILES = 15
#: So many failures one after the other, and the server is left alone.
_MAX_FAILURES = 3
_CHANNELS = ("southbound", "northbound")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRequest:
    """Which sessions to fetch.

    Attributes:
        source: ``hkex`` or ``eastmoney``.
        since: First session.
        until: Last session.
        again: Whether to fetch also what the source has told already.
        any_size: Whether to store also what seems to be in a wrong unit.
    """

    source: str
    since: date
    until: date
    again: bool = False
    any_size: bool = False


@dataclass(slots=True, kw_only=True)
class FlowReport(Report):
    """Counts, rejections, and for each session that is still without a figure the reason.

    Attributes:
        gaps: Session to reason.
        stopped: Why it was not gone on with; None where all was asked for.
    """

    gaps: dict[date, str] = field(default_factory=dict)
    stopped: str | None = None


class FlowIntake:
    """Stores flows, and sets aside those in a wrong unit."""

    def __init__(self, store: Store, settings: IngestSettings, *, any_size: bool = False) -> None:
        self._store = store
        self._public = PublicationTime(at=settings.flow_public_at, timezone=HONG_KONG)
        self._any_size = any_size
        self._histories: dict[str, FlowHistory] = {}

    def take(
        self, flows: Iterable[Flow | Rejection], report: Report, *, where: str, seen_at: datetime
    ) -> None:
        """Store the flows of a file, inside the caller's transaction."""
        begun = _without_future(flows, seen_at.astimezone(HONG_KONG).date(), where)
        sifted = begun if self._any_size else self._sift(begun, where)
        accepted = report.accept(sifted)
        report.added += self._store.market.add_flows(accepted, seen_at=seen_at, public=self._public)

    def is_public(self, session: date, now: datetime) -> bool:
        """Say whether the figure of a session should be out."""
        return self._public.of(session) <= now

    def _sift(self, flows: Iterable[Flow | Rejection], where: str) -> Iterator[Flow | Rejection]:
        read = list(flows)
        yield from (one for one in read if isinstance(one, Rejection))
        for channel in _CHANNELS:
            own = [one for one in read if isinstance(one, Flow) and one.channel == channel]
            if own:
                yield from set_aside_wrong_units(own, self._history(channel), where=where)

    def _history(self, channel: str) -> FlowHistory:
        if channel not in self._histories:
            known = self._store.market.by_provider.known_flows(channel=channel)
            self._histories[channel] = FlowHistory(known)
        return self._histories[channel]


def _without_future(flows: Iterable[Flow | Rejection], today: date, where: str) -> Iterator[Flow | Rejection]:
    """Reject flows of sessions that have not come."""
    for one in flows:
        if isinstance(one, Flow) and one.session > today:
            yield Rejection(where=where, reason=f"session {one.session} lies in the future")
        else:
            yield one


def sessions_to_fetch(
    request: FlowRequest,
    calendar: SessionCalendar,
    *,
    told: set[date],
    is_public: Callable[[date], bool],
) -> list[date]:
    """Return the sessions to ask for, in order: southbound was, or may have been, open; not told; public.

    Args:
        request: The span, and whether what is told is asked for again.
        calendar: Knows when Stock Connect trades.
        told: Sessions that the source has told already.
        is_public: Whether the figure of a session should be out.
    """
    sessions = calendar.sessions(request.since, request.until)
    states = calendar.southbound_states(sessions)
    days = [day.date() for day, state in zip(sessions, states, strict=True) if state != "closed"]
    return [day for day in days if is_public(day) and (request.again or day not in told)]


def fetch_flows(
    store: Store,
    request: FlowRequest,
    *,
    calendar: SessionCalendar,
    ingest: IngestSettings,
    sources: FlowSettings,
    now: Callable[[], datetime],
    on_progress: Callable[[int], None] = lambda _: None,
) -> FlowReport:
    """Fetch the sessions that the store lacks, and say which of them are still without a figure.

    HKEX is asked session by session from the newest, each in its own transaction, so that a run that was
    stopped goes on where it was; Eastmoney page by page.

    Args:
        store: Where the flows go.
        request: Source and span.
        calendar: Knows when Stock Connect trades.
        ingest: When a flow is public.
        sources: Addresses and manners.
        now: The clock.
        on_progress: Told how many sessions were done.
    """
    intake = FlowIntake(store, ingest, any_size=request.any_size)
    flows, report, began = store.market.by_provider, FlowReport(), now()
    wanted = sessions_to_fetch(
        request,
        calendar,
        told=flows.told_sessions(channel="southbound", provider=request.source),
        is_public=lambda session: intake.is_public(session, began),
    )
    manners = Manners(spacing_seconds=sources.spacing_seconds, n_retries=sources.retries)
    with Downloader(manners) as downloader:
        run = _Run(store=store, intake=intake, downloader=downloader, sources=sources, report=report, now=now)
        if request.source == "hkex":
            run.fetch_hkex(wanted, on_progress)
        elif wanted:
            run.fetch_eastmoney(wanted, on_progress)
    told = flows.told_sessions(channel="southbound", provider=request.source)
    lacking = {day: report.gaps.get(day, "the source tells no figure") for day in wanted if day not in told}
    report.gaps = dict(sorted(lacking.items()))
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one run of fetching works with."""

    store: Store
    intake: FlowIntake
    downloader: Downloader
    sources: FlowSettings
    report: FlowReport
    now: Callable[[], datetime]

    def fetch_hkex(self, wanted: Sequence[date], on_progress: Callable[[int], None]) -> None:
        outcomes: list[str] = []
        for position, session in enumerate(reversed(wanted), start=1):
            outcomes.append(self._ask_hkex(session))
            on_progress(1)
            rest = wanted[: len(wanted) - position]
            if rest and outcomes[-_MAX_FAILURES:] == ["failed"] * _MAX_FAILURES:
                self.report.stopped = (
                    f"HKEX failed {_MAX_FAILURES} times in a row; run the command again later"
                )
                self.report.gaps.update(dict.fromkeys(rest, "not asked for"))
                return
            if rest and outcomes[-_END_OF_FILES:] == ["absent"] * _END_OF_FILES:
                reason = "not asked for, as HKEX keeps no file so old; take --source eastmoney"
                self.report.gaps.update(dict.fromkeys(rest, reason))
                return

    def _ask_hkex(self, session: date) -> Literal["told", "absent", "failed"]:
        try:
            fetched = fetch_hkex_session(self.downloader, session, url=self.sources.hkex_url)
        except (DownloadError, UnreadableInputError) as error:
            self.report.rejected.append(f"{session}: {error}")
            self.report.gaps[session] = "failed"
            return "failed"
        self._take(fetched.flows, where=f"HKEX {session}")
        if fetched.gap:
            self.report.gaps[session] = fetched.gap
        return "absent" if fetched.gap else "told"

    def fetch_eastmoney(self, wanted: Sequence[date], on_progress: Callable[[int], None]) -> None:
        try:
            found = fetch_eastmoney_history(
                self.downloader, url=self.sources.eastmoney_url, since=wanted[0], until=wanted[-1]
            )
        except (DownloadError, UnreadableInputError) as error:
            self.report.stopped = str(error)
            self.report.gaps.update(dict.fromkeys(wanted, "not asked for"))
            return
        days = set(wanted)
        asked = [one for one in found if isinstance(one, Rejection) or one.session in days]
        self._take(asked, where="Eastmoney")
        self.report.gaps.update(dict.fromkeys(wanted, "no row"))
        on_progress(len(wanted))

    def _take(self, flows: Iterable[Flow | Rejection], *, where: str) -> None:
        with self.store.transaction():
            self.intake.take(flows, self.report, where=where, seen_at=self.now())


def gap_lines(gaps: dict[date, str]) -> list[str]:
    """Say the gaps in as few lines as they have reasons in a row: "2026-07-16: no file (404)"."""
    spans: list[tuple[str, list[date]]] = []
    for session, reason in gaps.items():
        if spans and spans[-1][0] == reason:
            spans[-1][1].append(session)
        else:
            spans.append((reason, [session]))
    return [f"{_span_text(sessions)}: {reason}" for reason, sessions in spans]


def _span_text(sessions: Sequence[date]) -> str:
    if len(sessions) == 1:
        return str(sessions[0])
    return f"{sessions[0]} to {sessions[-1]} ({len(sessions)} sessions)"


def ingest_flows(
    store: Store,
    paths: Iterable[Path],
    *,
    adapter: str | None,
    settings: IngestSettings,
    any_size: bool = False,
) -> Report:
    """Import Stock Connect flows, one transaction a file.

    Flows that seem to be in a wrong unit are rejected, unless `any_size`.

    Raises:
        UnreadableInputError: a file can't be used; the files before it are stored.
    """
    report = Report()
    intake = FlowIntake(store, settings, any_size=any_size)
    for path in paths:
        with store.transaction():
            flows = read_flows(path, adapter=adapter)
            intake.take(flows, report, where=path.name, seen_at=datetime.now(tz=UTC))
    return report
