"""Tag what is new in the store, or a file without a store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from ingest.archives.lines import iterate_json_lines
from ingest.article import MAX_BODY_CHARS
from ingest.date import parse_instant
from ingest.language import decide_language
from ingest.rejection import Rejection
from nlp.annotation import Annotation, Text
from nlp.claims.claim import Claim
from nlp.claims.reader import read_claim_reader
from nlp.entities.recogniser import Recogniser
from nlp.review.adjustment import Adjustment
from nlp.scoring.scorer import EncoderScorer, WordScorer
from nlp.tagger import Tagger
from southbound import CONFIG
from southbound.digest.wording import clean_line
from southbound.instant import HONG_KONG
from southbound.pipeline.annotating import Failure, annotate_each, reason_of
from southbound.pipeline.boilerplate import N_PAST_ARTICLES, BoilerplateFinder
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.claim import add_claims
from southbound.pipeline.page.held import tag_held
from southbound.pipeline.report import Report
from southbound.pipeline.review.effect import refresh_tagged
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.article import StoredArticle

_BATCH_ARTICLES = 256
_MAX_TITLE_CHARS = 5_000


def make_tagger(settings: Settings, *, adjustment: Adjustment | None = None) -> Tagger:
    """Load the model and the catalogue that the settings name, as shipped or with what reviewers taught.

    Raises:
        NlpError: one of them can't be used.
    """
    tag = settings.tag
    english = EncoderScorer(
        tag.folder_of(tag.model),
        precision=tag.precision,
        n_threads=tag.n_cores,
        max_windows=tag.max_windows,
    )
    chinese = WordScorer(tag.folder_of(tag.chinese_model), max_windows=tag.max_windows)
    recogniser = Recogniser(tag.folder_of(tag.recogniser)) if tag.recogniser else None
    return Tagger(
        [english, chinese],
        load_catalogue(settings),
        recogniser=recogniser,
        claim_reader=read_claim_reader(CONFIG / "claims.yaml"),
        adjustment=adjustment,
    )


def tag_store(
    store: Store,
    tagger: Tagger,
    *,
    limit: int | None = None,
    after_pk: int = 0,
    on_progress: Callable[[int], None] = lambda _: None,
    on_tagged: Callable[[Sequence[StoredArticle], Sequence[Annotation], datetime], None] | None = None,
    on_failed: Callable[[str], None] = lambda _: None,
) -> int:
    """Tag the articles above a key that this model has not tagged yet; each batch is one transaction.

    `on_tagged` is called inside it, with the batch's articles and annotations and the time of tagging: themes
    of the user's own are read there. An article that the model fails on gets an empty tagging under a name
    that says so, and only another model tries it again; `on_failed` is told in one line which and why.

    Returns:
        How many articles were tagged.
    """
    finder = finder_of(store)

    def annotate(articles: Sequence[StoredArticle]) -> list[Annotation]:
        annotations, failures = annotate_each(tagger, [text_of(article, finder) for article in articles])
        for failure in failures:
            on_failed(_failure_line(articles[failure.place].article_id, failure))
        return annotations

    done = 0
    last = after_pk
    while limit is None or done < limit:
        size = _BATCH_ARTICLES if limit is None else min(_BATCH_ARTICLES, limit - done)
        articles = store.articles.next_untagged(tagger.model, after_pk=last, limit=size)
        if not articles:
            break
        annotations = annotate(articles)
        with store.transaction():
            now = datetime.now(tz=UTC)
            store.tags.add(zip(articles, annotations, strict=True), tagged_at=now)
            if tagger.claim_reader is not None:
                add_claims(store, articles, annotations, read_at=now)
            if on_tagged is not None:
                on_tagged(articles, annotations, now)
            refresh_tagged(store, articles, now)
        last = articles[-1].pk
        done += len(articles)
        on_progress(len(articles))
    if limit is not None and done >= limit:
        return done
    return done + tag_held(
        store,
        annotate,
        has_claims=tagger.claim_reader is not None,
        on_tagged=on_tagged,
    )


def _failure_line(article_id: str, failure: Failure) -> str:
    name = clean_line(article_id)
    return f"article '{name}' can't be tagged ({failure.reason}); another model tries it again"


def finder_of(store: Store) -> BoilerplateFinder:
    """Return a finder of what publishers repeat, which starts from what is stored of them."""

    def past(publisher: str, at: datetime) -> Iterator[tuple[StoredArticle, datetime]]:
        for article in store.articles.latest_before(publisher, at, limit=N_PAST_ARTICLES):
            yield article, article.known_at

    return BoilerplateFinder(past)


def text_of(article: StoredArticle, finder: BoilerplateFinder) -> Text:
    """Return what is tagged of a stored article."""
    return Text(
        title=article.title,
        body=article.body,
        language=article.language,
        published_on=(article.published_at or article.known_at).astimezone(HONG_KONG).date(),
        repeated=finder.find(article.publisher, article, article.known_at),
        published_at=article.published_at or article.known_at,
    )


def tag_file(
    tagger: Tagger,
    source: Path,
    target: IO[str],
    *,
    settings: Settings,
    all_scores: bool = False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Tag a JSON Lines file: one output line for each input line, in order.

    A line that can't be read gives a line with its number and an `error`.

    Raises:
        UnreadableInputError: the file as a whole can't be used.
    """
    report = Report()
    zone = ZoneInfo(settings.ingest.archive_zone)
    finder = BoilerplateFinder(lambda _publisher, _at: ())
    pending: list[_Line] = []
    for number, record in iterate_json_lines(source):
        line = _prepare(record, number, source, zone, report)
        if line.text is not None and isinstance(record, dict):
            line.text = with_repeated(line.text, record, zone, finder)
        pending.append(line)
        if len(pending) == _BATCH_ARTICLES:
            _write(tagger, pending, target, report, all_scores=all_scores)
            on_progress(len(pending))
            pending.clear()
    _write(tagger, pending, target, report, all_scores=all_scores)
    on_progress(len(pending))
    return report


def with_repeated(
    text: Text, record: Mapping[str, object], zone: ZoneInfo, finder: BoilerplateFinder
) -> Text:
    """Mark what the lines before say that the publisher repeats; a line without a date can't be placed."""
    publisher, published = record.get("publisher"), published_at(record, zone)
    if not isinstance(publisher, str) or published is None:
        return text
    return replace(text, repeated=finder.find(publisher, text, published))


class _Line:
    """An input line: its text, or why it has none."""

    __slots__ = ("error", "key", "text")

    def __init__(self, key: object, text: Text | None, error: str | None) -> None:
        self.key, self.text, self.error = key, text, error


def _prepare(
    record: dict[str, object] | Rejection, number: int, source: Path, zone: ZoneInfo, report: Report
) -> _Line:
    if isinstance(record, Rejection):
        report.rejected.append(str(record))
        return _Line(str(number), None, record.reason)
    key = record.get("id", str(number))
    title = record.get("title")
    if not isinstance(title, str) or not title.strip():
        reason = "it has no title; give every line one"
        report.rejected.append(f"{source.name} line {number}: {reason}")
        return _Line(key, None, reason)
    return _Line(key, text_from_record(record, title, zone), None)


def text_from_record(record: Mapping[str, object], title: str, zone: ZoneInfo) -> Text:
    """Take a record's text as it stands, so that offsets are those of the input."""
    bodies = (record.get(key) for key in ("body", "lead", "summary"))
    body = next((value for value in bodies if isinstance(value, str) and value.strip()), "")
    given = record.get("language")
    published = published_at(record, zone)
    title, body = title[:_MAX_TITLE_CHARS], body[:MAX_BODY_CHARS]
    return Text(
        title=title,
        body=body,
        language=decide_language(given if isinstance(given, str) else None, f"{title}\n{body[:2000]}"),
        published_on=published.astimezone(HONG_KONG).date() if published else None,
        published_at=published,
    )


def published_at(record: Mapping[str, object], zone: ZoneInfo) -> datetime | None:
    """Return when a record claims to have been published; None where it can't be read."""
    claimed = record.get("published_at")
    return parse_instant(claimed, timezone=zone) if isinstance(claimed, str) else None


def _write(tagger: Tagger, lines: list[_Line], target: IO[str], report: Report, *, all_scores: bool) -> None:
    read = [line for line in lines if line.text is not None]
    annotations, failures = annotate_each(tagger, [line.text for line in read if line.text is not None])
    for failure in failures:
        read[failure.place].error = f"it can't be tagged: {failure.reason}"
        report.rejected.append(f"'{read[failure.place].key}' can't be tagged: {failure.reason}")
    said = iter(annotations)
    for line in lines:
        values: dict[str, Any] = {"id": line.key}
        annotation = None if line.text is None else next(said)
        if line.error is not None:
            values["error"] = line.error
        elif annotation is not None:
            values |= record_from_annotation(annotation, all_scores=all_scores)
            if annotation.claims_error:
                values["error"] = f"its claims can't be read: {reason_of(annotation.claims_error)}"
                report.rejected.append(f"'{line.key}': {values['error']}; its tags stand")
        # A lone surrogate can stand in JSON but not in UTF-8: then the line is written in ASCII.
        text = json.dumps(values, ensure_ascii=False)
        target.write((text if text.isprintable() else json.dumps(values)) + "\n")


def record_from_annotation(annotation: Annotation, *, all_scores: bool = False) -> dict[str, Any]:
    """Lay an annotation out as the contract for tagged lines says."""
    values = asdict(annotation)
    scores = values.pop("scores")
    ordered = {key: values[key] for key in ("language", "hk_china", "themes", "entities", "tone")}
    if all_scores:
        ordered["scores"] = scores
    ordered["claims"] = [_claim_record(claim) for claim in annotation.claims]
    rounded: dict[str, Any] = _rounded({**ordered, "model": values["model"], "tokens": values["tokens"]})
    return rounded


def _claim_record(claim: Claim) -> dict[str, Any]:
    """Lay a claim out: what the contract names, in its order, then the rest."""
    values = asdict(claim)
    first = ("subject", "metric", "value", "unit", "period", "direction", "evidence")
    return {key: values.pop(key) for key in first} | values


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Round every number of a JSON value to four places."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
