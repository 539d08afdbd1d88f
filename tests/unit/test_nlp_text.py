"""What of a text is read: blanks where it is not, and every offset kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import blank_ranges, readable

_MARKUP = st.sampled_from(
    [
        "![",
        "](",
        "[",
        "]",
        "(",
        ")",
        "<script>",
        "</script>",
        "<b>",
        "**",
        "__",
        "# ",
        "---\n",
        "\n",
        " ",
        "|",
    ]
)
_WORDS = st.sampled_from(
    ["Also read: ", "https://x.example/a(b)", "Photo: ", "港股", "money", '"', "© ", "\ud800"]
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Shares rose 3% on Monday.", "Shares rose 3% on Monday."),
        ("**Alibaba** and __Tencent__", "Alibaba and Tencent"),
        ("See [the filing](https://x.example/f_(1).pdf) now", "See the filing now"),
        ("A [link](https://x.example/) and [one](/a)", "A link and one"),
        ("[![logo](https://x.example/a.png)](https://x.example/) Shares rose", "Shares rose"),
        ("![a chart](https://x.example/a.png) Shares rose", "Shares rose"),
        ('![a chart](a.png "Title") Shares rose', "Shares rose"),
        ("Read https://x.example/?q=1&b=2 now", "Read now"),
        ("<p>Shares</p> <script>track('x < y');</script>rose", "Shares rose"),
        ("<STYLE type='a'>b {c: d}</STYLE>Shares rose", "Shares rose"),
        ("P/E < 10 and > 5", "P/E < 10 and > 5"),
        ("## Outlook\n* First\n- Second\n> Quoted", "Outlook First Second Quoted"),
        ("Shares rose.\n----\nThen fell.", "Shares rose. Then fell."),
        ("half \ud800 a character", "half a character"),
    ],
)
def test_markup_and_addresses_are_blanked(text: str, kept: str) -> None:
    assert " ".join(readable(text).split()) == kept
    assert len(readable(text)) == len(text)


@pytest.mark.parametrize(
    "line",
    [
        "Also read: Ten shares to buy now",
        "Read more",
        "Click here to subscribe",
        "Photo credit: Somebody",
        "© 2025 Harbour Ledger",
        "Copyright 2025",
        "All rights reserved.",
        "Subscribe to our newsletter",
        "Reporting by A. Writer; editing by B. Editor",
        "免責聲明：本文只供參考",
        "责任编辑：某某",
        "来源：某报",
        "> Disclaimer: no advice",
    ],
)
def test_lines_that_are_no_report_are_blanked(line: str) -> None:
    text = f"Shares rose.\n{line}\nThen fell."
    assert readable(text) == f"Shares rose.\n{' ' * len(line)}\nThen fell."


@pytest.mark.parametrize(
    "line",
    [
        "Readers of the report sold.",
        "The photo maker rose 3%.",
        "Its disclaimer moved the shares, a person said.",
        "Copyrighted music made the profit.",
        "The article of faith is that rates fall.",
    ],
)
def test_lines_that_only_begin_alike_stay(line: str) -> None:
    assert readable(line) == line


@given(st.lists(st.one_of(_MARKUP, _WORDS, st.text(max_size=8)), max_size=30).map("".join))
def test_a_character_stays_or_becomes_a_blank(text: str) -> None:
    read = readable(text)
    assert len(read) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, read, strict=True))
    assert [i for i, sign in enumerate(text) if sign == "\n"] == [
        i for i, sign in enumerate(read) if sign == "\n"
    ]
    read.encode()


@pytest.mark.parametrize(
    "piece",
    ["![", "![](", "[](", "[](a", "<script>", "<a ", "[", "(", "https://", "**", "\n", "Read ", "<", '"'],
)
def test_a_text_full_of_opening_marks_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    readable(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 5


def test_what_a_publisher_repeats_is_blanked_where_it_stands() -> None:
    text = "Shares rose.\nFollow the Ledger\nThen fell."
    assert blank_ranges(text, [(13, 30)]) == f"Shares rose.\n{' ' * 17}\nThen fell."
    assert blank_ranges(text, []) == text


def test_the_tail_of_a_press_release_is_not_read() -> None:
    text = (
        "Harbour Robotics opens a plant in Foshan.\n\n**About Harbour Robotics**\n"
        "Harbour Robotics builds AI arms and was founded in 2015.\n\nOutlook\nOrders doubled.\n"
        "This press release contains forward-looking statements on tariffs.\nMedia contact:\nJo Lam"
    )
    read = readable(text)
    assert len(read) == len(text)
    kept = ["Harbour Robotics opens a plant in Foshan.", "Outlook", "Orders doubled.", "Jo Lam"]
    assert " ".join(read.split()) == " ".join(kept)


@pytest.mark.parametrize(
    "line",
    [
        "About 3,000 workers walked out.",
        "About half of the group's stores will close, it said, and the rest will be let.",
        "Analysts asked why Rosen left the board.",
        "The forward-looking index of orders rose to 51.",
    ],
)
def test_a_report_that_sounds_like_a_tail_is_read(line: str) -> None:
    assert readable(f"First line of it.\n{line}\nLast line of it.").split("\n")[1] == line


def test_a_picture_written_out_is_not_read() -> None:
    assert readable("before data:image/png;base64,iVBORw0KGgo+/= after").split() == ["before", "after"]


def test_a_report_on_the_same_line_as_a_preface_is_read() -> None:
    preface = "Maximize Your Portfolio with Charts: Try the score. Watch stocks with Your Smart Portfolio"
    report = " Harbour Ferries has issued an announcement. It sold two boats." * 6
    assert readable(preface + report) == " " * len(preface) + report


def test_of_a_long_line_only_the_first_sentence_is_boilerplate() -> None:
    notice = "Copyright 2025 Quay Ledger."
    report = " The ferry company sold two boats to a rival." * 9
    assert readable(notice + report) == " " * len(notice) + report
    assert readable(notice + report[:45]).strip() == ""
