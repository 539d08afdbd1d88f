"""What a stage's work is given, and what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from southbound.settings import Settings
from southbound.store import Store
from southbound.store.service import StageOutcome

#: Texts that a stage fails on are named in what it says, up to so many at once.
_MAX_TOLD: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What stays the same from run to run.

    Attributes:
        settings: All of them.
        feeds: A list of feeds that is polled in place of the configured ones.
    """

    settings: Settings
    feeds: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run.

    Attributes:
        store: The database, open to write.
        day: The day that the run is for, where the stage runs once a day.
    """

    store: Store
    day: date | None = None

    def require_day(self) -> date:
        """Return the day of a stage that runs once a day."""
        if self.day is None:
            raise ValueError("this stage runs for a day; none was given")
        return self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did.

    Attributes:
        outcome: ``ok``; ``waiting`` where it is to be tried again soon, as something isn't there yet;
            ``failed``.
        counts: How many of what, for logs and metrics: numbers only, so that no text of news gets there.
        detail: What is waited for, or went wrong, in one line.
        has_more: Whether there is more to do at once.
    """

    outcome: StageOutcome = "ok"
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    detail: str | None = None
    has_more: bool = False


def told_of(failed: Sequence[str]) -> str | None:
    """Say in one line which texts a stage failed on; None where it failed on none."""
    return "; ".join(failed[:_MAX_TOLD]) or None


#: A stage's work; made once in its process by a function that takes the setup.
Work = Callable[[Job], Outcome]
MakeWork = Callable[[Setup], Work]
