"""How far a publisher's clock is from ours, by its headers and by the dates of its articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.article import Article
from ingest.date import parse_instant
from ingest.fetch.header import clock_skew_seconds
from ingest.schedule.rule import DAY_SECONDS


def publisher_skew_seconds(
    headers: Mapping[str, str], articles: Iterable[Article], *, timezone: str, now: datetime
) -> float | None:
    """Return by how much a publisher's clock runs ahead of ours (behind: negative).

    The ``Date`` header tells it. An article that is dated later tells of another clock, or of a wrong zone:
    then its lead counts, up to a day, as beyond that it is no clock but a mistake or an embargo.

    Args:
        headers: The answer's, names in lower case.
        articles: Of the answer; a date that could not be believed is taken from what they claimed.
        timezone: The feed's zone.
        now: When the answer came, by our clock.

    Returns:
        Seconds; None where neither tells anything.
    """
    skew = clock_skew_seconds(headers, now=now)
    zone = ZoneInfo(timezone)
    dates = (_claimed_at(article, zone, now) for article in articles)
    leads = [(date - now).total_seconds() for date in dates if date is not None]
    lead = max((lead for lead in leads if 0 < lead <= DAY_SECONDS), default=None)
    if lead is None:
        return skew
    return lead if skew is None else max(skew, lead)


def _claimed_at(article: Article, zone: ZoneInfo, now: datetime) -> datetime | None:
    claim = article.extra.get("claimed_published_at")
    if isinstance(claim, str):
        return parse_instant(claim, timezone=zone, default_year=now.year)
    return article.published_at
