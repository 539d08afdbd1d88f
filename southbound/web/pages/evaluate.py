"""Evaluate: does a theme say anything about flows and returns?"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

import pandas as pd
from fastapi import Request, Response

from signals.evaluation import Chance, Finding
from southbound.evaluation import wording
from southbound.evaluation.html import report_blocks
from southbound.evaluation.report import EvaluationReport
from southbound.language.sentence import said
from southbound.pipeline.evaluate import EvaluationRequest, evaluate_market
from southbound.pipeline.series import MEASURES, SeriesRequest
from southbound.store import Store
from southbound.web.pages import names
from southbound.web.pages.error import PageNotFoundError
from southbound.web.pages.route import download, page_router
from southbound.web.pages.template import show
from southbound.web.pages.view import View

router = page_router()
_INDICES = ("INDEX:HSI", "INDEX:HSTECH", "INDEX:CSI300")
_N_PLACEBOS = 100
_LEVEL = 0.05


@router.get("/evaluate")
def show_evaluation(request: Request) -> Response:
    """Show the form and, where a theme is chosen, its report."""
    view = View(request=request)
    theme = view.query.get("theme", "")
    with view.store() as store:
        own = names.theme_names(store, view.words.language)
        if theme and theme not in own:
            raise PageNotFoundError("not_theme", theme)
        priced = store.market.asset_ids(as_of=view.as_of)
        assets = [
            *(one for one in _INDICES if one in priced),
            *(one for one in priced if one not in _INDICES),
        ]
        asked = request_of(view, theme, own, tuple(assets))
        report = (
            view.memory.recall(view.mark, ("evaluate", repr(asked)), lambda: _evaluate(view, store, asked))
            if theme
            else None
        )
    table = download(view, lambda: frame_of_report(report), name=f"evaluate-{theme}")
    if table is not None:
        return table
    corrected = [one.p_bh for one in report.findings if one.p_bh is not None] if report else []
    say = partial(said, language=view.words.language)
    blocks = list(report_blocks(report, say=say)) if report else []
    return show(
        view,
        "evaluate",
        report=report,
        blocks=blocks,
        n_tests=len(corrected),
        n_found=sum(value < _LEVEL for value in corrected),
        legend=wording.legend(report) if report else (),
        e=wording,
        theme=theme,
        measure=asked.series.measure,
        asset=asked.asset,
        measures=MEASURES,
        assets=assets,
        names=own,
    )


def request_of(
    view: View, theme: str, theme_names: dict[str, str], assets: tuple[str, ...]
) -> EvaluationRequest:
    """Read an evaluation off an address.

    Raises:
        UsageError: a value can't be used.
    """
    return EvaluationRequest(
        series=SeriesRequest(
            theme=None,
            measure=view.choice("measure", MEASURES, "share"),
            start=view.day("start"),
            end=view.day("end"),
            as_of=view.as_of,
        ),
        themes={theme: theme_names.get(theme, theme)},
        asset=view.choice("asset", assets, assets[0] if assets else ""),
        split=view.day("split"),
        chance=Chance(n_placebo=_N_PLACEBOS),
    )


def frame_of_report(report: EvaluationReport | None) -> pd.DataFrame:
    """Return the findings as a table for download: one row a test; empty without a report."""
    if report is None:
        return pd.DataFrame()
    return pd.DataFrame([_row(finding) for finding in report.findings])


def _row(finding: Finding) -> dict[str, object]:
    """Return a finding with the ends of its bands in columns of their own."""
    row = asdict(finding)
    for name in ("band", "bootstrap"):
        low, high = row.pop(name) or (None, None)
        row |= {f"{name}_low": low, f"{name}_high": high}
    return row


def _evaluate(view: View, store: Store, asked: EvaluationRequest) -> EvaluationReport:
    return evaluate_market(store, asked, settings=view.settings)
