"""Addresses that aggregators, search engines and networks put around the publisher's own."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

#: Where the target stands in a parameter: host (or its end), beginning of the path, names of the parameter.
_BY_PARAMETER: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("google.com", "/url", ("q", "url")),
    ("google.com.hk", "/url", ("q", "url")),
    ("facebook.com", "/l.php", ("u",)),
    ("instagram.com", "/", ("u",)),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("linkedin.com", "/redir/", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("safelinks.protection.outlook.com", "/", ("url",)),
    ("link.zhihu.com", "/", ("target",)),
    ("link.csdn.net", "/", ("target",)),
    ("weibo.cn", "/sinaurl", ("u",)),
    ("c.pc.qq.com", "/", ("pfurl", "url")),
)
_GOOGLE_NEWS = re.compile(r"^/(?:__i/rss/rd/|rss/)?(?:articles|read)/(?P<code>[A-Za-z0-9_=-]+)$")
_YAHOO_TARGET = re.compile(r"/RU=(?P<target>[^/]+)/")
_YAHOO_STAR = re.compile(r"/\*+(?P<target>https?(?::|%3A).+)$", re.IGNORECASE)
_GOOGLE_AMP = re.compile(r"^/amp/(?P<secure>s/)?(?P<target>[^/]+\.[^/]+.*)$")
_AMP_CACHE = re.compile(r"^/[a-z]/(?P<secure>s/)?(?P<target>[^/]+\.[^/]+.*)$")
#: How the old code of Google News begins: field 1 is 19, field 4 the address (protocol buffers' wire form).
_CODE_START = b'\x08\x13"'
_LOW_BITS, _NEXT_BYTE = 0x7F, 0x80
_SHORTENERS = frozenset({"t.co", "bit.ly", "ow.ly", "t.cn", "tinyurl.com", "is.gd", "dlvr.it", "buff.ly"})


def unwrap_url(url: str) -> str | None:
    """Return the address inside a wrapper; None where there is none, or none that can be read offline."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        for ending, unwrap in _BY_PATH:
            if f".{host}".endswith(f".{ending}"):
                target = unwrap(parts.path + (f"?{parts.query}" if parts.query else ""))
                if target is not None and _is_web(target):
                    return target
        return _target_from_parameter(host, parts.path, parts.query)
    except ValueError:  # a bad port, host or escape
        return None


def opaque_reason(url: str) -> str | None:
    """Say why an address can't be unwrapped offline, though it wraps another; None where it wraps none.

    Such an address stays as it is. A shortener's leads on when it is fetched; Google's doesn't.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if host == "news.google.com" and _GOOGLE_NEWS.match(parts.path) and unwrap_url(url) is None:
        return "is a Google News address of the new form, which only Google can resolve"
    return "is a shortened address" if host in _SHORTENERS else None


def _target_from_parameter(host: str, path: str, query: str) -> str | None:
    for ending, start, names in _BY_PARAMETER:
        if f".{host}".endswith(f".{ending}") and path.startswith(start):
            values = parse_qs(query)
            found = (value for name in names for value in values.get(name, ()))
            return next((value for value in found if _is_web(value)), None)
    return None


def _from_google_news(path: str) -> str | None:
    match = _GOOGLE_NEWS.match(path.partition("?")[0])
    if match is None:
        return None
    code = match["code"].rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error:
        return None
    if not raw.startswith(_CODE_START):
        return None
    return _first_field(raw[len(_CODE_START) :])


def _first_field(raw: bytes) -> str | None:
    """Read a length (base 128, lowest first) and so many bytes of text."""
    length = 0
    for place, byte in enumerate(raw[:3]):
        length |= (byte & _LOW_BITS) << (7 * place)
        if byte < _NEXT_BYTE:
            field = raw[place + 1 : place + 1 + length]
            return field.decode("utf-8", "replace") if len(field) == length else None
    return None


def _from_yahoo_search(path: str) -> str | None:
    match = _YAHOO_TARGET.search(path)
    return unquote(match["target"]) if match else None


def _from_yahoo_star(path: str) -> str | None:
    match = _YAHOO_STAR.search(path)
    if match is None:
        return None
    target = match["target"]
    return unquote(target) if "%3a" in target[:10].lower() else target


def _from_google_amp(path: str) -> str | None:
    return _from_amp(_GOOGLE_AMP.match(path))


def _from_amp_cache(path: str) -> str | None:
    return _from_amp(_AMP_CACHE.match(path))


def _from_amp(match: re.Match[str] | None) -> str | None:
    return f"http{'s' if match['secure'] else ''}://{match['target']}" if match else None


_BY_PATH: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("news.google.com", _from_google_news),
    ("r.search.yahoo.com", _from_yahoo_search),
    ("rd.yahoo.com", _from_yahoo_star),
    ("google.com", _from_google_amp),
    ("google.com.hk", _from_google_amp),
    ("cdn.ampproject.org", _from_amp_cache),
)


def _is_web(target: str) -> bool:
    return target.lower().startswith(("http://", "https://")) and bool(urlsplit(target).hostname)
