"""Claims and their verdicts as the pages write them, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from signals.checking.assertion import Verdict
from southbound.claims.checked import CheckedClaim
from southbound.claims.telling import Telling
from southbound.desk.passage import MarkedSpan, Passage, cut_passages
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

    def together(self, found: Iterable[CheckedClaim], outcome: str) -> tuple[tuple[CheckedClaim, ...], ...]:
        """Return the claims with an outcome, those of one sentence together, to be told with it once."""
        groups: dict[tuple[object, ...], list[CheckedClaim]] = {}
        for one in found:
            if one.verdict.outcome == outcome:
                span = one.claim.evidence
                key = (one.stored.article_id, span.field, span.start, span.end)
                groups.setdefault(key, []).append(one)
        return tuple(map(tuple, groups.values()))

    def sentence(self, claims: Sequence[CheckedClaim]) -> tuple[Passage, ...]:
        """Return the sentence of claims that stand in it, with their numbers marked."""
        sentence = claims[0].claim.evidence
        numbers = [(one.claim.number.start - sentence.start, one.claim.number.text) for one in claims]
        spans = [
            MarkedSpan(start=start, end=start + len(text), mark="word", key="")
            for start, text in dict.fromkeys(numbers)
        ]
        return tuple(chain.from_iterable(cut_passages(sentence.text, spans)))

    def number(self, checked: CheckedClaim) -> str:
        """Write the number of a claim as its text does."""
        return clean_text(checked.claim.number.text)

    @property
    def _telling(self) -> Telling:
        return Telling(words=self.words)
