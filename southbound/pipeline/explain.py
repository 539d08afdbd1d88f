"""Explain one article's tags: of the database, or of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.archives.lines import iterate_json_lines
from nlp.annotation import Text
from nlp.explanation import Explanation, explain
from nlp.review.standing import standing
from nlp.training.example import Example, read_own_items
from southbound import MODELS
from southbound.error import UsageError
from southbound.pipeline.boilerplate import BoilerplateFinder
from southbound.pipeline.review.adjust import make_tagger_with
from southbound.pipeline.tag import (
    finder_of,
    published_at,
    text_from_record,
    text_of,
    with_repeated,
)
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.adjustment import StoredAdjustment
from southbound.store.review import Correction
from southbound.store.tag import StoredTagging


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedAdjustment:
    """An adjustment in use: who took it into use, and when."""

    stored: StoredAdjustment
    reviewer: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The article to explain, with what the store holds of it.

    `known_at` is None, and nothing is stored, for an article of a file. `corrections` are all that reviewers
    said of it, `standing` the numbers of those that stand; `adjustment` is what was learnt and is in use.
    """

    article_id: str
    text: Text
    publisher: str | None
    url: str | None
    published_at: datetime | None
    known_at: datetime | None
    revision: int
    n_revisions: int
    taggings: tuple[StoredTagging, ...]
    corrections: tuple[Correction, ...] = ()
    standing: frozenset[int] = frozenset()
    adjustment: UsedAdjustment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedArticle:
    """An article, its stored tags, and what the present model says of it, with reasons."""

    subject: Subject
    explanation: Explanation


def find_in_store(store: Store, article_id: str, *, revision: int = 0) -> Subject:
    """Return a stored article.

    Raises:
        UsageError: the id or its revision is unknown.
    """
    found = store.articles.revisions(article_id)
    if not found:
        raise UsageError(
            f"there is no article '{article_id}' in {store.path}; `southbound search WORD` shows ids"
        )
    if revision >= len(found):
        last = len(found) - 1
        raise UsageError(f"article '{article_id}' has no revision {revision}; the last is {last}")
    article = found[revision]
    corrections = store.corrections.of_article(article_id)
    return Subject(
        article_id=article.article_id,
        text=text_of(article, finder_of(store)),
        publisher=article.publisher,
        url=article.url,
        published_at=article.published_at,
        known_at=article.known_at,
        revision=revision,
        n_revisions=len(found),
        taggings=tuple(store.tags.of_article(article)),
        corrections=tuple(corrections),
        standing=frozenset(row.pk for row in standing(corrections)),
        adjustment=_used(store),
    )


def _used(store: Store) -> UsedAdjustment | None:
    stored = store.adjustments.in_use()
    if stored is None:
        return None
    since, reviewer, _ = store.adjustments.uses()[-1]
    return UsedAdjustment(stored=stored, reviewer=reviewer, since=since)


def find_in_file(source: Path, article_id: str, *, zone: ZoneInfo) -> Subject:
    """Return the first line of a JSON Lines file with an id; a line without one goes by its number.

    Raises:
        UsageError: no line has it, or that line has no title.
        UnreadableInputError: the file can't be used.
    """
    finder = BoilerplateFinder(lambda _publisher, _at: ())
    for number, record in iterate_json_lines(source):
        if not isinstance(record, dict):
            continue
        title = record.get("title")
        is_sought = str(record.get("id", number)) == article_id
        if not isinstance(title, str) or not title.strip():
            if is_sought:
                raise UsageError(f"{source.name} line {number}: it has no title; give every line one")
            continue
        # Asked of every line before it: what a publisher repeats is known from those.
        text = with_repeated(text_from_record(record, title, zone), record, zone, finder)
        if is_sought:
            return _subject(record, article_id, text, zone)
    raise UsageError(f"no line of {source} has the id '{article_id}'; a line without one goes by its number")


def _subject(record: dict[str, object], article_id: str, text: Text, zone: ZoneInfo) -> Subject:
    publisher, url = record.get("publisher"), record.get("url")
    return Subject(
        article_id=article_id,
        text=text,
        publisher=publisher if isinstance(publisher, str) else None,
        url=url if isinstance(url, str) else None,
        published_at=published_at(record, zone),
        known_at=None,
        revision=0,
        n_revisions=1,
        taggings=(),
    )


def explain_article(subject: Subject, settings: Settings) -> ExplainedArticle:
    """Tag an article anew by the models in use, and give the reasons.

    Raises:
        NlpError: a model can't be used.
    """
    tagger = make_tagger_with(settings, subject.adjustment.stored if subject.adjustment else None)
    try:
        explanation = explain(tagger, subject.text, examples=read_labelled(subject.text.language))
    finally:
        tagger.close()
    return ExplainedArticle(subject=subject, explanation=explanation)


def read_labelled(language: str) -> list[Example]:
    """Read the labelled examples of a text's language whose texts are shipped."""
    code = "zh" if language.startswith("zh") else "en"
    return [item for item in read_own_items(MODELS / "own_items") if item.language == code]
