"""What stands in one sentence: numbers, names, words that say what is meant, times, and breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal, NamedTuple

from nlp.claims.amount.figure import Figure, find_figures
from nlp.claims.amount.ranges import join_ranges
from nlp.claims.sentence.aside import appositions, is_in_name, is_trading
from nlp.claims.sentence.lexicon import Cue, Lexicon, lower
from nlp.claims.sentence.record import Record, find_records, may_record

SubjectKind = Literal["index", "company", "market", "channel", "fund", "speaker", "subchannel", "unknown"]

#: Cues that are a subject of their own, which is none of an instrument that is followed.
BLOCKERS: Final = frozenset({"commodity", "currency", "bond", "crypto", "fund"})
DIRECTIONS: Final = frozenset({"up", "down"})
#: Events that end a clause.
BREAKS: Final = frozenset({"break", "strong", "clause"})
FLOWS: Final = frozenset({"flow_in", "flow_out", "flow_buy", "flow_sell"})
#: Nouns for what a company or an economy does.
BUSINESS: Final = frozenset({"revenue", "profit", "rate", "economy"})
#: Cues that say what a number measures.
NOUNS: Final = BLOCKERS | {
    "revenue", "profit", "rate", "money_raised", "dividend", "market_value", "stake", "economy", "share",
    "turnover", "target_price", "support",
}  # fmt: skip
#: Full-width signs as ASCII, one for one; no comma, which parts clauses in Chinese and thousands in English.
_FOLDED: Final = {
    chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in {0xFF0C, 0xFF1B}
} | dict.fromkeys("\u2009\u00a0\u202f", " ")
_FOLDABLE: Final = re.compile(f"[{''.join(_FOLDED)}]")
#: What may part clauses; it begins with a set of signs, so that others are passed over fast.
_BREAK: Final = re.compile(
    r"[，；;。！？\n【】|,:—\s-](?<=(?! [A-Za-z0-9]).)(?:(?<=[，；;。！？\u3000\n【】|])|(?<=,)(?!\d)"
    r"|(?<=[\u4e00-\u9fff%]\s)(?=[\u4e00-\u9fff])|(?<=:)\s|(?<=[\u4e00-\u9fff]:)|(?<=—)—?"
    r"|(?<=\s)[-\u2013\u2014]\s|(?<=-)-)"
)
#: Before a share's code in brackets: "(NYSE: ", which parts no clauses.
_EXCHANGE: Final = re.compile(r"\([A-Za-z]{2,8}$")
_BRACKET: Final = re.compile(r"[()]")
_STRONG: Final = frozenset("；;。！？\n【】|")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_HAN_INDEX: Final = re.compile(r"指数")
_OF_OTHERS: Final = re.compile(
    r"楼价|房价|租金|运价|运费|物价|价格|采购|景气|信心|货运|美元|美汇|消费|信贷|债|PMI|CPI|汇率|商品"
    r"|干散货|波罗的海|搜索|流量|核心|物流|信用|仓储|就业|繁荣|营商|发展|幸福|恐慌|波动率|拥堵|财富|房地产市场"
)
#: Between the begin of an index's name, whose link is left blank, and its end: "纳斯达克    综合指数".
_LINKED: Final = re.compile(r"\s+(?:综合|成份|工业平均)?\s?$")
_N_LINK: Final = 120
#: In the name of an index of shares, whatever sector it is of.
_OF_SHARES: Final = re.compile(r"(?:中证|国证|上证|深证|申万)(?!.*(?:债|商品|期货|货币))")
_NOT_NAMED: Final = (
    "三大",
    "主要",
    "各",
    "该",
    "大",
    "分类",
    "股",
    "价格",
    "物价",
    "经理",
    "成份",
    "股市",
    "的",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place in a sentence where an entity of a kind that has numbers is named; half open."""

    start: int
    end: int
    entity_id: str
    kind: SubjectKind
    currency: str


class Event(NamedTuple):
    """A cue, a named subject or a break, in the order of the sentence; half open.

    `kind` is the cue's, or "subject", "break" or "strong". `ids` are a subject's.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    ids: tuple[str, ...] = ()
    subject: SubjectKind = "unknown"
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A folded sentence, also in small letters, with what stands in it; `breaks` are those of its events."""

    text: str
    low: str
    figures: Sequence[Figure]
    records: Sequence[Record]
    events: Sequence[Event]
    breaks: Sequence[Event]
    lexicon: Lexicon
    is_han: bool


#: A sentence without any of these, and without words for a record, holds no number.
_DIGIT: Final = re.compile(r"\d")
_HAN_NUMBER: Final = re.compile(
    r"[一二两三四五六七八九十百千半成万亿兆个](?<=[一二两三四五六七八九十百千半].)(?<=[成万亿兆个千百十])|[百千]点"
)
_SCALE: Final = re.compile(r"[\s-](?:percent|per\scent|[mbtr]+illion)\b", re.IGNORECASE)


def fold_signs(text: str) -> str:
    """Write full-width digits and signs in ASCII; the length stays the same."""
    return _FOLDABLE.sub(lambda sign: _FOLDED[sign.group()], text)


def may_claim(text: str, start: int, end: int) -> bool:
    """Say whether a folded sentence may hold a number or a record; most don't."""
    if _DIGIT.search(text, start, end):
        return True
    return _may_tell_in_words(text[start:end])


def _may_tell_in_words(text: str) -> bool:
    if not text.isascii() and _HAN_NUMBER.search(text):
        return True
    low = text.lower()
    return ((("cent" in low) or ("illion" in low)) and _SCALE.search(text) is not None) or may_record(
        text, low
    )


#: After a number: it is part of an index's name.
_NAMED_BY: Final = re.compile(r"指数")


def look(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> Scene | None:
    """Return what stands in a folded sentence; None where it holds neither a number nor a record.

    Args:
        text: the sentence.
        mentions: of entities in it, in order, with places in it.
        lexicon: the words.
    """
    taken = [(mention.start, mention.end) for mention in mentions]
    low = lower(text)
    found = [
        one
        for one in find_figures(text, low, taken)
        if one.kind != "bare" or not _NAMED_BY.match(text, one.end)
    ]
    figures = join_ranges(found, text)
    has_record = may_record(text, low)
    if not figures and not has_record:
        return None
    masks = sorted([*taken, *((figure.start, figure.end) for figure in figures)])
    cues = [cue for cue in lexicon.find(low, masks) if not _is_of_name(cue, text)]
    events = [_subject_of(mention, text, lexicon) for mention in mentions]
    events += [_event_of(cue) for cue in cues]
    events += [
        Event("strong" if match.group()[0] in _STRONG else "break", *match.span())
        for match in _BREAK.finditer(text)
        if not (match.group()[0] == ":" and _EXCHANGE.search(text, max(0, match.start() - 10), match.start()))
        and not (match.group()[0] == "," and is_in_name(match.start(), text))
    ]
    events += [
        Event("open" if match.group() == "(" else "close", *match.span()) for match in _BRACKET.finditer(text)
    ]
    events = [_other_index(event, text) if event.subject == "index" else event for event in events]
    events += _unknown_indices(text, events)
    events += _latin_indices(text, events)
    if "/" in text:
        events += [Event("currency", *match.span()) for match in _PAIR.finditer(text)]
    events.sort(key=attrgetter("start", "end"))
    events = _without_appositions(_without_nested(events), text)
    return Scene(
        text=text,
        low=low,
        figures=figures,
        records=tuple(find_records(text, low, figures)) if has_record else (),
        events=events,
        breaks=[event for event in events if event.kind in BREAKS],
        lexicon=lexicon,
        is_han=_HAN.search(text) is not None,
    )


def _is_of_name(cue: Cue, text: str) -> bool:
    """Say whether a word is a part of a name: of a code, or "Steel" of "Nippon Steel rose"."""
    if is_trading(cue.start, cue.end, text):
        return True
    if text[cue.start : cue.end] == "IF":
        return True
    if cue.kind == "commodity" and _CODE_AFTER.match(text, cue.end):
        return True
    if cue.kind not in {"commodity", "economy"} or text[cue.start : cue.end] not in _NAME_ENDS:
        return False
    if _NAME_GOES_ON.match(text, cue.end):
        return True
    is_named = _NAMED.search(text, max(0, cue.start - 16), cue.start) is not None
    return is_named and text[cue.end : cue.end + 2].strip().islower()


#: After a commodity in a company's name: its code.
_CODE_AFTER: Final = re.compile(r"[\u4e00-\u9fff]{0,4}\((?:[A-Z]{1,5}\.US|\d{4,6}(?:\.[A-Z]{2})?)\)")
_NAME_ENDS: Final = frozenset(
    {
        "Steel",
        "Gold",
        "Silver",
        "Copper",
        "Oil",
        "Gas",
        "Coal",
        "Sugar",
        "Coffee",
        "Exports",
        "Imports",
        "Retail",
        "Trade",
        "Investment",
    }
)
#: After such a word: a name goes on ("Steel Dynamics was").
_NAME_GOES_ON: Final = re.compile(
    r"\s(?!Prices?\b|Futures\b|Spot\b|Stocks?\b|Shares\b|ETF\b|Imports?\b|Exports?\b|Tariffs?\b|Miners?\b)[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)?(?:['\u2019]s)?\s[a-z(]"
)
_NAMED: Final = re.compile(r"\b(?!Spot|Comex|COMEX|Nymex|The|Crude)[A-Z][A-Za-z]{2,}\s$")
#: A sector's index that bears a wider one's name: "Nifty realty index".
_SECTOR: Final = re.compile(
    r"\s(?!(?:composite|stock|average|industrial|share|price|component|benchmark|futures|and|the|main|blue|tech)\b)"
    r"[A-Za-z]{4,16}\s(?:sub-?)?index\b",
    re.IGNORECASE,
)
#: Sectors' indices that the catalogue has, by the wider one and a word for the sector.
_SECTORS: Final = {
    ("sp500", "technology"): "s_and_p_500_information_technology_index",
    ("sp500", "energy"): "s_and_p_500_energy_index",
    ("sp500", "financial"): "s_and_p_500_financials_index",
    ("sp500", "financials"): "s_and_p_500_financials_index",
}
#: Names of an index whose futures are another's.
_FUTURES: Final = {"nasdaq_composite": "nasdaq100"}
_IS_FUTURES: Final = re.compile(r"(?:\s100)?\sfutures|指?期[货指]", re.IGNORECASE)


def _subject_of(mention: Mention, text: str, lexicon: Lexicon) -> Event:
    if mention.entity_id in lexicon.other_indices:
        return Event("commodity", mention.start, mention.end)
    if mention.kind == "speaker":
        return Event("speaker", mention.start, mention.end)
    key = mention.entity_id
    if mention.kind == "index" and (sector := _SECTOR.match(text, mention.end)):
        known = _SECTORS.get((key, sector.group().split()[0].lower()))
        if known:
            return Event("subject", mention.start, sector.end(), ids=(known,), subject="index", value="index")
        return Event("subject", mention.start, sector.end(), subject="unknown", value="index")
    if key in _FUTURES and _IS_FUTURES.match(text, mention.end):
        key = _FUTURES[key]
    return Event(
        "subject",
        mention.start,
        mention.end,
        ids=(key,),
        subject=mention.kind,
        currency=mention.currency,
    )


#: Kinds of the subjects that lists of words name; those that stand for others name them as values.
_SUBJECTS: Final[Mapping[str, SubjectKind]] = {
    "alias": "index", "companies": "company", "hk_market": "market", "mainland_market": "market",
    "southbound": "channel", "northbound": "channel", "subchannel": "subchannel",
}  # fmt: skip
_QUANTITIES: Final = {"grow": "up", "shrink": "down"}


def _event_of(cue: Cue) -> Event:
    if kind := _SUBJECTS.get(cue.kind):
        named = tuple(cue.value.split("+")) if cue.value else (cue.kind,)
        ids = ("",) if kind == "subchannel" else named
        return Event("subject", cue.start, cue.end, ids=ids, subject=kind)
    if way := _QUANTITIES.get(cue.kind):
        return Event(way, cue.start, cue.end, value="quantity")
    return Event("clause" if cue.kind == "break" else cue.kind, cue.start, cue.end, cue.value)


def _unknown_indices(text: str, events: Sequence[Event]) -> Iterator[Event]:
    """Yield Chinese names of indices that no entity has: as a subject, one is unknown."""
    ends = {event.end for event in events if event.kind in {"subject", "currency", "rate", "economy"}}
    breaks = [event.end for event in events if event.kind in {"break", "strong"}]
    known = {
        event.end
        for event in events
        if event.kind == "commodity" or (event.kind == "subject" and event.subject == "index")
    }
    for match in _HAN_INDEX.finditer(text):
        link = _LINKED.search(text, max(0, match.start() - _N_LINK), match.start())
        if len(text[: match.start()].rstrip()) in known or (link and link.start() in known):
            continue
        before = text[max(0, match.start() - 4) : match.start()]
        if (
            match.end() in ends
            or before.endswith(_NOT_NAMED)
            or not re.search(r"[\u4e00-\u9fffA-Za-z0-9]{2}$", before)
        ):
            continue
        start = max([place for place in breaks if place <= match.start()], default=0)
        start = max(start, match.start() - 16)
        is_of_shares = _OF_SHARES.search(text, start, match.start()) is not None
        if not is_of_shares and _OF_OTHERS.search(text, start, match.start()):
            yield Event("economy", start, match.end())
            continue
        yield Event("subject", start, match.end(), ids=(), subject="unknown", value="index")


#: Before an alias of an index: it ends the name of another ("中证港股通科技指数").
_OF_LONGER: Final = re.compile(r"[通证题源]$")


def _other_index(event: Event, text: str) -> Event:
    is_longer = _OF_LONGER.search(text, max(0, event.start - 1), event.start) is not None
    return event._replace(ids=(), subject="unknown", value="index") if is_longer else event


#: English names of indices, and words that say no more than that it is the one that is spoken of.
_LATIN_INDEX: Final = re.compile(
    r"\b(?P<name>[A-Za-z][A-Za-z-]{2,})\s(?:sub-?\s?)?(?:index|gauge|subindex)\b(?!\s(?:futures|funds?|provider|compiler|heavyweights?))",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    r"the|this|that|its|same|main|broader|wider|benchmark|stock|share|composite|headline|local|key|major|average|and"
    r"|leading|market|equity|blue-chip|blue|chip|whose|another|each|every|other|new|tech-heavy|tech-focused|tech-laden|tech-rich|weighted|industrial"
    r"|component|volatility",
    re.IGNORECASE,
)
_OF_ECONOMY: Final = re.compile(
    r"pric|cost|inflation|confidence|sentiment|manager|manufactur|optimism|development|fear|dollar|misery|activity",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(r"(?<![A-Za-z])[A-Z]{3}/[A-Z]{3}(?![A-Za-z])")


def _latin_indices(text: str, events: Sequence[Event]) -> Iterator[Event]:
    """Yield English names of indices that no entity has: "the property index" is not the one named before."""
    if "ndex" not in text and "auge" not in text:
        return
    taken = [(event.start, event.end) for event in events if event.kind not in {"break", "strong", "clause"}]
    for match in _LATIN_INDEX.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end in taken)
        if not inside and _OF_ECONOMY.search(match["name"]):
            yield Event("economy", *match.span())
        elif not inside and _SAME.fullmatch(match["name"]) is None:
            yield Event("subject", *match.span(), subject="unknown", value="index")


def _without_appositions(events: list[Event], text: str) -> list[Event]:
    """Leave out what stands in an apposition to an English name, and the commas around it."""
    named = (event.end for event in events if event.kind == "subject" and event.ids)
    spans = appositions(named, text) if ", " in text else ()
    if not spans:
        return events
    return [event for event in events if not any(start <= event.start < end for start, end in spans)]


def _without_nested(events: Sequence[Event]) -> list[Event]:
    """Leave out what lies inside an unknown index's name."""
    kept: list[Event] = []
    covers = [
        (event.start, event.end) for event in events if event.value == "index" and event.kind == "subject"
    ]
    if not covers:
        return list(events)
    for event in events:
        inside = any(
            start <= event.start and event.end <= end and (event.start, event.end) != (start, end)
            for start, end in covers
        )
        if not inside:
            kept.append(event)
    return kept
