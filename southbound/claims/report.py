"""How many claims were found and checked, and what came of it: in all, by publisher, by metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from nlp.review.measure import wilson
from signals.checking.assertion import REASONS
from southbound.claims.checked import CheckedClaim

#: Fewer checked claims than this tell nothing of a share.
MIN_CHECKED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Claims of one kind.

    Attributes:
        found: All.
        confirmed: Those that the data confirm.
        contradicted: Those that the data contradict.
    """

    found: int
    confirmed: int
    contradicted: int

    @property
    def checked(self) -> int:
        """Those that could be checked."""
        return self.confirmed + self.contradicted

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share confirmed of those checked lies, with 95 % (Wilson); None where too few tell."""
        return wilson(self.confirmed, self.checked) if self.checked >= MIN_CHECKED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReport:
    """Claims in numbers.

    Attributes:
        articles: Articles that were read for them.
        total: All claims.
        by_publisher: By outlet, the one with the most checked first.
        by_metric: By what is measured.
        unchecked: By reason (a key of `REASONS`), the most frequent first.
    """

    articles: int
    total: Tally
    by_publisher: Mapping[str, Tally]
    by_metric: Mapping[str, Tally]
    unchecked: Mapping[str, int]


def report_claims(found: Iterable[CheckedClaim], *, n_articles: int) -> ClaimReport:
    """Count claims and their verdicts."""
    outcomes: Counter[tuple[str, str, str]] = Counter()
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for one in found:
        outcomes[one.stored.publisher, one.claim.metric, one.verdict.outcome] += 1
        total[one.verdict.outcome] += 1
        if one.verdict.reason:
            reasons[one.verdict.reason] += 1
    return ClaimReport(
        articles=n_articles,
        total=_tally(total),
        by_publisher=_tallies(outcomes, 0),
        by_metric=_tallies(outcomes, 1),
        unchecked=dict(reasons.most_common()),
    )


def text_from_report(report: ClaimReport) -> str:
    """Write a report as lines."""
    total = report.total
    lines = [
        f"{report.articles:,} articles read, {total.found:,} claims found",
        (
            f"{total.checked:,} checked: {total.confirmed:,} confirmed, {total.contradicted:,} contradicted; "
            f"{_share(total)}"
        ),
        "",
        *_table("by metric", report.by_metric),
        "",
        *_table("by publisher", report.by_publisher),
        "",
        "not checked, by reason:",
        *(f"  {n:>8,}  {REASONS[reason]}" for reason, n in report.unchecked.items()),
    ]
    return "\n".join(lines) + "\n"


def record_from_report(report: ClaimReport) -> dict[str, object]:
    """Return a report as JSON has it."""
    return {
        "articles": report.articles,
        "total": _record(report.total),
        "by_publisher": {name: _record(tally) for name, tally in report.by_publisher.items()},
        "by_metric": {name: _record(tally) for name, tally in report.by_metric.items()},
        "unchecked": dict(report.unchecked),
    }


def _record(tally: Tally) -> dict[str, object]:
    low, high = tally.interval or (None, None)
    return {
        "found": tally.found,
        "checked": tally.checked,
        "confirmed": tally.confirmed,
        "contradicted": tally.contradicted,
        "confirmed_share_low": low if low is None else round(low, 4),
        "confirmed_share_high": high if high is None else round(high, 4),
    }


def _tallies(outcomes: Counter[tuple[str, str, str]], place: int) -> dict[str, Tally]:
    counts: dict[str, Counter[str]] = {}
    for key, n in outcomes.items():
        counts.setdefault(key[place], Counter())[key[2]] += n
    tallies = {name: _tally(own) for name, own in counts.items()}
    return dict(sorted(tallies.items(), key=lambda item: (-item[1].checked, -item[1].found, item[0])))


def _tally(counts: Mapping[str, int]) -> Tally:
    return Tally(
        found=sum(counts.values()),
        confirmed=counts.get("confirmed", 0),
        contradicted=counts.get("contradicted", 0),
    )


def _table(heading: str, tallies: Mapping[str, Tally]) -> list[str]:
    lines = [f"{heading:28}{'found':>9}{'checked':>9}{'confirmed':>11}{'contradicted':>14}  confirmed share"]
    for name, tally in tallies.items():
        lines.append(
            f"{name[:27]:28}{tally.found:>9,}{tally.checked:>9,}{tally.confirmed:>11,}"
            f"{tally.contradicted:>14,}  {_share(tally)}"
        )
    return lines


def _share(tally: Tally) -> str:
    if not tally.checked:
        return "none checked"
    if tally.interval is None:
        return "too few to tell"
    low, high = tally.interval
    return f"{tally.confirmed / tally.checked:.1%} ({low:.1%} to {high:.1%})"
