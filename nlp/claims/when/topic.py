"""The week that a sentence without numbers sets as what its paragraph is about."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from nlp.claims.when.period import find_periods
from nlp.claims.when.span import week_of

_SATURDAY: Final = 5
#: A report of a week comes out so many days after its end at most.
_N_LATE: Final = 2
#: How a market fared: what such a sentence must tell.
_FARED: Final = re.compile(
    r"\b(?:stocks|indexes|indices|equities|Wall\sStreet)\b|[美港AH日欧]股|股市|股指|大市|大盘|指数"
)
_WENT_BY: Final = re.compile(r"\b(?:[Aa]nother|[Aa])\s(?:[a-z]+\s){1,2}week\s(?:saw|for|ended|in\swhich)\b")
_WEEK: Final = re.compile(r"\d{4}-W\d\d")


def week_told(sentence: str, published_on: date | None, *, is_summary: bool = False) -> str:
    """Return the week in which a sentence tells how shares fared: "美股上周走势向好。"; empty without one.

    Args:
        sentence: folded; without numbers, unless it is a summary.
        published_on: day of publication, where it is known.
        is_summary: whether it begins with the week.
    """
    if published_on is None or not (is_summary or _FARED.search(sentence)):
        return ""
    if _WENT_BY.search(sentence):
        return week_of(published_on - timedelta(days=_N_LATE))
    periods = find_periods(sentence, published_on)[:1]
    is_one = len(periods) == 1 and not periods[0].since and _WEEK.fullmatch(periods[0].text)
    return periods[0].text if is_one and _is_over(periods[0].text, published_on) else ""


def _is_over(week: str, today: date) -> bool:
    """Say whether a week's sessions have gone by."""
    return week < week_of(today) or (week == week_of(today) and today.weekday() >= _SATURDAY)


def span_told(text: str, published_on: date | None) -> str:
    """Return the last time up to now that an English sentence names, counted back; empty without one."""
    rolling = [period.text for period in find_periods(text, published_on) if period.is_rolling]
    return rolling[-1] if rolling else ""
