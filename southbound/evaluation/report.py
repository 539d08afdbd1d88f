"""The content of an evaluation, the same in every form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from signals.evaluation import Chance, Finding, PanelStudy
from signals.evaluation.finding import Kind

#: Titles of the tests, in the order in which they are shown.
TITLES: Final[Mapping[Kind, str]] = {
    "lead_lag": "Lead-lag correlation (above 0 the theme leads)",
    "granger": "Granger tests",
    "local_projection": "Local projections: cumulative response to one standard deviation",
    "event": "After spikes (z above 2): mean a session",
    "information_coefficient": "Information coefficient (Spearman, mean over sessions)",
    "spread": "Top less bottom quantile, before costs",
    "net_spread": "Top less bottom quantile, after costs",
    "named_spread": "Assets that the session's own news name less the others",
}

#: Sorts behind every p-value.
_UNTOLD: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A part of the sessions.

    Attributes:
        name: "all", "in-sample" or "out-of-sample".
        first: first session; None where the sample is empty.
        last: last session.
        n_sessions: completed sessions.
        n_tests: p-values in it: the family that corrections are made over.
    """

    name: str
    first: date | None
    last: date | None
    n_sessions: int
    n_tests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """What an evaluation found.

    Attributes:
        kind: "market" for a series against targets, "panel" for a theme x entity panel.
        themes: evaluated, with their names.
        measure: of the series; "strength" for a panel.
        units: target -> "HK$ million" or "return".
        samples: in the order of time.
        findings: with theme, sample and corrected p-values.
        panels: sample -> its panel; empty for a market series, and where many themes were evaluated.
        chance: how bands and placebos were drawn.
        settings: what else was asked for, as JSON values.
        notes: what a reader must know, a sentence each.
    """

    kind: Literal["market", "panel"]
    themes: Mapping[str, str]
    measure: str
    units: Mapping[str, str]
    samples: tuple[Sample, ...]
    findings: tuple[Finding, ...]
    panels: Mapping[str, PanelStudy]
    chance: Chance
    settings: Mapping[str, object]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name what was evaluated."""
        names = list(self.themes.values())
        is_one = len(names) == 1
        subject = names[0] if is_one else f"{len(names)} themes"
        named = "the stocks it names" if is_one else "the stocks they name"
        against = named if self.kind == "panel" else " and ".join(self.units)
        return f"{subject} ({self.measure}) against {against}"

    def blocks(self) -> list[tuple[str, Kind, list[Finding]]]:
        """Return the findings by target and kind of test, in the order in which they are shown.

        Of many themes, those with the smallest p-value in the first sample come first.
        """
        shown = self.findings
        if len(self.themes) > 1:
            first = self.samples[0].name
            told = {
                (one.theme, one.target, one.label): one.p_value
                for one in shown
                if one.sample == first and one.p_value is not None
            }
            shown = tuple(
                sorted(shown, key=lambda one: told.get((one.theme, one.target, one.label), _UNTOLD))
            )
        return [
            (target, kind, found)
            for target in self.units
            for kind in TITLES
            if (found := [one for one in shown if one.target == target and one.kind == kind])
        ]
