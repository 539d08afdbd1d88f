"""What Prometheus is told: counters of what was done, and gauges read from the board when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from southbound import __version__
from southbound.service.board import Board, Snapshot, StageView
from southbound.service.crew import Finished
from southbound.store.service import Workload

#: Seconds: from a round of polls in which nothing was due to an hour of tagging.
_BUCKETS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The service's own registry: nothing is global, so that several may live in one process."""

    def __init__(self, board: Board) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Gauges(board))
        self._polls = self._counter("polls", "Polls of feeds by what came of them.", ["outcome"])
        self._articles = self._counter("articles_stored", "Texts stored by the service.", ["kind"])
        self._tagged = self._counter("articles_tagged", "Texts tagged by the service.", [])
        self._pages = self._counter("pages_read", "Pages by what came of them.", ["outcome"])
        self._runs = self._counter("stage_runs", "Runs of stages by outcome.", ["stage", "outcome"])
        self._seconds = Histogram(
            "southbound_stage_seconds",
            "How long runs of stages took.",
            ["stage"],
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def count(self, finished: Finished) -> None:
        """Count a run that has ended."""
        self._runs.labels(finished.stage, finished.outcome.outcome).inc()
        self._seconds.labels(finished.stage).observe(finished.seconds)
        families = {"polls": self._polls, "pages": self._pages}
        for name, count in finished.outcome.counts.items():
            family, _, kind = name.partition("_")
            if name == "articles_tagged":
                self._tagged.inc(count)
            elif family == "articles":
                self._articles.labels(kind).inc(count)
            elif family in families and name != "pages_queued":
                families[family].labels(kind).inc(count)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self._registry)

    def _counter(self, name: str, meaning: str, labels: list[str]) -> Counter:
        return Counter(f"southbound_{name}", meaning, labels, registry=self._registry)


class _Gauges(Collector):
    """Reads the board each time it is asked."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def collect(self) -> Iterable[Metric]:
        snapshot = self._board.snapshot
        if snapshot is None:
            return
        info = GaugeMetricFamily("southbound_build_info", "The program's version.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        yield from _stage_gauges(snapshot.stages)
        yield _gauge("under_pressure", "1 while too much waits to be tagged.", float(snapshot.is_pressed))
        yield _gauge(
            "lease_renewed_timestamp_seconds",
            "When the lease on the database was last renewed.",
            snapshot.lease_beat_at.timestamp(),
        )
        if snapshot.workload is not None:
            yield from _workload_gauges(snapshot.workload, snapshot)


def _stage_gauges(views: Iterable[StageView]) -> Iterator[Metric]:
    families = {
        "running": _family("stage_running", "1 while the stage runs."),
        "failures": _family("stage_failures_in_a_row", "Runs in a row, up to the last, that were not ok."),
        "succeeded": _family("stage_last_success_timestamp_seconds", "When the last good run ended."),
    }
    for view in views:
        families["running"].add_metric([view.name], float(view.state == "running"))
        families["failures"].add_metric([view.name], view.run.n_failures if view.run else 0)
        if view.run is not None and view.run.succeeded_at is not None:
            families["succeeded"].add_metric([view.name], view.run.succeeded_at.timestamp())
    yield from families.values()


def _workload_gauges(workload: Workload, snapshot: Snapshot) -> Iterator[Metric]:
    oldest = workload.oldest_untagged_at
    lag = max((snapshot.at - oldest).total_seconds(), 0.0) if oldest else 0.0
    queues = GaugeMetricFamily("southbound_queue_length", "How much waits, by queue.", labels=["queue"])
    queues.add_metric(["untagged"], workload.n_untagged)
    queues.add_metric(["held_for_tagging"], workload.n_held)
    queues.add_metric(["pages"], workload.n_pages)
    queues.add_metric(["pages_due"], workload.n_pages_due)
    yield queues
    yield _gauge("articles", "Texts stored, revisions included.", workload.n_articles)
    yield _gauge("tagging_lag_seconds", "For how long the oldest untagged text has been stored.", lag)
    yield _gauge(
        "deliveries_in_doubt",
        "Digests of which nobody knows whether they arrived; see southbound deliver --list.",
        workload.n_doubtful,
    )
    yield _gauge("database_bytes", "Size of the database file.", workload.n_bytes)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"southbound_{name}", meaning, value=value)


def _family(name: str, meaning: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"southbound_{name}", meaning, labels=["stage"])
