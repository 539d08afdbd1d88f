"""Addresses of articles in one canonical spelling."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "oly_")
_TRACKING_NAMES = (
    "_ga _gl _hsenc _hsmi at_medium cmpid cmp dclid fbclid fb_action_ids from gbraid gclid gclsrc igshid "
    "mc_cid mc_eid mkt_tok msclkid ncid ocid ref ref_src ref_url scid share_from share_source smid spm "
    "src twclid ved vero_id wbraid wt_mc xtor yclid"
)
_TRACKING = frozenset(_TRACKING_NAMES.split())


def canonical_url(url: str | None) -> str | None:
    """Spell a web address so that two links to one page are equal.

    Lower-case scheme and host, no user name, default port, fragment or tracking parameters; the other
    parameters keep their order and spelling. None for what is no http(s) address.
    """
    try:
        parts = urlsplit((url or "").strip())
        host = _host_from_parts(parts)
    except ValueError:  # a bad port or a bad IPv6 host
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    return urlunsplit((parts.scheme, host, parts.path or "/", _drop_tracking(parts.query), ""))


def _host_from_parts(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"


def _drop_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
