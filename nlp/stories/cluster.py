"""Put reports into stories, online, in one pass: what was assigned is never assigned anew.

A report joins the story that it is most like. It is compared with a bounded number of the story's
reports, the first, the leading one and the latest, and the mean counts beside the best, lest a chain of
small changes tie the morning's event to the evening's. Only the reports of the last seven days are kept;
whoever adds those again, in their order and with their stories, has the same index again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nlp.stories.candidate import CandidateIndex
from nlp.stories.decision import Decision
from nlp.stories.fingerprint import Fingerprint, Fingerprinter
from nlp.stories.likeness import describe
from nlp.stories.report import Report
from nlp.stories.term import Rarity

#: Reports older than this, against the newest, are forgotten.
WINDOW = timedelta(days=7)
#: As many of a story's latest reports are compared, beside its first and its leading one.
_N_LATEST = 3
#: A story is looked at when one of its reports is at least so likely to tell the same.
_WORTH_LOOKING = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a report belongs.

    Attributes:
        article_id: the report's.
        story_id: id of the story's first report, which names it.
        is_new: the report begins the story.
        likeness: 0..1, how like the story the report is; of a new story, how like the nearest one.
        matched_article_id: the report of the story that is most like it; None for a new story.
    """

    article_id: str
    story_id: str
    is_new: bool
    likeness: float
    matched_article_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A story that may be a report's, with the member that is most like it."""

    story_id: str
    likeness: float
    article_id: str


class StoryIndex:
    """The kept reports and their stories.

    Args:
        decision: judges pairs.
        rarity: how rare words are.
    """

    def __init__(self, decision: Decision, rarity: Rarity) -> None:
        self._decision = decision
        self._rarity = rarity
        self._fingerprinter = Fingerprinter(rarity)
        self._candidates = CandidateIndex()
        self._order: deque[Fingerprint] = deque()
        self._story_of: dict[str, str] = {}
        self._members: dict[str, list[Fingerprint]] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._story_of

    def add(self, report: Report) -> Assignment:
        """Assign a report to a story and keep it.

        Reports are to come in the order of `known_at`: the assignment depends on those that were added
        before and known no later. One that comes late is compared with what is still kept of its time.

        Raises:
            ValueError: the report is kept already, or its `known_at` has no zone.
        """
        one = self._take(report)
        best = max(self._matches(one), key=lambda match: (match.likeness, match.story_id), default=None)
        joins = best is not None and best.likeness >= self._decision.join_threshold
        story_id = best.story_id if best and joins else one.article_id
        self._keep(one, story_id)
        return Assignment(
            article_id=one.article_id,
            story_id=story_id,
            is_new=not joins,
            likeness=best.likeness if best else 0.0,
            matched_article_id=best.article_id if best and joins else None,
        )

    def restore(self, assigned: Iterable[tuple[Report, str]]) -> None:
        """Keep reports with the stories that they were assigned to, in their order, as after a restart."""
        for report, story_id in assigned:
            self._keep(self._take(report), story_id)

    def _take(self, report: Report) -> Fingerprint:
        if report.article_id in self:
            raise ValueError(f"{report.article_id} is in the index already")
        if report.known_at.utcoffset() is None:
            raise ValueError(f"known_at of {report.article_id} has no zone")
        one = self._fingerprinter.take(report)
        self._forget(one)
        return one

    def _matches(self, one: Fingerprint) -> list[_Match]:
        """Return the stories worth a look, with their likeness."""
        found = [other for other in self._candidates.find(one) if _is_within(one, other)]
        judged = {other.article_id: self._judge(other, one) for other in found}
        stories = {self._story_of[key] for key, value in judged.items() if value >= _WORTH_LOOKING}
        return [self._match(story_id, one, judged) for story_id in stories]

    def _match(self, story_id: str, one: Fingerprint, judged: dict[str, float]) -> _Match:
        members = self._members[story_id]
        compared = {member.article_id: member for member in _compared(members) if _is_within(one, member)}
        for key, member in compared.items():
            if key not in judged:
                judged[key] = self._judge(member, one)
        of_story = {m.article_id: judged[m.article_id] for m in members if m.article_id in judged}
        nearest = max(of_story, key=lambda key: (of_story[key], key))
        mean = sum(judged[key] for key in compared) / len(compared) if compared else of_story[nearest]
        share = self._decision.best_share
        likeness = share * of_story[nearest] + (1 - share) * mean
        return _Match(story_id=story_id, likeness=likeness, article_id=nearest)

    def _judge(self, earlier: Fingerprint, later: Fingerprint) -> float:
        return self._decision.judge(describe(earlier, later, self._rarity))

    def _keep(self, one: Fingerprint, story_id: str) -> None:
        self._candidates.add(one)
        self._order.append(one)
        self._story_of[one.article_id] = story_id
        self._members.setdefault(story_id, []).append(one)

    def _forget(self, newest: Fingerprint) -> None:
        while self._order and newest.known_at - self._order[0].known_at > WINDOW:
            old = self._order.popleft()
            self._candidates.drop(old.article_id)
            story_id = self._story_of.pop(old.article_id)
            self._members[story_id].remove(old)
            if not self._members[story_id]:
                del self._members[story_id]


def _is_within(one: Fingerprint, other: Fingerprint) -> bool:
    return one.known_at - WINDOW <= other.known_at <= one.known_at


def _compared(members: Sequence[Fingerprint]) -> list[Fingerprint]:
    """Return a story's first report, the last that calls itself an update, and the latest."""
    updates = [member for member in members if member.is_update][-1:]
    return [members[0], *updates, *members[-_N_LATEST:]]
