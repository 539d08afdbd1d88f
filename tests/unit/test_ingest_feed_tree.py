"""Trees of elements out of broken and hostile XML."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ingest.feed import FeedConfig, ParsedFeed, parse_feed
from ingest.feeds.tree import is_cut_off, tree_from_text

FEED = FeedConfig(url="https://harbour.example/feed.xml", publisher="Harbour")
SEEN_AT = datetime(2025, 3, 11, 1, 0, tzinfo=UTC)
MANY_ATTRIBUTES = " ".join(f'a{number}="1"' for number in range(100_000))
ITEM = "<item><title>whole</title></item>"


def parse(text: str) -> ParsedFeed:
    return parse_feed(text.encode(), feed=FEED, headers={}, seen_at=SEEN_AT)


def titles(text: str) -> list[str]:
    return [article.title for article in parse(text).articles]


def rss(items: str, *, before: str = "", end: str = "</channel></rss>") -> str:
    return f'{before}<rss version="2.0"><channel>{items}{end}'


def nested_entities(depth: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "bomb">{entities}]>'


def test_named_characters_and_bare_ampersands_are_text() -> None:
    item = "<item><title>R&D at AT&T: 5&nbsp;&euro; &#8212; caf&eacute;&#150;bar &unheard;</title></item>"
    assert titles(rss(item)) == ["R&D at AT&T: 5 € — café–bar &unheard;"]


def test_a_section_keeps_its_own_words() -> None:
    root = tree_from_text("<rss><title><![CDATA[a & b &nbsp; <i>]]></title></rss>")
    assert root is not None
    assert root[0].text == "a & b &nbsp; <i>"


def test_prefixes_that_nobody_declared_mean_the_usual() -> None:
    item = "<item><title>a</title><dc:date>2025-03-10T08:00:00Z</dc:date><x:title y:z='1'>b</x:title></item>"
    (article,) = parse(rss(item)).articles
    assert article.title == "a"
    assert article.published_at == datetime(2025, 3, 10, 8, tzinfo=UTC)


def test_a_feed_behind_a_servers_warning_is_found() -> None:
    warning = "<br /><b>Warning</b>: mysql_connect() in /srv/feed.php\n<?xml version='1.0'?>\n"
    assert titles(rss(ITEM, before=warning)) == ["whole"]


def test_an_entry_that_the_answer_cuts_off_waits_for_the_next_poll() -> None:
    parsed = parse(rss(ITEM + "<item><title>half a headl", end=""))
    assert [article.title for article in parsed.articles] == ["whole"]
    (rejection,) = parsed.rejected
    assert rejection.where == "feed https://harbour.example/feed.xml entry 2"
    assert rejection.reason == "the answer ends within this entry; the next poll brings it whole"
    assert not is_cut_off(rss(ITEM, end=""))
    assert not is_cut_off(rss("<item><title>never closed</title>"))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rss("<item><title>&e9;</title></item>", before=nested_entities(10)), ["&e9;"]),
        (rss(f"{ITEM}{'<a>' * 200_000}"), ["whole"]),
        (rss(f"{ITEM}{'<div ' * 200_000}"), ["whole"]),
        (rss(f"{ITEM}{'<![CDATA[' * 100_000}"), ["whole"]),
        (rss(f"{ITEM}{'</item>' * 200_000}"), ["whole"]),
        (rss(ITEM).replace("<channel>", f"<channel {MANY_ATTRIBUTES}>"), ["whole"]),
        (rss(ITEM, before="<!DOCTYPE rss [" * 50_000), []),
        (rss(ITEM).replace("<channel>", f"<channel a='{'x' * 11_000_000}'>"), []),
    ],
    ids=[
        "entity bomb",
        "deep",
        "open tags",
        "open sections",
        "closings",
        "attributes",
        "types",
        "huge attribute",
    ],
)
def test_hostile_markup_has_a_defined_answer(text: str, expected: list[str]) -> None:
    parsed = parse(text)
    assert [article.title for article in parsed.articles] == expected
    assert parsed.is_feed or parsed.reason


@pytest.mark.no_cover
def test_ten_thousand_items_are_read() -> None:
    items = "".join(f"<item><guid>urn:x:{n}</guid><title>Item {n}</title></item>" for n in range(10_000))
    parsed = parse(rss(items))
    assert parsed.n_entries == len(parsed.articles) == 10_000


def test_what_no_document_holds_is_none() -> None:
    assert tree_from_text("") is None
    assert tree_from_text("Internal error") is None


@given(st.text(st.sampled_from("<>/&;![]CDATArssitem \"'=?-:x\x00\ufffe"), max_size=80))
def test_every_tree_can_be_written_and_read_again(text: str) -> None:
    root = tree_from_text(f"<rss>{text}</rss>")
    if root is not None:
        etree.fromstring(etree.tostring(root))
