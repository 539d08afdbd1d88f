"""What the encoder says of an entity, read off the tokens that name it."""

from __future__ import annotations

import numpy as np

from nlp.annotation import Field, Span
from nlp.scoring.engine import Pass
from nlp.scoring.mention import score_mentions
from nlp.scoring.window import Window

#: "BYD up" and "Rival BYD said." in pieces.
TITLE = [(0, 3), (4, 6)]
BODY = [(0, 5), (6, 7), (7, 9), (10, 14), (14, 15)]


def one_pass(body_offsets: list[tuple[int, int]] = BODY) -> Pass:
    """Make a pass whose token number n says (n, 0, 0, 0)."""
    length = 1 + len(TITLE) + 1 + len(body_offsets) + 1
    mentions = np.zeros((length, 4), np.float32)
    mentions[:, 0] = np.arange(length)
    window = Window(ids=(0,) * length, segments=(0,) * length, title_offsets=TITLE, body_offsets=body_offsets)
    return Pass(
        window=window, tokens=np.zeros((length, 31), np.float32), mentions=mentions, vector=mentions[0]
    )


def span(field: Field, start: int, end: int) -> Span:
    return Span(field=field, start=start, end=end, text="x" * (end - start))


def about(spans: list[Span], *passes: Pass) -> float | None:
    scores = score_mentions(spans, passes)
    return None if scores is None else float(scores[0])


def test_the_mean_over_all_pieces_of_a_name_counts() -> None:
    assert about([span("title", 0, 3)], one_pass()) == 1.0
    assert about([span("body", 6, 9)], one_pass()) == 5.5
    assert about([span("title", 0, 3), span("body", 6, 9)], one_pass()) == 4.0


def test_the_title_counts_once_however_many_windows_there_are() -> None:
    later = one_pass([(20, 23)])
    assert about([span("title", 0, 3), span("body", 20, 23)], one_pass(), later) == 2.5


def test_what_was_not_read_says_nothing() -> None:
    assert about([span("body", 400, 410)], one_pass()) is None
    assert about([span("title", 0, 3)]) is None
    assert about([], one_pass()) is None
    assert about([span("body", 2, 3)], one_pass([])) is None
