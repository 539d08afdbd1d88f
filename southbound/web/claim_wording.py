"""Claims and their verdicts as the pages write them, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signals.checking.assertion import Verdict
from southbound.claims.checked import CheckedClaim
from southbound.claims.wording import OUTCOME_MARKS, SIGNED_METRICS, figure_text, figures_of
from southbound.desk.passage import Passage
from southbound.digest.wording import clean_text
from southbound.web.words import Words, simplified

_HAN_MONEY: Final = {"HKD": "港元", "CNY": "元人民幣", "USD": "美元"}
_HAN_SCALES: Final = ((1e12, "萬億"), (1e8, "億"), (1e4, "萬"))
_MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWording:
    """Writes verdicts in one language."""

    words: Words

    def badge(self, verdict: Verdict) -> str:
        """Write the outcome with a mark, so that no colour is needed: "✗ contradicted"."""
        return f"{OUTCOME_MARKS[verdict.outcome]} {self.words(f'claim_{verdict.outcome}')}"

    def figure(self, checked: CheckedClaim) -> str:
        """Write the right figure with its period and source; nothing without one."""
        verdict = checked.verdict
        if verdict.figure is None:
            return ""
        signed = checked.claim.metric in SIGNED_METRICS
        shown = self._amount(verdict.figure, verdict.unit, signed=signed)
        return self.words("claim_figure", figure=shown, period=verdict.period, source=verdict.source)

    def reason(self, verdict: Verdict) -> str:
        """Say why a claim could not be checked; nothing where it was."""
        return self.words(f"claim_reason_{verdict.reason}") if verdict.reason else ""

    def notes(self, verdict: Verdict) -> tuple[str, ...]:
        """Say what else is to be known."""
        return tuple(
            self.words(
                f"claim_note_{key}",
                detail=self._field(detail) if key == "elsewhere" else figures_of(detail),
            )
            for key, detail in verdict.notes
        )

    def sentence(self, checked: CheckedClaim) -> tuple[Passage, ...]:
        """Return the sentence with its number marked."""
        claim = checked.claim
        text, start = claim.evidence.text, claim.number.start - claim.evidence.start
        end = start + len(claim.number.text)
        parts = (text[:start].lstrip(), text[start:end], text[end:].rstrip())
        marks = ("", "word", "")
        cut = [Passage(text=clean_text(part), mark=mark) for part, mark in zip(parts, marks, strict=True)]  # type: ignore[arg-type]  # marks are those of a passage
        return tuple(one for one in cut if one.text)

    def _field(self, detail: str) -> str:
        return self.words(f"claim_field_{detail}")

    def _amount(self, value: float, unit: str, *, signed: bool) -> str:
        if not self.words.is_chinese or unit not in _HAN_MONEY:
            return figure_text(value, unit, signed=signed)
        sign = _MINUS if value < 0 else "+" if signed and value > 0 else ""
        scale, word = next(((scale, word) for scale, word in _HAN_SCALES if abs(value) >= scale), (1.0, ""))
        text = f"{sign}{abs(value) / scale:,.2f} {word}{_HAN_MONEY[unit]}"
        return text if self.words.language == "zh-Hant" else simplified(text)
