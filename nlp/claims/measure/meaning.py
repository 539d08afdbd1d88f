"""What a number of a text measures, of whom and which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nlp.claims.claim import Comparison, Direction, Metric
from nlp.claims.subject.group import Group

#: Currencies of what is bought and traded through a channel or in a market.
CURRENCIES: Final[Mapping[str, str]] = {
    "southbound": "HKD", "northbound": "CNY", "hk_market": "HKD", "mainland_market": "CNY",
}  # fmt: skip
#: Of the mainland's and Hong Kong's indices: turnover beside them is in the money of their market.
INDEX_CURRENCIES: Final[Mapping[str, str]] = dict.fromkeys(
    ("sse_composite", "szse_component", "chinext_index", "star50", "bse50", "csi300", "csi500", "sse50"),
    "CNY",
) | dict.fromkeys(("hsi", "hscei", "hstech"), "HKD")
#: Indices that a market's share prices are told by.
_MARKET_INDEX: Final = {"hk_market": "hsi", "mainland_market": "sse_composite"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A figure's metric, unit and direction, and whom it is said of (at least one, "" where unknown).

    `comparison` is set where the figure says by how much something is above or below an earlier one.
    """

    metric: Metric
    unit: str
    direction: Direction
    subjects: tuple[str, ...]
    comparison: Comparison | None = None


def ids_of(group: Group) -> tuple[str, ...]:
    """Return the subjects of a number; one that is empty where they aren't known."""
    return group.ids or ("",)


def priced(group: Group) -> tuple[str, ...]:
    """Return the subjects of a move of prices: a market's is its index's."""
    return tuple(_MARKET_INDEX.get(key, key) for key in ids_of(group))
