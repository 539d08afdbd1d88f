"""Subjects that share what is said, and whom a text has spoken of so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nlp.claims.sentence.scene import SubjectKind


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

    def moved_to(self, end: int) -> Group:
        """Return the same group, named elsewhere; -1 for a sentence before."""
        return Group(self.ids, self.kind, self.currency, end, self.is_instrument, self.is_likely)


NOBODY: Final = Group()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Whom a text has spoken of: the last index, company and channel, and the last group of all.

    `just_traded` is the one whose share the sentence right before told of, in the same paragraph.
    `main` is the company that its title is about, `first` the one that it begins with, `lead` the first that
    the paragraph has named before the sentence, `traded` the last whose share was told of.
    `tells_of_shares` says whether its beginning tells of shares, `tells_of_seats` whether it lists the seats
    that traded most of a share, `tells_of_hong_kong` whether it is on shares there, `tells_of_others` whether
    it is on prices of other things than shares.
    `span` is the last week, month or longer time that a number was about, `topic` the week that a sentence
    without numbers has set the paragraph's topic to. `has_several` says whether it names several companies.
    """

    group: Group = NOBODY
    index: Group = NOBODY
    company: Group = NOBODY
    main: Group | None = None
    lead: Group | None = None
    traded: Group | None = None
    just_traded: Group | None = None
    first: Group | None = None
    channel: str = ""
    tells_of_shares: bool = False
    tells_of_seats: bool = False
    tells_of_others: bool = False
    tells_of_hong_kong: bool = False
    span: str = ""
    topic: str = ""
    has_several: bool = False

    @property
    def share(self) -> Group:
        """Whose "the stock" is."""
        return self.just_traded or self.main or self.lead or self.traded or self.first or self.company

    @property
    def own_share(self) -> Group:
        """Whose "its shares" are."""
        return self.main or self.lead or self.company

    def with_group(self, group: Group) -> Memory:
        """Remember a group."""
        if group.kind == "subchannel":
            return self
        is_index, is_company = group.kind in {"index", "market"}, group.kind == "company"
        return Memory(
            group=group,
            index=group if is_index else self.index,
            company=group if is_company else self.company,
            main=self.main,
            lead=self.lead,
            traded=self.traded,
            just_traded=self.just_traded,
            first=self.first,
            channel=self.channel,
            tells_of_shares=self.tells_of_shares,
            tells_of_seats=self.tells_of_seats,
            tells_of_others=self.tells_of_others,
            tells_of_hong_kong=self.tells_of_hong_kong,
            span=self.span,
            topic=self.topic,
            has_several=self.has_several,
        )
