"""Reviews as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nlp.review.measure import Agreement, Share
from southbound.digest.wording import clean_line
from southbound.instant import text_from_instant
from southbound.pipeline.review.item import ReviewItem
from southbound.pipeline.review.report import ReviewReport, ThemeQuality
from southbound.store.review import Correction

_TOO_FEW = "too few to tell"


def record_of_item(item: ReviewItem) -> dict[str, Any]:
    """Lay an item of the queue out as JSON."""
    one, draw = item.draw.candidate, item.draw
    return {
        "draw": draw.pk,
        "stratum": draw.stratum,
        "reason": draw.reason,
        "article_id": draw.article_id,
        "revision": draw.revision,
        "known_at": text_from_instant(draw.known_at),
        "publisher": item.text.publisher,
        "title": item.text.title,
        "body": item.text.body,
        "theme": one.theme,
        "entity": one.entity_id,
        "is_given": one.is_given,
        "score": one.score,
        "threshold": draw.threshold,
        "evidence": [asdict(span) for span in item.marked],
        "themes": [{"theme": tag.theme, "score": tag.score} for tag in item.tagging.themes],
        "entities": [
            {
                "entity_id": tag.entity_id,
                "name": tag.name,
                "relevance": tag.relevance,
                "mentions": [asdict(span) for span in tag.mentions],
            }
            for tag in item.tagging.entities
        ],
        "tone": item.tagging.tone.label,
        "hk_china": item.tagging.hk_china,
        "story": item.story_id,
        "model": item.tagging.model,
    }


def record_of_correction(row: Correction) -> dict[str, Any]:
    """Lay a row of the log out as JSON."""
    change = row.change
    return {
        "correction": row.pk,
        "known_at": text_from_instant(row.known_at),
        "reviewer": row.reviewer,
        "kind": change.kind,
        "article_id": row.article_id,
        "revision": row.revision,
        "theme": change.theme or None,
        "entity": change.entity_id or None,
        "mentions": [asdict(span) for span in change.mentions],
        "evidence": [asdict(span) for span in change.evidence],
        "to": asdict(change.target) if change.target else None,
        "label": change.label,
        "story": row.story_id,
        "into": row.into,
        "before": dict(row.old_value),
        "stratum": row.stratum,
        "draw": row.draw_pk,
        "note": row.note,
        "undoes": row.undoes,
    }


def line_of_correction(row: Correction) -> str:
    """Say a row of the log in one line."""
    change = row.change
    what = change.theme or change.entity_id or row.story_id or ""
    if change.target is not None:
        what += f" -> {change.target.entity_id}"
    if row.into is not None:
        what += f" -> {row.into}"
    if row.undoes is not None:
        what = f"{what} (correction {row.undoes})".strip()
    if change.label is not None:
        what = f"{what} {change.label}".strip()
    note = f"  # {row.note}" if row.note else ""
    parts = [f"{row.pk:5}", text_from_instant(row.known_at), row.reviewer, change.kind, what]
    where = f"{row.article_id} r{row.revision}"
    return clean_line("  ".join([*parts, where, row.stratum]) + note)


def json_lines(records: Iterable[Mapping[str, Any]]) -> str:
    """Write records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def record_of_report(report: ReviewReport) -> dict[str, Any]:
    """Lay the report out as JSON."""
    least = report.min_reviews
    return {
        "random_control": {
            "drawn": report.n_drawn,
            "answered": report.n_answered,
            "min_reviews": least,
        },
        "total": _record_of_quality(report.total, least),
        "themes": {theme: _record_of_quality(one, least) for theme, one in report.themes.items()},
        "entities": {
            kind or "all": {
                "precision": record_of_share(one.precision, least),
                "recall": record_of_share(one.recall, least),
            }
            for kind, one in report.entities.items()
        },
        "months": [
            {
                "month": one.month,
                "theme": one.theme or None,
                "precision": record_of_share(one.precision, least),
                "recall": record_of_share(one.recall, least),
            }
            for one in report.months
        ],
        "agreement": _record_of_agreement(report.agreement, least),
        "agreement_random_control": _record_of_agreement(report.control_agreement, least),
        "corrections": report.n_corrections,
        "reviewers": dict(report.reviewers),
    }


def record_of_share(share: Share, least: int) -> dict[str, Any]:
    """Lay a share out: hits, n, value, interval, and whether there are enough to tell."""
    low, high = share.interval
    return {
        "hits": share.hits,
        "n": share.n,
        "value": None if share.value is None else round(share.value, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "enough": share.n >= least,
    }


def _record_of_quality(one: ThemeQuality, least: int) -> dict[str, Any]:
    return {
        "precision": record_of_share(one.precision, least),
        "recall": record_of_share(one.recall, least),
        "queue_precision": record_of_share(one.queue, least),
        "free_precision": record_of_share(one.free, least),
    }


def _record_of_agreement(one: Agreement, least: int) -> dict[str, Any]:
    kappa = None if one.kappa is None else round(one.kappa, 4)
    return {"n": one.n, "equal": one.n_equal, "kappa": kappa, "enough": one.n >= least}


def report_lines(report: ReviewReport, *, by_month: bool = False) -> Iterator[str]:
    """Yield the report as a table with what is to be said of it."""
    least = report.min_reviews
    yield (
        f"random control: {report.n_answered} of {report.n_drawn} items answered; 95 % intervals (Wilson); "
        f"below {least} answers: {_TOO_FEW}"
    )
    if report.n_answered < report.n_drawn:
        yield "  the unanswered ones count for nothing: answer them all before you quote a figure"
    yield ""
    yield from _month_table(report) if by_month else _theme_table(report)
    yield ""
    if not by_month:
        yield from _entity_table(report)
        yield ""
    yield f"agreement: {_agreement_text(report.agreement, least)}"
    yield f"  on the random control: {_agreement_text(report.control_agreement, least)}"
    people = ", ".join(f"{name} {count}" for name, count in report.reviewers.items()) or "nobody yet"
    yield f"corrections: {report.n_corrections} ({people})"


def _theme_table(report: ReviewReport) -> Iterator[str]:
    head = f"{'theme':22}{'precision':>28}{'recall':>28}   {'queue':>9}{'free':>9}"
    yield head
    for theme, one in [("all", report.total), *report.themes.items()]:
        cells = [share_text(share, report.min_reviews) for share in (one.precision, one.recall)]
        beside = [f"{share.hits}/{share.n}" if share.n else "-" for share in (one.queue, one.free)]
        yield f"{theme:22}{cells[0]:>28}{cells[1]:>28}   {beside[0]:>9}{beside[1]:>9}"
    yield "precision and recall: random control; queue and free: right of judged, chosen, not a sample"


def _entity_table(report: ReviewReport) -> Iterator[str]:
    if not report.entities:
        yield "entities: none of the random control is judged yet"
        return
    yield f"{'entities':22}{'precision':>28}{'recall':>28}"
    for kind, one in report.entities.items():
        cells = [share_text(share, report.min_reviews) for share in (one.precision, one.recall)]
        yield f"{kind or 'all':22}{cells[0]:>28}{cells[1]:>28}"


def _month_table(report: ReviewReport) -> Iterator[str]:
    yield f"{'month':9}{'theme':22}{'precision':>28}{'recall':>28}"
    for one in report.months:
        cells = [share_text(share, report.min_reviews) for share in (one.precision, one.recall)]
        yield f"{one.month:9}{one.theme or 'all':22}{cells[0]:>28}{cells[1]:>28}"


def share_text(share: Share, least: int) -> str:
    """Say a share with its interval and count, or that there are too few."""
    if share.value is None:
        return "-"
    if share.n < least:
        return f"{_TOO_FEW} ({share.hits}/{share.n})"
    low, high = share.interval
    return f"{share.value:.2f} [{low:.2f}, {high:.2f}] n={share.n}"


def _agreement_text(one: Agreement, least: int) -> str:
    if not one.n:
        return "no tag was judged by two reviewers"
    kappa = "can't be told from chance" if one.kappa is None else f"kappa {one.kappa:.2f}"
    few = f", {_TOO_FEW}" if one.n < least else ""
    return f"{one.n_equal} of {one.n} pairs equal, {kappa}{few}"


def report_text(report: ReviewReport, *, form: str, by_month: bool = False) -> str:
    """Write the report as "text" or "json"."""
    if form == "json":
        return json.dumps(record_of_report(report), ensure_ascii=False, indent=2) + "\n"
    return "".join(f"{line}\n" for line in report_lines(report, by_month=by_month))


def log_text(rows: Sequence[Correction], *, form: str) -> str:
    """Write the log as "text" or "json" (one object a line)."""
    if form == "json":
        return json_lines(map(record_of_correction, rows))
    return "".join(f"{line_of_correction(row)}\n" for row in rows)
