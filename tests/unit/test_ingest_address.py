"""Addresses: one spelling for one page, wrappers taken off, identifiers that stay."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.address import canonical_url, host_of_url, identity_url
from ingest.article import make_article
from ingest.wrapper import opaque_reason, unwrap_url

PAGE = "https://harbour.example/markets/1"


def google_news(target: str, *, amp: str = "") -> str:
    """Write an address as Google News did: field 1 is 19, field 4 the address, field 26 the AMP twin's."""
    raw = b"\x08\x13" + _field(b'"', target) + (_field(b"\xd2\x01", amp) if amp else b"\xd2\x01\x00")
    return f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(raw).decode().rstrip('=')}?oc=5"


def _field(tag: bytes, text: str) -> bytes:
    data = text.encode()
    low = len(data) & 0x7F
    length = bytes([low | 0x80, len(data) >> 7]) if len(data) > 0x7F else bytes([low])
    return tag + length + data


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        # tracking parameters
        (f"{PAGE}?utm_source=rss&utm_medium=feed", PAGE),
        (f"{PAGE}?fbclid=1&gclid=2&mc_cid=3&_ga=4", PAGE),
        (f"{PAGE}?at_medium=RSS&at_campaign=rss&ns_mchannel=rss", PAGE),
        (f"{PAGE}?guccounter=1&guce_referrer=aHR0&guce_referrer_sig=AQ", PAGE),
        (f"{PAGE}?isappinstalled=0&from=timeline&share_token=x", PAGE),
        (f"{PAGE}?id=7&page=2", f"{PAGE}?id=7&page=2"),
        (
            "https://bbs.example/forum.php?mod=viewthread&tid=5",
            "https://bbs.example/forum.php?mod=viewthread&tid=5",
        ),
        ("https://www.wsj.com/articles/a-1?mod=rss_markets_main", "https://wsj.com/articles/a-1"),
        (
            "https://www.scmp.com/business/article/33?module=top&pgtype=homepage",
            "https://scmp.com/business/article/33",
        ),
        (
            "https://finance.yahoo.com/news/a-b-12.html?.tsrc=rss",
            "https://finance.yahoo.com/news/a-b-12.html",
        ),
        # forms of one page
        ("https://www.harbour.example/markets/1", PAGE),
        ("https://m.harbour.example/markets/1", PAGE),
        ("https://amp.harbour.example/markets/1", PAGE),
        ("https://mobile.harbour.example/markets/1/", PAGE),
        ("https://wap.harbour.com.hk/a", "https://harbour.com.hk/a"),
        ("https://en.m.wikipedia.org/wiki/Hong_Kong", "https://en.wikipedia.org/wiki/Hong_Kong"),
        (f"{PAGE}/amp", PAGE),
        (f"{PAGE}/amp/", PAGE),
        ("https://harbour.example/amp/markets/1", PAGE),
        (f"{PAGE}?amp=1", PAGE),
        (f"{PAGE}?amp", PAGE),
        (f"{PAGE}?outputType=amp", PAGE),
        ("https://harbour.example/a.amp.html", "https://harbour.example/a.html"),
        ("https://harbour.example/markets/1/#comments", PAGE),
        ("https://harbour.example/%6darkets/1?q=%e4%b8%ad", f"{PAGE}?q=%e4%b8%ad"),
        ("https://harbour.example/%e4%b8%ad", "https://harbour.example/%E4%B8%AD"),
        # what only looks like one
        ("https://m.hk/a", "https://m.hk/a"),
        ("https://amp.com.hk/a", "https://amp.com.hk/a"),
        ("https://harbour.example/camp", "https://harbour.example/camp"),
        ("https://harbour.example/vamp/", "https://harbour.example/vamp"),
        ("https://harbour.example/a?amp=30", "https://harbour.example/a?amp=30"),
        ("http://127.0.0.1:8000/a/", "http://127.0.0.1:8000/a"),
        # wrappers
        (google_news("https://www.harbour.example/markets/1"), PAGE),
        (google_news(PAGE, amp=f"{PAGE}/amp"), PAGE),
        (google_news(f"{PAGE}?title={'x' * 200}"), f"{PAGE}?title={'x' * 200}"),
        (
            "https://r.search.yahoo.com/_ylt=A1/RV=2/RO=10/RU=https%3a%2f%2fharbour.example%2fmarkets%2f1/RK=2/RS=a-",
            PAGE,
        ),
        (
            "https://us.rd.yahoo.com/finance/external/ledger/rss/SIG=1/*https://harbour.example/markets/1",
            PAGE,
        ),
        (f"https://www.google.com/url?rct=j&sa=t&url={PAGE}&ct=ga", PAGE),
        ("https://www.google.com/url?q=https%3A%2F%2Fharbour.example%2Fmarkets%2F1&sa=U", PAGE),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fharbour.example%2Fmarkets%2F1%3Ffbclid%3D9&h=AT",
            PAGE,
        ),
        ("https://www.google.com/amp/s/www.harbour.example/markets/1/amp", PAGE),
        ("https://harbour-example.cdn.ampproject.org/c/s/www.harbour.example/markets/1/amp/", PAGE),
        ("https://link.zhihu.com/?target=https%3A//harbour.example/markets/1", PAGE),
        (
            "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fharbour.example%2fmarkets%2f1",
            PAGE,
        ),
        (f"https://www.google.com/url?q={google_news(PAGE)}", PAGE),
        # wrappers that can't be taken off stay
        (
            "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1",
            "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1",
        ),
        ("https://t.co/AbC12", "https://t.co/AbC12"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://google.com/url?q=javascript:alert(1)"),
    ],
)
def test_two_links_to_one_page_are_spelt_alike(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_what_cannot_be_unwrapped_says_so() -> None:
    new_form = "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1?oc=5"
    assert unwrap_url(new_form) is None
    assert "only Google can resolve" in (opaque_reason(new_form) or "")
    assert opaque_reason("https://t.co/AbC12") == "is a shortened address"
    assert opaque_reason(google_news(PAGE)) is None
    assert opaque_reason(PAGE) is None


@given(st.binary(max_size=60))
def test_no_code_breaks_the_unwrapping(raw: bytes) -> None:
    url = f"https://news.google.com/articles/{base64.urlsafe_b64encode(raw).decode()}"
    target = unwrap_url(url)
    assert target is None or target.startswith("http")


@given(st.sampled_from(["m.", "www.amp.", "", "a.m."]), st.text("am/p.%41w?=&*hts:", max_size=30))
def test_a_canonical_address_is_its_own_canonical_address(front: str, rest: str) -> None:
    canonical = canonical_url(f"https://{front}harbour.example/{rest}")
    assert canonical is not None
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "identity"),
    [  # as the first release spelt them: identifiers of stored articles are derived from these
        ("https://WWW.Harbour.example:443/a/?utm_source=x&id=1#top", "https://www.harbour.example/a/?id=1"),
        ("https://m.harbour.example/a/amp/?amp=1", "https://m.harbour.example/a/amp/?amp=1"),
        ("https://harbour.example/a?.tsrc=rss&from=app", "https://harbour.example/a?.tsrc=rss"),
        (
            "https://www.google.com/url?q=https://harbour.example/",
            "https://www.google.com/url?q=https://harbour.example/",
        ),
    ],
)
def test_identifiers_keep_the_first_spelling(url: str, identity: str) -> None:
    assert identity_url(url) == identity


def test_an_article_stored_by_its_address_keeps_its_identifier() -> None:
    article = make_article(
        title="t", url="https://m.harbour.example/a/amp/?amp=1&utm_source=x", publisher="P"
    )
    # printf 'P\nhttps://m.harbour.example/a/amp/?amp=1' | sha256sum
    assert article.article_id == "a40ba34c03d60cbac728db5e47a9ef91f5bf091239c200b16ec8c9a68e1b6636"
    assert article.canonical_url == "https://harbour.example/a"


def test_hosts_are_read_with_their_ports() -> None:
    assert host_of_url("https://Harbour.example:8443/a") == "harbour.example:8443"
    assert host_of_url("https://harbour.example:443/a") == "harbour.example"
    assert host_of_url("nothing") == ""
    assert host_of_url("http://[broken") == ""
