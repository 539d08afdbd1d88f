"""Reports that are passed by leave their publishers' habits, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nlp.stories.recent import RecentReports
from nlp.stories.report import Report
from nlp.stories.term import Rarity

NOW = datetime(2025, 2, 10, tzinfo=UTC)
WORDS = ("Alibaba", "Tencent", "raises", "price", "target", "恒生指數", "收市", "升")


@st.composite
def report_lists(draw: st.DrawFn) -> list[Report]:
    """Reports of two publishers over three weeks, in the order in which they were known."""
    texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
    hours = sorted(draw(st.lists(st.integers(0, 500), min_size=1, max_size=12)))
    return [
        Report(
            article_id=str(number),
            title=draw(texts),
            body=draw(texts),
            publisher=draw(st.sampled_from("AB")),
            known_at=NOW + timedelta(hours=hour),
        )
        for number, hour in enumerate(hours)
    ]


@given(report_lists())
def test_a_fingerprint_is_the_same_whether_the_earlier_reports_were_kept_or_passed_by(
    reports: list[Report],
) -> None:
    rarity = Rarity({"alibaba": 5.0, "raises": 3.0, "升": 2.0})
    keeping, passing = RecentReports(rarity), RecentReports(rarity)
    *earlier, last = reports
    for report in earlier:
        for recent in (keeping, passing):
            recent.forget_before(report)
        keeping.keep(keeping.take(report))
        passing.pass_by(report)
    assert passing.forget_before(last) == []
    keeping.forget_before(last)
    kept, passed = keeping.take(last), passing.take(last)
    assert (passed.title, passed.opening, passed.probes) == (kept.title, kept.opening, kept.probes)
    assert len(passing) == 0
