"""A number that a text asserts, as it is read from one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from nlp.annotation import Span

#: What a claim's number measures.
Metric = Literal[
    "net_flow",  # net buying through Stock Connect, in money
    "buy",  # bought through Stock Connect
    "sell",
    "turnover",  # traded, of the market or of a Stock Connect channel
    "share_of_turnover",  # of a channel in the market's turnover, percent
    "level",  # of an index, in points
    "change",  # of an index in points, of a price in money
    "return",  # change of an index or a price, percent
    "price",  # of a share
    "money_raised",
    "revenue",
    "profit",
    "growth",  # of a quantity of a company or an economy against an earlier period, percent
    "rate",  # of interest, inflation, unemployment: percent
    "money",  # any other sum
    "count",  # of anything else that is counted
    "percentage",  # any other
]

#: Metrics whose claims can be held against stored flows, indices and prices.
MARKET_METRICS: Final = frozenset(
    {"net_flow", "buy", "sell", "turnover", "share_of_turnover", "level", "change", "return", "price"}
)

Direction = Literal["in", "out", "up", "down", "none"]

#: How a number is bounded: `exact` within its own rounding, `about` with words like "nearly" or "around".
Bound = Literal["exact", "about", "at_least", "at_most", "between"]

#: Whether it is asserted as a fact: a forecast, a target, a denial ("did not exceed") or a condition is none.
Modality = Literal["fact", "forecast", "target", "denied", "conditional"]

#: What a number is compared with: the whole record, or an earlier period's figure that it goes beyond or
#: falls short of.
Comparison = Literal["record_high", "record_low", "above", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One number of a text.

    Attributes:
        subject: `southbound` or `northbound`, an entity's id (`alibaba`, `hang_seng_index`), `hk_market` or
            `mainland_market` for a market as a whole; empty where the text doesn't tell.
        metric: What the number measures.
        value: The number in whole units: HK$435 billion is 435e9, 60 % is 60. A flow out and a fall are
            positive, with their direction beside. Of a range, its middle. None where only a comparison
            is stated ("a record inflow").
        low: The least that the words allow, from their rounding and bound: 435 billion is 434.5e9 to 435.5e9;
            "over 62 billion" is 62e9 and above. None where there is no least.
        high: The most. None where there is no most.
        unit: ISO 4217 code of money, `percent`, `points`, `shares`, `basis_points`,
            `times`, or `count`.
        period: What time it is about, resolved against the date of publication: `2025-03-28` (a day),
            `2025-W13` (week), `2025-03`, `2025-Q1`, `2025-H1`, `2025`, or an interval of days
            `2025-01-01/2025-03-28` for periods to date; empty where the text doesn't tell.
        direction: In or out for flows, up or down for changes.
        bound: How the number is bounded.
        comparison: With the whole record or an earlier period; None without.
        reference: The earlier period of a comparison, as `period` is written; empty where it isn't named.
        modality: Whether it is asserted as a fact.
        speaker: Who says so, as the text names them; empty where the text itself does.
        number: Where the number stands (of a comparison without one: its words).
        evidence: The sentence.
    """

    subject: str
    metric: Metric
    value: float | None
    low: float | None
    high: float | None
    unit: str
    period: str
    direction: Direction
    bound: Bound
    comparison: Comparison | None
    reference: str
    modality: Modality
    speaker: str
    number: Span
    evidence: Span
