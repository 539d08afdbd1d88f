"""Read the numbers that a text asserts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from nlp.annotation import EntityTag, Field, Text
from nlp.claims.assembly import read_scene
from nlp.claims.claim import Claim
from nlp.claims.headline import priced_alike, told_again
from nlp.claims.page import Page, fold, home_of
from nlp.claims.sentence.lexicon import Lexicon, read_lexicon
from nlp.claims.sentence.pattern import begin_words
from nlp.claims.sentence.scene import Mention, look, may_claim
from nlp.claims.sentence.splitting import split_sentences
from nlp.claims.subject.group import Group, Memory
from nlp.claims.subject.naming import mentions_of
from nlp.claims.when.clock import set_clock
from nlp.claims.when.topic import span_told, week_told
from nlp.claims.when.untimed import is_untimed
from nlp.text import blank_ranges, readable

_FIELDS: tuple[Field, Field] = ("title", "body")


class ClaimReader:
    """Reads claims by word lists, in time linear in the text.

    Args:
        lexicon: the words.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def read(
        self, text: Text, entities: Sequence[EntityTag], *, fields: tuple[str, str] | None = None
    ) -> tuple[Claim, ...]:
        """Return a text's claims, in the order in which they stand.

        Args:
            text: as its publisher wrote it.
            entities: what it names, with the places.
            fields: what is read of its title and body, offsets kept; found anew where it isn't given.
        """
        title, body = fields or (readable(text.title), blank_ranges(readable(text.body), text.repeated))
        folded = _unlinked(fold(title)), _unlinked(fold(body))
        if not any(may_claim(read, 0, len(read)) for read in folded):
            return ()
        traded = [tag for tag in entities if tag.entity_id not in self._lexicon.unlisted]
        places = mentions_of(traded, dict(zip(_FIELDS, folded, strict=True)), language=text.language)
        mentions = {name: _followed(some, self._lexicon.other_indices) for name, some in places.items()}
        tells_of_others = _tells_of_others(*folded)
        memory = Memory(
            tells_of_shares=not tells_of_others and _tells_of_shares(*folded),
            tells_of_others=tells_of_others,
            tells_of_hong_kong=_HONG_KONG.search(folded[0] + folded[1]) is not None,
            has_several=len(_companies(mentions)) > 1,
            tells_of_seats=_SEATS.search(folded[0] + folded[1][:_N_BEGINNING]) is not None,
        )
        clock = cache(lambda: set_clock(*folded, text.published_on, text.published_at))
        home = home_of("\n".join(folded), text.language)
        claims: list[Claim] = []
        for name, read, written in zip(_FIELDS, folded, (text.title, text.body), strict=True):
            page = Page(name, read, written, mentions[name], text.language, home)
            done = 0
            for start, end in split_sentences(read):
                memory = _come_to(memory, read, done, start)
                done = end
                if not page.is_chinese and _PAST.search(read, start, end):
                    told = span_told(read[start:end], clock().published_on)
                    memory = replace(memory, span=told or memory.span)
                if not may_claim(read, start, end):
                    if _tells_of_week(read, start, end):
                        memory = replace(memory, topic=week_told(read[start:end], clock().published_on))
                    continue
                named, memory = page.within(start, end, memory)
                if scene := look(read[start:end], named, self._lexicon):
                    found, memory = read_scene(scene, page, start, memory, clock)
                    claims += found
                    memory = memory if page.is_chinese else _going_on(memory, found)
                if _WEEK_FIRST.match(read, start, end):
                    week = week_told(read[start:end], clock().published_on, is_summary=True)
                    memory = replace(memory, topic=week)
            _, memory = page.within(len(read) + 1, len(read) + 1, memory)
            if name == "title":
                main = _main(mentions["title"], read)
                memory = replace(memory, main=main, first=_first(mentions["title"], read))
        found_all = told_again([claim for claim in claims if not _is_untimed(claim, folded)], folded[0])
        return found_all if text.language.startswith("zh") else priced_alike(found_all)


def _come_to(memory: Memory, text: str, done: int, start: int) -> Memory:
    """Return the memory at the start of a sentence: what holds for a paragraph ends with it."""
    if (not memory.topic and memory.just_traded is None) or text.find("\n", done, start) < 0:
        return memory
    return replace(memory, topic="", just_traded=None)


def _is_untimed(claim: Claim, folded: tuple[str, str]) -> bool:
    """Say whether a claim of a text, title and body, is of a time that isn't told."""
    told = claim.evidence
    return not claim.period and is_untimed(claim, folded[told.field == "body"][told.start : told.end])


def _going_on(memory: Memory, found: Sequence[Claim]) -> Memory:
    """Remember the week that all moves of a sentence are of: its paragraph goes on about it."""
    periods = {claim.period for claim in found if claim.metric == "return"}
    if memory.topic or len(periods) != 1 or not all(map(_WEEK.fullmatch, periods)):
        return memory
    return replace(memory, topic=periods.pop())


_WEEK: Final = re.compile(r"\d{4}-W\d\d")


def _unlinked(text: str) -> str:
    """Blank the titles of links, whose commas would part clauses; the length stays the same."""
    if "](" not in text:
        return text
    return _LINK_TITLE.sub(lambda link: " " * len(link.group()), text)


_LINK_TITLE: Final = re.compile(r"(?<=\]\()\s+\"[^\"\n]*\"(?=\))")


def _followed(mentions: Sequence[Mention], others: frozenset[str]) -> list[Mention]:
    """Return mentions, those of indices that are none of shares as what nothing later is of."""
    return [replace(one, kind="fund") if one.entity_id in others else one for one in mentions]


def _companies(mentions: Mapping[Field, Sequence[Mention]]) -> frozenset[str]:
    """Return the companies whose share a text may tell of."""
    return frozenset(one.entity_id for some in mentions.values() for one in some if one.kind == "company")


def _main(mentions: Sequence[Mention], title: str) -> Group | None:
    """Return the company that a title names, or the only one of several whose shares it names; else None."""
    companies = [mention for mention in mentions if mention.kind == "company"]
    named = {mention.entity_id: mention for mention in companies}
    if len(named) > 1:
        traded = {
            x.entity_id: x
            for x in companies
            if _OWN_SHARES.match(title, x.end) or _SHARES_OF.search(title, max(0, x.start - 12), x.start)
        }
        named = traded if len(traded) == 1 else {}
    if len(named) != 1:
        return None
    (one,) = named.values()
    return Group((one.entity_id,), one.kind, one.currency)


def _first(mentions: Sequence[Mention], title: str) -> Group | None:
    """Return the company that a title begins with; None where it is one of a list."""
    companies = [mention for mention in mentions if mention.kind == "company"]
    if not companies or companies[0].start > _N_QUOTE:
        return None
    one = companies[0]
    if len(companies) > 1 and _LISTED.fullmatch(title, one.end, companies[1].start):
        return None
    return Group((one.entity_id,), one.kind, one.currency)


#: A title begins here, after a quotation mark.
_N_QUOTE: Final = 1
_SHARES_OF: Final = re.compile(r"\b(?:shares|stock)\s(?:of|in)\s$", re.IGNORECASE)
_OWN_SHARES: Final = re.compile(
    r"(?:['\u2019]s)?(?:\s(?:Hong\sKong|HK|US|U\.S\.|Shanghai|\S+-listed|[AH]))?\s(?:shares?|stock)\b|(?:\([^()]*\))?(?:的)?股价",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"\s?(?:,|、|&|and|or|和|及|与|vs\.?|\([^()]*\)|\s)*\s?", re.IGNORECASE)


#: A sentence that begins with the week that it sums up, as those after it do.
_WEEK_FIRST: Final = re.compile(
    r"\W*(?:(?:总结|回顾)?[全本上这]个?(?:周|星期)(?![一二三四五六日天])|(?:For|On|Over)\sthe\sweek\b)"
)
#: A sentence that may tell of a time up to now, to which the next may come back ("During that period").
_PAST: Final = re.compile(r"\b(?:last|past)\s(?:\w+\s)?(?:weeks?|months?|years?)\b")
#: Before a Chinese word for a week that may be a paragraph's topic.
_THIS_WEEK: Final = re.compile(r"[上本这]个?(?:周|星期)")


def _tells_of_week(text: str, start: int, end: int) -> bool:
    """Say whether a sentence may set a week as its paragraph's topic."""
    return text.find("week", start, end) >= 0 or _THIS_WEEK.search(text, start, end) is not None


_HONG_KONG: Final = re.compile(begin_words([r"Hang\sSeng", r"HSI\b", r"HSTECH\b"]) + "|恒[指生]")
_SEATS: Final = re.compile(r"龙虎榜|席位|营业部")
#: What texts on share prices name in their beginnings, in small letters; and what those on other prices do.
_SHARES: Final = re.compile(
    "股|板块|指数|大盘|沪深|两市|三市|涨停|跌停|龙虎榜|换手率|涨幅居|跌幅居|概念|"
    + begin_words(
        rf"{word}\b"
        for word in (
            "stocks?", "shares?", "index", "indices", "equit(?:y|ies)", "nasdaq", "nyse", "bourse", "trading",
            "intraday", "month-to-date", "year-to-date", "52-week", r"closing\shigh",
        )
    )
)  # fmt: skip
_OTHER_PRICES: Final = re.compile(
    "楼价|房价|呎价|屋苑|二手|新盘|期货|合约|基金净值|强积金|积金|"
    + begin_words([r"mpf\b", "commodit", "futures contract", "forex"])
)
_OTHER_TITLES: Final = re.compile(
    r"\b(?:Comex|Nymex|Dollar\sIndex|Treasur\w+|Bitcoin|crypto\w*|gold|silver|crude|oil|forex|yen|rupee)\b|国债|原油|油价|金价|期金|汇市|外汇|兑美元|^美元",
    re.IGNORECASE,
)
_N_BEGINNING: Final = 400


#: Parts, not of companies.
_PARTS: Final = re.compile(r"\b(?:vote|seat|market|audience)\sshares?\b")


def _tells_of_shares(title: str, body: str) -> bool:
    beginning = f"{title}\n{body[:_N_BEGINNING]}".lower()
    return _SHARES.search(_PARTS.sub("", beginning) if " share" in beginning else beginning) is not None


def _tells_of_others(title: str, body: str) -> bool:
    beginning = f"{title}\n{body[:_N_BEGINNING]}".lower()
    return _OTHER_PRICES.search(beginning) is not None or _OTHER_TITLES.search(title) is not None


def read_claim_reader(path: Path) -> ClaimReader:
    """Make a reader of a file of word lists (`config/claims.yaml`).

    Raises:
        CatalogueError: the file can't be used.
    """
    return ClaimReader(read_lexicon(path))
