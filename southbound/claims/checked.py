"""Claims with their verdicts: computed from what was known before an instant, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final, Literal

from nlp.claims.claim import MARKET_METRICS, Claim
from signals.checking.assertion import Assertion, Outcome, Verdict
from signals.checking.check import check
from signals.checking.market import Market
from signals.session import SessionCalendar
from southbound.claims.doubt import shipped_misreading
from southbound.claims.market import load_market
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.claim import ClaimQuery, StoredClaim

#: The verdicts that are shown first: what is wrong, then what is right.
ORDER: Final[tuple[Outcome, ...]] = ("contradicted", "confirmed", "unchecked")
_HONG_KONG_FIRST: Final = ("XHKG", "INDEX")

OutcomeFilter = Literal["confirmed", "contradicted", "unchecked", "checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """A claim, and what the data known before an instant say to it."""

    stored: StoredClaim
    verdict: Verdict

    @property
    def claim(self) -> Claim:
        """What is asserted."""
        return self.stored.claim


def find_claims(
    store: Store, query: ClaimQuery, *, calendar: SessionCalendar, outcome: OutcomeFilter | None = None
) -> Iterator[CheckedClaim]:
    """Yield the claims that meet a query with their verdicts, the newest articles first.

    Args:
        store: everything stored.
        query: what is asked for; its `as_of` also decides which market data are known.
        calendar: Hong Kong's sessions.
        outcome: only claims with this verdict; `checked` for those confirmed or contradicted.
    """
    if outcome in {"confirmed", "contradicted", "checked"}:
        asked = set(query.metrics or MARKET_METRICS)
        query = replace(query, metrics=tuple(sorted(asked & MARKET_METRICS)) or ("",))
    market = market_of_store(store, calendar=calendar, as_of=query.as_of)
    checked = check_claims(store.claims.find(query), market)
    if outcome is None:
        return checked
    wanted = {"confirmed", "contradicted"} if outcome == "checked" else {outcome}
    return (one for one in checked if one.verdict.outcome in wanted)


def claims_of_text(
    store: Store, article: StoredArticle, *, calendar: SessionCalendar, as_of: datetime | None
) -> tuple[CheckedClaim, ...]:
    """Return the claims of one text of an article with their verdicts, in its order."""
    found = store.claims.of_text(article, as_of=as_of)
    if not found:
        return ()
    return tuple(check_claims(found, market_of_store(store, calendar=calendar, as_of=as_of)))


def market_claims(found: Iterable[CheckedClaim]) -> tuple[CheckedClaim, ...]:
    """Return the claims about flows, indices and prices: the others are never checked."""
    return tuple(one for one in found if one.claim.metric in MARKET_METRICS)


def told_once(found: Iterable[CheckedClaim]) -> tuple[CheckedClaim, ...]:
    """Return claims without those that another one, in the same or another text, asserts alike.

    Of those alike, one that the data tell of stands for all, else the first.
    """
    once: dict[tuple[object, ...], CheckedClaim] = {}
    for one in found:
        held = once.setdefault(_identity(one.claim), one)
        if held.verdict.outcome == "unchecked" != one.verdict.outcome:
            once[_identity(one.claim)] = one
    return tuple(once.values())


def _identity(claim: Claim) -> tuple[object, ...]:
    names = ("subject", "metric", "value", "unit", "period", "direction", "comparison", "reference")
    return tuple(getattr(claim, name) for name in names)


def market_of_store(store: Store, *, calendar: SessionCalendar, as_of: datetime | None) -> Market:
    """Return all market data known before an instant."""
    return load_market(store, store.market.asset_ids(as_of=as_of), calendar=calendar, as_of=as_of)


def check_claims(found: Iterable[StoredClaim], market: Market) -> Iterator[CheckedClaim]:
    """Hold claims against the market; those of one article follow each other."""
    may = shipped_misreading()
    for _, own in groupby(found, key=lambda one: (one.article_id, one.revision)):
        claims = list(own)
        verdicts = [check(assertion_of(one), market, may) for one in claims]
        for number, (one, verdict) in enumerate(zip(claims, verdicts, strict=True)):
            other = _contradicting_field(number, claims)
            told = replace(verdict, notes=(*verdict.notes, ("elsewhere", other))) if other else verdict
            yield CheckedClaim(stored=one, verdict=told)


def assertion_of(stored: StoredClaim) -> Assertion:
    """Return what is checked of a claim."""
    claim = stored.claim
    return Assertion(
        subject=claim.subject,
        assets=tuple(sorted(stored.tickers, key=_is_elsewhere)),
        metric=claim.metric,
        value=claim.value,
        low=claim.low,
        high=claim.high,
        unit=claim.unit,
        period=claim.period,
        direction=claim.direction,
        bound=claim.bound,
        comparison=claim.comparison,
        reference=claim.reference,
        modality=claim.modality,
        published_at=stored.published_at,
        sentence=claim.evidence.text,
        position=claim.number.start - claim.evidence.start,
        headline=stored.title,
    )


def _is_elsewhere(asset_id: str) -> bool:
    return asset_id.partition(":")[0] not in _HONG_KONG_FIRST


def _contradicting_field(number: int, claims: Sequence[StoredClaim]) -> str:
    """Return the other part of the article, title or body, where none of its numbers agrees with this one."""
    own = claims[number].claim
    others = [
        one.claim
        for one in claims
        if one.claim.evidence.field != own.evidence.field and _is_comparable(own, one.claim)
    ]
    if not others or any(_agree(own, other) for other in others):
        return ""
    return others[0].evidence.field


def _is_comparable(first: Claim, second: Claim) -> bool:
    """Say whether two claims give a number of the same thing, as facts."""
    same = all(
        getattr(first, name) == getattr(second, name)
        for name in ("subject", "metric", "unit", "period", "comparison", "reference", "modality")
    )
    is_told = bool(first.subject and first.period) and first.metric in MARKET_METRICS
    return same and is_told and first.value is not None and second.value is not None


def _agree(first: Claim, second: Claim) -> bool:
    if {first.direction, second.direction} in ({"up", "down"}, {"in", "out"}):
        return False
    lows = [one.low for one in (first, second) if one.low is not None]
    highs = [one.high for one in (first, second) if one.high is not None]
    return not lows or not highs or max(lows) <= min(highs)
