"""Digests for chats: within the limits of Slack and Teams, with no markup from feeds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from southbound.delivery.slack import MAX_BLOCKS, MAX_HEADER, MAX_TEXT, slack_message
from southbound.delivery.summary import Item, Message, Part, plain_text
from southbound.delivery.teams import MAX_BYTES, teams_message

LINES = st.text(max_size=400)
ITEMS = st.builds(
    Item, text=LINES, url=st.none() | st.just("https://x.example/a?b=c&d=e"), note=st.text(max_size=80)
)
PARTS = st.builds(Part, title=st.text(max_size=40), items=st.lists(ITEMS, max_size=40).map(tuple))
MESSAGES = st.builds(
    Message,
    title=st.text(min_size=1, max_size=400),
    lines=st.lists(LINES, max_size=12).map(tuple),
    parts=st.lists(PARTS, max_size=30).map(tuple),
    footer=LINES,
)


def message(*items: Item) -> Message:
    part = Part(title="Read first", items=items)
    return Message(title="Southbound digest", lines=("One.",), parts=(part,), footer="As of now.")


@given(MESSAGES)
def test_slack_gets_no_more_than_it_takes(made: Message) -> None:
    blocks = slack_message(made)["blocks"]
    assert 1 <= len(blocks) <= MAX_BLOCKS
    assert len(blocks[0]["text"]["text"]) <= MAX_HEADER
    for block in blocks[1:]:
        for text in [block["text"]["text"]] if block["type"] == "section" else []:
            assert len(text) <= MAX_TEXT
            assert text.count("<") == text.count(">")


@given(MESSAGES)
def test_teams_gets_no_more_than_it_takes(made: Message) -> None:
    sizes = [len(json.dumps(teams_message(made), ensure_ascii=one).encode()) for one in (True, False)]
    assert max(sizes) <= MAX_BYTES


def test_slack_reads_nothing_of_a_feed_as_markup() -> None:
    hostile = Item(text="<!channel> *sale* <https://evil.example|x> & _more_ a|b", url="https://x.example/1")
    (_, _, _, part, _) = slack_message(message(hostile))["blocks"]
    line = part["text"]["text"].splitlines()[1]
    assert line.startswith("• <https://x.example/1|&lt;!channel&gt; ")
    assert line.count("<") == line.count(">") == 1
    assert line.count("|") == 1
    assert "*sale*" not in line
    assert "_more_" not in line


def test_what_does_not_fit_into_slack_is_counted() -> None:
    text = slack_message(message(*[Item(text="x" * 500)] * 20))["blocks"][3]["text"]["text"]
    assert text.endswith("• and 15 more")


def test_teams_reads_nothing_of_a_feed_as_markup() -> None:
    hostile = "[x](https://evil.example) **bold** <at>all</at>"
    body = teams_message(message(Item(text=hostile, url="https://x.example/1")))["attachments"][0]["content"][
        "body"
    ]
    runs: list[dict[str, Any]] = [run for block in body for run in block["inlines"]]
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert [run["selectAction"]["url"] for run in runs if run["text"] == hostile] == ["https://x.example/1"]


def test_what_does_not_fit_into_teams_is_counted() -> None:
    body = teams_message(message(*[Item(text="字" * 500)] * 30))["attachments"][0]["content"]["body"]
    said = body[-2]["inlines"][0]["text"]
    n_shown = sum(block["inlines"][0]["text"].startswith("字") for block in body)
    assert said == f"and {30 - n_shown} more"
    assert n_shown > 3


def test_plain_text_has_addresses_behind_the_lines() -> None:
    made = plain_text(message(Item(text="A title", url="https://x.example/1", note="RTHK")))
    assert made.splitlines() == [
        "Southbound digest",
        "",
        "One.",
        "",
        "Read first",
        "- A title (RTHK) https://x.example/1",
        "",
        "As of now.",
    ]
