"""How a claim is meant, and who says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import Modality
from nlp.claims.sentence.record import Record
from nlp.claims.sentence.scene import Event, Scene

_LATIN_NAME: Final = r"[A-Z][\w.'\u2019&-]*(?:\s(?:[A-Z][\w.'\u2019&-]*|of|and|at|for|de|&)){0,7}"
_ROLE: Final = (
    r"(?:(?:an?|the|one)\s)?"
    r"(?:analysts?|economists?|strategists?|traders?|brokers?|spokes\w+)\s(?:at|with|from|for)\s"
)
_SAYING: Final = (
    r"(?:said|says|told|noted|wrote|added|warned|argued|believes"
    r"|expects|expected|forecasts?|predicted|estimates?|sees)"
)
_SPEAKERS: Final = (
    re.compile(rf"according\sto\s(?P<name>(?:{_ROLE})?{_LATIN_NAME})"),
    re.compile(rf"\bsaid\s(?P<name>{_LATIN_NAME})"),
    re.compile(rf"(?P<name>(?:{_ROLE})?{_LATIN_NAME})(?:,[^,]{{2,80}},)?\s(?:\w+ly\s)?{_SAYING}\b"),
    re.compile(
        r"(?:^|[，。；,\"“”\s】、])(?P<name>[\u4e00-\u9fffA-Za-z·()]{2,24}?)(?:最新)?(?:表示|称|认为|指出|指(?=[，,:：\u4e00-\u9fff])|预期|预计|相信|料)"
    ),
)
_NOT_SPEAKERS: Final = re.compile(
    r"^(?:It|He|She|They|We|The|This|That|Those|But|And|In|市场|公司|报道|消息|财联社|有|并|亦|该|其|公告|不过|本次|据|数据|此|他|她|如|因|我们)$"
)
#: A number that a denial stands this near before is denied.
_N_DENIED_CHARS: Final = 40
#: A condition that a sentence opens with holds for all of it.
_N_OPENING: Final = 4
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


def modality_of(mark: Figure | Record, clause: int, scene: Scene, *, noun: str) -> Modality:
    """Return how a number is meant: the strongest word of its clause before it, or one right after."""
    place = mark.start
    kinds = {event.kind for event in _before(place, clause, scene.events)}
    sentence = {event.kind for event in scene.events if event.start < place}
    if _CLOSED_AT.search(scene.text, max(0, place - _N_CLOSED), place):
        return "fact"
    if noun == "target_price" or "target_price" in kinds or "target" in kinds:
        return "target"
    if "denied" in kinds and _is_denied(place, scene):
        return "denied"
    opened = any(event.kind == "conditional" and event.start <= _N_OPENING for event in scene.events)
    if (
        _NEEDS.match(scene.text, mark.end)
        or "conditional" in kinds
        or opened
        or ("conditional" in sentence and "forecast" in sentence)
    ):
        return "conditional"
    if "forecast" in kinds or noun == "support":
        return "forecast"
    return "fact"


#: Before a price: it is the one of a close gone by, whatever is expected from there.
_CLOSED_AT: Final = re.compile(
    r"\b(?:from|above|over|below|versus|vs)\s(?:[\w'\u2019]+\s){0,3}(?:last|previous|closing|Monday's|Tuesday's|Wednesday's|Thursday's|Friday's)\s(?:close|closing\sprice|price|closing)\s(?:of\s|at\s)?$"
)
_N_CLOSED: Final = 64
#: After a number: it takes something first.
_NEEDS: Final = re.compile(r"点?(?:关口?|大关)?\s?(?:或[要需须]|须|仍?需要?|有待|有望|可期)")


def _before(place: int, clause: int, events: Sequence[Event]) -> list[Event]:
    return [event for event in events if clause <= event.start < place]


def _is_denied(place: int, scene: Scene) -> bool:
    denials = [event for event in scene.events if event.kind == "denied" and event.end <= place]
    return bool(denials) and place - denials[-1].end <= _N_DENIED_CHARS


def speaker_of(scene: Scene, original: str) -> str:
    """Return who says what a sentence says, as the text names them; empty where the text itself does.

    Args:
        scene: the sentence, in which a word for saying makes it worth looking.
        original: the sentence as the publisher wrote it.
    """
    if not any(event.kind in {"said", "forecast"} for event in scene.events):
        return ""
    for pattern in _SPEAKERS:
        for match in pattern.finditer(scene.text):
            name = match["name"].strip()
            if not _NOT_SPEAKERS.match(name) and not name.isdigit():
                start = match.start("name") + len(match["name"]) - len(match["name"].lstrip())
                return original[start : start + len(name)].rstrip(" .,;:")
    return ""
