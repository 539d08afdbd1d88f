"""Charts of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from signals.evaluation import Finding, PanelStudy
from signals.evaluation.finding import Band, Kind
from southbound.chart import Axis, Line, Panel, charts, draw, heat_table
from southbound.evaluation.report import EvaluationReport
from southbound.evaluation.wording import estimate_text, unit_of

_BPS: Final = 1e4
_LEVEL: Final = 0.05
_AXES: Final[Mapping[Kind, str]] = {
    "lead_lag": "lag, sessions",
    "local_projection": "horizon, sessions",
    "event": "sessions after the spike",
    "information_coefficient": "horizon, sessions",
}
#: A bar: its step, its value, its band.
_Bar = tuple[int, float, Band | None]
_Say = Callable[[str], str]


def chart_of_tests(report: EvaluationReport, found: Sequence[Finding], *, say: _Say = str) -> Markup | None:
    """Draw estimates with their bootstrap bands, samples beside each other; None where there are none.

    Args:
        report: that the findings are of.
        found: of one target and kind.
        say: puts a term into the reader's language.
    """
    kind = found[0].kind
    if kind not in _AXES:
        return None
    unit = unit_of(found[0], report.units[found[0].target])
    # The last window after a spike is the mean of those before it.
    shown = {(one.sample, one.step): one for one in reversed(found) if one.estimate is not None}
    samples = [sample.name for sample in report.samples]
    drawn = []
    for sample in samples:
        own = sorted((one for (name, _), one in shown.items() if name == sample), key=lambda one: one.step)
        bars = [(one.step, one.estimate, one.bootstrap) for one in own if one.estimate is not None]
        levels = [one.baseline for one in own if one.baseline is not None]
        level = sum(levels) / len(levels) if levels else None
        title = say(unit or _pure_unit(kind)) + (f", {say(sample)}" if len(samples) > 1 else "")
        drawn.append(_bar_chart(bars, title, say(_AXES[kind]), unit=unit, level=level))
    return _beside(drawn)


def chart_of_decay(report: EvaluationReport) -> Markup | None:
    """Draw the mean information coefficient over longer and longer horizons, with its band."""
    return _beside(
        [
            _bar_chart(
                [(one.horizon, one.mean, (one.low, one.high)) for one in panel.decay],
                f"information coefficient, {name}" if len(report.panels) > 1 else "information coefficient",
                "horizon, sessions",
            )
            for name, panel in report.panels.items()
        ]
    )


def chart_of_quantiles(panel: PanelStudy, name: str) -> Markup | None:
    """Draw the mean return of each quantile over each horizon, per session held."""
    horizons = dict.fromkeys(one.horizon for one in panel.quantiles)
    return _beside(
        [
            _bar_chart(
                [
                    (one.quantile, one.mean / horizon, None)
                    for one in panel.quantiles
                    if one.horizon == horizon
                ],
                f"{name}, {horizon} sessions: bps a session held",
                "quantile, 1 = weakest",
                unit="bps",
            )
            for horizon in horizons
        ]
    )


def chart_of_themes(report: EvaluationReport, found: Sequence[Finding], *, say: _Say = str) -> Markup | None:
    """Draw the statistics of many themes by horizon, as a map for each sample."""
    steps = sorted({one.step for one in found})
    names = dict.fromkeys(one.theme for one in found)
    tables = []
    for sample in report.samples:
        cells = {
            (one.theme, one.step): _t_cell(one)
            for one in found
            if one.sample == sample.name and one.statistic is not None
        }
        rows = {report.themes[name]: [cells.get((name, step)) for step in steps] for name in names}
        title = say("t statistics by theme and horizon, sessions; * where BH stays below 5 %")
        if len(report.samples) > 1:
            title = f"{say(sample.name)}: {title}"
        tables.append(heat_table(rows, [str(step) for step in steps], title=title) if cells else None)
    return _beside(tables)


def _t_cell(finding: Finding) -> tuple[float, str]:
    t = finding.statistic or 0.0
    is_found = finding.p_bh is not None and finding.p_bh < _LEVEL
    return t, f"{t:+.1f}" + ("*" if is_found else "")


def _pure_unit(kind: Kind) -> str:
    return "correlation" if kind == "lead_lag" else "information coefficient"


def _bar_chart(
    bars: Sequence[_Bar], title: str, axis: str, *, unit: str = "", level: float | None = None
) -> Markup | None:
    if not bars:
        return None

    def write(value: float) -> str:
        return estimate_text(value, unit).replace("-", "−")

    panel = Panel(
        title=title,
        lines=(Line(values=[value for _, value, _ in bars]),),
        description="; ".join(f"{step}: {write(value)}" for step, value, _ in bars),
        kind="bars",
        write=write,
        bands=[band for _, _, band in bars],
        level=level,
    )
    steps = [step for step, _, _ in bars]
    labels = tuple(str(step).replace("-", "−") for step in steps)
    return charts([draw(panel, steps)], Axis(labels=labels, is_each=True, title=axis))


def _beside(drawn: Sequence[Markup | None]) -> Markup | None:
    kept = [one for one in drawn if one is not None]
    return Markup('<div class="beside">{}</div>').format(Markup("").join(kept)) if kept else None
