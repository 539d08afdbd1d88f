"""Addresses of articles in one canonical spelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from ingest.wrapper import unwrap_url

#: Takes parameters out of a query, given the host.
_Dropper = Callable[[str, str], str]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "oly_")
_TRACKING_NAMES = (
    "_ga _gl _hsenc _hsmi at_medium cmpid cmp dclid fbclid fb_action_ids from gbraid gclid gclsrc igshid "
    "mc_cid mc_eid mkt_tok msclkid ncid ocid ref ref_src ref_url scid share_from share_source smid spm "
    "src twclid ved vero_id wbraid wt_mc xtor yclid"
)
#: Frozen: identifiers of stored articles are derived from it (``identity_url``). New names go below.
_TRACKING = frozenset(_TRACKING_NAMES.split())

_MORE_PREFIXES = ("at_", "ns_", "guce_", "sfmc_", "piwik_", "matomo_", "__twitter_", "_branch_", "sharer_")
_MORE_NAMES = (
    ".tsrc __source _openstat _referrer ampshare cid_source dicbo emc feedname ftag gaa_at gaa_n guccounter "
    "icid isappinstalled ito leadsource oborigurl pgv_ref s_cid s_kwcid sc_cmp sc_campaign sh_kit "
    "share_medium share_token share_uid sharefrom shareid smtyp soc_src soc_trk sr_share sref srnd "
    "syndication taid tblci trk trkinfo tsrc twitter_impression wfr wt.mc_id"
)
_MORE_TRACKING = frozenset(_MORE_NAMES.split())
#: Parameters that mean nothing on one site and may be the article itself on another.
_SITE_TRACKING = {
    "scmp.com": frozenset({"module", "pgtype", "campaign", "tpcc", "share", "onboard", "registerSource"}),
    "sina.com.cn": frozenset({"cref", "vt", "pos", "his", "wm"}),
    "sina.cn": frozenset({"cref", "vt", "pos", "his", "wm"}),
    "163.com": frozenset({"spss", "spssid", "clickfrom", "f"}),
    "baidu.com": frozenset({"for", "sid"}),
    "bbc.com": frozenset({"xtor", "ocid"}),
    "reuters.com": frozenset({"il", "feedtype"}),
    "wsj.com": frozenset({"mod"}),
    "marketwatch.com": frozenset({"mod"}),
    "barrons.com": frozenset({"mod"}),
}
#: Parameters that ask for the AMP or mobile form of a page, with the values that do.
_FORM_PARAMETERS = {
    "amp": frozenset({"", "1", "true"}),
    "_amp": frozenset({"", "1", "true"}),
    "isamp": frozenset({"1", "true"}),
    "outputtype": frozenset({"amp", "valid-amp"}),
    "output": frozenset({"amp"}),
    "view": frozenset({"amp", "mobile"}),
    "mobile": frozenset({"1", "true"}),
}
_FORM_LABELS = frozenset({"www", "m", "mobile", "amp", "wap", "3g"})
#: Behind a first label these are no registered names: m.com.hk is nobody's mobile site.
_SECOND_LEVEL = frozenset({"com", "co", "net", "org", "gov", "edu", "ac"})
_MIN_LABELS = 2
_AMP_ENDING = re.compile(r"(?:/amp|\.amp|(?<=/)amp)(?P<suffix>\.s?html?)?/?$", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
#: A wrapper inside a wrapper has been seen, deeper only made up.
_MAX_WRAPPINGS = 8


def canonical_url(url: str | None) -> str | None:
    """Spell a web address so that two links to one page are equal. It is for comparing, not for opening.

    What an aggregator or a search engine wrapped is taken out (:mod:`ingest.wrapper`). Lower-case scheme and
    host, no user name, default port, fragment, tracking parameters or slash at the end; mobile and AMP twins
    are spelt like the page (no ``www.``, ``m.``, ``amp.`` in front, no ``/amp``, ``?outputType=amp``). The
    other parameters keep their order and spelling. None for what is no http(s) address.
    """
    spelled = _spell_first(url, _drop_all_tracking)
    for _ in range(_MAX_WRAPPINGS):
        if spelled is None:
            return None
        again = _spell_page(_spell_first(unwrap_url(spelled), _drop_all_tracking) or spelled)
        if again == spelled:
            break
        spelled = again
    return spelled


def identity_url(url: str | None) -> str | None:
    """Spell a web address as the identifiers of articles without one of their own are derived from it.

    This was the first canonical spelling and stays as it is for ever: an article that is stored under such an
    identifier would otherwise come in a second time.
    """
    return _spell_first(url, _drop_first_tracking)


def host_of_url(url: str) -> str:
    """Return an address's host and port in lower case; empty where it has none."""
    try:
        return _host_from_parts(urlsplit(url))
    except ValueError:
        return ""


def _spell_first(url: str | None, drop: _Dropper) -> str | None:
    try:
        parts = urlsplit((url or "").strip())
        host = _host_from_parts(parts)
    except ValueError:  # a bad port or a bad IPv6 host
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    return urlunsplit((parts.scheme, host, parts.path or "/", drop(parts.query, host), ""))


def _host_from_parts(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"


def _spell_page(url: str) -> str:
    parts = urlsplit(url)
    path = _ESCAPE.sub(_spell_escape, _page_path(parts.path))
    return urlunsplit((parts.scheme, _page_host(parts.netloc), path, _drop_form(parts.query), ""))


def _page_host(host: str) -> str:
    """Take the labels away that name a form of the site, where something registered is left behind."""
    labels = host.split(".")
    n_kept = _MIN_LABELS + (len(labels) > _MIN_LABELS and labels[-2] in _SECOND_LEVEL)
    if len(labels) <= n_kept or labels[-1].isdigit():
        return host
    front = [label for label in labels[:-n_kept] if label not in _FORM_LABELS]
    return ".".join([*front, *labels[-n_kept:]])


def _page_path(path: str) -> str:
    bare = _AMP_ENDING.sub(lambda match: match["suffix"] or "", path)
    if bare.lower().startswith("/amp/"):
        bare = bare[len("/amp") :]
    return (bare or path).rstrip("/") or "/"


def _spell_escape(escape: re.Match[str]) -> str:
    plain = unquote(escape[0], errors="replace")
    return plain if _UNRESERVED.fullmatch(plain) else escape[0].upper()


def _drop_form(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_form(pair))


def _is_form(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    return value in _FORM_PARAMETERS.get(name, ())


def _drop_first_tracking(query: str, _host: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _drop_all_tracking(query: str, host: str) -> str:
    site = next((names for name, names in _SITE_TRACKING.items() if f".{host}".endswith(f".{name}")), ())
    kept = (pair for pair in query.split("&") if pair and not (_is_tracking(pair) or _is_more_tracking(pair)))
    return "&".join(pair for pair in kept if pair.partition("=")[0] not in site)


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _is_more_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _MORE_TRACKING or name.startswith(_MORE_PREFIXES)
