"""An evaluation as text: one table for each test, samples side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from signals.evaluation import Finding, PanelStudy
from southbound.evaluation.report import TITLES, EvaluationReport
from southbound.evaluation.wording import (
    band_text,
    error_text,
    estimate_text,
    legend,
    p_text,
    sample_text,
    share_text,
    statistic_text,
    unit_of,
)

_HEAD = ("estimate", "std. error", "95 % bootstrap", "stat.", "p", "BH", "Holm", "placebo", "n")
_WIDTHS = (10, 12, 20, 7, 7, 7, 7, 9, 6)
_SMALLEST_LABEL = 24
_PAGE = 110


def text_from_report(report: EvaluationReport) -> str:
    """Write an evaluation for a terminal."""
    return "\n".join([*_lines(report), ""])


def _lines(report: EvaluationReport) -> Iterator[str]:
    yield report.title
    yield from (f"  {sample_text(sample)}" for sample in report.samples)
    for target, kind, found in report.blocks():
        unit = unit_of(found[0], report.units[target])
        yield ""
        yield f"{target}: {TITLES[kind]}" + (f", {unit}" if unit else "")
        yield from _table(report, found, unit)
    for name, panel in report.panels.items():
        yield ""
        yield from _panel(name, panel)
    yield ""
    for line in legend(report):
        yield from wrap(line, width=_PAGE, subsequent_indent="  ")


def _table(report: EvaluationReport, found: Sequence[Finding], unit: str) -> Iterator[str]:
    rows: dict[str, dict[str, Finding]] = {}
    for one in found:
        label = f"{report.themes[one.theme]}, {one.label}" if len(report.themes) > 1 else one.label
        rows.setdefault(label, {})[one.sample] = one
    width = max(_SMALLEST_LABEL, *map(len, rows))
    names = [sample.name for sample in report.samples]
    if len(names) > 1:
        yield "  " + " " * width + "".join(f"  | {name:<{_group_width()}}" for name in names)
    head = "".join(f"{word:>{size}}" for word, size in zip(_HEAD, _WIDTHS, strict=True))
    yield "  " + " " * width + "".join(f"  | {head}" for _ in names)
    for label, by_sample in rows.items():
        cells = "".join(f"  | {_cells(by_sample.get(name), unit)}" for name in names)
        yield f"  {label:<{width}}{cells}".rstrip()


def _cells(finding: Finding | None, unit: str) -> str:
    if finding is None or finding.reason:
        return f"{finding.reason if finding else '':<{_group_width()}}"
    texts = (
        estimate_text(finding.estimate, unit),
        error_text(finding.standard_error, unit),
        band_text(finding.bootstrap, unit),
        statistic_text(finding)[2:],
        p_text(finding.p_value),
        p_text(finding.p_bh),
        p_text(finding.p_holm),
        share_text(finding.placebo_quantile),
        f"{finding.n:,}",
    )
    return "".join(f"{text:>{size}}" for text, size in zip(texts, _WIDTHS, strict=True))


def _group_width() -> int:
    return sum(_WIDTHS)


def _panel(name: str, panel: PanelStudy) -> Iterator[str]:
    yield (
        f"{name}: {panel.n_assets} assets, {panel.n_sessions:,} sessions; the news name an asset in "
        f"{panel.n_named:,} session-asset pairs; {panel.n_tied:,} sessions cannot be cut in quantiles"
    )
    if panel.quantiles:
        yield "  horizon  quantile   mean, bps  std. error  turnover  sessions"
    for row in panel.quantiles:
        mean, error = estimate_text(row.mean, "bps"), error_text(row.standard_error, "bps")
        yield (
            f"  {row.horizon:7d}  {row.quantile:8d}  {mean:>10}  {error:>10}  {share_text(row.turnover):>8}"
            f"  {row.n_sessions:8,d}"
        )
    yield "  horizon   IC std.  IC mean/std.  rank autocorr.  turnover  cost, bps"
    for one in panel.summaries:
        yield (
            f"  {one.horizon:7d}  {_number(one.ic_std):>8}  {_number(one.ic_ratio):>12}"
            f"  {_number(one.rank_autocorrelation):>14}  {share_text(one.turnover):>8}"
            f"  {error_text(one.cost, 'bps'):>9}"
        )
    if panel.decay:
        points = ", ".join(f"{one.horizon}: {one.mean:+.3f}" for one in panel.decay)
        yield f"  decay of the information coefficient by horizon: {points}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:+.3f}"
