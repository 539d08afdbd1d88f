"""Whom a story is about, and what that does to its value: who sets policy, heavyweights, others listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from nlp.annotation import EntityTag
from southbound.digest.factor import Factor
from southbound.digest.story import Story
from southbound.digest.wording import clean_line
from southbound.store.entity import MIN_RELEVANCE

#: Who sets policy, publishes the figures that markets wait for, or runs the market; their schemes and rates.
MARKET_BODIES: Final = frozenset(
    {"pboc", "politburo", "state_council", "ccp", "npc", "csrc", "mof_china", "ndrc", "mofcom", "nbs", "cewc"}
    | {"gacc", "nfra", "safe_china", "mohurd", "samr", "miit", "hkma", "sfc_hk", "hkex", "csd_hk", "rvd_hk"}
    | {"fed", "us_treasury", "ustr", "ecb", "boj", "imf", "bls", "sp_global", "caixin_pmi", "ism"}
    | {"stock_connect", "etf_connect", "sh_hk_stock_connect", "sz_hk_stock_connect"}
    | {"loan_prime_rate", "medium_term_lending_facility"}
)
#: Whose words are policy.
POLICY_MAKERS: Final = frozenset(
    {"pan_gongsheng", "he_lifeng", "wu_qing", "lan_foan", "wang_wentao", "ni_hong"}
    | {"li_yunze", "zheng_shanjie", "zou_lan", "jerome_powell"}
)
#: Who speaks for policy.
OFFICIALS: Final = MARKET_BODIES | POLICY_MAKERS
#: Companies by which indices in Hong Kong move, or a sector does.
HEAVYWEIGHTS: Final = frozenset(
    {"tencent", "alibaba", "meituan", "jd", "baidu", "netease", "xiaomi", "byd", "li_auto", "xpeng", "nio"}
    | {"geely_auto", "hsbc", "standard_chartered", "aia", "hkex", "ping_an", "china_life", "icbc", "ccb"}
    | {"bank_of_china", "agbank", "china_merchants_bank", "boc_hong_kong", "hang_seng_bank", "china_mobile"}
    | {"china_telecom", "china_unicom", "cnooc", "petrochina", "sinopec", "smic", "lenovo", "kuaishou"}
    | {
        "trip_com",
        "bilibili",
        "anta",
        "shk_properties",
        "ck_hutchison",
        "ck_asset",
        "ck_infrastructure",
        "clp",
    }
    | {"link_reit", "mtr", "sands_china", "vanke", "country_garden", "china_evergrande", "new_world_dev"}
    | {"cr_land", "techtronic", "sunny_optical", "wuxi_biologics", "wuxi_apptec", "zijin", "china_shenhua"}
    | {"catl", "haier", "midea", "pop_mart", "cathay", "sunac"}
)
#: Whose results and products move sectors in Hong Kong and China.
BELLWETHERS: Final = frozenset({"tsmc", "nvidia", "apple", "tesla"})
_HONG_KONG: Final = "XHKG:"
_LARGE: Final = HEAVYWEIGHTS | BELLWETHERS
_BODY, _HEAVY, _LISTED = 0.6, 0.8, 0.1
#: A person alone mostly gives a speech; an index tells what has happened to prices.
_PERSON, _INDEX = 0.2, 0.3


def actor_factors(story: Story, *, of_itself: bool, moved: bool) -> list[Factor]:
    """Return what the most relevant body, company, person and index do to a story's value.

    Args:
        story: the story.
        of_itself: a company named is the subject; else it is a share of many, or a bank whose analyst speaks.
        moved: it reports how far a market went, which is news by itself; else an index makes it a report on
            what has happened to prices, which stands elsewhere too.
    """
    tags = most_relevant(story)
    body = _first(tags, lambda tag: tag.entity_id in OFFICIALS)
    company = _first(tags, _is_company) if of_itself else None
    person = _first(tags, lambda tag: tag.type == "person")
    index = _first(tags, lambda tag: tag.type == "index")
    found = []
    if body:
        found.append(Factor(value=1 + _BODY * body.relevance, reason=f"about {clean_line(body.name)}"))
    if company:
        weight = _HEAVY if company.entity_id in _LARGE else _LISTED
        listing = f" ({_listing(company)})" if _listing(company) else ""
        told = f"about {clean_line(company.name)}{listing}"
        found.append(Factor(value=1 + weight * company.relevance, reason=told))
    if person and not moved and not found:
        found.append(Factor(value=1 - _PERSON * person.relevance))
    if index and not moved:
        found.append(Factor(value=1 - _INDEX * index.relevance))
    return found


def is_about(story: Story, entities: Collection[str], *, relevance: float) -> bool:
    """Say whether one of some entities is at least so relevant to the leading report."""
    return any(tag.relevance >= relevance and tag.entity_id in entities for tag in story.lead.entities)


def most_relevant(story: Story) -> list[EntityTag]:
    """Return the entities that the reports are about, each once, the most relevant first."""
    found: dict[str, EntityTag] = {}
    for tag in (tag for report in story.reports for tag in report.entities):
        if tag.relevance >= MIN_RELEVANCE and (
            tag.entity_id not in found or tag.relevance > found[tag.entity_id].relevance
        ):
            found[tag.entity_id] = tag
    return sorted(found.values(), key=lambda tag: (-tag.relevance, tag.entity_id))


def _first(tags: Sequence[EntityTag], is_meant: Callable[[EntityTag], bool]) -> EntityTag | None:
    return next((tag for tag in tags if is_meant(tag)), None)


def _is_company(tag: EntityTag) -> bool:
    return tag.type == "company" and bool(_listing(tag) or tag.entity_id in BELLWETHERS)


def _listing(tag: EntityTag) -> str:
    """Return an entity's listing in Hong Kong; "" without one."""
    return next((ticker for ticker in tag.tickers if ticker.startswith(_HONG_KONG)), "")
