"""Poll the feeds that are due: many at once, each kept in a transaction of its own as its answer comes.

Workers only fetch. Decisions are `ingest.schedule`'s; parsing and storing happen in the calling thread, the
one that may write to the database. So no more answers are held in memory than there are workers.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.fetch.header import fresh_seconds, retry_after_seconds
from ingest.fetch.limit import FetchLimits
from ingest.http import Client, FetchResult, make_client, retrieve
from ingest.schedule.connectivity import Connectivity
from ingest.schedule.decision import next_state, validators_to_send
from ingest.schedule.plan import Due, make_plan
from ingest.schedule.queue import PollQueue
from ingest.schedule.skew import publisher_skew_seconds
from ingest.schedule.state import FeedState, PollOutcome, rebase
from southbound.pipeline.hold import RoundHolds
from southbound.pipeline.report import Report, Round
from southbound.settings import PollSettings
from southbound.store import Store
from southbound.store.article import Added
from southbound.store.feed import Poll

_JITTER = random.SystemRandom()
#: An answer's body above this waits packed.
_LARGE_BYTES = 256 * 1024


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a worker brings back: of which feed, when it came, and how long it took.

    A large body is packed while it waits for its turn: a dozen of them would be a hundred megabytes.
    """

    due: Due
    result: FetchResult
    is_packed: bool
    was_conditional: bool
    at: datetime
    seconds: float


def poll_feeds(  # what to poll, by which rules; a clock and a way to connect for tests
    store: Store,
    feeds: Sequence[FeedConfig],
    *,
    settings: PollSettings,
    tell: Callable[[str], None],
    only_due: bool = True,
    clock: Callable[[], datetime] = utc_now,
    connect: Callable[[FetchLimits], Client] = make_client,
) -> Round:
    """Poll feeds, as politely as the settings say; a failing or hanging one never stops the others.

    Args:
        store: Where articles, the feeds' states and the record of polls are kept.
        feeds: What to poll.
        settings: Politeness and limits.
        tell: Receives one line a feed.
        only_due: Leave out a feed that is not due, or whose host asked to be left alone.
        clock: Tells the time.
        connect: Makes the client.

    Raises:
        StoreError: The database can't be written; what was stored before is kept.
    """
    started, rules = time.monotonic(), settings.rules
    holds = RoundHolds(store, lease=_lease(settings))
    with store.transaction():
        now = clock()
        states = _present_states(store, now)
        whole = make_plan(feeds, states, rules=rules, now=now, only_due=only_due)
        plan = whole.only(holds.take({due.host for due in whole.due}, now))
    n_left = len(whole.due) - len(plan.due)
    if not plan.due:
        return Round(n_left=n_left)
    queue = PollQueue(plan, rules=rules, now=started)
    with connect(settings.limits) as client:
        keeper = _Keeper(store, settings, tell, holds)

        def fetch(due: Due) -> _Answer:
            return _fetch(due, client, settings, clock)

        with closing(_answers(queue, fetch, n_workers=settings.n_workers)) as answers:
            for answer in answers:
                if keeper.keep(answer):
                    keeper.round.n_put_off += queue.drop(answer.due.host)
    with store.transaction():
        holds.release()
    keeper.round.n_left, keeper.round.seconds = n_left, time.monotonic() - started
    return keeper.round


def _lease(settings: PollSettings) -> timedelta:
    """Return how long a claim holds: some times the longest that a round can be without an answer."""
    return timedelta(seconds=60.0 + 3.0 * (settings.feed_seconds + settings.host_spacing_seconds))


def _present_states(store: Store, now: datetime) -> dict[str, FeedState]:
    """Read the states, carrying them over where the clock was set back since."""
    states = store.feeds.states()
    moved = {url: rebased for url, state in states.items() if (rebased := rebase(state, now)) is not state}
    for url, state in moved.items():
        store.feeds.save(url, state)
    return states | moved


def _answers(
    queue: PollQueue, fetch: Callable[[Due], _Answer], *, n_workers: int
) -> Generator[_Answer, None, None]:
    """Yield answers as they come, starting polls whenever the queue lets them start."""
    running: set[Future[_Answer]] = set()
    with ThreadPoolExecutor(n_workers, thread_name_prefix="poll") as pool:
        while running or queue:
            while len(running) < n_workers and (due := queue.take(time.monotonic())) is not None:
                running.add(pool.submit(fetch, due))
            pause = queue.wait(time.monotonic()) if len(running) < n_workers else None
            if not running:
                time.sleep(pause or 0.0)
                continue
            done, running = wait(running, timeout=pause, return_when=FIRST_COMPLETED)
            while done:  # emptied as it goes, so that a payload is let go of once it is stored
                answer = done.pop().result()
                queue.finish(answer.due.host)
                yield answer


def _fetch(due: Due, client: Client, settings: PollSettings, clock: Callable[[], datetime]) -> _Answer:
    validators = validators_to_send(due.state, settings.rules)
    started = time.monotonic()
    try:
        result = retrieve(due.feed, validators, client, address=due.address, limits=settings.limits)
    except Exception as error:  # noqa: BLE001  # whatever it is, it concerns this feed only
        reason = f"feed {due.feed.url} cannot be fetched ({type(error).__name__}: {error})"
        result = FetchResult(status="failed", final_url=due.address, failure="soft", reason=reason)
    is_large = len(result.payload) > _LARGE_BYTES
    return _Answer(
        due=due,
        result=replace(result, payload=zlib.compress(result.payload, 1)) if is_large else result,
        is_packed=is_large,
        was_conditional=bool(validators.etag or validators.last_modified),
        at=clock(),
        seconds=time.monotonic() - started,
    )


class _Keeper:
    """Parses and stores answers, and counts what came of them."""

    def __init__(
        self, store: Store, settings: PollSettings, tell: Callable[[str], None], holds: RoundHolds
    ) -> None:
        self.round = Round()
        self._store = store
        self._holds = holds
        self._settings = settings
        self._tell = tell
        self._connectivity = Connectivity()

    def keep(self, answer: _Answer) -> bool:
        """Store an answer, and say whether its host asks to be left alone."""
        feed, result = answer.due.feed, answer.result
        self._connectivity = self._connectivity.after(
            answer.due.host, answered=result.http_status is not None
        )
        parsed = None
        if result.status == "ok":
            parsed = parse_feed(
                zlib.decompress(result.payload) if answer.is_packed else result.payload,
                feed=feed,
                headers=result.headers,
                seen_at=answer.at,
                base_url=result.final_url,
            )
            if not parsed.is_feed:
                answer, parsed = _refused(answer, parsed), None
        state, added = self._store_answer(answer, parsed)
        self._report(answer, parsed, added)
        return state.held_until is not None and state.held_until > answer.at

    def _store_answer(self, answer: _Answer, parsed: ParsedFeed | None) -> tuple[FeedState, Added]:
        feed, store, added = answer.due.feed, self._store, Added()
        with store.transaction():
            if parsed is not None:
                added = store.articles.add(
                    parsed.articles, seen_at=answer.at, basis="published" if feed.archive else "seen"
                )
            state = next_state(
                answer.due.state,
                _outcome_of(answer, parsed, added, is_offline=self._connectivity.is_offline),
                configured_interval=60.0 * feed.interval_minutes,
                rules=self._settings.rules,
                now=answer.at,
                chance=_JITTER.random(),
            )
            poll = _poll_of(answer, parsed, added)
            store.feeds.record(poll, publisher=feed.publisher, state=state)
            horizon = answer.at - timedelta(days=self._settings.keep_days)
            store.feeds.forget_polls(feed.url, before=horizon)
            self._holds.renew(answer.at)
        return state, added

    def _report(self, answer: _Answer, parsed: ParsedFeed | None, added: Added) -> None:
        feed, result = answer.due.feed, answer.result
        if result.status == "failed":
            self.round.outcomes[str(result.failure)] += 1
            self.round.rejected.append(result.reason or f"feed {feed.url} failed")
            return
        self.round.outcomes["new" if added.new or added.revised else "unchanged"] += 1
        if parsed is None:
            self._tell(f"{feed.publisher}: nothing new ({feed.url})")
            return
        own = Report(added=added, rejected=[str(rejection) for rejection in parsed.rejected])
        self.round.added += own.added
        self.round.rejected += own.rejected
        self._tell(f"{feed.publisher}: {own.summary('articles')}")


def _refused(answer: _Answer, parsed: ParsedFeed) -> _Answer:
    """Turn an answer that is no feed into a failure: often a page that says that the site is being mended."""
    reason = parsed.reason or f"feed {answer.due.feed.url} can't be read"
    return replace(answer, result=replace(answer.result, status="failed", failure="soft", reason=reason))


def _outcome_of(answer: _Answer, parsed: ParsedFeed | None, added: Added, *, is_offline: bool) -> PollOutcome:
    result = answer.result
    return PollOutcome(
        status=result.status,
        failure=result.failure,
        is_offline=is_offline and result.http_status is None,
        http_status=result.http_status,
        retry_after=retry_after_seconds(result.headers, now=answer.at),
        ttl=parsed.ttl_seconds if parsed else None,
        fresh=fresh_seconds(result.headers, now=answer.at),
        n_entries=_n_entries(parsed),
        n_changed=added.new + added.revised,
        etag=result.etag,
        last_modified=result.last_modified,
        body_hash=result.body_hash,
        moved_to=result.moved_to,
        was_conditional=answer.was_conditional,
    )


def _poll_of(answer: _Answer, parsed: ParsedFeed | None, added: Added) -> Poll:
    feed, result = answer.due.feed, answer.result
    articles = parsed.articles if parsed is not None else ()
    return Poll(
        feed_url=feed.url,
        polled_at=answer.at,
        status=result.status,
        failure=result.failure,
        reason=result.reason,
        http_status=result.http_status,
        n_entries=_n_entries(parsed),
        n_new=added.new,
        n_revised=added.revised,
        n_known=added.known,
        n_rejected=len(parsed.rejected) if parsed is not None else 0,
        n_bytes=result.n_bytes,
        seconds=round(answer.seconds, 3),
        clock_skew_seconds=publisher_skew_seconds(
            result.headers, articles, timezone=feed.timezone, now=answer.at
        ),
    )


def _n_entries(parsed: ParsedFeed | None) -> int:
    return len(parsed.articles) + len(parsed.rejected) if parsed is not None else 0
