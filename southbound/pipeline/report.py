"""What a stage did, for people: counts, rejections and remarks, one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ingest.rejection import Rejection
from ingest.remark import Remark
from southbound.store.article import Added

_Record = TypeVar("_Record")


@dataclass(slots=True, kw_only=True)
class Report:
    """Counts of an import, every rejection in the order met, and what is worth telling besides."""

    added: Added = field(default_factory=Added)
    rejected: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def accept(self, records: Iterable[_Record | Rejection | Remark]) -> Iterator[_Record]:
        """Yield the records, keeping rejections and remarks aside."""
        for record in records:
            if isinstance(record, Rejection):
                self.rejected.append(str(record))
            elif isinstance(record, Remark):
                self.noted.append(str(record))
            else:
                yield record

    def summary(self, noun: str) -> str:
        """Say in one line what was added and what was known already."""
        parts = [f"{self.added.new:,} new {noun}", f"{self.added.known:,} known already"]
        if self.added.revised:
            parts.insert(1, f"{self.added.revised:,} revised")
        if self.rejected:
            parts.append(f"{len(self.rejected):,} rejected")
        if not self.added.new and not self.added.revised:
            parts.append("nothing to add")
        return ", ".join(parts)


@dataclass(slots=True, kw_only=True)
class Round(Report):
    """What a round of polls did.

    Attributes:
        outcomes: Polls by what came of them: "new", "unchanged", and the grades of failure.
        n_put_off: Feeds left for later because their host asked for it.
        n_left: Feeds left to another process, which is polling their hosts.
        seconds: That it took.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    n_put_off: int = 0
    n_left: int = 0
    seconds: float = 0.0

    def describe(self) -> str:
        """Say in one line what was polled and how it went."""
        if not self.outcomes:
            others = f"; {self.n_left:,} are being polled by another process" if self.n_left else ""
            return f"no feed is due{others}"
        counts = {
            "with something new": self.outcomes["new"],
            "unchanged": self.outcomes["unchanged"],
            **{f"failed ({kind})": self.outcomes[kind] for kind in ("hard", "soft", "temporary")},
            "put off as their host asks": self.n_put_off,
            "left to another process": self.n_left,
        }
        parts = [f"{count:,} {what}" for what, count in counts.items() if count]
        total = f"{self.outcomes.total():,} feeds polled in {self.seconds:.1f} s"
        return f"{total}: {', '.join(parts)}"
