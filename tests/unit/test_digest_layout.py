"""Plain text keeps to its width, with Chinese characters two columns wide, and loses nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from southbound.digest.layout import WIDTH, fit, table, width_of, wrap

WORDS = st.lists(st.text(alphabet="abc港股通，。", min_size=1, max_size=30), min_size=1, max_size=40).map(
    " ".join
)


@given(WORDS, st.sampled_from(["", "- ", "1. "]))
def test_wrapped_lines_keep_to_the_width_and_lose_nothing(text: str, first: str) -> None:
    lines = wrap(text, first=first).splitlines()
    # A mark that may not begin a line can stand out by its own columns.
    assert all(width_of(line.rstrip("，。")) <= WIDTH for line in lines)
    assert "".join("".join(lines).split()) == "".join((first + text).split())


def test_what_has_no_space_is_not_cut() -> None:
    address = "x" * 100
    assert wrap(address) == address


def test_columns_are_as_wide_as_they_look() -> None:
    assert table([["", "n"], ["港股通", "12"], ["abc", "3"]], "lr") == "         n\n港股通  12\nabc      3"


def test_the_first_column_gives_way() -> None:
    (line,) = table([["x" * 90, "12"]], "lr").splitlines()
    assert width_of(line) == WIDTH
    assert line.endswith("x…  12")
    assert fit("港股通", 4) == "港…"
