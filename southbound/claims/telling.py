"""Verdicts in the language of a reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from southbound.claims.wording import OUTCOME_MARKS, SIGNED_METRICS, figure_text, figures_of
from southbound.language.figure import MINUS, han_figures, han_period
from southbound.language.sentence import said
from southbound.language.words import Words, simplified

_HAN_MONEY: Final = {"HKD": "港元", "CNY": "元人民幣", "USD": "美元"}
_HAN_SCALES: Final = ((1e12, "萬億"), (1e8, "億"), (1e4, "萬"))
_HAN_UNITS: Final = (("bps", "個基點"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Writes verdicts in one language."""

    words: Words

    def badge(self, outcome: str) -> str:
        """Write the outcome with a mark, so that no colour is needed: "✗ contradicted"."""
        return f"{OUTCOME_MARKS[outcome]} {self.words(f'claim_{outcome}')}"

    def amount(self, figure: float, unit: str, *, metric: str) -> str:
        """Write a figure with its unit: "+HK$16.5 bn", "+165.00 億港元"."""
        signed = metric in SIGNED_METRICS
        if not self.words.is_chinese:
            return figure_text(figure, unit, signed=signed)
        if unit not in _HAN_MONEY:
            return self._own(_han_units(figure_text(figure, unit, signed=signed)))
        sign = MINUS if figure < 0 else "+" if signed and figure > 0 else ""
        scale, word = next(((scale, word) for scale, word in _HAN_SCALES if abs(figure) >= scale), (1.0, ""))
        return self._own(f"{sign}{abs(figure) / scale:,.2f}\u00a0{word}{_HAN_MONEY[unit]}")

    def period(self, period: str) -> str:
        """Write a period: "2025-03-28", "2025年3月28日"."""
        return self._own(han_period(period)) if self.words.is_chinese else period

    def source(self, source: str) -> str:
        """Name what a figure was computed from; a code stays as it is."""
        return said(source, self.words.language)

    def notes(self, notes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """Say what else is to be known."""
        return tuple(
            self.words(f"claim_note_{key}", detail=self._detail(key, detail)) for key, detail in notes
        )

    def _detail(self, key: str, detail: str) -> str:
        if key == "elsewhere":
            return self.words(f"claim_field_{detail}")
        told = figures_of(detail)
        return self._own(han_figures(told)) if self.words.is_chinese else told

    def _own(self, text: str) -> str:
        return simplified(text) if self.words.language == "zh-Hans" else text


def _han_units(text: str) -> str:
    for english, chinese in _HAN_UNITS:
        text = text.replace(english, chinese)
    return text
