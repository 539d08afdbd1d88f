"""Stories as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from nlp.stories.novelty import WINDOWS
from southbound.digest.wording import (
    clean_line,
    count_text,
    instant_text,
    listed_text,
    span_text,
    standing_text,
)
from southbound.instant import text_from_instant
from southbound.pipeline.story_view import SessionStory
from southbound.store.story import StoryReport

_N_PUBLISHERS = 4


def write_stories(stories: Sequence[SessionStory], *, form: str) -> str:
    """Write a session's stories as "text" or "json"."""
    if form == "json":
        return _json([_record(story) for story in stories])
    return "".join(f"{line}\n" for story in stories for line in _story_lines(story))


def write_reports(reports: Sequence[StoryReport], *, form: str) -> str:
    """Write the reports of one story as "text" or "json"."""
    if form == "json":
        return _json([_report_record(report) for report in reports])
    return "".join(f"{line}\n" for line in _report_lines(reports))


def _json(records: Sequence[object]) -> str:
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _record(story: SessionStory) -> dict[str, object]:
    return {
        "story_id": story.story_id,
        "title": story.lead.title,
        "url": story.lead.url,
        "n_reports": len(story.reports),
        "publishers": list(story.publishers),
        "first_known_at": text_from_instant(story.reports[0].known_at),
        "last_known_at": text_from_instant(story.reports[-1].known_at),
        "n_earlier": story.n_earlier,
        "began_at": text_from_instant(story.began_at),
        "hk_china": round(story.hk_china, 3),
    }


def _report_record(report: StoryReport) -> dict[str, object]:
    return {
        "story_id": report.story_id,
        "article_id": report.article_id,
        "title": report.title,
        "url": report.url,
        "publisher": report.publisher,
        "known_at": text_from_instant(report.known_at),
        "likeness": report.likeness,
        "matched_article_id": report.matched_article_id,
        "novelty": report.novelty,
        "earlier": dict(report.earlier),
    }


def _story_lines(story: SessionStory) -> Iterator[str]:
    first, last = story.reports[0].known_at, story.reports[-1].known_at
    yield f"{len(story.reports):4d}  {clean_line(story.lead.title)}"
    yield (
        f"      {listed_text(tuple(map(clean_line, story.publishers)), limit=_N_PUBLISHERS)}; "
        f"{span_text(first, last)}; "
        f"{standing_text(story.n_earlier or 0, story.began_at)}  [{story.story_id}]"
    )


def _report_lines(reports: Sequence[StoryReport]) -> Iterator[str]:
    publishers = len({report.publisher for report in reports})
    yield f"{reports[0].story_id}: {clean_line(reports[0].title)}"
    yield (
        f"{count_text(len(reports), 'report')} of {count_text(publishers, 'publisher')}, "
        f"{span_text(reports[0].known_at, reports[-1].known_at)}, Hong Kong time"
    )
    yield ""
    yield f"{'known':16}  like  new   {'earlier in ' + ', '.join(WINDOWS):31}  report"
    for report in reports:
        earlier = " ".join(f"{count:5d}" for count in report.earlier.values())
        yield (
            f"{instant_text(report.known_at):16}  {report.likeness:.2f}  {report.novelty:.2f}  {earlier:31}  "
            f"{clean_line(report.publisher)}: {clean_line(report.title)}  [{report.article_id}]"
        )
