"""What a number may be instead of what was read, from the words of its sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from signals.checking.words import clause_of, clauses_around

_YEAR: Final = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_NAMED_AFTER: Final = re.compile(r"\d(?:%|％|[点點])的")
_LISTED: Final = re.compile(r"code=\d|[（(]\*{0,2}[（(]?\d{4,5}")
_IN_BRACKETS: Final = re.compile(r"[（(][^（()）]{0,3}$")
_MANY_NUMBERS: Final = 14
_ROUND: Final = 50
#: What lists of words there must be.
KINDS: Final = frozenset({
    "growth", "up", "down", "turned", "pointed_to", "goal", "market_turnover", "shared",
    "cumulative", "since", "from_extreme", "of_the_moment", "past_day", "day", "date",
    "other_span", "relative", "futures", "fund", "part", "back_then", "thereafter", "threshold",
    "group", "open_range", "model", "technology",
})  # fmt: skip


class Misreading:
    """Tells from word lists what a number may be instead of what was read.

    Args:
        words: Patterns by kind, one for each of `KINDS`.
    """

    def __init__(self, words: Mapping[str, re.Pattern[str]]) -> None:
        self._words = words

    def is_growth(self, sentence: str, position: int, *, is_day: bool) -> bool:
        """Say whether a sentence speaks of growth from a year before, or of a company's results.

        Args:
            sentence: What a number stands in.
            position: Where it stands.
            is_day: It was read as a day's: then only the clauses around it tell.
        """
        return (
            self._words["growth"].search(clauses_around(sentence, position) if is_day else sentence)
            is not None
        )

    def tells_both_ways(self, sentence: str) -> bool:
        """Say whether a sentence speaks of gains and of losses."""
        return (
            self._words["up"].search(sentence) is not None
            and self._words["down"].search(sentence) is not None
        )

    def tells_the_same(self, sentence: str, position: int) -> bool:
        """Say whether a number's subject is only pointed to: "its shares", named somewhere before."""
        return self._words["pointed_to"].search(clauses_around(sentence, position)) is not None

    def is_goal(self, sentence: str, position: int) -> bool:
        """Say whether a number is a support, a resistance or a target."""
        return self._words["goal"].search(clauses_around(sentence, position)) is not None

    def is_of_market(self, sentence: str, position: int) -> bool:
        """Say whether a turnover is the whole market's."""
        return self._words["market_turnover"].search(clauses_around(sentence, position)) is not None

    def is_shared(self, sentence: str, position: int) -> bool:
        """Say whether a number is one of several for several subjects, or of one that is named after it."""
        near = sentence[max(0, position - 12) : position + 24]
        return (
            self._words["shared"].search(clause_of(sentence, position)) is not None
            or _NAMED_AFTER.search(near) is not None
        )

    def is_turned(self, sentence: str, position: int) -> bool:
        """Say whether a gain or a loss is said to narrow, widen or turn: its direction is easily misread."""
        return self._words["turned"].search(clauses_around(sentence, position)) is not None

    def is_cumulative(self, sentence: str, position: int, *, is_day: bool) -> bool:
        """Say whether a move is one over several days, or from a low or a high.

        Args:
            sentence: What it stands in.
            position: Where it stands.
            is_day: It was read as a single day's; else only a low or a high to count from is looked for.
        """
        around = clauses_around(sentence, position)
        if is_day and self._words["since"].search(sentence):
            return True
        words = (
            (self._words["cumulative"], self._words["from_extreme"])
            if is_day
            else (self._words["from_extreme"],)
        )
        return any(one.search(around) for one in words)

    def is_of_the_moment(self, sentence: str) -> bool:
        """Say whether a sentence tells of the greatest move, or the level, within a session."""
        return self._words["of_the_moment"].search(sentence) is not None

    def names_past_day(self, sentence: str, position: int) -> bool:
        """Say whether a number's clause names a day gone by."""
        return self._words["past_day"].search(clause_of(sentence, position)) is not None

    def names_day(self, sentence: str) -> bool:
        """Say whether a sentence names the day, or the close, that it tells of."""
        return self._words["day"].search(sentence) is not None

    def is_relative(self, sentence: str, position: int) -> bool:
        """Say whether a number is the distance to another move, or a share's part in one."""
        near = clause_of(sentence, position)
        return self._words["relative"].search(near) is not None

    def is_future(self, sentence: str, position: int) -> bool:
        """Say whether a number is that of a futures contract, or of a night session."""
        return self._words["futures"].search(clauses_around(sentence, position)) is not None

    def is_of_part(self, sentence: str, position: int) -> bool:
        """Say whether a flow is that of an industry or a fund."""
        return (
            self._words["fund"].search(sentence) is not None
            or self._words["part"].search(clauses_around(sentence, position)) is not None
        )

    def is_back_then(self, sentence: str, position: int) -> bool:
        """Say whether a level is one of another day, named to compare with: "the highest since 5,451"."""
        before, after = sentence[max(0, position - 24) : position], sentence[position : position + 24]
        number = _NUMBER.match(after)
        return self._words["back_then"].search(before) is not None or bool(
            number and self._words["thereafter"].search(after[number.end() :])
        )

    def is_threshold(self, sentence: str, position: int, value: float) -> bool:
        """Say whether a level is a round one that is crossed or held."""
        return (
            value % _ROUND == 0
            and self._words["threshold"].search(clauses_around(sentence, position)) is not None
        )

    def is_of_list(self, sentence: str, position: int) -> bool:
        """Say whether a number stands in a long list, in brackets, or as the open end of a range."""
        if len(_NUMBER.findall(sentence)) > _MANY_NUMBERS or len(_LISTED.findall(sentence)) > 1:
            return True
        return (
            _IN_BRACKETS.search(sentence, max(0, position - 4), position) is not None
            or self._words["open_range"].search(sentence, position, position + 16) is not None
        )

    def is_of_group(self, sentence: str, position: int) -> bool:
        """Say whether a number is the move of some shares, as "内房股涨约6%" is of developers."""
        return self._words["group"].search(clause_of(sentence, position)) is not None

    def is_modelled(self, sentence: str) -> bool:
        """Say whether a sentence reckons with what might be."""
        return self._words["model"].search(sentence) is not None

    def tells_other_span(self, sentence: str, position: int) -> bool:
        """Say whether a move is one since some day, or within a week: none of a calendar month or quarter."""
        return self._words["other_span"].search(clauses_around(sentence, position)) is not None

    def names_other_year(self, sentence: str, first: date, last: date) -> bool:
        """Say whether a sentence names years, but none of a period's."""
        named = {int(year) for year in _YEAR.findall(sentence)}
        return bool(named) and not named & set(range(first.year, last.year + 1))

    def names_dates(self, sentence: str) -> bool:
        """Say whether a sentence names a day of a month."""
        return self._words["date"].search(sentence) is not None

    def is_of_technology(self, sentence: str, position: int) -> bool:
        """Say whether the clause of a number is about an index of technology shares."""
        return self._words["technology"].search(clause_of(sentence, position)) is not None
