"""Numbers of an evaluation in words."""

from __future__ import annotations

from typing import Final

from signals.evaluation import Finding
from southbound.evaluation.report import EvaluationReport, Sample

_BPS = 1e4
#: Kinds whose estimates are correlations, whatever their target's unit.
_PURE = {"lead_lag", "information_coefficient"}

_P_VALUES: Final = (
    "p: two-sided; of correlations and means by a prewhitened Newey-West variance, of local projections by "
    "Newey-West over twice the horizon, both with the variance's own sampling error counted (fixed-b); of "
    "spikes by Student's t, of Granger tests by F"
)
_METHOD: Final = (
    _P_VALUES,
    "std. error (after ±): Newey-West",
    "BH, Holm: p corrected for all tests of its sample (Benjamini and Hochberg 1995; Holm 1979)",
)


def unit_of(finding: Finding, unit: str) -> str:
    """Return the unit an estimate is shown in: "HK$ million", "bps" or "" for a correlation."""
    if finding.kind in _PURE or finding.kind == "granger":
        return ""
    return "bps" if unit == "return" else unit


def estimate_text(value: float | None, shown_in: str) -> str:
    """Write an estimate or an end of its band."""
    if value is None:
        return ""
    if shown_in == "bps":
        return f"{value * _BPS:+.1f}"
    return f"{value:+,.0f}" if shown_in else f"{value:+.3f}"


def error_text(value: float | None, shown_in: str) -> str:
    """Write a standard error."""
    return estimate_text(value, shown_in).lstrip("+-")


def band_text(band: tuple[float, float] | None, shown_in: str) -> str:
    """Write a band as "-0.120 to +0.310"."""
    return "" if band is None else " to ".join(estimate_text(end, shown_in) for end in band)


def p_text(value: float | None) -> str:
    """Write a p-value with three decimals."""
    if value is None:
        return ""
    return "<.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - what three decimals can't show


def share_text(value: float | None) -> str:
    """Write a share as a percentage without decimals."""
    return "" if value is None else f"{value:.0%}"


def statistic_text(finding: Finding) -> str:
    """Write a statistic with its letter."""
    if finding.statistic is None:
        return ""
    return f"{'F' if finding.kind == 'granger' else 't'} {finding.statistic:.2f}"


def sample_text(sample: Sample) -> str:
    """Tell a sample in a line."""
    if sample.first is None:
        return f"{sample.name}: no sessions"
    return (
        f"{sample.name}: {sample.first} to {sample.last}, {sample.n_sessions:,} sessions, "
        f"{sample.n_tests:,} tests"
    )


def legend(report: EvaluationReport) -> list[str]:
    """Say how the figures were made, a sentence each."""
    return [*report.notes, *_METHOD, *_drawing(report)]


def _drawing(report: EvaluationReport) -> list[str]:
    chance = report.chance
    bootstrap = f"{chance.n_bootstrap:,} draws of the {chance.bootstrap} block bootstrap"
    placebo = f"{chance.n_placebo:,} series with blocks of {chance.placebo_block} sessions on other dates"
    return [
        f"bootstrap: middle 95 % of {bootstrap}; of spikes, of the spikes alone",
        f"placebo: share of {placebo} whose statistic is smaller in size; a finding should stand near 100 %",
    ]
