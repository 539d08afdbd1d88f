"""Windows: every piece of a body stands in exactly one, none is too long."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from nlp.error import ModelError
from nlp.scoring.window import Window, WindowCutter, Windows

MAX_PIECES = 100


@pytest.fixture(scope="module")
def cutter(tiny_model: Path) -> WindowCutter:
    tokenizer = Tokenizer.from_file(str(tiny_model / "tokenizer.json"))
    return WindowCutter(tokenizer, max_pieces=MAX_PIECES, max_windows=64)


def cut(cutter: WindowCutter, title: str, body: str) -> Windows:
    (windows,) = cutter.cut([(title, body)])
    return windows


def body_places(windows: Windows) -> list[tuple[int, int]]:
    return [place for window in windows.windows for place in window.body_offsets]


def test_a_short_text_is_one_window(cutter: WindowCutter) -> None:
    windows = cut(cutter, "Alibaba rose", "The shares of Tencent fell.")
    (window,) = windows.windows
    assert window.segments == (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1)
    assert window.title_offsets == [(0, 7), (8, 12)]
    assert window.body_offsets == [(0, 3), (4, 10), (11, 13), (14, 21), (22, 26), (26, 27)]
    assert window.body_start == 4
    assert (windows.n_read, windows.n_total) == (8, 8)
    # [CLS] is 2 and [SEP] 3 in the vocabulary.
    assert (window.ids[0], window.ids[3], window.ids[-1]) == (2, 3, 3)


@pytest.mark.parametrize(("title", "body"), [("", ""), ("Alibaba", ""), ("", "Alibaba"), (" ", "\n")])
def test_a_text_without_title_or_body_has_a_window(cutter: WindowCutter, title: str, body: str) -> None:
    (window,) = cut(cutter, title, body).windows
    assert len(window.ids) == 3 + len(window.title_offsets) + len(window.body_offsets)


def test_the_title_stands_before_every_piece(cutter: WindowCutter) -> None:
    windows = cut(cutter, "Hong Kong money", "the shares fell . " * 100)
    assert len(windows.windows) > 3
    assert {tuple(window.title_offsets) for window in windows.windows} == {((0, 4), (5, 9), (10, 15))}
    assert {window.ids[:5] for window in windows.windows} == {windows.windows[0].ids[:5]}
    assert (windows.n_read, windows.n_total) == (403, 403)


def test_windows_end_with_a_sentence_where_they_can(cutter: WindowCutter) -> None:
    windows = cut(cutter, "Alibaba", "the shares of alibaba fell . " * 50)
    text = "the shares of alibaba fell . " * 50
    ends = [text[window.body_offsets[-1][0]] for window in windows.windows]
    assert set(ends) == {"."}


def test_a_decimal_point_ends_no_window(cutter: WindowCutter) -> None:
    text = ("3.5 " * 9 + "money . ") * 30
    windows = cut(cutter, "Alibaba", text)
    assert len(windows.windows) > 2
    ends = [window.body_offsets[-1] for window in windows.windows]
    assert {text[start - 1 : end] for start, end in ends} == {" ."}


def test_a_long_title_is_cut(cutter: WindowCutter) -> None:
    windows = cut(cutter, "money " * 90, "the flow . " * 40)
    assert all(len(window.title_offsets) == 64 for window in windows.windows)
    assert all(len(window.ids) <= MAX_PIECES for window in windows.windows)
    assert windows.n_total == 90 + 120
    assert windows.n_read == 64 + 120


def test_no_more_windows_than_allowed(tiny_model: Path) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_model / "tokenizer.json"))
    few = WindowCutter(tokenizer, max_pieces=MAX_PIECES, max_windows=3)
    windows = cut(few, "Alibaba", "money " * 1000)
    assert len(windows.windows) == 3
    assert windows.n_total == 1001
    assert windows.n_read == 1 + 3 * (MAX_PIECES - 4)


def test_a_batch_is_cut_like_its_texts(cutter: WindowCutter) -> None:
    texts = [("Alibaba", "money " * 300), ("", ""), ("Tencent rose", "the flow.")]
    assert cutter.cut(texts) == [cut(cutter, *text) for text in texts]
    assert cutter.cut([]) == []


_BODIES = st.lists(
    st.sampled_from(["money", "alibaba", ".", "x9", "港股", "\n", "the", "3.5%", "🚀"]), max_size=400
).map(" ".join)


@given(title=st.text(alphabet="abc .港", max_size=80), body=_BODIES)
def test_every_piece_stands_in_exactly_one_window(tiny_model: Path, title: str, body: str) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_model / "tokenizer.json"))
    windows = cut(WindowCutter(tokenizer, max_pieces=MAX_PIECES, max_windows=1000), title, body)
    places = body_places(windows)
    assert places == tokenizer.encode(body, add_special_tokens=False).offsets
    assert windows.n_total - windows.n_read == max(0, windows.n_total - len(places) - 64)
    for window in windows.windows:
        check_window(window)


def check_window(window: Window) -> None:
    n_title, n_body = len(window.title_offsets), len(window.body_offsets)
    assert len(window.ids) == len(window.segments) == n_title + n_body + 3
    assert len(window.ids) <= MAX_PIECES
    assert sum(window.segments) == n_body + 1


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    tokenizer = Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]"))  # noqa: S106 - no password
    with pytest.raises(ModelError, match=r"lacks the piece \[CLS\]"):
        WindowCutter(tokenizer, max_pieces=MAX_PIECES, max_windows=3)
