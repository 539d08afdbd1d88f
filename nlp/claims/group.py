"""Subjects that share what is said, and whom a text has spoken of so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from nlp.claims.scene import SubjectKind


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects that share what is said; without ids, one that isn't known.

    `is_instrument` says of an unknown one that its name ends as those of shares and indices do; `is_likely`
    that it stands in a text on shares.
    """

    ids: tuple[str, ...] = ()
    kind: SubjectKind = "unknown"
    currency: str = ""
    end: int = -1
    is_instrument: bool = False
    is_likely: bool = False


NOBODY: Final = Group()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Whom a text has spoken of: the last index, company and channel, and the last group of all.

    `main` is the company that its title names, where it names one; `tells_of_shares` says whether its
    beginning does.
    """

    group: Group = NOBODY
    index: Group = NOBODY
    company: Group = NOBODY
    main: Group | None = None
    channel: str = ""
    tells_of_shares: bool = False

    def with_group(self, group: Group) -> Memory:
        """Remember a group."""
        changed = replace(self, group=group)
        if group.kind in {"index", "market"}:
            changed = replace(changed, index=group)
        elif group.kind == "company":
            changed = replace(changed, company=group)
        return changed
