"""A list of feeds grows without a change to what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from southbound.error import UsageError
from southbound.feeds.file import HEADER, add_to_file, with_entries
from southbound.settings import read_feeds

NEW = {"url": "https://new.example/rss?a=1&b=2", "publisher": "新報: daily", "timezone": "Asia/Hong_Kong"}


@pytest.mark.parametrize(
    "text",
    [
        HEADER,
        "feeds:\n",
        "feeds:   # mine\n",
        "feeds:\n  - {url: a, publisher: A, timezone: UTC}\n",
        "feeds:\n- {url: a, publisher: A, timezone: UTC} # at the margin",
        "# 1\nfeeds:\n    # 2\n    - url: a   # 3\n      publisher: A\n      timezone: UTC # c\n\n# end\n",
        'feeds:\n  - {url: "a",\n     publisher: A, timezone: UTC}\n  # - {url: off}\n\nother: 1\n',
        "other: {x: [1]}\nfeeds:\n  - url: a\n    publisher: >-\n      Long\n      name\n",
    ],
)
def test_an_entry_is_added_and_each_line_stays(text: str) -> None:
    new = with_entries(text, [NEW], where="feeds.yaml")
    before = (yaml.safe_load(text) or {}).get("feeds") or []
    assert yaml.safe_load(new)["feeds"] == [*before, NEW]
    lines = iter(new.splitlines())
    assert all(line in lines for line in text.splitlines())  # in this order, others between
    assert yaml.safe_load(new).get("other") == yaml.safe_load(text).get("other")


@pytest.mark.parametrize(
    "text",
    [
        "feeds: [{url: a, publisher: A, timezone: UTC}]\n",
        "- a\n",
        "feeds: 3\n",
        "feed: x\n",
        "feeds: [\n",
        "a: b: c",
    ],
)
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"feeds\.yaml"):
        with_entries(text, [NEW], where="feeds.yaml")


def test_groups_stand_under_their_names() -> None:
    entries = [{**NEW, "group": "Press / HK"}, {**NEW, "url": "https://b.example/", "group": "Press / HK"}]
    new = with_entries("feeds:\n", entries, where="feeds.yaml")
    assert new.splitlines()[1] == "  # Press / HK"
    assert new.count("#") == 1


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "lists" / "feeds.yaml"
    add_to_file(path, [NEW])
    add_to_file(path, [{**NEW, "url": "https://second.example/"}])
    assert [feed.url for feed in read_feeds(path)] == [NEW["url"], "https://second.example/"]
    assert path.read_text(encoding="utf-8").startswith(HEADER)
    assert [entry.name for entry in path.parent.iterdir()] == ["feeds.yaml"]
