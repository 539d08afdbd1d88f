"""A story: every report of one event, which came first, how new each was, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from nlp.claims.claim import MARKET_METRICS
from nlp.stories.novelty import measure_novelty
from signals.session import SessionCalendar
from southbound.claims.checked import CheckedClaim, find_claims, told_once
from southbound.desk.near_story import find_near_stories
from southbound.desk.passage import Passage, cut_passages, marked_spans
from southbound.digest.wording import clean_line, web_url
from southbound.store import Store
from southbound.store.claim import ClaimQuery
from southbound.store.tag import TaggedArticle

_N_EVIDENCE = 3
#: A story with many reports says the same many times.
_N_CLAIMS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of a story.

    Attributes:
        article_id: of it.
        title: as published, cleaned.
        url: its address, only if http or https.
        publisher: outlet.
        language: of it.
        known_at: when it could be known.
        tone: -1, 0 or 1.
        novelty: 1 for the first in 24 hours, three quarters of that with each further one.
        earlier: reports of the story before it, by window ("12h" to "7d").
        themes: with their scores, highest first.
        evidence: paragraphs with the sentences that carry its themes.
    """

    article_id: str
    title: str
    url: str | None
    publisher: str
    language: str
    known_at: datetime
    tone: int
    novelty: float
    earlier: Mapping[str, int]
    themes: tuple[tuple[str, float], ...]
    evidence: tuple[tuple[Passage, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A story.

    Attributes:
        story_id: id of its first report.
        title: of the leading report.
        language: of that title.
        reports: in the order in which they were known.
        publishers: each once, in that order.
        themes: with the highest score among the reports.
        entities: that the reports are about: id, name, reports.
        claims: what the reports assert of markets, with what the data known by then say to it.
        near: stories that may be the same: id and title.
    """

    story_id: str
    title: str
    language: str
    reports: tuple[Report, ...]
    publishers: tuple[str, ...]
    themes: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str, int], ...]
    claims: tuple[CheckedClaim, ...] = ()
    near: tuple[tuple[str, str], ...] = ()


def build_story(
    store: Store, article_id: str, *, calendar: SessionCalendar, as_of: datetime | None = None
) -> StoryPage | None:
    """Gather the story that an article reports; None where no such article was known and tagged by then."""
    reports = find_reports(store, article_id, as_of=as_of)
    if not reports:
        return None
    scores: dict[str, float] = {}
    for tag in (tag for report in reports for tag in report.themes):
        scores[tag.theme] = max(tag.score, scores.get(tag.theme, 0.0))
    return StoryPage(
        story_id=reports[0].article_id,
        title=clean_line(reports[0].title),
        language=reports[0].language,
        reports=tuple(_report(report, reports[:place]) for place, report in enumerate(reports)),
        publishers=tuple(dict.fromkeys(clean_line(report.publisher) for report in reports)),
        themes=tuple(sorted(scores.items(), key=lambda item: -item[1])),
        entities=_entities(reports),
        claims=_claims(store, reports, calendar, as_of),
        near=find_near_stories(store, reports[0].article_id, reports, as_of=as_of),
    )


def _claims(
    store: Store, reports: Sequence[TaggedArticle], calendar: SessionCalendar, as_of: datetime | None
) -> tuple[CheckedClaim, ...]:
    ids = tuple(report.article_id for report in reports)
    query = ClaimQuery(articles=ids, metrics=tuple(sorted(MARKET_METRICS)), as_of=as_of)
    found = told_once(find_claims(store, query, calendar=calendar))
    # Those that the data tell of come first: they are never the ones left out.
    return tuple(sorted(found, key=lambda one: one.verdict.outcome == "unchecked"))[:_N_CLAIMS]


def find_reports(store: Store, article_id: str, *, as_of: datetime | None) -> tuple[TaggedArticle, ...]:
    """Return the tagged reports of the story that an article belongs to, the first one first.

    An article that was put into no story by then is one of its own.
    """
    story_id = store.stories.story_of(article_id, as_of=as_of)
    placed = store.stories.reports([story_id], as_of=as_of) if story_id else ()
    times = {report.article_id: report.known_at for report in placed} or _known(store, article_id)
    if not times:
        return ()
    start, end = min(times.values()), max(times.values()) + timedelta(milliseconds=1)
    near = store.tags.known_between(start, end, as_of=as_of)
    return tuple(article for article in near if article.article_id in times)


def _known(store: Store, article_id: str) -> dict[str, datetime]:
    return {one.article_id: one.known_at for one in store.articles.revisions(article_id)[:1]}


def frame_of_story(page: StoryPage) -> pd.DataFrame:
    """Return the reports as a table for download."""
    rows = [
        {
            "story": page.story_id,
            "article": report.article_id,
            "known_at": pd.Timestamp(report.known_at),
            "publisher": report.publisher,
            "language": report.language,
            "title": report.title,
            "url": report.url,
            "tone": report.tone,
            "novelty": report.novelty,
            **{f"earlier_{window}": count for window, count in report.earlier.items()},
            "themes": " ".join(theme for theme, _ in report.themes),
        }
        for report in page.reports
    ]
    return pd.DataFrame(rows)


def _report(article: TaggedArticle, earlier: Sequence[TaggedArticle]) -> Report:
    novelty = measure_novelty(article.known_at, (one.known_at for one in earlier))
    return Report(
        article_id=article.article_id,
        title=clean_line(article.title),
        url=web_url(article.url),
        publisher=clean_line(article.publisher),
        language=article.language,
        known_at=article.known_at,
        tone=article.tone,
        novelty=novelty.score,
        earlier=novelty.counts,
        themes=tuple((tag.theme, tag.score) for tag in article.themes),
        evidence=_evidence(article),
    )


def _evidence(article: TaggedArticle) -> tuple[tuple[Passage, ...], ...]:
    """Return the paragraphs of the body that carry a theme, with what carries it marked."""
    spans = marked_spans(
        ((tag.theme, span) for tag in article.themes for span in tag.evidence if span.field == "body"),
        article.body,
        mark="evidence",
    )
    paragraphs = cut_passages(article.body, spans)
    return tuple(one for one in paragraphs if any(passage.mark for passage in one))[:_N_EVIDENCE]


def _entities(reports: Sequence[TaggedArticle]) -> tuple[tuple[str, str, int], ...]:
    names = {tag.entity_id: tag.name for report in reports for tag in report.entities if tag.linked}
    counts = {
        key: sum(any(tag.entity_id == key for tag in report.entities) for report in reports) for key in names
    }
    ranked = sorted(counts, key=lambda key: (-counts[key], names[key]))
    return tuple((key, clean_line(names[key]), counts[key]) for key in ranked)
