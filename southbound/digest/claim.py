"""The numbers that a session's news asserts, as far as the data known in time tell whether they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from signals.session import SessionCalendar
from southbound.claims.checked import CheckedClaim, find_claims, told_once
from southbound.claims.wording import verdict_text
from southbound.digest.card import shorten
from southbound.digest.content import ClaimLine
from southbound.digest.selection import Selection
from southbound.digest.window import SessionWindow
from southbound.digest.wording import clean_line, web_url
from southbound.store import Store
from southbound.store.claim import ClaimQuery
from southbound.store.tag import TaggedArticle

_N_CLAIMS: Final = 12
_MAX_CHARS: Final = 300


def claim_lines(
    store: Store,
    window: SessionWindow,
    news: Sequence[TaggedArticle],
    *,
    calendar: SessionCalendar,
    selection: Selection,
) -> tuple[ClaimLine, ...]:
    """Return the checked claims of a session's market news: the contradicted first, then the newest.

    What several texts assert alike stands once.
    """
    read = tuple(article.article_id for article in news if selection.reads(article))
    query = ClaimQuery(articles=read, start=window.start, end=window.end, as_of=window.end)
    once = told_once(find_claims(store, query, calendar=calendar, outcome="checked"))
    ranked = sorted(once, key=lambda one: one.verdict.outcome != "contradicted")
    return tuple(_line(one) for one in ranked[:_N_CLAIMS])


def _line(one: CheckedClaim) -> ClaimLine:
    stored = one.stored
    return ClaimLine(
        sentence=shorten(clean_line(one.claim.evidence.text), _MAX_CHARS),
        language=stored.language,
        number=clean_line(one.claim.number.text),
        outcome=one.verdict.outcome,
        verdict=verdict_text(one),
        subject=one.claim.subject,
        metric=one.claim.metric,
        figure=one.verdict.figure,
        unit=one.verdict.unit,
        article_id=clean_line(stored.article_id),
        publisher=clean_line(stored.publisher),
        url=web_url(stored.url),
        period=one.verdict.period,
        source=one.verdict.source,
        notes=one.verdict.notes,
    )
