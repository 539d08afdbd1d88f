"""What one number leaves out and another of its text tells: when a headline's was, a record's currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from nlp.claims.claim import Claim
from nlp.claims.when.period import find_periods


def told_again(claims: Sequence[Claim], title: str) -> tuple[Claim, ...]:
    """Give the moves of a title without a time of its own the time that the body tells of the same moves.

    "Quux shares rocket 38%" over "Quux shares have risen 38% this year" is about the year.

    Args:
        claims: of a title, then of its body.
        title: folded.
    """
    if not any(_is_of_title(claim) for claim in claims) or find_periods(title, _ANY_DAY):
        return tuple(claims)
    told: dict[tuple[str, float | None, str], set[str]] = {}
    for claim in claims:
        if claim.number.field == "body" and claim.metric == "return" and claim.value is not None:
            told.setdefault(_move(claim), set()).add(claim.period)
    return tuple(_timed(claim, told.get(_move(claim), set())) for claim in claims)


#: Whether a title names a time depends on no day.
_ANY_DAY: Final = date(2000, 1, 3)


def _is_of_title(claim: Claim) -> bool:
    return claim.number.field == "title" and claim.metric == "return"


def _move(claim: Claim) -> tuple[str, float | None, str]:
    return claim.subject, claim.value, claim.direction


def _timed(claim: Claim, periods: set[str]) -> Claim:
    if not _is_of_title(claim) or len(periods) != 1:
        return claim
    return replace(claim, period=next(iter(periods)))


def priced_alike(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Give the records of a share's price the currency that the text gives its prices in.

    A share is traded in several currencies; "$114.50" tells which of its listings a text speaks of.

    Args:
        claims: of a text.
    """
    told: dict[str, set[str]] = {}
    prices = [x for x in claims if x.metric == "price" and x.value is not None and x.modality != "target"]
    for before, claim in zip([None, *prices], prices, strict=False):
        if before is None or not _says_again(before, claim):
            told.setdefault(claim.subject, set()).add(claim.unit)
    return tuple(_repriced(claim, told.get(claim.subject, set())) for claim in claims)


def _says_again(before: Claim, claim: Claim) -> bool:
    """Say whether a price follows another so closely that it is the same in another currency."""
    gap = claim.number.start - before.number.end
    return before.subject == claim.subject and before.unit != claim.unit and 0 <= gap <= _N_AGAIN


_N_AGAIN: Final = 24


def _repriced(claim: Claim, units: set[str]) -> Claim:
    if claim.metric != "price" or claim.value is not None or len(units) != 1 or not claim.subject:
        return claim
    return replace(claim, unit=next(iter(units)))
