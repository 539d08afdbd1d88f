"""Claims and their verdicts as the pages write them, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from signals.checking.assertion import Verdict
from southbound.claims.checked import CheckedClaim
from southbound.claims.telling import Telling
from southbound.desk.passage import Passage
from southbound.digest.wording import clean_text
from southbound.web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWording:
    """Writes verdicts in one language."""

    words: Words

    def badge(self, verdict: Verdict) -> str:
        """Write the outcome with a mark, so that no colour is needed: "✗ contradicted"."""
        return self._telling.badge(verdict.outcome)

    def figure(self, checked: CheckedClaim) -> str:
        """Write the right figure with its period and source; nothing without one."""
        verdict, tell = checked.verdict, self._telling
        if verdict.figure is None:
            return ""
        return self.words(
            "claim_figure",
            figure=tell.amount(verdict.figure, verdict.unit, metric=checked.claim.metric),
            period=tell.period(verdict.period),
            source=tell.source(verdict.source),
        )

    def reason(self, verdict: Verdict) -> str:
        """Say why a claim could not be checked; nothing where it was."""
        return self.words(f"claim_reason_{verdict.reason}") if verdict.reason else ""

    def notes(self, verdict: Verdict) -> tuple[str, ...]:
        """Say what else is to be known."""
        return self._telling.notes(verdict.notes)

    def sentence(self, checked: CheckedClaim) -> tuple[Passage, ...]:
        """Return the sentence with its number marked."""
        claim = checked.claim
        text, start = claim.evidence.text, claim.number.start - claim.evidence.start
        end = start + len(claim.number.text)
        parts = (text[:start].lstrip(), text[start:end], text[end:].rstrip())
        marks = ("", "word", "")
        cut = [Passage(text=clean_text(part), mark=mark) for part, mark in zip(parts, marks, strict=True)]  # type: ignore[arg-type]  # marks are those of a passage
        return tuple(one for one in cut if one.text)

    @property
    def _telling(self) -> Telling:
        return Telling(words=self.words)
