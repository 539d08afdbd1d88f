"""When feeds are polled: decided without a network or a clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.article import make_article
from ingest.feed import FeedConfig
from ingest.schedule.connectivity import Connectivity
from ingest.schedule.decision import next_state, validators_to_send
from ingest.schedule.plan import Due, host_of, is_due, make_plan
from ingest.schedule.queue import PollQueue
from ingest.schedule.rule import PollRules
from ingest.schedule.skew import publisher_skew_seconds
from ingest.schedule.state import FeedState, PollOutcome, rebase

NOW = datetime(2025, 2, 11, 1, tzinfo=UTC)
RULES = PollRules()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
#: A feed of a quarter of an hour that has been polled before.
KNOWN = FeedState(etag='"1"', body_hash="ab", polled_at=NOW - timedelta(minutes=15))
NEWS = PollOutcome(status="ok", http_status=200, n_entries=20, n_changed=1, etag='"2"', body_hash="cd")
QUIET = PollOutcome(status="not_modified", http_status=304, etag='"1"', body_hash="ab", was_conditional=True)
SOFT = PollOutcome(status="failed", failure="soft")
HARD = PollOutcome(status="failed", failure="hard", http_status=410)
TEMPORARY = PollOutcome(status="failed", failure="temporary")
REFUSED = PollOutcome(status="failed", failure="soft", http_status=429)


def after(
    state: FeedState, *outcomes: PollOutcome, chance: float = 0.0, rules: PollRules = RULES
) -> FeedState:
    for outcome in outcomes:
        now = state.next_poll_at or NOW
        state = next_state(
            state, outcome, configured_interval=15 * MINUTE, rules=rules, now=now, chance=chance
        )
    return state


def wait_of(state: FeedState) -> float:
    assert state.next_poll_at is not None
    assert state.polled_at is not None
    return (state.next_poll_at - state.polled_at).total_seconds()


def test_a_feed_keeps_its_interval_while_it_yields_one_item_a_poll() -> None:
    state = after(KNOWN, NEWS, NEWS)
    assert (wait_of(state), state.interval_seconds) == (15 * MINUTE, 900)
    assert (state.etag, state.body_hash) == ('"2"', "cd")


def test_a_lively_feed_is_polled_sooner_and_a_quiet_one_later() -> None:
    assert wait_of(after(KNOWN, replace(NEWS, n_changed=5))) == 7.5 * MINUTE
    assert wait_of(after(KNOWN, *[replace(NEWS, n_changed=5)] * 9)) == 5 * MINUTE
    assert wait_of(after(KNOWN, QUIET)) == 18.75 * MINUTE
    assert wait_of(after(KNOWN, *[QUIET] * 99)) == HOUR
    assert wait_of(after(KNOWN, *[QUIET] * 99, *[replace(NEWS, n_changed=9)] * 9)) == 5 * MINUTE


def test_a_feed_that_turned_over_whole_is_polled_much_sooner() -> None:
    whole = replace(NEWS, n_entries=20, n_changed=20)
    assert wait_of(after(replace(KNOWN, interval_seconds=3600), whole)) == 15 * MINUTE
    assert wait_of(after(KNOWN, replace(NEWS, n_entries=1))) == 5 * MINUTE
    # All of a feed's first answer is new, which says nothing.
    assert wait_of(after(FeedState(), whole)) == 15 * MINUTE


@pytest.mark.parametrize("hint", [{"fresh": 40 * MINUTE}, {"ttl": 2400}, {"ttl": 2400, "fresh": 60.0}])
def test_what_a_feed_hints_is_heeded(hint: dict[str, int]) -> None:
    assert wait_of(after(KNOWN, replace(NEWS, **hint))) == 40 * MINUTE  # type: ignore[arg-type]  # by name


def test_hints_are_heeded_within_reason() -> None:
    assert wait_of(after(KNOWN, replace(NEWS, ttl=86_400))) == HOUR
    assert wait_of(after(KNOWN, replace(NEWS, fresh=1.0))) == 15 * MINUTE
    crowded = replace(NEWS, n_changed=10, ttl=3600)
    assert wait_of(after(KNOWN, crowded)) == 7.5 * MINUTE


def test_a_ttl_holds_until_another_is_read() -> None:
    state = after(KNOWN, replace(NEWS, ttl=2400), QUIET)
    assert (state.ttl_seconds, wait_of(state)) == (2400, 40 * MINUTE)
    assert after(state, NEWS).ttl_seconds is None


def test_failures_weigh_by_their_grade_and_pauses_grow() -> None:
    assert [after(KNOWN, *[HARD] * n).failure_weight for n in (1, 2)] == [1.0, 2.0]
    assert [after(KNOWN, *[SOFT] * n).failure_weight for n in (1, 2)] == [0.5, 1.0]
    assert [after(KNOWN, *[TEMPORARY] * n).failure_weight for n in (1, 2)] == [0.25, 0.5]
    assert [wait_of(after(KNOWN, *[HARD] * n)) for n in (1, 2, 3)] == [30 * MINUTE, HOUR, 2 * HOUR]
    assert wait_of(after(KNOWN, *[HARD] * 9)) == DAY
    assert wait_of(after(KNOWN, *[TEMPORARY] * 9999)) == HOUR
    recovered = after(KNOWN, HARD, SOFT, NEWS)
    assert (recovered.failure_weight, recovered.n_failures, wait_of(recovered)) == (0.0, 0, 15 * MINUTE)


def test_a_failure_keeps_what_the_last_good_poll_left() -> None:
    state = after(KNOWN, SOFT)
    assert (state.etag, state.body_hash, state.n_failures) == ('"1"', "ab", 1)


def test_a_dead_feed_is_retried_monthly_until_it_answers() -> None:
    dying = after(KNOWN, *[HARD] * 9)
    assert dying.dead_since is None
    dead = after(dying, HARD)
    assert dead.dead_since == dead.polled_at
    assert wait_of(dead) == 30 * DAY
    still = after(dead, SOFT)
    assert (still.dead_since, wait_of(still)) == (dead.dead_since, 30 * DAY)
    alive = after(still, NEWS)
    assert (alive.dead_since, wait_of(alive)) == (None, 15 * MINUTE)


def test_no_feed_dies_of_our_own_troubles() -> None:
    state = after(KNOWN, *[TEMPORARY] * 9999)
    assert state.dead_since is None
    offline = after(KNOWN, *[replace(SOFT, is_offline=True)] * 9999)
    assert (offline.dead_since, offline.failure_weight, wait_of(offline)) == (None, 0.0, 15 * MINUTE)
    dead = after(after(KNOWN, *[HARD] * 10), TEMPORARY)
    assert dead.dead_since is not None
    assert wait_of(dead) == HOUR


def test_retry_after_is_honoured_up_to_a_day() -> None:
    state = after(KNOWN, replace(SOFT, http_status=503, retry_after=5 * HOUR))
    assert wait_of(state) == 5 * HOUR
    assert state.held_until == state.next_poll_at
    assert wait_of(after(KNOWN, replace(SOFT, http_status=503, retry_after=9 * DAY))) == DAY
    assert wait_of(after(KNOWN, *[replace(HARD, retry_after=9.0)] * 10)) == 30 * DAY


def test_too_many_requests_hold_the_host_and_spread_the_feeds() -> None:
    state = after(KNOWN, REFUSED, chance=0.5)
    assert state.held_until == NOW + timedelta(minutes=15)
    pause = 15 * MINUTE * 2**0.5
    assert wait_of(state) == pytest.approx(pause + 7.5 * MINUTE)
    assert wait_of(after(KNOWN, replace(REFUSED, retry_after=HOUR), chance=0.5)) == HOUR + 7.5 * MINUTE
    assert wait_of(after(KNOWN, SOFT, chance=0.5)) == pytest.approx(pause)


OUTCOMES = st.builds(
    PollOutcome,
    status=st.sampled_from(["ok", "not_modified", "failed"]),
    failure=st.sampled_from(["hard", "soft", "temporary"]),
    is_offline=st.booleans(),
    http_status=st.sampled_from([None, 200, 304, 404, 429, 503]),
    retry_after=st.none() | st.floats(0, 1e9),
    ttl=st.none() | st.integers(0, 10**9),
    fresh=st.none() | st.floats(0, 1e9),
    n_entries=st.integers(0, 50),
    n_changed=st.integers(0, 50),
    moved_to=st.none() | st.sampled_from(["https://a.example/", "https://b.example/"]),
)


@given(outcomes=st.lists(OUTCOMES, max_size=30), chance=st.floats(0, 1))
def test_every_wait_is_bounded_and_never_undercuts_what_was_asked(
    outcomes: list[PollOutcome], chance: float
) -> None:
    state = FeedState()
    for outcome in outcomes:
        state = after(state, outcome, chance=chance)
        wait = wait_of(state)
        assert 5 * MINUTE <= wait + 1e-3 <= 30 * DAY + RULES.jitter + 1
        if outcome.status == "failed":
            assert wait + 1e-3 >= min(outcome.retry_after or 0.0, DAY)
        else:
            assert wait <= HOUR + 1e-3


def test_a_permanent_redirect_is_learnt_once_it_is_consistent() -> None:
    moved = replace(NEWS, moved_to="https://new.example/feed")
    twice = after(KNOWN, moved, moved)
    assert (twice.moved_to, twice.n_moving) == (None, 2)
    assert after(twice, moved).moved_to == "https://new.example/feed"
    assert after(twice, NEWS, moved).moved_to is None
    assert after(twice, replace(NEWS, moved_to="https://other.example/"), moved).moved_to is None
    assert after(twice, SOFT, moved).moved_to is None


def test_a_learnt_address_that_fails_is_forgotten_with_its_validators() -> None:
    moved = replace(KNOWN, moved_to="https://new.example/feed")
    assert after(moved, NEWS).moved_to == "https://new.example/feed"
    assert after(moved, SOFT).moved_to == "https://new.example/feed"
    lost = after(moved, HARD)
    assert (lost.moved_to, lost.etag, lost.body_hash) == (None, None, "ab")
    assert after(moved, *[SOFT] * 4).moved_to is None


def test_every_so_often_a_feed_is_asked_for_as_a_whole() -> None:
    state = after(KNOWN, *[QUIET] * 11)
    assert validators_to_send(state, RULES).etag == '"1"'
    state = after(state, QUIET)
    asked = validators_to_send(state, RULES)
    assert (asked.etag, asked.last_modified, asked.body_hash) == (None, None, "ab")
    state = after(state, replace(QUIET, http_status=200, was_conditional=False))
    assert validators_to_send(state, RULES).etag == '"1"'


def test_a_server_that_hides_changes_is_not_trusted_again() -> None:
    state = after(KNOWN, *[QUIET] * 12)
    exposed = after(state, replace(NEWS, etag='"1"'))
    assert exposed.is_distrusted
    assert validators_to_send(after(exposed, NEWS), RULES).etag is None
    # With another validator, it may have changed between two polls; without news, it was only a date.
    assert not after(state, replace(NEWS, etag='"2"')).is_distrusted
    assert not after(state, replace(NEWS, etag='"1"', n_changed=0)).is_distrusted


def test_a_clock_that_was_set_back_neither_stalls_nor_doubles_polls() -> None:
    state = replace(after(KNOWN, NEWS), held_until=NOW + timedelta(minutes=10))
    yesterday = NOW - timedelta(days=1)
    moved = rebase(state, yesterday)
    feed = FeedConfig(url="https://x.example/", publisher="P")
    assert wait_of(moved) == 15 * MINUTE
    assert moved.held_until == yesterday + timedelta(minutes=10)
    assert not is_due(feed, moved, rules=RULES, now=yesterday)
    assert is_due(feed, moved, rules=RULES, now=yesterday + timedelta(minutes=15))
    assert rebase(moved, yesterday) is moved
    assert rebase(FeedState(), NOW) == FeedState()


def feed(url: str, **options: object) -> FeedConfig:
    return FeedConfig(url=url, publisher="P", **options)  # type: ignore[arg-type]  # options by name


def waiting(minutes: float, **changes: object) -> FeedState:
    polled = replace(
        KNOWN, polled_at=NOW - timedelta(minutes=30), next_poll_at=NOW + timedelta(minutes=minutes)
    )
    return replace(polled, **changes)  # type: ignore[arg-type]  # options by name


def test_those_that_have_waited_longest_come_first() -> None:
    urls = [f"https://{name}.example/" for name in "abcde"]
    states = dict(zip(urls, [waiting(-1), waiting(-9), waiting(1), waiting(0)], strict=False))
    plan = make_plan([feed(url) for url in urls], states, rules=RULES, now=NOW)
    assert [due.host[0] for due in plan.due] == ["e", "b", "a", "d"]
    everything = make_plan([feed(url) for url in urls], states, rules=RULES, now=NOW, only_due=False)
    assert len(everything.due) == 5


def test_disabled_feeds_and_repeated_ones_are_left_out() -> None:
    feeds = [
        feed("https://a.example/"),
        feed("https://b.example/", enabled=False),
        feed("https://a.example/"),
    ]
    assert len(make_plan(feeds, {}, rules=RULES, now=NOW).due) == 1


def test_a_host_that_asks_to_be_left_alone_is_so_for_all_its_feeds() -> None:
    held, beside, moved = "https://x.example/a", "http://X.example:8080/b", "https://y.example/c"
    states = {
        held: waiting(60, held_until=NOW + timedelta(hours=1), n_failures=1),
        beside: waiting(-5),
        moved: waiting(-5, moved_to="https://x.example/c"),
        "https://z.example/": waiting(-5),
    }
    plan = make_plan([feed(url) for url in states], states, rules=RULES, now=NOW)
    assert [due.host for due in plan.due] == ["z.example"]
    later = make_plan([feed(url) for url in states], states, rules=RULES, now=NOW + timedelta(hours=1))
    assert len(later.due) == 4


def test_a_host_that_was_just_polled_rests_first() -> None:
    just = waiting(60, polled_at=NOW - timedelta(seconds=2))
    plan = make_plan(
        [feed("https://x.example/a"), feed("https://x.example/b"), feed("feeds/local.xml")],
        {"https://x.example/a": just, "feeds/local.xml": replace(just, next_poll_at=NOW)},
        rules=RULES,
        now=NOW,
    )
    assert plan.host_waits == {"x.example": 3.0}


def test_an_interval_that_is_configured_anew_counts_at_once() -> None:
    state = replace(KNOWN, polled_at=NOW - timedelta(hours=2), next_poll_at=NOW + timedelta(hours=2))
    slow, fast = (
        feed("https://x.example/", interval_minutes=60),
        feed("https://x.example/", interval_minutes=15),
    )
    assert not is_due(slow, state, rules=RULES, now=NOW)
    assert is_due(fast, state, rules=RULES, now=NOW)
    assert not is_due(fast, replace(state, n_failures=1), rules=RULES, now=NOW)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://User:pw@News.Example.:8443/feed", "news.example"),
        ("http://[::1]:80/", "::1"),
        ("file:///tmp/feed.xml", ""),
        ("feeds/local.xml", ""),
        ("http://[broken/", "http://[broken/"),
    ],
)
def test_hosts(address: str, host: str) -> None:
    assert host_of(address) == host


@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    durations=st.lists(st.integers(0, 30), min_size=1, max_size=20),
    n_workers=st.integers(1, 5),
    just_asked=st.booleans(),
)
def test_politeness_holds_and_every_feed_is_polled(
    sizes: list[int], durations: list[int], n_workers: int, *, just_asked: bool
) -> None:
    feeds = [feed(f"https://h{host}.example/{n}") for host, size in enumerate(sizes) for n in range(size)]
    just = replace(KNOWN, polled_at=NOW - timedelta(seconds=1), next_poll_at=NOW)
    states = {feeds[0].url: just} if just_asked else {}
    plan = make_plan(feeds, states, rules=RULES, now=NOW)
    started = simulate(PollQueue(plan, rules=RULES, now=0.0), durations, n_workers)
    assert sorted(due.feed.url for due, _, _ in started) == sorted(one.url for one in feeds)
    for host in {due.host for due, _, _ in started}:
        spans = sorted((start, end) for due, start, end in started if due.host == host)
        starts = [start for start, _ in spans]
        assert all(later - earlier >= 5 for earlier, later in pairwise(starts))
        # No third may start while two go on.
        assert all(sum(s <= start < e for s, e in spans) <= 2 for start in starts)
        assert starts[0] >= (4.0 if just_asked and host == "h0.example" else 0.0)


def simulate(queue: PollQueue, durations: Sequence[float], n_workers: int) -> list[tuple[Due, float, float]]:
    """Run a round in simulated time; return each poll with its start and end."""
    now, started = 0.0, list[tuple[Due, float, float]]()
    running: list[tuple[float, str]] = []
    while queue or running:
        while len(running) < n_workers and (due := queue.take(now)):
            end = now + durations[len(started) % len(durations)]
            started.append((due, now, end))
            running.append((end, due.host))
        pause = queue.wait(now) if len(running) < n_workers else None
        events = [end for end, _ in running] + ([now + pause] if pause is not None else [])
        now = min(events)
        for entry in [entry for entry in running if entry[0] <= now]:
            running.remove(entry)
            queue.finish(entry[1])
    return started


def test_with_workers_enough_a_round_takes_what_its_fullest_host_needs() -> None:
    feeds = [feed(f"https://h{host}.example/{n}") for host in range(40) for n in range(1 + host // 4)]
    plan = make_plan(feeds, {}, rules=RULES, now=NOW)
    started = simulate(PollQueue(plan, rules=RULES, now=0.0), [1.0], 12)
    assert max(end for _, _, end in started) <= 9 * RULES.host_spacing + 12.0


def test_a_host_that_asks_to_be_left_alone_is_dropped_from_the_round() -> None:
    feeds = [feed(f"https://h{host}.example/{n}") for host in range(2) for n in range(4)]
    queue = PollQueue(make_plan(feeds, {}, rules=RULES, now=NOW), rules=RULES, now=0.0)
    first = queue.take(0.0)
    assert first is not None
    queue.finish(first.host)
    assert queue.drop(first.host) == 3
    rest = simulate(queue, [1.0], 3)
    assert {due.host for due, _, _ in rest} == {"h0.example", "h1.example"} - {first.host}
    assert len(rest) == 4


def test_silence_everywhere_is_our_own_network() -> None:
    seen = Connectivity()
    for host in ("a", "a", "b", ""):
        seen = seen.after(host, answered=False)
    assert not seen.is_offline
    seen = seen.after("c", answered=False)
    assert seen.is_offline
    assert not seen.after("d", answered=True).is_offline


def test_a_publishers_clock_is_told_by_headers_and_by_dates_ahead() -> None:
    def skew(headers: dict[str, str], *minutes: float, claim: str = "") -> float | None:
        articles = [make_article(title="x", published_at=NOW + timedelta(minutes=lead)) for lead in minutes]
        if claim:
            articles.append(make_article(title="y", extra={"claimed_published_at": claim}))
        return publisher_skew_seconds(headers, articles, timezone="Asia/Hong_Kong", now=NOW)

    date = {"date": "Tue, 11 Feb 2025 00:59:00 GMT"}
    assert skew({}) is None
    assert skew(date, -50, -2) == -60.0
    assert skew(date, -50, 4) == 240.0
    assert skew({}, claim="2025-02-11 17:00") == 8 * HOUR
    assert skew({}, claim="2099-02-11 17:00") is None
