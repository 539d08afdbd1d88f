"""Put reports into stories, online, in one pass: what was assigned is never assigned anew.

A report joins the story that it is most like. It is compared with a bounded number of the story's
reports, the first, the leading one and the latest, and their mean counts beside the best, lest a chain of
small changes tie the morning's event to the evening's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.stories.assignment import Assignment
from nlp.stories.candidate import CandidateIndex
from nlp.stories.fingerprint import Fingerprint
from nlp.stories.judge import Judge
from nlp.stories.recent import RecentReports, is_within
from nlp.stories.report import Report
from nlp.stories.term import Rarity

#: As many of a story's latest reports are compared, beside its first and its leading one.
_N_LATEST = 3
#: As many reports are worth preparing before the first of them is settled.
N_AHEAD = 256
#: As many of the reports found are read beside the new one, the likeliest by their features.
_N_READ = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A story that may be a report's, with the member that is most like it."""

    likeness: float
    story_id: str
    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A report that is kept and not assigned yet.

    Attributes:
        one: its fingerprint.
        forgotten: what was too old when it came.
        judged: waits for the likelihoods of the reports that were found, by their ids.
    """

    one: Fingerprint
    forgotten: tuple[Fingerprint, ...]
    judged: Callable[[], dict[str, float]]


class StoryIndex:
    """The reports of the last seven days and their stories; older ones are forgotten.

    Args:
        judge: judges pairs.
        rarity: how rare words are in the news.
    """

    def __init__(self, judge: Judge, rarity: Rarity) -> None:
        self._judge, self._decision = judge, judge.decision
        self._recent = RecentReports(rarity)
        self._candidates = CandidateIndex()
        self._story_of: dict[str, str] = {}
        self._members: dict[str, list[Fingerprint]] = {}

    def __len__(self) -> int:
        return len(self._recent)

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._candidates

    def add(self, report: Report) -> Assignment:
        """Assign a report to a story and keep it.

        Reports are to come in the order of `known_at` (then of their ids): an assignment depends only on
        what was added before and known no later. One that comes late is compared with what is still kept.

        Raises:
            ValueError: the report is kept already, or its `known_at` has no zone.
        """
        return self.settle(self.prepare(report))

    def prepare(self, report: Report) -> Prepared:
        """Keep a report and begin to judge what it is compared with: the first half of :meth:`add`.

        Others may be prepared before it is settled, so that their texts are read at the same time. All are to
        be settled in the order in which they were prepared; the outcome is the same.

        Raises:
            ValueError: as :meth:`add`.
        """
        one, forgotten = self._take(report)
        found = [other for other in self._candidates.find(one) if is_within(other, one)]
        judged = self._begin(found, one)
        self._hold(one)
        return Prepared(one=one, forgotten=forgotten, judged=judged)

    def settle(self, prepared: Prepared) -> Assignment:
        """Assign a prepared report to a story.

        Raises:
            Exception: a text can't be read; nothing is compared with this report from now on.
        """
        one = prepared.one
        self._forget(prepared.forgotten)
        try:
            matches = self._matches(one, prepared.judged())
        except Exception:
            self._candidates.drop(one.article_id)
            raise
        best = max(matches, key=lambda match: (match.likeness, match.story_id), default=None)
        joined = best if best and best.likeness >= self._decision.join_threshold else None
        story_id = joined.story_id if joined else one.article_id
        self._assign(one, story_id)
        return Assignment(
            article_id=one.article_id,
            story_id=story_id,
            is_new=joined is None,
            likeness=best.likeness if best else 0.0,
            matched_article_id=joined.article_id if joined else None,
        )

    def find(self, report: Report) -> list[str]:
        """Return the ids of the kept reports with which a report would be compared first; nothing is kept."""
        one = self._recent.take(report)
        return [other.article_id for other in self._candidates.find(one) if is_within(other, one)]

    def restore(self, assigned: Iterable[tuple[Report, str]]) -> None:
        """Keep reports with the ids of the stories that they were assigned to, as after a restart.

        Those of the last fourteen days, in the order in which they were added, give the same index again:
        what is still compared are seven days, whose words were weighed by the seven before.
        """
        for report, story_id in assigned:
            one, forgotten = self._take(report)
            self._hold(one)
            self._forget(forgotten)
            self._assign(one, story_id)

    def _take(self, report: Report) -> tuple[Fingerprint, tuple[Fingerprint, ...]]:
        """Return a report's fingerprint, and those that are too old to be found now."""
        if report.article_id in self:
            raise ValueError(f"{report.article_id} is in the index already")
        forgotten = tuple(self._recent.forget_before(report))
        for old in forgotten:
            if old.article_id in self._candidates:
                self._candidates.drop(old.article_id)
        return self._recent.take(report), forgotten

    def _matches(self, one: Fingerprint, told: Mapping[str, float]) -> list[_Match]:
        """Return the stories of the reports judged, with their likeness."""
        judged = {key: value for key, value in told.items() if key in self._story_of}
        near = {
            self._story_of[key] for key, value in judged.items() if value >= self._decision.join_threshold
        }
        # None of the others could reach the threshold but by members that weren't even found.
        return [self._match(story_id, one, judged) for story_id in near] or [
            _Match(likeness=value, story_id=self._story_of[key], article_id=key)
            for key, value in judged.items()
        ]

    def _match(self, story_id: str, one: Fingerprint, judged: dict[str, float]) -> _Match:
        members = [member for member in self._members[story_id] if is_within(member, one)]
        compared = _compared(members)
        judged |= self._weigh([member for member in compared if member.article_id not in judged], one)
        known = [member.article_id for member in members if member.article_id in judged]
        nearest = max(known, key=lambda key: (judged[key], key))
        mean = sum(judged[member.article_id] for member in compared) / len(compared)
        share = self._decision.best_share
        likeness = share * judged[nearest] + (1 - share) * mean
        return _Match(likeness=likeness, story_id=story_id, article_id=nearest)

    def _begin(self, found: Sequence[Fingerprint], one: Fingerprint) -> Callable[[], dict[str, float]]:
        """Judge the reports found; where the features leave the likeliest open, some of them are read.

        Others that are open too are left out: where none of the likelier ones tells the event, they don't.
        """
        pairs = [(other, one) for other in found]
        weighed = sorted(zip(self._judge.weigh(pairs), pairs, strict=True), key=lambda two: -two[0])
        if not weighed or not self._judge.is_open(weighed[0][1], weighed[0][0]):
            return lambda: {other.article_id: value for value, (other, _) in weighed}
        is_open = [self._judge.is_open(pair, value) for value, pair in weighed]
        opened = [two for two, is_so in zip(weighed, is_open, strict=True) if is_so][:_N_READ]
        closed = [two for two, is_so in zip(weighed, is_open, strict=True) if not is_so]
        settle = self._judge.start([pair for _, pair in opened], [value for value, _ in opened])

        def judged() -> dict[str, float]:
            read = {other.article_id: value for value, (_, (other, _)) in zip(settle(), opened, strict=True)}
            return read | {other.article_id: value for value, (other, _) in closed}

        return judged

    def _weigh(self, earlier: Sequence[Fingerprint], later: Fingerprint) -> dict[str, float]:
        likelihoods = self._judge.weigh([(one, later) for one in earlier])
        return {one.article_id: value for one, value in zip(earlier, likelihoods, strict=True)}

    def _hold(self, one: Fingerprint) -> None:
        """Let later reports find a report."""
        self._recent.keep(one)
        self._candidates.add(one)

    def _assign(self, one: Fingerprint, story_id: str) -> None:
        self._story_of[one.article_id] = story_id
        self._members.setdefault(story_id, []).append(one)

    def _forget(self, forgotten: Iterable[Fingerprint]) -> None:
        """Take old reports out of their stories; one that couldn't be read has none."""
        for old in forgotten:
            story_id = self._story_of.pop(old.article_id, None)
            if story_id is None:
                continue
            members = [member for member in self._members[story_id] if member is not old]
            if members:
                self._members[story_id] = members
            else:
                del self._members[story_id]


def _compared(members: Sequence[Fingerprint]) -> list[Fingerprint]:
    """Return a story's first report, the last that calls itself an update, and the latest, each once."""
    updates = [member for member in members if member.is_update][-1:]
    chosen = [members[0], *updates, *members[-_N_LATEST:]]
    return list({member.article_id: member for member in chosen}.values())
