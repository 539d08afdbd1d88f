"""Claims and verdicts as a reader of English gets them."""

from __future__ import annotations

from typing import Final

from signals.checking.assertion import NOTES, REASONS, Verdict
from southbound.claims.checked import CheckedClaim

OUTCOME_MARKS: Final = {"confirmed": "✓", "contradicted": "✗", "unchecked": "?"}
_SIGNS: Final = {"HKD": "HK$", "USD": "US$", "CNY": "CN¥"}
_SCALES: Final = ((1e12, "trn"), (1e9, "bn"), (1e6, "mn"))
_MINUS: Final = "\u2212"
#: Of a level and a share of turnover no sign is written.
SIGNED_METRICS: Final = frozenset({"net_flow", "change", "return"})


def figure_text(value: float, unit: str, *, signed: bool = False) -> str:
    """Write a figure with its unit: "HK$435.7 bn", "+1.84%", "20,090.46"."""
    sign = _MINUS if value < 0 else "+" if signed and value > 0 else ""
    amount = abs(value)
    if unit == "percent":
        return f"{sign}{amount:,.2f}%"
    if unit == "basis_points":
        return f"{sign}{amount:,.0f} bps"
    if unit == "points":
        return f"{sign}{amount:,.2f}"
    scale, word = next(((scale, word) for scale, word in _SCALES if amount >= scale), (1.0, ""))
    digits = 1 if scale == 1e9 else 2  # noqa: PLR2004 - billions are quoted so
    return f"{sign}{_SIGNS.get(unit, unit + ' ')}{amount / scale:,.{digits}f}{' ' + word if word else ''}"


def reason_text(verdict: Verdict) -> str:
    """Say why a claim could not be checked."""
    return REASONS[verdict.reason] + (f" ({verdict.detail})" if verdict.detail else "")


def verdict_text(checked: CheckedClaim) -> str:
    """Say what the data say: "contradicted: +16.78% (2025-01-02/2025-03-28, INDEX:HSI)"."""
    verdict = checked.verdict
    notes = "; ".join(note_text(key, detail) for key, detail in verdict.notes)
    if verdict.outcome == "unchecked" or verdict.figure is None:
        told = f"{verdict.outcome}: {reason_text(verdict)}" if verdict.reason else verdict.outcome
        return "; ".join(filter(None, [told, notes]))
    figure = figure_text(verdict.figure, verdict.unit, signed=checked.claim.metric in SIGNED_METRICS)
    told = f"{verdict.outcome}: {figure} ({verdict.period}, {verdict.source})"
    return "; ".join(filter(None, [told, notes]))


def note_text(key: str, detail: str) -> str:
    """Say what else is to be known of a verdict."""
    return NOTES[key].format(figures_of(detail))


def figures_of(detail: str) -> str:
    """Write the detail of a note; a large number in it with its thousands apart."""
    words = []
    for word in detail.split():
        try:
            number = float(word)
        except ValueError:
            words.append(word)
        else:
            words.append(word if "-" in word[1:] else f"{number:,.2f}".removesuffix(".00"))
    return " ".join(words)


def claim_text(checked: CheckedClaim) -> str:
    """Write a claim in a line: subject, metric, number, period, direction."""
    claim = checked.claim
    parts = [claim.subject or "(no subject)", claim.metric]
    if claim.value is not None:
        parts.append(figure_text(claim.value, claim.unit))
    parts += [
        part for part in (claim.direction, claim.comparison, claim.reference) if part and part != "none"
    ]
    if claim.period:
        parts.append(f"in {claim.period}")
    return " ".join(parts)
