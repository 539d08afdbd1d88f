"""Where a text names whom it can tell a market's numbers of, and where it names them only as speakers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from nlp.annotation import EntityTag, Field, Span
from nlp.claims.sentence.scene import Mention, SubjectKind
from nlp.claims.subject.brief import called_briefly
from nlp.claims.subject.code import abbreviates, codes_of, currency_of, is_coded_otherwise
from nlp.claims.subject.common import COMMON
from nlp.entities.unknown import PREFIX

#: Types of entities that have a market's numbers.
KINDS: Final[Mapping[str, SubjectKind]] = {
    "index": "index", "company": "company", "institution": "company", "product": "fund",
}  # fmt: skip
_FUND: Final = re.compile(r"\b(?:ETF|Fund)s?\b|\b(?:SPDR|iShares|ProShares|Direxion)\b")
#: Around a company: a fund has it in its name.
_FUND_BEFORE: Final = re.compile(r"(?:ETF|做[多空])$")
_FUND_AFTER: Final = re.compile(r"[\u4e00-\u9fff]{0,6}ETF|\s(?:[A-Z]\w+\s){0,3}(?:ETF|Fund)\b")
#: After a company: it speaks of another's share, or it is a broker's branch that trades one.
_SPEAKS: Final = re.compile(
    r"(?:['\u2019]s)?\s(?:(?:equity\s|research\s)?(?:analysts?|economists?|strategists?)\b"
    r"|(?:has\s|have\s|also\s|separately\s){0,2}(?:raised|raises|cut|cuts|lowered|lowers|boosted|boosts|upgraded|upgrades|downgraded"
    r"|downgrades|maintained|maintains|reiterated|reiterates|keeps|kept|initiated|initiates|trimmed|trims|lifted|lifts|reinstated|reinstates|resumed|resumes|assumed|assumes|starts|started"
    r"|hiked|hikes|slashed|slashes|set|sets|restated)\b[^.]{0,48}\b(?:price|target|rating|PT|Buy|Sell|Neutral|Hold|shares|stock|coverage))"
    r"|(?:编制|汇编|统计|估算)的|(?:证券|国际)?(?:最新)?(?:发表|发布)?(?:研究)?(?:报告|研报)?(?:将|予|维持|上调|下调|首予|首次覆盖|重申|给予|料|认为|预计|预期"
    r"|[:指称]|表示)[^。]{0,60}(?:目标价|评级|大市)"
)
#: After an institution: it is told of as a share.
_TRADED: Final = re.compile(
    r"\s?(?:\([^()]{0,30}\))?(?:['\u2019]s)?\s?(?:shares|stock|rose|fell|gained|lost|jumped|dropped|slid|climbed|added|shed|rises"
    r"|falls|gains|loses|up|down|was|were|chief\sexecutive|CEO|beat|reported|reports|posted)\b|\s*(?:\([^()]{0,16}\))?(?:股价|则|亦|也|都|均|同|齐|双双|一度|再|急|早段|现|曾)*[涨升跌挫]|[、和及与]"
)
_SEAT: Final = re.compile(
    r"(?:股份有限公司|有限责任公司)?[\u4e00-\u9fff]{0,14}(?:营业部|席位|分公司|总部)|[\u4e00-\u9fff]{2,10}路(?![演线])"
)
_WORD: Final = re.compile(r"[A-Z][A-Za-z]{3,}")


def mentions_of(
    entities: Sequence[EntityTag], folded: Mapping[Field, str], *, language: str = ""
) -> dict[Field, list[Mention]]:
    """Return the places of those that can have a market's numbers, by field and in order.

    An unlinked name that is a linked company's code, or shares its first word, stands for that company.
    """
    is_mainland = language == "zh-Hans" and not any(_HONG_KONG.search(text) for text in folded.values())
    found: dict[Field, list[Mention]] = {"title": [], "body": []}
    aliases = _aliases(entities)
    codes = codes_of(entities, aliases)
    for tag in (tag for tag in entities if _has_numbers(tag)):
        meant = aliases.get(tag.entity_id, tag)
        kind = "fund" if _FUND.search(meant.name) else KINDS[meant.type]
        for span in tag.mentions:
            text = folded[span.field]
            currency = currency_of(
                meant.tickers, codes.get(meant.entity_id, ()), span, text, is_mainland=is_mainland
            )
            if text.startswith(":", span.end) and span.text.isupper() and _IS_CODE.match(text, span.end):
                continue
            if _is_word(span, meant, text):
                continue
            if tag.type == "institution" and tag.entity_id != "hkex" and not _TRADED.match(text, span.end):
                continue
            if kind == "company" and _is_another(span, text):
                continue
            kind_here = _kind_here(kind, text, span.start, span.end)
            if kind == "company" and is_coded_otherwise(meant, span.text, text, span.end):
                found[span.field].append(
                    Mention(start=span.start, end=span.end, entity_id="", kind="company", currency="")
                )
                continue
            longer = _longer(kind, span, folded)
            found[span.field].append(
                Mention(
                    start=span.start,
                    end=longer.end() if longer else span.end,
                    entity_id="" if longer else meant.entity_id,
                    kind=kind_here,
                    currency=currency,
                )
            )
    for name, places in found.items():
        briefly = [] if language.startswith("zh") else called_briefly(entities, folded[name], places)
        places.extend(briefly)
        places.sort(key=lambda mention: (mention.start, -mention.end))
    return found


#: Words and codes of Hong Kong.
_HONG_KONG: Final = re.compile(r"港|恒[指生]|\(0\d{4}(?:\.HK)?\)")


def _is_word(span: Span, meant: EntityTag, text: str) -> bool:
    """Say whether a company's short name is only a word where it stands: "Price Target", "销情理想"."""
    if span.text == "Target":
        return text.startswith("Price ", max(0, span.start - len("Price ")))
    is_plain = text.startswith("理想", span.start) and meant.name != span.text
    return is_plain and _PLAIN.search(text, max(0, span.start - 2), span.end) is not None


def _is_another(span: Span, text: str) -> bool:
    """Say whether a name is a fund's code, or that of whom another runs shops for or is backed by."""
    if _OF_FUND.search(text, max(0, span.start - 8), span.start):
        return True
    return _RUN_BY.match(text, span.end) is not None or _BACKED.match(text, span.end) is not None


def _longer(kind: SubjectKind, span: Span, folded: Mapping[Field, str]) -> re.Match[str] | None:
    """Return how a name goes on as another's; in a title, where all words have capitals, as the body does."""
    text = folded[span.field]
    if kind == "index":
        return _JOINED.match(text, span.end)
    found = _LONGER.match(text, span.end) if kind == "company" else None
    if found and span.field == "title" and text[span.start : found.end()] not in folded["body"]:
        return None
    return found


def _kind_here(kind: SubjectKind, text: str, start: int, end: int) -> SubjectKind:
    """Return what an entity is where it is named: a company may be part of a fund's name, or only speak."""
    if kind != "company":
        return kind
    if _FUND_BEFORE.search(text, max(0, start - 6), start) or _FUND_AFTER.match(text, end):
        return "fund"
    is_speaker = _SPEAKS.match(text, end) or _SEAT.match(text, end) or _is_cited(text, start)
    return "speaker" if is_speaker else kind


#: Before a fund's code in brackets, which no company has.
_OF_FUND: Final = re.compile(r"\b(?:ETF|Fund)\s\(\[?$")
#: After a company's name: it is another that runs its shops or supplies it ("KFC India operator").
_RUN_BY: Final = re.compile(r"\s(?:India\s|China\s)?(?:operator|owner|parent|franchisee|supplier)\b")
#: How far before a company that is only cited the words for it may begin.
_N_CITED: Final = 40
#: After a company's name: what follows is another, which it backs ("Tencent-backed").
_BACKED: Final = re.compile(
    r"-(?:backed|owned|controlled|invested|funded|supported|led|run|operated|affiliated|linked)\b"
)
#: Before a company: it is only cited.
_CITED: Final = re.compile(
    r"\b(?:polled|surveyed|compiled|tracked|gathered|provided)\s(?:by|from)\s(?:[a-z]+\s){0,3}$|\bdata\sfrom\s$"
)


def _is_cited(text: str, start: int) -> bool:
    begin = max(0, start - _N_CITED)
    is_by = text.find("by ", begin, start) >= 0 or text.find("from ", begin, start) >= 0
    return is_by and _CITED.search(text, begin, start) is not None


#: After capitals: they are the exchange's of a share's or an index's code ("NASDAQ:AAPL").
_IS_CODE: Final = re.compile(r":[A-Z0-9]")
#: A company's short name that is only a word where it follows another so ("销情理想").
_PLAIN: Final = re.compile(r"[现绩情应况境果况不未如太较最更很颇甚分算为尚售的]理想$")
#: After an index's name: it only begins another's ("S&P/TSX 60").
_JOINED: Final = re.compile(r"/[A-Z]{2,}[A-Z\d]*(?:\s\d+)?")
#: After a company's name: it is the name of another that begins with it.
_LONGER: Final = re.compile(
    r"\s(?:Real\sEstate|Aerospace|Ocean|Music|Pictures|Chemicals?|Heavy|Securities|Insurance|Financial|Capital|Solar|Steel|Pharma"
    r"|Biologics|Logistics|Entertainment|Motors?|Energy|Electric|Life|Midstream|Industries|Finserv)\b(?!\s(?:shares|stock)\b)"
)


def _has_numbers(tag: EntityTag) -> bool:
    if tag.entity_id.startswith(PREFIX) and any(x.search(tag.name) for x in (_CODE, _SUM, _NO_NAME)):
        return False
    if tag.type in {"index", "company"}:
        return True
    return tag.type in KINDS and (bool(tag.tickers) or _FUND.search(tag.name) is not None)


#: Sums that a recogniser took for a name.
_SUM: Final = re.compile(r"^(?:HK|US|A)?\$|\d(?:bn|mn|tn)?$", re.IGNORECASE)
#: Codes of currencies, which look like a company's.
_CODE: Final = re.compile(
    r"^(?:USD|KRW|JPY|EUR|GBP|CNY|CNH|HKD|INR|AUD|NZD|CAD|CHF|SGD|THB|MYR|IDR|TWD|PHP)(?:/[A-Z]{3})?$"
)
#: Words of titles, sectors and time zones that a recogniser took for a name.
_NO_NAME: Final = re.compile(
    r"^(?:While|When|As|After|Amid|Why|How|What|Despite|Shares?|Stocks?|Sector|Market\sTalk)\b"
    r"|^(?:IST|EST|EDT|GMT|HKT|JST|CET|UTC|ET|YTD|YoY|Basic\sMaterials|Financials|Industrials|Utilities"
    r"|Solana|XRP|BNB|Bitcoin|Ether(?:eum)?|Dogecoin|Cardano|Litecoin)$"
)


def _aliases(entities: Sequence[EntityTag]) -> dict[str, EntityTag]:
    """Return the linked company that each unlinked name stands for, where it stands for one."""
    unlinked = [tag for tag in entities if tag.entity_id.startswith(PREFIX) and tag.type == "company"]
    if not unlinked:
        return {}
    linked: dict[str, EntityTag] = {}
    for tag in entities:
        if tag.type == "company" and not tag.entity_id.startswith(PREFIX):
            for word in _words_of(tag):
                linked.setdefault(word, tag)
    aliases = {
        tag.entity_id: linked[word]
        for tag in unlinked
        for word in _words_of(tag)
        if word in linked and _may_be(tag.name, linked[word].name)
    }
    named = [tag for tag in entities if tag.type == "company" and not tag.name.isupper()]
    for tag in unlinked:
        if tag.entity_id not in aliases:
            coded = [one for one in named if abbreviates(tag.name, one.name)]
            if len(coded) == 1:
                aliases[tag.entity_id] = aliases.get(coded[0].entity_id, coded[0])
    return aliases


def _may_be(name: str, known: str) -> bool:
    """Say whether a name may be another form of a known one: "Hyundai Steel" isn't Hyundai Motor."""
    words, others = _LEGAL.sub(" ", name).split(), _LEGAL.sub(" ", known).split()
    if len(words) <= 1:
        return True
    if len(others) <= 1:
        return not words[1][:1].isupper() or words[1] in _GENERIC
    return words[1].lower() == others[1].lower()


#: Second words of a name that don't make it another's than that of its first word alone.
_GENERIC: Final = frozenset({
    "Platforms", "Motors", "Motor", "Technologies", "Stock", "Shares", "Electronics", "Auto",
    "Pharmaceuticals", "Pharmaceutical", "Therapeutics", "Computer", "Systems", "Semiconductor",
    "Semiconductors", "Airlines", "Games", "Networks", "Software", "Cloud", "Laboratories", "Labs", "Bank",
    "Steel", "Oil", "Petroleum", "Resources", "Mining", "Minerals", "Class", "Interactive", "Entertainment",
    "Foods", "Brands", "Tech",
})  # fmt: skip
#: What is part of a company's name only in law.
_LEGAL: Final = re.compile(
    r"\b(?:Citing|Group|Holdings?|Inc|Corp|Ltd|Co|Plc|PLC|Bhd|AG|SA|NV|Corporation|Limited|Company"
    r"|International|Technolog(?:y|ies)|The)\b\.?|['\u2019]s\b|[.,&]"
)


def _words_of(tag: EntityTag) -> Iterator[str]:
    """Yield what may stand for a company: its codes, and the first word of its name unless many share it."""
    for ticker in tag.tickers:
        yield ticker.partition(":")[2]
    if tag.entity_id.startswith(PREFIX) and tag.name.isupper():
        yield tag.name
    word = next((word for word in _WORD.findall(tag.name) if word.lower() != "citing"), "")
    if word and word not in COMMON:
        yield word
