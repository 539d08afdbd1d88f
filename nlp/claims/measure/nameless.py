"""Moves and prices in Chinese whose clause names nobody, after somebody who isn't known."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.measure.meaning import Meaning
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import Scene
from nlp.claims.subject.context import Context


def is_nameless(mark: Figure | Record, context: Context, meaning: Meaning, scene: Scene) -> bool:
    """Say whether nobody is named right before a move that isn't of anybody known: "跌幅达0.46%".

    Args:
        mark: the number, or the record.
        context: what governs it.
        meaning: what it seems to say.
        scene: its sentence.
    """
    if meaning.metric != "return" or any(meaning.subjects) or isinstance(mark, Record):
        return False
    is_cell = "|" in scene.text[max(0, mark.start - _N_CELL) : mark.start]
    if is_cell or context.is_beside or mark.sign or _LIMIT.match(scene.text, mark.end):
        return False
    place = _first_of_list(mark, scene)
    begin = max((event.end for event in scene.breaks if event.end <= place), default=0)
    if _CODED.search(scene.text, max(0, begin - _N_CODE), begin):
        return False
    if _ITS_SHARE.match(scene.text, begin):
        return False
    named = _NAMED.fullmatch(_BRACKETS.sub("", scene.text[begin:place]))
    return named is None or _FUNCTION.search(named["name"]) is not None


def _first_of_list(mark: Figure, scene: Scene) -> int:
    """Return where the first number of a list begins: "甲及乙分别升2%及3%"."""
    place = mark.start
    for figure in reversed(scene.figures):
        if figure.end <= place and _LISTED.fullmatch(scene.text, figure.end, place):
            place = figure.start
    return place


_LISTED: Final = re.compile(r"\s?[、及和与][约近逾超]?\s?")
#: Before a clause: a name's code, with nothing told of it.
_CODED: Final = re.compile(r"\((?:[A-Z]{2,6}:)?[A-Z\d.]{2,9}\)[,，]$")
_N_CODE: Final = 20
_BRACKETS: Final = re.compile(r"\([^()]*\)")


#: A clause on the share of whom its text is about.
_ITS_SHARE: Final = re.compile(r"(?:公司)?股价(?:年内)?累计")
#: How far before a cell of a table its edge stands.
_N_CELL: Final = 3
#: After a number: it is the most that a share may move in a day.
_LIMIT: Final = re.compile(r"\s?[涨跌]停")
#: A name, and the word for its move.
_NAMED: Final = re.compile(
    r"(?P<name>\s?\S.*?\S)\s?(?:的?(?:公司)?股价)?"
    r"(?:强势|双双|集体|普遍|亦|也|均|再|一度|盘中|盘前|盘后|早盘|午后|今日|现|最[高多]|[大急劲微小收领续倒]|[高低]开|[高低]收|触及|震荡|逆[市势]|分别|应声)*"
    r"(?:[上下]?[涨升跌挫扬]|下滑|回落|反弹|回升|走[高低]|飙升|插|泻|弹|[高低][开收])"
    r"(?:[了幅达到约近逾超过为至]|超过|最多)*"
)
#: What no name holds.
_FUNCTION: Final = re.compile(
    r"[从由至自因受被将对若]|过去|期间|^\s?(?:城市|农村|食品|非食品|消费品|服务)(?:价格)?$|涨幅|跌幅|升幅|股价"
)
