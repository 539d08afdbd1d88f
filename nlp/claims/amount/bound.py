"""How words bound a number, and what they and its digits allow."""

from __future__ import annotations

import re

from nlp.claims.claim import Bound

_ABOUT = re.compile(
    r"(?:nearly|almost|about|around|approximately|approx\.?|roughly|some|near|close\sto|an?\sestimated|~|≈"
    r"|接近|将近|近|约|大约|大概|左右|几乎|上下)\s?$",
    re.IGNORECASE,
)
_BELOW = re.compile(r"(?:nearly|almost|near|close\sto|接近|将近|近|几乎)\s?$", re.IGNORECASE)
_AT_LEAST = re.compile(
    r"(?:more\sthan|over|above|at\sleast|exceed(?:s|ed|ing)?|in\sexcess\sof|upwards\sof|no\sless\sthan|topp(?:ed|ing)"
    r"|surpass(?:ed|ing)?|逾|超过|超逾|超|多于|高于|不少于|不低于|至少|突破|>)\s?(?:a\s)?$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:less\sthan|under|up\sto|at\smost|no\smore\sthan|not\smore\sthan|fewer\sthan|below"
    r"|不足|不到|少于|低于|不超过|不多于|至多|<)\s?(?:a\s)?$",
    re.IGNORECASE,
)
_AFTER_ABOUT = re.compile(r"\s?(?:左右|上下|or\sso\b)")
_AFTER_LEAST = re.compile(r"\s?(?:以上|或以上|or\smore\b|plus\b|\+)")
_AFTER_MOST = re.compile(r"\s?(?:以下|以内|or\sless\b)")
_AFTER = re.compile(r"\s?(?:左右|上下|以|或以|or\s|plus|\+)")
#: The last word or sign of what bounds a number before it.
_LAST_WORDS = frozenset(
    [
        "nearly",
        "almost",
        "about",
        "around",
        "approximately",
        "approx",
        "approx.",
        "roughly",
        "some",
        "near",
        "to",
        "estimated",
        "than",
        "over",
        "above",
        "least",
        "exceed",
        "exceeds",
        "exceeded",
        "exceeding",
        "of",
        "topped",
        "topping",
        "surpass",
        "surpassed",
        "surpassing",
        "under",
        "most",
        "below",
    ]
)
_LAST_SIGNS = frozenset("~≈近约概右乎下逾过超于少破>足到多<")
#: "About" and "nearly" allow so much of the value, or one of the last digit given.
_ABOUT_SHARE = 0.05


def bound_of(before: str, text: str, end: int) -> Bound:
    """Return how the words around a number bound it.

    Args:
        before: what stands before it.
        text: its sentence.
        end: where it ends.
    """
    if not _may_bound(before) and not _AFTER.match(text, end):
        return "exact"
    if _AT_LEAST.search(before) or _AFTER_LEAST.match(text, end):
        return "at_least"
    if _AT_MOST.search(before) or _AFTER_MOST.match(text, end):
        return "at_most"
    if _ABOUT.search(before) or _AFTER_ABOUT.match(text, end):
        return "about"
    return "exact"


def _may_bound(before: str) -> bool:
    tail = before.rstrip().removesuffix(" a").rstrip()
    return tail[tail.rfind(" ") + 1 :].lower() in _LAST_WORDS or (tail != "" and tail[-1] in _LAST_SIGNS)


def interval_of(value: float, step: float, bound: Bound, before: str) -> tuple[float | None, float | None]:
    """Return the least and the most that a number's words and digits allow; None where there is none.

    Args:
        value: the number.
        step: what one of its last digit is worth.
        bound: how its words bound it.
        before: those before it.
    """
    if bound == "at_least":
        return value, None
    if bound == "at_most":
        return None, value
    if bound == "about":
        room = max(step, _ABOUT_SHARE * value)
        return max(0.0, value - room), value + (step / 2 if _BELOW.search(before) else room)
    return value - step / 2, value + step / 2
