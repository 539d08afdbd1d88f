"""What a headline leaves out and the body tells of the same number: when it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.claims.claim import Claim


def told_again(claims: Sequence[Claim], *, is_untimed: bool) -> tuple[Claim, ...]:
    """Give the moves of a title without a time of its own the time that the body tells of the same moves.

    "Quux shares rocket 38%" over "Quux shares have risen 38% this year" is about the year.

    Args:
        claims: of a title, then of its body.
        is_untimed: whether the title names no time.
    """
    if not is_untimed:
        return tuple(claims)
    told: dict[tuple[str, float | None, str], set[str]] = {}
    for claim in claims:
        if claim.number.field == "body" and claim.metric == "return" and claim.value is not None:
            told.setdefault(_move(claim), set()).add(claim.period)
    return tuple(_timed(claim, told.get(_move(claim), set())) for claim in claims)


def _move(claim: Claim) -> tuple[str, float | None, str]:
    return claim.subject, claim.value, claim.direction


def _timed(claim: Claim, periods: set[str]) -> Claim:
    if claim.number.field != "title" or claim.metric != "return" or len(periods) != 1:
        return claim
    return replace(claim, period=next(iter(periods)))
