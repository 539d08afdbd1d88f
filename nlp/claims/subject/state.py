"""What a sentence has said up to a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from nlp.claims.sentence.scene import Event, Scene
from nlp.claims.subject.group import Group, Memory
from nlp.claims.subject.head import read_head


@dataclass(slots=True, kw_only=True)
class State:
    """What a sentence has said: its last subject, noun, direction, flow and channel, and where each ended."""

    group: Group
    memory: Memory
    noun: str = ""
    noun_end: int = -1
    direction: str = ""
    direction_end: int = -1
    flow: str = ""
    channel: str = ""
    is_quantity: bool = False
    is_seat: bool = False
    level_start: int = -1
    level_end: int = -1
    last_figure: int = -1
    clause: int = 0
    other_money: int = -1
    other_end: int = -2
    has_channel: bool = False
    has_head: bool = False
    replaced: Group | None = None
    is_business: bool = False
    bloc: Group | None = None
    pair: Group | None = None
    named: tuple[Group, ...] = ()
    passed: Group | None = None
    before_bracket: tuple[Group, str, int] | None = None


_SCHEME: Final = re.compile(r"债券通|互换通|理财通|bond|wealth", re.IGNORECASE)


def take_channel(event: Event, state: State, scene: Scene) -> None:
    """Take a word for money that isn't Stock Connect's, or for a seat of it."""
    if event.kind == "other_flow":
        state.channel, state.other_money, state.other_end = "other", event.start, event.end
        if _SCHEME.search(scene.text, event.start, event.end):
            state.group, state.has_head = Group(end=event.end), True
        return
    state.channel, state.has_head, state.noun, state.is_seat = "northbound", True, "", True


def settle_head(place: int, state: State, scene: Scene) -> None:
    """Where a clause has a head of its own that isn't known, its subject is unknown."""
    if state.has_head:
        return
    state.has_head = True
    is_own, is_instrument = read_head(scene, state.clause, place)
    if is_own:
        state.replaced = state.group
        has_share = state.noun == "share" and state.noun_end > state.clause
        state.group = Group(
            end=place, is_instrument=is_instrument or has_share, is_likely=state.memory.tells_of_shares
        )
        state.noun = "share" if has_share else ""
