"""Feeds' health as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from southbound.feeds.health import FeedHealth
from southbound.instant import text_from_instant

_HEADERS = ("state", "publisher", "last good", "next", "24 h", "norm", "repeats", "failed", "clock", "feed")
_RIGHT = frozenset({"24 h", "norm", "repeats", "failed", "clock"})
_MAX_PUBLISHER = 24
#: A clock that is off by less says nothing: answers take their time.
_LEAST_SKEW = 5.0
#: Below these, spans are told in minutes and in hours.
_FEW_MINUTES, _FEW_HOURS = 120, 72
_ORDER = ("dead", "failing", "silent", "new", "ok", "off")


def write_health(feeds: Sequence[FeedHealth], *, form: str, now: datetime) -> str:
    """Write feeds' health as "text" (what needs a look first) or "json" (in the order given)."""
    if form == "json":
        return json.dumps([_record(feed) for feed in feeds], ensure_ascii=False, indent=2) + "\n"
    ordered = sorted(feeds, key=lambda feed: _ORDER.index(feed.state))
    rows = [dict(zip(_HEADERS, _HEADERS, strict=True)), *(_row(feed, now) for feed in ordered)]
    widths = {name: max(_width(row[name]) for row in rows) for name in _HEADERS}
    lines = [_line(row, widths) for row in rows]
    notes = ["", *(list(_notes(feed)) for feed in ordered)]
    return "".join(f"{line}\n" for row, note in zip(lines, notes, strict=True) for line in (row, *note))


def summary(feeds: Sequence[FeedHealth]) -> str:
    """Say in one line how many feeds are in which state."""
    counts = {state: sum(feed.state == state for feed in feeds) for state in _ORDER}
    parts = [f"{count} {state}" for state, count in counts.items() if count]
    return (
        f"{len(feeds)} feeds: {', '.join(parts)}"
        if parts
        else "no feeds; add one with `southbound feeds add URL`"
    )


def _row(feed: FeedHealth, now: datetime) -> dict[str, str]:
    facts = feed.facts
    share = "-" if feed.repeat_share is None else f"{feed.repeat_share:.0%}"
    failed = f"{facts.n_failed_polls}/{facts.n_polls}" if facts.n_polls else "-"
    values = (
        feed.state,
        facts.publisher[:_MAX_PUBLISHER],
        _ago(facts.succeeded_at, now),
        _ahead(facts.next_poll_at, now),
        str(feed.n_day),
        "-" if feed.norm is None else f"{feed.norm:g}",
        share,
        failed,
        _skew(feed.clock_skew_seconds),
        facts.url,
    )
    return dict(zip(_HEADERS, values, strict=True))


def _notes(feed: FeedHealth) -> Iterator[str]:
    facts = feed.facts
    if feed.state == "dead" and facts.dead_since:
        yield f"    dead since {facts.dead_since:%Y-%m-%d}, tried monthly: {facts.reason or 'no answer'}"
    elif facts.n_failures:
        yield f"    failed {facts.n_failures} times in a row: {facts.reason or 'no reason given'}"
    if feed.state == "silent" and feed.silent_for is not None:
        missed = "" if feed.missed is None else f"; some {feed.missed:,.0f} articles were to be expected"
        yield f"    nothing new for {_span(feed.silent_for)}{missed}"
    if facts.moved_to:
        yield f"    moved for good to {facts.moved_to}"


def _record(feed: FeedHealth) -> dict[str, object]:
    facts = feed.facts
    return {
        "url": facts.url,
        "publisher": facts.publisher,
        "state": feed.state,
        "last_good_at": _text(facts.succeeded_at),
        "last_poll_at": _text(facts.polled_at),
        "next_poll_at": _text(facts.next_poll_at),
        "failures_in_a_row": facts.n_failures,
        "reason": facts.reason,
        "dead_since": _text(facts.dead_since),
        "moved_to": facts.moved_to,
        "articles_24h": feed.n_day,
        "norm_24h": feed.norm,
        "articles_28d": facts.n_articles,
        "repeat_share_28d": None if feed.repeat_share is None else round(feed.repeat_share, 4),
        "polls_28d": facts.n_polls,
        "failed_polls_28d": facts.n_failed_polls,
        "clock_skew_seconds": feed.clock_skew_seconds,
        "last_article_at": _text(facts.last_article_at),
        "silent_hours": None if feed.silent_for is None else round(feed.silent_for / timedelta(hours=1), 2),
        "missed_articles": None if feed.missed is None else round(feed.missed, 1),
    }


def _line(row: dict[str, str], widths: dict[str, int]) -> str:
    cells = []
    for name in _HEADERS:
        blank = " " * (widths[name] - _width(row[name]))
        cells.append(blank + row[name] if name in _RIGHT else row[name] + blank)
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 - a Chinese character takes two columns

    return cell_len(text)


def _text(instant: datetime | None) -> str | None:
    return text_from_instant(instant) if instant else None


def _ago(instant: datetime | None, now: datetime) -> str:
    return "never" if instant is None else f"{_span(max(timedelta(0), now - instant))} ago"


def _ahead(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return "-"
    return f"in {_span(instant - now)}" if instant > now else "due"


def _span(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    if minutes < _FEW_MINUTES:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < _FEW_HOURS else f"{round(hours / 24)} d"


def _skew(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return "right" if abs(seconds) < _LEAST_SKEW else f"{seconds:+,.0f} s"
