"""Owners that a number has only because they were named nearby, or before: they are left out."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.meaning import Meaning
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import Scene
from nlp.claims.subject.context import Context


def is_borrowed(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether a share's number seems to be another's than the company's that it would be said of.

    Args:
        mark: the number, or the record.
        context: what governs it.
        meaning: what it seems to say.
        scene: its sentence.
    """
    group, text = context.group, scene.text
    if meaning.metric not in {"return", "change", "price"}:
        return False
    if _is_a_judges(meaning, scene) or (
        group.end < 0 and any(meaning.subjects) and _is_of_one_unread(mark, scene)
    ):
        return True
    if scene.is_han:
        before = any(told.search(text, 0, mark.start) for told in (_HAN_OTHER, _HAN_THAT_DAY))
        if before or not _HAN_AFTER.match(text, mark.end):
            return before
        return _HAN_BEST.search(text, 0, mark.start) is not None
    return _is_of_a_neighbour(mark, context, scene)


def _is_of_a_neighbour(mark: Figure | Record, context: Context, scene: Scene) -> bool:
    """Say whether an English sentence names its owner for another reason than its share."""
    text, group_end = scene.text, context.group.end
    if _LEVERED.search(text, context.clause, mark.start) or _BROKERS_STOCK.search(text):
        return True
    if context.noun != "share" and (
        _SALES.search(text, 0, mark.start)
        or (group_end >= 0 and _SAYS_OF_THEM.search(text, group_end, mark.start))
        or _ITS_BUSINESS.search(text, context.clause, mark.start)
        or (group_end >= context.clause and _OWNED.match(text, group_end, mark.start))
        or (group_end >= context.clause and _LEFT_OUT.match(text, group_end) and not _OF_SHARES.search(text))
    ):
        return True
    return context.group.end < context.clause and _PARTNER.search(text, 0, mark.start) is not None


def _is_a_judges(meaning: Meaning, scene: Scene) -> bool:
    """Say whether a number would be of somebody who judges shares, and whom its sentence doesn't name."""
    judges = scene.lexicon.judges.intersection(meaning.subjects)
    return bool(judges) and not any(judges.intersection(event.ids) for event in scene.events)


def _is_of_one_unread(mark: Figure | Record, scene: Scene) -> bool:
    """Say whether a sentence names somebody unknown, or somebody speaks of himself in it."""
    if isinstance(mark, Record) and _SPEECH.search(scene.text, 0, mark.start):
        return True
    names = (_HAN_CODED, _HAN_NAMED) if scene.is_han else (_CODED, _LINKED, _SECTOR)
    if any(name.search(scene.text, 0, mark.start) for name in names):
        return True
    return _OF_A_LIST.search(scene.text) is not None


#: A name with its code, which the catalogue lacks.
_CODED: Final = re.compile(
    r"[A-Z][\w&.'-]*\s\((?:[A-Z]+:\s?)?[A-Z]{2,5}\)\s(?:shares|stock|was|were|rose|fell)\b"
)
_HAN_CODED: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]\s?\([A-Z]{2,6}[:.][A-Za-z\d]{2,6}\)")
_LINKED: Final = re.compile(r"\"\)\)\s(?:shares|stock)\b")
#: A sentence that begins with a company's name, which the catalogue lacks.
_HAN_NAMED: Final = re.compile(
    r"^\s*(?!该|本|此|公司)[\u4e00-\u9fff]{2,5}(?:百货|集团|科技|股份|控股|电子|药业|银行|汽车|国际|能源)(?:[因受与在凭自][^。，]{0,40}，其?)?股价"
)
#: Lists of the day's movers give each name its own lines, and the volume with the move.
_OF_A_LIST: Final = re.compile(r"^\s*Shares\s[^.]*\bintraday\strading\svolume\b")
#: A sector at the beginning of a sentence: "Meanwhile, healthcare fell".
_SECTOR: Final = re.compile(
    r"^\s*(?:[A-Z][a-z]+,\s)?(?:the\s)?(?:health\s?care|financials?|utilities|energy|tech(?:nology)?|materials|industrials"
    r"|miners|banks|consumer\s\w+|real\sestate)\s(?:(?:stocks|shares|sector)\s)?(?:fell|rose|lost|gained|dropped|jumped|slid|added|was|were)\b",
    re.IGNORECASE,
)
#: What somebody says of himself: "We're near all-time highs".
_SPEECH: Final = re.compile(r"\b(?:[Ww]e|I)(?:['\u2019](?:re|m)|\sare|\sam)\s(?:\w+\s){0,2}$")
#: Before and after a number of a fund that bets on a multiple.
_LEVERED: Final = re.compile(r"\b(?:Bull|Bear)\s[123]X\b")
#: A broker's opinion of the stock of another.
_BROKERS_STOCK: Final = re.compile(
    r"^\s*(?:[A-Z]\S*\s){1,3}has\san?\s[\w-]+\srating\b[^;]*\son\s(?:the|its)\sstock\b"
)
#: What a company has moves, not its share: "its proved reserves fell".
_ITS_BUSINESS: Final = re.compile(
    r"\b(?:its|their)\s(?!(?:\S+\s){0,4}(?:shares?|stocks?|ADRs?|ADSs?|price)\b)(?:[\w()+&-]+\s){1,7}"
    r"(?:rose|fell|declined|dropped|jumped|climbed|slid|slipped|soared|surged)\s"
    r"(?:by\s|to\s|nearly\s|about\s|almost\s|over\s|more\sthan\s)*$"
)
#: Before a move: it is that of what was sold, or of those of whom a company speaks.
_SALES: Final = re.compile(
    r"\b(?:sold|delivered|shipped|produced)\s[\d,.]+\s(?:[mb]illion\s)?[a-z]+[^;]*,\s(?:up|down|jumping|falling|rising)\s$"
)
_SAYS_OF_THEM: Final = re.compile(
    r"\b(?:estimate[sd]?|said|says|expect(?:s|ed)|forecasts?)\s(?:that\s)?they\b"
)
#: After a company: what it has moves ("FanDuel's bets surge 19%"), unless that is its share.
_OWNED: Final = re.compile(
    r"['\u2019]s?\s(?!Hong\s|Shanghai\s|Shenzhen\s|U\.?S|New\s)(?![^,;]*\b(?:shares?|stocks?|ADRs?|ADSs?|price|counter|debut|gains?|loss(?:es)?)\b)(?:[\w()+&-]+\s){1,6}?"
    r"(?:rose|rises?|fell|falls?|declined?s?|dropp?e?d?s?|jump(?:ed|s)?|climb(?:ed|s)?|slid|slips?|slipped|soar(?:ed|s)?|surged?s?|grew)\s"
)
#: After a name: what it has moves, which was named before ("AAP's vote share fell, Cong's rises 2%").
_LEFT_OUT: Final = re.compile(r"['\u2019]s?\s(?:is\s|was\s)?(?:rises|rose|falls|fell|up|down)\b")
_OF_SHARES: Final = re.compile(r"\b(?:shares|stocks?)\b", re.IGNORECASE)
#: Whom somebody deals with, in an aside: "which is in talks with A, advanced".
_PARTNER: Final = re.compile(
    r"\b(?:talks?|merger|deal|partnership)\s(?:\w+\s){0,2}with\s[^,;]{1,40},\s[a-z]+\s(?:as\smuch\sas\s)?$"
)
#: Around a move whose owner stands after it: "表现最好是升近6%的...".
_HAN_BEST: Final = re.compile(r"(?:最[好差大多]|其次)[^，。；]{0,8}[是为][^，。；]{0,6}$")
_HAN_AFTER: Final = re.compile(r"的(?!公司|股份|个股|股票|幅度)[\u4e00-\u9fff]{2,8}[，。；]")
#: Before a price of a day long past, told beside one of today.
_HAN_THAT_DAY: Final = re.compile(
    r"20\d\d年\d{1,2}月\d{1,2}日[^，。；]*，当[日天][^，。；]*(?:开盘价|收盘价|股价)[^，。；\d]{0,4}$"
)
#: Before a move of a fund, or a record of the indices that a share drives.
_HAN_OTHER: Final = re.compile(
    r"ETF(?:\s?[A-Z]{2,5}|[\u4e00-\u9fff]{2,6}(?=\())?(?:\([^)]*\))?[，,]?[^，。；,\d]{0,8}$"
    r"|指数[^。；]*在[^，。；]{1,24}(?:推动|带动|提振)下[，,][^，。；]{0,6}$"
)
