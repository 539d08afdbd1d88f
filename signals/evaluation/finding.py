"""One tested claim with all that stands beside it: errors, bands, placebo, and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from signals.evaluation.bootstrap import Bootstrap
from signals.evaluation.correction import benjamini_hochberg, holm

Kind: TypeAlias = Literal[
    "lead_lag",
    "granger",
    "local_projection",
    "event",
    "information_coefficient",
    "spread",
    "net_spread",
    "named_spread",
]
Band: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """How bands and placebos are drawn.

    Attributes:
        n_bootstrap: draws of a bootstrap band; 0 for none.
        n_placebo: placebos; 0 for none.
        placebo_block: sessions that stay together in a placebo.
        bootstrap: kind of block bootstrap.
        seed: the same seed gives the same draws.
    """

    n_bootstrap: int = 500
    n_placebo: int = 200
    placebo_block: int = 10
    bootstrap: Bootstrap = "stationary"
    seed: int = 20_240


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One estimate and its test.

    Attributes:
        kind: which test.
        target: what the series is set against.
        label: which lag, horizon, direction or window, in words.
        step: the same as a number: lag, horizon, or last session of a window.
        n: observations.
        estimate: correlation, response, mean, information coefficient or spread; for Granger none.
        standard_error: of the estimate, where one belongs to the test.
        statistic: t, or F for Granger.
        baseline: what the estimate is tested against, where that is not zero.
        p_value: two-sided; None where `reason` says why, or where nothing is tested.
        band: 95 % band by the standard errors.
        bootstrap: 95 % band by the block bootstrap.
        placebo_quantile: share of placebos whose statistic is smaller in size.
        theme: whose series.
        sample: which part of the sessions.
        p_bh: p-value corrected by Benjamini and Hochberg over the tests of the sample.
        p_holm: p-value corrected by Holm over the same.
        reason: why there is no number, else None.
    """

    kind: Kind
    target: str
    label: str
    step: int
    n: int
    estimate: float | None = None
    standard_error: float | None = None
    statistic: float | None = None
    baseline: float | None = None
    p_value: float | None = None
    band: Band | None = None
    bootstrap: Band | None = None
    placebo_quantile: float | None = None
    theme: str = ""
    sample: str = ""
    p_bh: float | None = None
    p_holm: float | None = None
    reason: str | None = None


def corrected(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Fill the corrected p-values, counting the tests of each sample as one family."""
    adjusted = list(findings)
    for sample in dict.fromkeys(one.sample for one in findings):
        places = [place for place, one in enumerate(findings) if one.sample == sample]
        p_values = np.array([findings[place].p_value for place in places], dtype=float)
        for place, bh, strict in zip(places, benjamini_hochberg(p_values), holm(p_values), strict=True):
            if np.isfinite(bh):
                adjusted[place] = replace(findings[place], p_bh=float(bh), p_holm=float(strict))
    return tuple(adjusted)


def count_tests(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the number of tests in each sample."""
    counts = dict.fromkeys((one.sample for one in findings), 0)
    for one in findings:
        counts[one.sample] += one.p_value is not None
    return counts
