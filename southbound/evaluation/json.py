"""An evaluation as JSON.

Keys of the document:

- ``title``, ``kind`` ("market" or "panel"), ``themes`` (id to name), ``measure``, ``units`` (target to
  "HK$ million" or "return"), ``notes`` (sentences), ``settings`` (what was asked for, ``chance`` with it).
- ``samples``: list of ``name`` ("all", "in-sample", "out-of-sample"), ``first``, ``last`` (days or null),
  ``n_sessions``, ``n_tests`` (the family that p-values are corrected over).
- ``findings``: list of ``theme``, ``sample``, ``target``, ``kind`` ("lead_lag", "granger",
  "local_projection", "event", "information_coefficient", "spread", "net_spread", "named_spread"), ``label``,
  ``step`` (lag, horizon, or last session of a window), ``n``, ``estimate``, ``standard_error``,
  ``statistic``, ``baseline``, ``p_value``, ``p_bh``, ``p_holm``, ``band`` and ``bootstrap`` (pairs, 95 %),
  ``placebo_quantile`` (0 to 1), ``reason`` (why there is no number). Returns are fractions.
- ``panels``: by sample, ``n_sessions``, ``n_assets``, ``n_named``, ``n_tied``, and the lists ``quantiles``
  (``horizon``, ``quantile``, ``n_sessions``, ``mean``, ``standard_error``, ``turnover``), ``summaries``
  (``horizon``, ``ic_std``, ``ic_ratio``, ``rank_autocorrelation``, ``turnover``, ``cost``) and ``decay``
  (``horizon``, ``n``, ``mean``, ``low``, ``high``).

What is not known is null.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import date
from typing import Any

from southbound.evaluation.report import EvaluationReport
from southbound.export import SIGNIFICANT_DIGITS


def json_from_report(report: EvaluationReport) -> str:
    """Write an evaluation as JSON; numbers are rounded to 10 significant digits."""
    panels = {
        name: {key: value for key, value in asdict(panel).items() if key != "findings"}
        for name, panel in report.panels.items()
    }
    document = {
        "title": report.title,
        "kind": report.kind,
        "themes": dict(report.themes),
        "measure": report.measure,
        "units": dict(report.units),
        "notes": list(report.notes),
        "settings": {**report.settings, "chance": asdict(report.chance)},
        "samples": [asdict(sample) for sample in report.samples],
        "findings": [asdict(finding) for finding in report.findings],
        "panels": panels,
    }
    return json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case float():
            return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
        case date():
            return value.isoformat()
        case _:
            return value
