"""A reviewer's change to what an article is said to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from nlp.annotation import EntityTag, Span, ThemeTag, Tone

Kind = Literal[
    "accept_theme",
    "reject_theme",
    "add_theme",
    "accept_entity",
    "reject_entity",
    "relink_entity",
    "split_entity",
    "add_entity",
    "tone",
    "scope",
    "merge_story",
    "split_story",
    "checked",
    "undo",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
#: Kinds that say whether an article carries a theme, and what they say.
VERDICTS: Final[dict[str, bool]] = {"accept_theme": True, "reject_theme": False, "add_theme": True}
#: Kinds about an entity.
ENTITY_KINDS: Final = frozenset(
    {"accept_entity", "reject_entity", "relink_entity", "split_entity", "add_entity"}
)
#: Kinds about stories; they change no tags.
STORY_KINDS: Final = frozenset({"merge_story", "split_story"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The entity that mentions are given to."""

    entity_id: str
    name: str
    type: str
    tickers: tuple[str, ...] = ()
    linked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a reviewer says; what a kind doesn't need is empty.

    Attributes:
        kind: what is done. `checked` says that the themes are complete after the others.
        theme: that is accepted, rejected or added.
        entity_id: that is accepted, rejected, relinked, split or added, or whose tone is set.
        mentions: those of the entity that go to the target, all where empty; of an added one, its own.
        evidence: what carries an added theme; of one accepted or rejected, what carried it.
        target: the entity that the mentions go to.
        label: tone -1, 0 or 1; scope 0 or 1; of `checked`, 1 where the entities are complete too.
    """

    kind: Kind
    theme: str = ""
    entity_id: str = ""
    mentions: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()
    target: Target | None = None
    label: int | None = None

    @property
    def anchors(self) -> tuple[Span, ...]:
        """The stretches of text that it speaks of."""
        return (*self.evidence, *self.mentions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What is said of one text, as far as a reviewer can change it."""

    themes: tuple[ThemeTag, ...]
    entities: tuple[EntityTag, ...]
    tone: Tone
    hk_china: float
