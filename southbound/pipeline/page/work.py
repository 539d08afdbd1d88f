"""Work the queue of pages: one at a time, each host at its own pace."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ingest.http import Client
from southbound.pipeline.page.reader import PageReader
from southbound.settings import PageSettings
from southbound.store import Store

#: Nobody waits at a terminal for a host that wants a longer pause; its pages are left for the next run.
_LONGEST_WAIT = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class PageReport:
    """How many pages ended in which state, and a line for each that has no text."""

    states: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Say it in one line."""
        names = {
            "read": "read",
            "held": "held for tagging",
            "same": "the same as the feed",
            "refused": "not used",
            "failed": "given up",
            "waiting": "to be tried again",
        }
        parts = [f"{self.states[state]:,} {name}" for state, name in names.items() if self.states[state]]
        return "pages: " + (", ".join(parts) or "nothing to read")


def read_pages(
    store: Store,
    client: Client,
    *,
    settings: PageSettings,
    allow_private: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    wait: Callable[[float], None] = time.sleep,
) -> PageReport:
    """Read the pages that are due, until none is left that could be read within a minute.

    Each page is a transaction of its own; a failing one never stops the others.

    Args:
        store: Where the queue is, and where the texts go.
        client: What fetches.
        settings: Pace and bounds.
        allow_private: Whether pages inside private networks may be read.
        tell: Receives one line a page that gives no text.
        wait: Waits for so many seconds.
    """
    reader = PageReader(store, client, settings, allow_private=allow_private)
    report = PageReport()
    while settings.enabled:
        now = datetime.now(tz=UTC)
        due = [(reader.free_at(waiting.host), waiting) for waiting in store.pages.due(now)]
        if not due:
            break
        free_at, waiting = min(due, key=lambda pair: pair[0])
        if free_at - now > _LONGEST_WAIT:
            with store.transaction():
                store.pages.postpone(waiting.host, until=free_at)
            continue
        wait(max((free_at - now).total_seconds(), 0.0))
        outcome = reader.visit(waiting)
        if outcome is not None:
            report.states[outcome.state] += 1
            if outcome.reason and outcome.state != "same":
                report.reasons.append(f"page {waiting.url} {outcome.reason}")
                tell(report.reasons[-1])
    return report
