"""Claims of a time that their text doesn't tell: no series can take them."""

from __future__ import annotations

from nlp.claims.claim import Claim
from nlp.claims.when.apart import is_counted_from_extreme


def is_untimed(claim: Claim, sentence: str) -> bool:
    """Say whether a claim is a move from a high of an unknown day, or a record of a stretch that isn't told.

    Args:
        claim: read from the sentence.
        sentence: its evidence, folded.
    """
    if claim.period or claim.modality != "fact":
        return False
    if claim.value is None:
        return claim.metric in {"price", "level"}
    place, end = (at - claim.evidence.start for at in (claim.number.start, claim.number.end))
    return claim.metric in {"return", "change"} and is_counted_from_extreme(sentence, 0, place, end)
