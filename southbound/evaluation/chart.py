"""Charts of an evaluation, as SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from signals.evaluation import Finding, PanelStudy
from signals.evaluation.finding import Band, Kind
from southbound.evaluation.report import EvaluationReport
from southbound.evaluation.wording import estimate_text, unit_of
from southbound.svg import COLOURS, FONT, GRID, INK, inline_svg

if TYPE_CHECKING:
    import altair as alt

_HEIGHT: Final = 150
_WHOLE_WIDTH: Final = 640
_ROW_HEIGHT: Final = 17
_BPS: Final = 1e4
_AXES: Final = {
    "lead_lag": "lag, sessions",
    "local_projection": "horizon, sessions",
    "event": "sessions after the spike",
    "information_coefficient": "horizon, sessions",
}


def chart_of_tests(report: EvaluationReport, found: Sequence[Finding]) -> str | None:
    """Draw estimates with their bootstrap bands, samples beside each other; None where there are none."""
    kind = found[0].kind
    if kind not in _AXES:
        return None
    unit = unit_of(found[0], report.units[found[0].target])
    # The last window after a spike is the mean of those before it.
    shown = {(one.sample, one.step): one for one in reversed(found)}
    rows = [
        _row(one.sample, one.step, one.estimate, one.bootstrap, unit, baseline=one.baseline)
        for one in reversed(shown.values())
        if one.estimate is not None
    ]
    return _intervals(rows, report, _AXES[kind], unit or _pure_unit(kind))


def chart_of_decay(report: EvaluationReport) -> str | None:
    """Draw the mean information coefficient over longer and longer horizons, with its band."""
    rows = [
        _row(name, one.horizon, one.mean, (one.low, one.high), "")
        for name, panel in report.panels.items()
        for one in panel.decay
    ]
    return _intervals(rows, report, "horizon, sessions", "information coefficient")


def chart_of_quantiles(panel: PanelStudy, name: str) -> str | None:
    """Draw the mean return of each quantile over each horizon, per session held."""
    import altair as alt  # noqa: PLC0415 - takes a second to load; text and JSON do without

    rows: list[dict[str, Any]] = [
        {
            "quantile": one.quantile,
            "horizon": f"{one.horizon} sessions",
            "mean": one.mean * _BPS / one.horizon,
        }
        for one in panel.quantiles
    ]
    if not rows:
        return None
    horizons = list(dict.fromkeys(row["horizon"] for row in rows))
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("quantile:O", title="quantile, 1 = weakest", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("mean:Q", title="bps a session held", axis=alt.Axis(tickCount=4)),
            color=alt.value(COLOURS[0]),
            column=alt.Column("horizon:N", title=None, sort=horizons),
        )
        .properties(width=_WHOLE_WIDTH / len(horizons) - 30, height=_HEIGHT)
    )
    highest = max(rows, key=lambda row: float(row["mean"]))
    told = (
        f"highest in quantile {highest['quantile']} over {highest['horizon']}: "
        f"{highest['mean']:+.1f} bps a session"
    )
    return _drawn(bars, title=f"Mean excess return by quantile, {name}", label=told)


def chart_of_themes(report: EvaluationReport, found: Sequence[Finding]) -> str | None:
    """Draw the statistics of many themes by horizon, as a map."""
    import altair as alt  # noqa: PLC0415 - see chart_of_quantiles

    rows: list[dict[str, Any]] = [
        {
            "theme": report.themes[one.theme],
            "horizon": one.step,
            "t": one.statistic,
            "text": f"{one.statistic:+.1f}" + ("*" if (one.p_bh or 1) < 0.05 else ""),  # noqa: PLR2004 - the level
            "sample": one.sample,
        }
        for one in found
        if one.statistic is not None
    ]
    if not rows:
        return None
    samples = [sample.name for sample in report.samples]
    # A facet takes the data of its layers only where all have the same.
    data = alt.InlineData(values=rows)
    base = alt.Chart(data).encode(
        x=alt.X("horizon:O", title="horizon, sessions", axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("theme:N", title=None, axis=alt.Axis(labelLimit=220)),
    )
    scale = alt.Scale(domain=[-4, 0, 4], range=["#c08a6a", "#88888822", "#2a78c8"], clamp=True)
    cells = base.mark_rect().encode(color=alt.Color("t:Q", scale=scale, legend=None))
    words = base.mark_text(fontSize=FONT - 1, color=INK).encode(text="text:N")
    drawn = (
        alt.layer(cells, words)
        .properties(
            width=(_WHOLE_WIDTH - 220) / len(samples),
            height=_ROW_HEIGHT * len({row["theme"] for row in rows}),
        )
        .facet(column=_columns(samples))
    )
    largest = max(rows, key=lambda row: abs(float(row["t"])))
    told = f"t statistics; largest: {largest['theme']} at horizon {largest['horizon']}, {largest['text']}"
    return _drawn(drawn, title="t statistics by theme and horizon; * where BH stays below 5 %", label=told)


def _row(
    sample: str, step: int, estimate: float, band: Band | None, unit: str, *, baseline: float | None = None
) -> dict[str, Any]:
    factor = _BPS if unit == "bps" else 1.0
    low, high = band or (estimate, estimate)
    return {
        "sample": sample,
        "step": step,
        "estimate": estimate * factor,
        "low": low * factor,
        "high": high * factor,
        "baseline": None if baseline is None else baseline * factor,
        "told": estimate_text(estimate, unit),
    }


def _pure_unit(kind: Kind) -> str:
    return "correlation" if kind == "lead_lag" else "information coefficient"


def _intervals(rows: list[dict[str, Any]], report: EvaluationReport, axis: str, unit: str) -> str | None:
    import altair as alt  # noqa: PLC0415 - see chart_of_quantiles

    if not rows:
        return None
    samples = [sample.name for sample in report.samples if any(row["sample"] == sample.name for row in rows)]
    # A facet takes the data of its layers only where all have the same.
    data = alt.InlineData(values=rows)
    base = alt.Chart(data).encode(x=alt.X("step:O", title=axis, axis=alt.Axis(labelAngle=0)))
    bars = base.mark_bar(opacity=0.75, color=COLOURS[0]).encode(
        y=alt.Y("estimate:Q", title=unit, axis=alt.Axis(tickCount=4))
    )
    bands = base.mark_rule(color=INK, strokeWidth=1.2).encode(y="low:Q", y2="high:Q")
    ends = [base.mark_tick(color=INK, size=7).encode(y=f"{end}:Q") for end in ("low", "high")]
    if any(row["baseline"] is not None for row in rows):
        level = alt.Chart(data).mark_rule(color=COLOURS[1], strokeDash=[5, 3])
        ends.append(level.encode(y="mean(baseline):Q"))
    panels = (
        alt.layer(bars, bands, *ends)
        .properties(width=_WHOLE_WIDTH / max(len(samples), 1) - 40, height=_HEIGHT)
        .facet(column=_columns(samples))
    )
    told = "; ".join(
        f"{sample}: " + ", ".join(f"{row['step']}: {row['told']}" for row in rows if row["sample"] == sample)
        for sample in samples
    )
    return _drawn(panels, title=f"{unit} by {axis}, with 95 % bands", label=told)


def _columns(samples: Sequence[str]) -> alt.Column:
    import altair as alt  # noqa: PLC0415 - see chart_of_quantiles

    header = alt.Header(labels=len(samples) > 1)
    return alt.Column("sample:N", title=None, sort=list(samples), header=header)


def _drawn(chart: Any, *, title: str, label: str) -> str:  # noqa: ANN401 - altair's charts share no class
    configured = (
        chart.configure(background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=FONT,
            titleFontSize=FONT,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
        )
        .configure_header(labelFontSize=FONT, labelColor=INK, labelFontWeight="bold")
    )
    return inline_svg(configured, title=title, label=label)
