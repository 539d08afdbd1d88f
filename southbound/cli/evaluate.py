"""`southbound evaluate`: does a theme say anything about flows and returns?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, choose, context_of, progress, tell
from southbound.cli.option import AS_OF, END, OUTPUT, START, parse_known, parse_span
from southbound.cli.themes import require_any_theme
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.evaluation.report import EvaluationReport
    from southbound.pipeline.evaluate import EvaluationRequest

_FORMATS = ("text", "json", "html")
_THEME: str = typer.Argument("", metavar="THEME", help="Theme id, such as ai; or --all-themes.")
_ALL_THEMES: bool = typer.Option(
    False, "--all-themes", help="Every theme, with p-values corrected over themes x horizons."
)
_ASSET: str = typer.Option("INDEX:HSI", metavar="ID", help="Whose returns are set against the series.")
_PANEL: bool = typer.Option(
    False, "--panel", help="Test which stocks the theme's news name, not the market as a whole."
)
_ASSETS: str = typer.Option("", metavar="ID,...", help="Of a panel. Default: all stocks with prices.")
_SPLIT: str = typer.Option("", metavar="D", help="First session out of sample; both parts are shown.")
_HORIZONS: str = typer.Option("1,5,20", metavar="N,...", help="Sessions a response or position lasts.")
_HALF_LIFE: float = typer.Option(
    5.0, min=0, metavar="N", help="Of a panel: sessions after which news counts half; 0 for no memory."
)
_COST_BPS: float = typer.Option(
    25.0, min=0, help="Of a panel: basis points for each position that is exchanged for another."
)


def run_evaluate(
    context: typer.Context,
    theme: str = _THEME,
    all_themes: bool = _ALL_THEMES,
    asset: str = _ASSET,
    panel: bool = _PANEL,
    assets: str = _ASSETS,
    measure: str = typer.Option("share", help="intensity, share, volume, zscore or tone."),
    start: str = START,
    end: str = END,
    as_of: str = AS_OF,
    split: str = _SPLIT,
    horizons: str = _HORIZONS,
    quantiles: int = typer.Option(5, min=2, help="Of a panel: groups of stocks."),
    half_life: float = _HALF_LIFE,
    cost_bps: float = _COST_BPS,
    placebos: int = typer.Option(200, min=0, help="Series on shuffled dates beside each result."),
    seed: int = typer.Option(20_240, min=0, help="The same seed draws the same placebos and bands."),
    output_format: str = typer.Option("text", "--format", help="text, json or html."),
    output: str = OUTPUT,
) -> None:
    """Test a theme against southbound flows and returns: lead-lag, Granger, local projections, spikes.

    With --panel, theme x stock: information coefficient, returns by quantile, turnover, decay, after costs.
    Everything is counted from the decision (09:15 Hong Kong) and the first price that could be traded then;
    each result stands beside bootstrap bands, placebos, and p-values corrected for the number of tests.
    """
    from signals.evaluation import Chance, MarketConfig, PanelConfig
    from southbound.export import write_text
    from southbound.instant import parse_day
    from southbound.pipeline.evaluate import EvaluationRequest
    from southbound.pipeline.series import MEASURES, SeriesRequest

    shell = context_of(context)
    form = choose(output_format, valid=_FORMATS, option="--format")
    steps, (first, last) = _parse_horizons(horizons), parse_span(start, end)
    request = EvaluationRequest(
        series=SeriesRequest(
            theme=None,
            measure=choose(measure, valid=MEASURES, option="--measure"),
            start=first,
            end=last,
            as_of=parse_known(as_of),
        ),
        themes=_themes(shell, theme, all_themes=all_themes),
        asset=asset,
        assets=tuple(word.strip() for word in assets.split(",") if word.strip()),
        split=parse_day(split) if split else None,
        half_life=half_life,
        market=MarketConfig(horizons=steps),
        panel=PanelConfig(horizons=steps, quantiles=quantiles, cost_bps=cost_bps),
        chance=Chance(n_placebo=placebos, seed=seed),
    )
    report = _evaluated(shell, request, panel=panel)
    write_text(_written(report, form), target=Path(output) if output else None)


def _evaluated(shell: Context, request: EvaluationRequest, *, panel: bool) -> EvaluationReport:
    from southbound.pipeline.beginning import why_empty
    from southbound.pipeline.evaluate import evaluate_market
    from southbound.pipeline.panel import evaluate_panels

    evaluate = evaluate_panels if panel else evaluate_market
    with (
        shell.store(read_only=True) as store,
        progress("evaluating", total=len(request.themes)) as advance,
    ):
        report = evaluate(store, request, settings=shell.settings, advance=advance)
        if not any(sample.n_sessions for sample in report.samples):
            tell(why_empty(store, request.series.as_of))
    return report


def _written(report: EvaluationReport, form: str) -> str:
    if form == "json":
        from southbound.evaluation.json import json_from_report

        return json_from_report(report)
    if form == "html":
        from southbound.evaluation.html import html_from_report

        return html_from_report(report)
    from southbound.evaluation.text import text_from_report

    return text_from_report(report)


def _themes(shell: Context, theme: str, *, all_themes: bool) -> dict[str, str]:
    """Return the themes asked for, with their names.

    Raises:
        UsageError: none is named, or one that does not exist.
    """
    from southbound.settings import read_themes

    if all_themes == bool(theme):
        raise UsageError("name one theme, such as ai, or give --all-themes")
    if theme:
        require_any_theme(shell, theme)
    names = {theme_id: one.name for theme_id, one in read_themes().items()}
    return names if all_themes else {theme: names.get(theme, theme)}


def _parse_horizons(text: str) -> tuple[int, ...]:
    """Read numbers of sessions.

    Raises:
        UsageError: one is no whole number above 0.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or not all(word.isdecimal() and int(word) for word in words):
        raise UsageError(f"--horizons takes whole numbers of sessions, such as 1,5,20; not '{text}'")
    return tuple(sorted({int(word) for word in words}))
