"""Claims with their verdicts as text and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from southbound.claims.checked import CheckedClaim
from southbound.claims.wording import OUTCOME_MARKS, claim_text, reason_text, verdict_text
from southbound.digest.wording import clean_line, web_url

_CLAIM: Final = (
    "subject", "metric", "value", "low", "high", "unit", "period", "direction", "bound", "comparison",
    "reference", "modality", "speaker",
)  # fmt: skip
_NUMBERS: Final = ("value", "low", "high", "figure")
#: Columns of the table, in order.
COLUMNS: Final = (
    "article", "known_at", "published_at", "publisher", "language", "url", "number", *_CLAIM, "field",
    "start", "end", "sentence", "verdict", "reason", "figure", "figure_unit", "figure_period", "source",
    "notes", "reader",
)  # fmt: skip


def claim_block(checked: CheckedClaim) -> str:
    """Write a claim with its sentence, its source and its verdict, three lines."""
    stored = checked.stored
    mark = OUTCOME_MARKS[checked.verdict.outcome]
    at = f"{stored.known_at:%Y-%m-%d %H:%M}Z"
    return (
        f"{mark} {claim_text(checked)}: {verdict_text(checked)}\n"
        f'  "{clean_line(checked.claim.evidence.text)}"\n'
        f"  {at}  {clean_line(stored.publisher)}  {clean_line(stored.title)}  [{stored.article_id}]\n"
    )


def frame_of_claims(found: Iterable[CheckedClaim]) -> pd.DataFrame:
    """Return one row a claim, in the order given.

    `start` and `end` are the number's place in `field`; `reason` says in words why a claim could not be
    checked; `notes` is what else is to be known, as `key` or `key=detail`, with semicolons between.
    """
    rows = [_row(one) for one in found]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("known_at", "published_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame.astype(dict.fromkeys(_NUMBERS, float)).astype(dict.fromkeys(("number", "start", "end"), int))


def _row(one: CheckedClaim) -> dict[str, object]:
    stored, claim, verdict = one.stored, one.claim, one.verdict
    return {
        "article": stored.article_id,
        "known_at": stored.known_at,
        "published_at": stored.published_at,
        "publisher": clean_line(stored.publisher),
        "language": stored.language,
        "url": web_url(stored.url),
        "number": stored.number,
        **{name: getattr(claim, name) for name in _CLAIM},
        "speaker": clean_line(claim.speaker),
        "field": claim.number.field,
        "start": claim.number.start,
        "end": claim.number.end,
        "sentence": clean_line(claim.evidence.text),
        "verdict": verdict.outcome,
        "reason": reason_text(verdict) if verdict.reason else "",
        "figure": verdict.figure,
        "figure_unit": verdict.unit,
        "figure_period": verdict.period,
        "source": verdict.source,
        "notes": "; ".join(f"{key}={detail}" if detail else key for key, detail in verdict.notes),
        "reader": stored.reader,
    }
