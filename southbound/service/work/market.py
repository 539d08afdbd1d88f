"""Fetch flows and prices once they are public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.download import Downloader, Manners
from southbound.pipeline.flow import FlowRequest, fetch_flows
from southbound.pipeline.price import PriceQuery, fetch_prices
from southbound.pipeline.series import calendar_from_settings
from southbound.service.job import Job, Outcome, Setup, Work


def make_flows(setup: Setup) -> Work:
    """Return the work that fetches the sessions' flows that are lacking."""
    settings = setup.settings

    def work(job: Job) -> Outcome:
        day = job.require_day()
        request = FlowRequest(
            source=settings.service.flows,
            since=day - timedelta(days=settings.service.fetch_days),
            until=day,
        )
        report = fetch_flows(
            job.store,
            request,
            calendar=calendar_from_settings(settings),
            ingest=settings.ingest,
            sources=settings.flows,
            now=lambda: datetime.now(tz=UTC),
        )
        counts = {"flows_new": report.added.new, "flows_lacking": len(report.gaps)}
        if report.stopped:
            return Outcome(outcome="failed", counts=counts, detail=report.stopped)
        if day in report.gaps:
            return Outcome(outcome="waiting", counts=counts, detail=f"no figure of {day} yet")
        return Outcome(counts=counts)

    return work


def make_prices(setup: Setup) -> Work:
    """Return the work that fetches the closes that are lacking."""
    settings = setup.settings
    assets = settings.service.price_assets or tuple(
        dict.fromkeys((*settings.series.assets, *settings.digest.assets))
    )

    def work(job: Job) -> Outcome:
        query = PriceQuery(
            source=settings.service.prices,
            assets=assets,
            since=job.require_day() - timedelta(days=settings.service.fetch_days),
        )
        with Downloader(Manners(spacing_seconds=settings.market.spacing_seconds)) as downloader:
            report = fetch_prices(
                job.store, query, settings=settings, downloader=downloader, now=datetime.now(tz=UTC)
            )
        counts = {"prices_new": report.added.new, "prices_rejected": len(report.rejected)}
        if report.rejected:
            return Outcome(outcome="waiting", counts=counts, detail=report.rejected[0])
        return Outcome(counts=counts)

    return work
