"""What is checked, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

Outcome: TypeAlias = Literal["confirmed", "contradicted", "unchecked"]

#: Why an assertion could not be checked, in a sentence that ends where its detail may follow.
REASONS: Final = {
    "forecast": "a forecast is no fact yet",
    "target": "a target is no fact",
    "denied": "the text denies it",
    "conditional": "it is said under a condition",
    "metric": "nothing that the stored market data tell",
    "subject": "the text doesn't tell what it is about",
    "period": "the text doesn't tell for when",
    "number": "it has no number",
    "data": "no data of the subject are stored",
    "share_flow": "of parts of a channel only the ten shares traded most in a session are told",
    "other_market": "it is about another market's price",
    "listing": "it is listed elsewhere too, and the text doesn't say where",
    "unit": "its unit can't be compared",
    "adjusted": "the stored prices are adjusted for dividends, so their levels are none",
    "intraday": "it is a figure from within the session",
    "no_session": "there was no trading then",
    "doubtful": "it fits another time than the one that was read, which is doubtful",
    "growth": "it may be a growth of results, not a move of the price",
    "cumulative": "it may be a move over another time than the one that was read",
    "shared": "it is one of several numbers for several subjects, which are easily confused",
    "relative": "it is a distance to another move, or a part of one",
    "level": "it is a threshold, or the level of another day",
    "turned": "a gain or a loss is said to narrow or to turn, which is easily misread",
    "unlike": "it is so far from the figure that something else must be meant",
    "not_over": "the period was not over when it was said",
    "not_known": "the figures were not known by then",
    "gap": "figures of the period are missing",
    "history": "the data don't reach far enough back",
    "reference": "the text doesn't tell against when",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A number, or a comparison, that a text asserts.

    Attributes:
        subject: `southbound`, `northbound`, `hk_market`, `mainland_market` or an entity's id.
        assets: Assets whose prices tell of the subject, such as `XHKG:9988`.
        metric: `net_flow`, `buy`, `sell`, `turnover`, `share_of_turnover`, `level`, `change`, `return` or
            `price`; others are never checked.
        value: In whole units, without its sign; None where only a comparison is stated.
        low: The least that its words allow; None without one.
        high: The most; None without one.
        unit: ISO 4217 code, `percent`, `basis_points` or `points`.
        period: What time it is about, see `signals.checking.period`; empty where the text doesn't tell.
        direction: `in`, `out`, `up`, `down` or `none`.
        bound: `exact`, `about`, `at_least`, `at_most` or `between`.
        comparison: `record_high`, `record_low`, `above` or `below`; None without one.
        reference: The period compared with; empty where it isn't named.
        modality: `fact`, or what else it is asserted as.
        published_at: When it was said.
        sentence: What it stands in.
        position: Where in the sentence its number begins.
        headline: Of the text.
    """

    subject: str
    assets: tuple[str, ...] = ()
    metric: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    period: str
    direction: str
    bound: str = "exact"
    comparison: str | None = None
    reference: str = ""
    modality: str = "fact"
    published_at: datetime
    sentence: str = ""
    position: int = 0
    headline: str = ""

    @property
    def sign(self) -> int:
        """Which way it points: 1, -1, or 0 where it tells no direction."""
        return {"in": 1, "up": 1, "out": -1, "down": -1}.get(self.direction, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the data say to an assertion.

    Attributes:
        outcome: Whether they agree.
        reason: A key of `REASONS` where it could not be checked, else empty.
        detail: What the reason or the outcome is about: a day, an asset.
        figure: The right figure, signed, in the unit of the assertion; None where there is none.
        unit: Of the figure.
        period: What the figure covers: `2025-03-28`, or `2025-01-02/2025-03-28`.
        source: What it was computed from: `southbound`, an asset.
        notes: Keys of what else is to be known, each with its detail; see `NOTES`.
    """

    outcome: Outcome
    reason: str = ""
    detail: str = ""
    figure: float | None = None
    unit: str = ""
    period: str = ""
    source: str = ""
    notes: tuple[tuple[str, str], ...] = ()


#: What may have to be said beside a verdict; {} is its detail.
NOTES: Final = {
    "direction": "the size is right, the direction is not",
    "cut": "it is cut, not rounded",
    "to_date": "up to {}",
    "counted_from": "counted from the close of {}",
    "since": "of what is stored, which begins {}",
    "record": "the highest or lowest before it: {}",
    "no_record": "the number is right, but it is no record: {}",
    "record_open": "whether it is a record can't be told: the data begin {}",
    "compared": "the other figure: {}",
    "dividends": "prices are adjusted for dividends; {} points are allowed for them",
    "converted": "converted at {}",
    "net": "with buying and selling set off against each other",
    "one_sided": "with buying and selling counted against the market's turnover counted once",
    "average": "the mean of {} sessions",
    "whole": "the whole period: {}",
    "elsewhere": "the {} of the same text says otherwise",
}


class UncheckableError(Exception):
    """An assertion can't be checked, for one of `REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(REASONS[reason])
        self.reason, self.detail = reason, detail
