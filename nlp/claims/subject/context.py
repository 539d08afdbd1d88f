"""What governs one figure of a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nlp.claims.claim import Direction
from nlp.claims.subject.group import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What governs one figure.

    Attributes:
        group: Its subject.
        noun: The kind of the noun that says what it measures; empty without one.
        direction: "up" or "down"; empty where no word says so.
        is_moved: Whether that word stands in the figure's own clause.
        is_quantity: Whether that word is one for quantities ("grew"), not for prices.
        flow: The last word for money in its clause: a kind of cue; empty without one.
        channel: "southbound", "northbound", "other" (money that isn't Stock Connect's) or empty.
        is_level: Whether a word for levels stands right before it.
        clause: Where its clause begins.
        is_beside: Whether it stands in brackets after the subject.
        is_seat: Whether the channel is only a seat that trades the subject's share.
        is_other_money: Whether its clause speaks of money that isn't Stock Connect's.
        is_guessed: Whether its company is only the one that a text with several has spoken of before.
        is_business: Whether its sentence has told of sales, output or the like before it.
        is_gapped: Whether its verb stands with a number before: "A rose 2 %, B 3 %".
    """

    group: Group
    noun: str
    direction: Literal["up", "down", ""]
    is_moved: bool
    is_quantity: bool
    flow: str
    channel: str
    is_level: bool
    clause: int
    is_beside: bool
    is_seat: bool
    is_gapped: bool = False
    is_other_money: bool = False
    is_business: bool = False
    is_guessed: bool = False

    @property
    def way(self) -> Direction:
        """Which way what it measures goes."""
        return self.direction or "none"
