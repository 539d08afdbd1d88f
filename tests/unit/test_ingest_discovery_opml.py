"""Lists of feeds in OPML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.discovery.opml import ListedFeed, read_opml, write_opml
from ingest.error import UnreadableInputError

NESTED = """<?xml version="1.0" encoding="{encoding}"?>
<opml version="2.0"><head><title>我的訂閱</title></head><body>
<outline text="香港"><outline text="財經">
  <outline type="rss" text="海港 &amp; 帳簿" xmlUrl="https://ledger.example/feed?a=1&amp;b=2" htmlUrl="https://x.example"/>
  <outline text="Bauhinia" xmlUrl="HTTPS://bauhinia.example/rss"/></outline></outline>
<outline text="Again" type="rss" xmlUrl="https://bauhinia.example/rss"/>
<outline text="Script" type="rss" xmlUrl="javascript:alert(1)"/>
<outline text="Top" type="rss" xmlUrl="http://top.example/atom.xml"/>
</body></opml>"""

BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<opml version="2.0"><body><outline text="&b;" xmlUrl="https://x.example/&b;"/></body></opml>'
)


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16"])
def test_folders_become_groups_and_each_feed_is_there_once(tmp_path: Path, encoding: str) -> None:
    data = NESTED.format(encoding=encoding).encode(encoding)
    if encoding == "utf-16":
        with pytest.raises(UnreadableInputError, match="save it as UTF-8"):
            read_opml(write(tmp_path / "list.opml", data))
        return
    assert read_opml(write(tmp_path / "list.opml", data)) == [
        ListedFeed(url="https://ledger.example/feed?a=1&b=2", title="海港 & 帳簿", group="香港 / 財經"),
        ListedFeed(url="HTTPS://bauhinia.example/rss", title="Bauhinia", group="香港 / 財經"),
        ListedFeed(url="http://top.example/atom.xml", title="Top"),
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    feeds = [
        ListedFeed(url="https://a.example/?x=1&y=2", title='A "quoted" <name>', group="Press / 香港"),
        ListedFeed(url="https://b.example/", title="B", group="Press / 香港"),
        ListedFeed(url="https://c.example/", title="C"),
    ]
    text = write_opml(feeds, title="Southbound", created_at=datetime(2025, 2, 11, tzinfo=UTC))
    assert "<dateCreated>Tue, 11 Feb 2025 00:00:00 GMT</dateCreated>" in text
    assert sorted(read_opml(write(tmp_path / "a.opml", text)), key=lambda feed: feed.url) == feeds


def test_a_list_that_breaks_off_gives_what_is_whole(tmp_path: Path) -> None:
    text = NESTED.format(encoding="utf-8")
    path = write(tmp_path / "list.opml", text[: text.index('<outline text="Bauhinia"') + 40])
    assert [feed.url for feed in read_opml(path)] == ["https://ledger.example/feed?a=1&b=2"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<html><body>Sign in</body></html>", "is no OPML file"),
        ("", "is no OPML file"),
        ("\x00\x01", "is no OPML file"),
        ('<opml version="2.0"><body/></opml>', "names no feed"),
        ('<?xml version="1.0" encoding="no-such"?><opml version="2.0"/>', "is not no-such text"),
        (b"\xff\xfe\xfa", "is not utf-8-sig text"),
        (BOMB, "defines XML entities"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(tmp_path: Path, data: bytes | str, reason: str) -> None:
    with pytest.raises(UnreadableInputError, match=reason) as caught:
        read_opml(write(tmp_path / "list.opml", data))
    assert len(str(caught.value).splitlines()) == 1
