"""Whether a figure is what an assertion's number says, within the number's own rounding."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from signals.checking.assertion import Assertion, UncheckableError, Verdict
from signals.checking.figure import Figure
from signals.checking.period import text_from_days
from signals.checking.words import is_loose

Notes: TypeAlias = tuple[tuple[str, str], ...]

#: The Hong Kong dollars that one US dollar may cost: the band that the currency board holds.
PEG: Final = (7.75, 7.85)
#: Stored closes carry the noise of single precision; points.
_CLOSE_NOISE: Final = 0.005
#: Numbers from here on with at most two digits before their zeros are round: so much is allowed of them.
_ROUND_FROM, _ROUND_DIGITS, _ROUND_SHARE = 1000, 2, 0.01
#: A sum is cut at its last digit that is no nought only where that is so small a part of it.
_CUT_SHARE: Final = 0.005
#: Adjusting moves a price by some tenths of a percent either way; points.
_ADJUSTED_NOISE: Final = 0.5
#: A sum's last place is rounded where half of it is so small a part.
_ROUNDED_SHARE: Final = 0.03
#: An open number may be missed by this part of it.
_OPEN_SHARE: Final = 0.002
_UNSIGNED: Final = frozenset({"level", "price", "buy", "sell", "turnover", "share_of_turnover"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A figure in the unit of an assertion, and how far off it may really be.

    Attributes:
        shown: The figure, signed.
        low: The least that it can be.
        high: The most.
    """

    shown: float
    low: float
    high: float


def number_verdict(assertion: Assertion, figure: Figure) -> Verdict:
    """Say whether a figure is what a number says.

    It is where the interval that the words allow meets the figure; digits that are cut off instead of rounded
    are right too.

    Raises:
        UncheckableError: the number is in a unit that the figure can't be brought to.
    """
    reaches, notes = _in_unit(figure, assertion.unit)
    fit = next((reach for reach in reaches if _fits(reach, assertion)), None)
    if fit is None and figure.is_running:
        fit = _between(reaches, assertion)
    shown = reaches[0] if fit is None else fit
    if fit is None and assertion.sign and any(_fits(_mirrored(one), assertion) for one in reaches):
        notes += (("direction", ""),)
    if fit is not None and _is_cut(fit, assertion):
        notes += (("cut", ""),)
    if fit is not None and figure.origins and figure.origins[reaches.index(fit)] != figure.origins[0]:
        notes += (("counted_from", figure.origins[reaches.index(fit)]),)
    if fit is not None and assertion.metric == "share_of_turnover" and fit == reaches[-1]:
        notes += (("one_sided", ""),)
    return verdict_of(figure, holds=fit is not None, shown=shown.shown, unit=assertion.unit, notes=notes)


def verdict_of(figure: Figure, *, holds: bool, shown: float, unit: str, notes: Notes = ()) -> Verdict:
    """Return a verdict with what a figure tells of itself."""
    return Verdict(
        outcome="confirmed" if holds else "contradicted",
        figure=shown,
        unit=unit,
        period=text_from_days(figure.first, figure.last),
        source=figure.source,
        notes=(*figure.notes, *notes),
    )


def _in_unit(figure: Figure, unit: str) -> tuple[list[Reach], Notes]:
    above = min(figure.slack, _ADJUSTED_NOISE)
    plain = [Reach(shown=value, low=value - figure.slack, high=value + above) for value in figure.amounts]
    if unit == figure.unit:
        return plain, ()
    if figure.unit == "percent" and unit == "basis_points":
        return [_scaled(reach, 100.0, 100.0) for reach in plain], ()
    if figure.unit == "HKD" and unit == "USD":
        return [_scaled(reach, 1 / PEG[1], 1 / PEG[0]) for reach in plain], (
            ("converted", f"{PEG[0]}-{PEG[1]}"),
        )
    raise UncheckableError("unit", unit)


def _scaled(reach: Reach, least: float, most: float) -> Reach:
    bounds = [value * factor for value in (reach.low, reach.high) for factor in (least, most)]
    return Reach(shown=reach.shown * (least + most) / 2, low=min(bounds), high=max(bounds))


def _mirrored(reach: Reach) -> Reach:
    return Reach(shown=-reach.shown, low=-reach.high, high=-reach.low)


def _sized(reach: Reach, assertion: Assertion) -> Reach:
    """Return a figure as an assertion counts it: falls and outflows as positive numbers."""
    if assertion.metric in _UNSIGNED:
        return reach
    is_turned = assertion.sign < 0 or (assertion.sign == 0 and reach.shown < 0)
    return _mirrored(reach) if is_turned else reach


def _allowed(assertion: Assertion) -> tuple[float, float]:
    """Return the least and the most that the words allow; where neither is told, the value."""
    low, high, value = assertion.low, assertion.high, assertion.value
    if low is None and high is None and value is not None:
        return value, value
    return -math.inf if low is None else low, math.inf if high is None else high


def _rounding(assertion: Assertion, high: float) -> tuple[float, float]:
    """Return by how much a figure may lie below and above what a number's digits say at first sight.

    300.7 is written as 301 by who rounds, as 300 by who cuts. Of a range, and of what is "nearly" a
    number or more, each end is rounded itself. A round
    number written with all its zeros, 20,000 or 38,000, is as coarse as people speak.
    """
    value = assertion.value
    if value is None:
        return 0.0, 0.0
    if assertion.bound == "between" or is_loose(assertion.sentence, assertion.position):
        if assertion.unit not in {"percent", "points"}:
            return 0.0, 0.0
        low, high = (value if one is None else one for one in (assertion.low, assertion.high))
        return _step(low) / 2, _step(high) / 2
    if assertion.bound in {"at_least", "at_most"}:
        # "Over 213" is said of 212.96 too.
        room = min(_last_place(value) / 2, value * _OPEN_SHARE)
        return (room, 0.0) if assertion.bound == "at_least" else (0.0, room)
    if assertion.bound != "exact":
        return 0.0, 0.0
    cut = max(high - value, _cut_of_flow(assertion, value))
    digits = len(str(int(value)).rstrip("0")) if value == int(value) else _ROUND_DIGITS + 1
    round_room = value * _ROUND_SHARE if value >= _ROUND_FROM and digits <= _ROUND_DIGITS else 0.0
    half = _last_place(value) / 2
    if assertion.metric == "net_flow" and half <= value * _ROUNDED_SHARE:
        round_room = max(round_room, half)
    return max(round_room - cut, 0.0), max(round_room - cut, cut)


def _cut_of_flow(assertion: Assertion, value: float) -> float:
    """Return how much more a sum may be than its digits say: 4,357 hundred million is told as 4,350."""
    room = _last_place(value)
    return room if assertion.metric == "net_flow" and room <= value * _CUT_SHARE else 0.0


def _last_place(number: float) -> float:
    """Return what one of the last digit of a number that isn't nought is worth."""
    if number < _ROUND_FROM or number != int(number):
        return _step(number)
    text = str(int(number))
    return float(10 ** (len(text) - len(text.rstrip("0"))))


def _step(number: float) -> float:
    """Return what one of the last digit of a number is worth."""
    return float(10.0 ** -len(f"{number:.6f}".rstrip("0").partition(".")[2]))


def _noise(assertion: Assertion, reach: Reach) -> float:
    # A move of 1.548 % is told as 1.55, and that as 1.6.
    is_noisy = assertion.metric in {"level", "change"} or (
        assertion.metric == "return" and assertion.unit == "percent"
    )
    return _CLOSE_NOISE if is_noisy else abs(reach.shown) * 1e-9


def _fits(reach: Reach, assertion: Assertion) -> bool:
    sized, noise = _sized(reach, assertion), _noise(assertion, reach)
    low, high = _allowed(assertion)
    below, above = _rounding(assertion, high)
    return sized.low <= high + above + noise and sized.high >= low - below - noise


def _is_cut(reach: Reach, assertion: Assertion) -> bool:
    high = _allowed(assertion)[1]
    return assertion.bound == "exact" and _sized(reach, assertion).low > high + _noise(assertion, reach)


def _between(reaches: list[Reach], assertion: Assertion) -> Reach | None:
    """Return the first figure where a number lies between those of two days: a session was on."""
    sized = [_sized(reach, assertion) for reach in reaches]
    low, high = _allowed(assertion)
    is_between = min(one.low for one in sized) <= high and max(one.high for one in sized) >= low
    return reaches[0] if is_between else None


def gap_verdict(assertion: Assertion, figure: Figure, other: Figure) -> Verdict:
    """Say whether a figure goes beyond another one, and by what the number says; figures of one unit.

    Of money and points, a number in percent is the part by which it does.
    """
    difference = figure.amounts[0] - other.amounts[0]
    is_ratio = assertion.unit == "percent" and figure.unit != "percent"
    if is_ratio and other.amounts[0]:
        difference *= 100 / abs(other.amounts[0])
    unit = "percent" if is_ratio else figure.unit
    gap = dataclasses.replace(figure, amounts=(difference,), unit=unit, slack=0.0)
    is_right_way = difference > 0 if assertion.comparison == "above" else difference < 0
    if assertion.value is None or not is_right_way:
        return verdict_of(gap, holds=is_right_way, shown=difference, unit=unit)
    return number_verdict(dataclasses.replace(assertion, direction="none"), gap)
