"""Sentences and words of a text are found, fast and in linear time."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from nlp.claims.sentence.lexicon import Lexicon, lower
from nlp.claims.sentence.pattern import begin_words
from nlp.claims.sentence.splitting import MAX_CHARS, split_sentences


def test_the_longest_text_is_read_in_pieces_of_bounded_length() -> None:
    text = "恒指升1%，" * 2_000 + "9" * 5_000 + " The Hang Seng rose 2 percent, " * 2_000
    pieces = list(split_sentences(text))
    assert max(end - start for start, end in pieces) <= MAX_CHARS
    assert all(before <= start for (_, before), (start, _) in itertools.pairwise(pieces))


@given(
    st.lists(st.sampled_from(["index", "x", " index", "-", "5", "52-week", "52-weeks", "恒", "."])).map(
        "".join
    )
)
def test_a_pattern_that_begins_with_a_sign_finds_what_one_with_a_boundary_finds(text: str) -> None:
    words = ["index", "52-week"]
    fast = [match.span() for match in re.finditer(begin_words(words), text)]
    assert fast == [match.span() for match in re.finditer(rf"\b(?:{'|'.join(words)})", text)]


def test_the_longest_phrase_is_taken_that_no_word_runs_on_after_and_no_number_cuts() -> None:
    lexicon = Lexicon({"up": ["up", "up to", "up to date"], "rise": ["升", "升穿"]})
    found = [
        [(cue.kind, cue.start, cue.end) for cue in lexicon.find(lower(text), taken)]
        for text, taken in (
            ("Up to dates", ()),
            ("up to date", ((6, 10),)),
            ("upper", ()),
            ("升穿", ()),
            ("升穿", ((1, 2),)),
        )
    ]
    assert found == [
        [("up", 0, 5)], [("up", 0, 5)], [], [("rise", 0, 2)], [("rise", 0, 1)],
    ]  # fmt: skip
