"""No way to write a time is left untried: where a rule's pattern fits, the finder looks for it."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.claims.when.period import find_periods
from nlp.claims.when.rule import PATTERNS, PERIODS, RULES, SORTS, START, Rule, sort_of

FRIDAY = date(2025, 3, 28)
#: Signs that patterns draw on: their own Chinese characters, and those of English text.
ALPHABET = st.sampled_from(
    sorted(
        set(string.ascii_letters + string.digits + " -',.~()")
        | {sign for rule in RULES for sign in rule.pattern if "\u4e00" <= sign <= "\u9fff"}
    )
)


def tried(text: str) -> bool:
    """Say whether a time is looked for where a text begins, and one is found there."""
    return START.match(text) is not None and PERIODS[sort_of(text[0])].match(text) is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_finds_its_own_examples_whole(rule: Rule) -> None:
    assert rule.examples
    for example in rule.examples:
        match = PATTERNS[rule.name].match(example)
        assert match is not None
        for before in ("", "rose 3 percent ", "恒指升3%，"):
            places = {(period.start, period.end) for period in find_periods(before + example, FRIDAY)}
            assert (len(before), len(before) + match.end()) in places, before + example


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_rule_matches_is_looked_for(rule: Rule, data: st.DataObject) -> None:
    """Draw what a pattern can match: a beginning that `START` or the rule's examples leave out fails here."""
    looks_ahead = "(?=" in rule.pattern  # then what follows a time belongs to what is drawn
    pattern = re.compile(rf"\A(?:{rule.pattern})", re.IGNORECASE)
    text = data.draw(st.from_regex(pattern, alphabet=ALPHABET, fullmatch=not looks_ahead))
    match = PATTERNS[rule.name].match(text)
    if match is not None and match.group().strip() == match.group() != "":
        assert tried(text), (rule.name, text)


def test_each_sort_of_sign_has_its_rules() -> None:
    begun = {sort_of(example[0]) for rule in RULES for example in rule.examples}
    assert begun == set(SORTS)
