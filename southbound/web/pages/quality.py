"""Measured quality: by theme and type of entity, over time, with what was learnt from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fastapi import Request, Response
from markupsafe import Markup

from nlp.review.measure import Share
from southbound.chart import Axis, Line, Panel, charts, draw
from southbound.digest.wording import clean_line
from southbound.pipeline.review.report import ReviewReport, measure_reviews
from southbound.store.review import Correction, CorrectionQuery
from southbound.web.pages import names
from southbound.web.pages.route import page_router
from southbound.web.pages.template import show
from southbound.web.pages.view import View
from southbound.web.wording import Wording
from southbound.web.words import Words

router = page_router()
_N_LOG: Final = 30


@router.get("/quality")
def show_quality(request: Request) -> Response:
    """Show measured quality by theme and over time, what was learnt from it, and who changed what last."""
    view = View(request=request)
    least = view.settings.review.min_reviews
    with view.store() as store:
        report = measure_reviews(store, min_reviews=least, as_of=view.as_of)
        themes = names.theme_names(store, view.words.language)
        uses = store.adjustments.uses()
        query = CorrectionQuery(as_of=view.as_of)
        latest = store.corrections.find(query, limit=_N_LOG, newest_first=True)
    return show(
        view,
        "quality",
        report=report,
        least=least,
        names=themes,
        charts={
            theme: month_chart(view.words, report, theme, least=least)
            for theme in ("", *report.themes)
            if _is_told(report, theme)
        },
        bare=[
            theme for theme, one in report.themes.items() if one.precision.n and not _is_told(report, theme)
        ],
        uses=[use for use in uses if view.as_of is None or use[0] < view.as_of],
        log=[_log_line(row, view.words, themes) for row in latest],
    )


def _log_line(row: Correction, words: Words, themes: Mapping[str, str]) -> str:
    """Say a correction in one line."""
    change = row.change
    what = themes.get(change.theme or "", change.theme) or change.entity_id or row.story_id or ""
    goals = [change.target.entity_id if change.target else None, row.into]
    told = " → ".join([what, *(goal for goal in goals if goal)])
    undone = words("correction_of", n=row.undoes) if row.undoes is not None else ""
    return clean_line(
        words(
            "correction_line",
            pk=row.pk,
            instant=Wording(words=words).instant(row.known_at),
            reviewer=row.reviewer,
            kind=words(f"correction_{change.kind}"),
            what=(words("correction_what", what=told) if told else "") + undone,
            article=row.article_id,
            stratum=words(f"stratum_{row.stratum}"),
        )
    )


def month_chart(words: Words, report: ReviewReport, theme: str, *, least: int) -> Markup:
    """Draw a theme's precision by month, "" for all, with intervals; a month with too few answers is bare."""
    months = months_between({one.month for one in report.months})
    found = {one.month: one.precision for one in report.months if one.theme == theme}
    enough = [_enough(found.get(month), least) for month in months]
    panel = Panel(
        title=words("quality_precision"),
        lines=(Line(values=[share.value if share else None for share in enough]),),
        description=_described(words, months, enough),
        kind="bars",
        write=lambda value: f"{value:.2f}",
        top=1.0,
        bands=[share.interval if share else None for share in enough],
    )
    return charts([draw(panel, months)], Axis(labels=tuple(months), is_each=True))


def months_between(months: Iterable[str]) -> list[str]:
    """Return every month from the first to the last, so that one without an answer leaves a gap."""
    ordered = sorted(months)
    if not ordered:
        return []
    (first, last) = ((int(month[:4]) * 12 + int(month[5:]) - 1) for month in (ordered[0], ordered[-1]))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def _is_told(report: ReviewReport, theme: str) -> bool:
    return any(one.theme == theme and one.precision.n >= report.min_reviews for one in report.months)


def _enough(share: Share | None, least: int) -> Share | None:
    return share if share is not None and share.n >= least else None


def _described(words: Words, months: Sequence[str], shares: Sequence[Share | None]) -> str:
    told = [
        f"{month} {share.value:.2f}"
        for month, share in zip(months, shares, strict=True)
        if share is not None and share.value is not None
    ]
    return ", ".join(told) or words("quality_too_few")
