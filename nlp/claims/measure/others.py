"""Numbers of other things than a share, told by the words right around them."""

from __future__ import annotations

import re
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Metric
from nlp.claims.sentence.record import Record


def is_of_other_thing(mark: Figure | Record, metric: Metric, text: str) -> bool:
    """Say whether a number is that of a result, goods or a portfolio, or a record left behind.

    Args:
        mark: the number, or the record.
        metric: what it seems to measure.
        text: its sentence.
    """
    before = text[max(0, mark.start - _N_BEFORE) : mark.start]
    if isinstance(mark, Record):
        return _LEAVING.search(before) is not None and _LEFT.match(text, mark.end) is not None
    if metric == "return":
        return _SAME_PERIOD.match(text, mark.end) is not None or _CONCENTRATION.search(before) is not None
    return metric == "price" and (
        _PER_UNIT.match(text, mark.end) is not None or _OF_GOODS.search(text, 0, mark.start) is not None
    )


_N_BEFORE: Final = 40
#: Around a record that a price comes back from: "由纪录高位回落".
_LEAVING: Final = re.compile(r"[由从自][^，。；,]{0,4}$")
_LEFT: Final = re.compile(r"[^，。；,]{0,6}(?:回落|回吐|回调|下跌|跌)")
#: After a change of a company's figures, which are compared with those of a year before.
_SAME_PERIOD: Final = re.compile(
    r"\s(?:from|compared\s(?:with|to)|versus|over|than)\s(?:in\s)?the\s(?:same|year-earlier|prior-year)\s(?:period|quarter|time)\b"
)
#: Before a part of a portfolio.
_CONCENTRATION: Final = re.compile(r"(?:集中度|仓位|持仓占比|持仓比例)[^，。；,]{0,12}$")
#: After and before a price of goods: "2200元/瓶".
_PER_UNIT: Final = re.compile(r"/(?:瓶|箱|吨|克|斤|公斤|千克|桶|平方米|平米|辆|台|两|盎司|度)")
_OF_GOODS: Final = re.compile(r"元/(?:瓶|箱|吨|克|斤|公斤|千克|桶|平方米|平米|辆|台|盎司)[^。]*$")
