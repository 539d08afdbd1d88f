"""When a claim is about: the time named nearest in its clause, else the day that its text reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.when.apart import told_apart
from nlp.claims.when.clock import Clock
from nlp.claims.when.held import holds_on, is_before_opening, is_of_run, streak_of
from nlp.claims.when.moment import Moment, shown
from nlp.claims.when.period import Period
from nlp.claims.when.reference import DATELINE_AFTER, OF_OTHERS, is_reference, is_said_of
from nlp.claims.when.span import begin_of, end_of, sessions_back
from nlp.claims.when.zone import HOME, NEW_YORK

_SATURDAY: Final = 5


def time_of(
    moment: Moment, periods: Sequence[Period], text: str, clock: Clock, *, zone: ZoneInfo, kind: str
) -> str:
    """Return the period that a number is about; empty where the text doesn't tell.

    Args:
        moment: where it stands.
        periods: the times of its sentence.
        text: the sentence.
        clock: the text's days.
        zone: where the number's market is.
        kind: "level" for a market's number at an instant, "move" for one over a time, "flow" for money over
            one, "aim" for one that is expected or aimed at, or "other".
    """
    if (told := told_apart(moment, periods, text, clock, zone=zone, kind=kind)) is not None:
        return told
    own = [
        period
        for period in periods
        if _is_usable(period, moment, text, clock, kind=kind)
        and (kind == "other" or _is_of(moment, period, text, clock, zone))
    ]
    chosen = _nearest(moment, own, text)
    if chosen is not None and kind == "move" and chosen.start >= moment.end:
        is_start = chosen.day is not None and _FROM.fullmatch(text, moment.end, chosen.start)
        chosen = replace(chosen, since=True) if is_start else chosen
    if (
        chosen is not None
        and kind == "move"
        and chosen.end <= moment.place
        and _EVER_SINCE.match(text, moment.end)
    ):
        chosen = replace(chosen, since=True)
    if chosen is not None:
        return _told(chosen, moment, text, clock, zone=zone, kind=kind)
    return _untold(moment, text, clock, zone=zone, kind=kind)


def _told(chosen: Period, moment: Moment, text: str, clock: Clock, *, zone: ZoneInfo, kind: str) -> str:
    """Return the time that a number's own words tell."""
    is_end = chosen.day is None and _AS_OF.search(text, 0, chosen.start) is not None
    if is_end and (kind == "flow" or (kind == "move" and _AVERAGED.search(text))):
        return _up_to(chosen, text)
    chosen = replace(chosen, relative=False) if moment.is_ahead else chosen
    if (chosen.to_date or chosen.since) and _LAST_CLOSE.search(text):
        clock = clock.before_close(zone)
    if kind == "move" and chosen.day == clock.day_after_close(zone) and _FUTURES.search(text):
        return chosen.text
    return shown(chosen, clock, zone=zone, kind=kind)


def _untold(moment: Moment, text: str, clock: Clock, *, zone: ZoneInfo, kind: str) -> str:
    """Return the time of a number that no words beside it tell."""
    is_averaged = _AVERAGED.search(text, moment.clause, moment.place) is not None
    if (is_averaged and kind in {"flow", "move"}) or (kind == "move" and is_of_run(moment, text)):
        return moment.span
    if kind in {"flow", "move"} and (streak := streak_of(moment, text, clock, zone, kind)):
        return streak
    if kind == "flow" and clock.span:
        return clock.span
    if kind == "move" and (told := _untold_move(moment, text)) is not None:
        return told
    return _session(moment, text, clock, zone, kind) if kind in {"level", "move", "flow"} else ""


def _untold_move(moment: Moment, text: str) -> str | None:
    """Return the time of a move that isn't a session's; None for the others."""
    if _is_of_untold_time(moment, text):
        return ""
    return moment.topic or (moment.span if _is_compared(moment, text) and moment.span else None)


def _session(moment: Moment, text: str, clock: Clock, zone: ZoneInfo, kind: str) -> str:
    """Return the session that a sentence without a time is about: the last, or the one that is to open."""
    day, ahead = clock.report_day(zone), clock.day_before_opening(zone)
    if kind == "move" and day is not None and _RECENT.search(text):
        day = max(day, clock.last_session(zone) or day)
    if ahead and zone is HOME and _NIGHT.search(text):
        return ahead.isoformat()
    is_of_next = zone is NEW_YORK and kind == "move" and _FUTURES.search(text)
    is_of_futures = zone is not HOME and _HAN.search(text) and _FUTURES.search(text)
    if ahead and (is_of_futures or (zone is NEW_YORK and _PREMARKET.search(text))):
        day = ahead
    elif is_of_next and (following := clock.day_after_close(zone)):
        day = following
    tells_of_none = _HAN.search(text) is not None and _BEFORE_OPENING.search(text) is None
    is_unopened = tells_of_none and is_before_opening(moment, day, clock, zone)
    if day is not None and (is_unopened or _tells_of_before(text, day, clock, zone)):
        day = sessions_back(day, 1)
    return day.isoformat() if day is not None else ""


def _is_compared(moment: Moment, text: str) -> bool:
    """Say whether a move is told beside the one of the sentence before: "well above the 2% gain in ..."."""
    return bool(_IN_COMPARISON.match(text) or _BESIDE_THAT.search(text, 0, moment.place))


_BESIDE_THAT: Final = re.compile(
    r"^\W*(?:That|This|It)(?:['\u2019]s|\sis|\sis|\scompares)\s[^,;.]*\b(?:above|below|than|with|to)\s(?:the|an?)\s$"
)
#: A sentence on the time of the one before.
_IN_COMPARISON: Final = re.compile(
    r"\s*(?:相比之下|相较之下|同期|[Bb]y\scomparison|[Ii]n\scomparison|[Bb]y\scontrast)"
)


def _is_of_untold_time(moment: Moment, text: str) -> bool:
    """Say whether a move is told in the perfect, or since an event, without a word of the day."""
    if _SINCE_EVENT.match(text, moment.end):
        return True
    return _PERFECT.search(text, moment.clause, moment.place) is not None and not _OF_NOW.search(text)


#: Before a move that has come about over a time, and words of today's trading.
_PERFECT: Final = re.compile(
    r"\b(?:has|have)\s(?:(?!been\b)[a-z]+\s){0,2}?(?:risen|fallen|gained|lost|jumped|dropped|climbed|surged|tumbled|slumped|soared"
    r"|rallied|declined|slid|plunged|appreciated|advanced|added|shed|rocketed|plummeted|tanked|sunk|returned)\s[^.;,]{0,24}$"
    r"|\b(?:has|have)\s(?:seen|experienced|suffered|endured)\s(?:its\s|their\s)?(?:stocks?|shares?)\b[^.;,]{0,40}$"
)
_OF_NOW: Final = re.compile(
    r"\b(?:today|so\sfar|intraday|early|earlier|morning|midday|afternoon|premarket|pre-market|trade|trading|session|currently|now"
    r"|just)\b",
    re.IGNORECASE,
)
#: After a move: it is counted since something that happened, on a day that isn't told.
_SINCE_EVENT: Final = re.compile(
    r"\)?\s(?:[a-z]+\s){0,2}since\s(?:then\b|(?:the|its|their|that|this|a|an|it|they|he|she)\s)(?!close\b|open\b|opening\b|market\b|start\b|beginning\b)",
)


def _is_usable(period: Period, moment: Moment, text: str, clock: Clock, *, kind: str) -> bool:
    if is_reference(period, text) and not _is_own(period, moment, text):
        return False
    if kind == "other":
        return True
    if kind == "aim":
        return period.day is None or (clock.published_on is not None and period.day > clock.published_on)
    is_dateline = period.day is not None and DATELINE_AFTER.match(text, period.end) is not None
    is_first_of_data = _BACK_TO.search(text, max(0, period.start - _N_BACK), period.start) is not None
    if is_dateline or is_first_of_data or is_said_of(period, text):
        return False
    today = clock.published_on
    is_past = today is None or (begin_of(period.text) or today) <= today
    if period.day is not None:
        return is_past and (period.since or period.day.weekday() < _SATURDAY)
    is_over = today is not None and (end_of(period.text) or today) < today
    return (is_past or moment.is_ahead) and (kind in {"move", "flow"} or period.since or is_over)


#: Before a day: figures go back to it.
_BACK_TO: Final = re.compile(r"\b(?:back|dating|going)\sto\s$", re.IGNORECASE)
_N_BACK: Final = 16


def _tells_of_before(text: str, day: date, clock: Clock, zone: ZoneInfo) -> bool:
    """Say whether a sentence read before a market opens tells of its last close."""
    if clock.published_at is None or clock.named_day not in {None, day}:
        return False
    local = clock.published_at.astimezone(zone)
    is_before = local.date() == day and local.time() < _OPENS
    return is_before and _HAS_CLOSED.search(text) is not None and _BEFORE_OPENING.search(text) is None


#: Words for the trading of right now, whatever other day the text has named.
_RECENT: Final = re.compile(r"\bin\s(?:recent|early)\s(?:[A-Z]\w+\s)?(?:trade|trading|activity)\b")
#: Prices before a market opens.
_PREMARKET: Final = re.compile(r"\bpre-?market\b|\bfutures\b|盘前|期货|期指", re.IGNORECASE)
_FUTURES: Final = re.compile(
    r"\bfutures\b|\b[Cc]ontracts\s(?:for|on)\s(?:the\s)?(?:S&P|Nasdaq|Dow)|期货|期指"
)
#: A session of futures in the night, which is of the day that it leads to.
_NIGHT: Final = re.compile(r"夜[盘期市]")
_OPENS: Final = time(9)
_HAS_CLOSED: Final = re.compile(
    r"\b(?:closed|ended|finished|settled|closing|[Aa]t\sthe\sclose)\b|收[报市盘跌涨升于]|[高低]收"
)
_BEFORE_OPENING: Final = re.compile(
    r"pre-?(?:market|bell)|\bopen\w*|盘前|竞价|开[盘市]|[高低]开", re.IGNORECASE
)
#: A number of more than a day.
_AVERAGED: Final = re.compile(
    r"日均|每日平均|平均每日|期内|\baverage\sdaily\b|\bdaily\saverage\b|\bthe\speriod\b", re.IGNORECASE
)
#: After a move to date: it is up to the last close.
_LAST_CLOSE: Final = re.compile(
    r"\b(?:[Aa]s\sof|through|up\sto|until)\s(?:the\s|its\s)?(?:last|previous)\sclose\b"
)
#: Before a time: it is the end of a longer one, whose begin isn't told.
_AS_OF: Final = re.compile(r"截[至止](?:目前)?$|[由自]20\d\d年[^，。；]{0,10}至$|\bas\sof\s$")


def _up_to(period: Period, text: str) -> str:
    """Return the year up to a month where a daily mean is told of, else nothing: who knows since when."""
    end = end_of(period.text)
    if end is None or not _AVERAGED.search(text):
        return ""
    return f"{end.year:04d}-01-01/{end.isoformat()}"


def _is_own(period: Period, moment: Moment, text: str) -> bool:
    """Say whether a time that is compared with is a number's: "较上周90.8亿", "since May, when it was at"."""
    if period.end > moment.place:
        return False
    between = text[period.end : moment.place]
    if text[max(0, period.start - 1) : period.start] == "继" and not _PAUSE.search(between):
        return True
    is_beside = text[moment.place].isdigit() and _BESIDE.fullmatch(between) is not None
    return is_beside or _WHEN.match(between) is not None


_PAUSE: Final = re.compile(r"[，。；,后]")
#: After a move: it is counted from the time before it.
_EVER_SINCE: Final = re.compile(r"\ssince(?:\sthen)?\s?(?:[.,;)]|$)")
#: Between a move and a day: the move began on it.
_FROM: Final = re.compile(r"\s(?:above\s|below\s)?from\b[^;]{0,60}")
#: Between a time that is compared with and a number of its own: "较上周90.8亿".
_BESIDE: Final = re.compile(r"\s?[的约近逾超]?\s?(?:收[盘市]价)?\s?")
_WHEN: Final = re.compile(r"\)?,?\swhen\b[^,;.]*$")


def _is_of(moment: Moment, period: Period, text: str, clock: Clock, zone: ZoneInfo) -> bool:
    """Say whether a time may be of a market's number: of its own market, not of a company's report."""
    if zone is not NEW_YORK and OF_OTHERS.search(text, max(0, period.start - 100), period.start):
        return False
    after = max(moment.end, period.start)
    if _OF_COMPANY.search(period.text) and _RESULTS.match(text, period.end):
        return False
    if _OF_COMPANY.search(period.text) and (
        _ON_RESULTS.fullmatch(text, moment.end, after) or _ON_QUARTER.fullmatch(text, moment.end, after)
    ):
        return False
    this_year = f"{clock.published_on.year:04d}" if clock.published_on else ""
    is_of_now = period.text == this_year or (period.since and len(period.text) == len(this_year))
    if _IN_FRONT_OF_ALL.fullmatch(text, 0, period.start) and (
        _SHARES_IN_FRONT.match(text, period.end)
        or (_HAN_IN_FRONT.match(text, period.end) and moment.first == moment.place)
    ):
        return True
    if not is_of_now and _OF_COMPANY.search(period.text) and period.end <= moment.place:
        return _SHARES_THEN.search(text, period.end, moment.place) is None
    return True


#: After a quarter or a year: the results are of it, whatever they move.
_RESULTS: Final = re.compile(
    r"\s(?:and\s(?:[\w-]+\s){1,4}?)?(?:\(?FY\s?\d+\)?\s)?(?:[a-z-]+\s){0,2}(?:results?|earnings|reports?|profits?|loss|revenues?|sales|income|EPS|guidance|outlook|forecast|numbers|update|(?:game\s)?plans?|strategy|targets?)\b",
    re.IGNORECASE,
)
#: Between a move and a quarter: it is that of the results that moved the share.
_ON_RESULTS: Final = re.compile(
    r"[^.;]{0,60}\b(?:on|after|as|following|despite)\s[^.;]{0,60}\b(?:loss|profit|results?|earnings|report|revenue|sales|income)\b[^.;]{0,16}",
    re.IGNORECASE,
)
#: The same, the quarter itself being why: "surge 9% on solid Q3", "slips after a weak second quarter".
_ON_QUARTER: Final = re.compile(
    r"[^.;]{0,40}\b(?:on|after|as|post|following|amid|despite)\s(?:[a-z-]+\s){0,4}", re.IGNORECASE
)
_OF_COMPANY: Final = re.compile(r"-[QH]|^\d{4}$")
#: Between a company's quarter and a number: here it speaks of its shares.
#: Before a time that its sentence begins with.
_IN_FRONT_OF_ALL: Final = re.compile(
    r"[\W_]*(?:(?:In|Over|During|For)\s)?(?:(?:the\s)?calendar\syear\s)?", re.IGNORECASE
)
#: After a year in front of its sentence: what it tells of are shares.
_SHARES_IN_FRONT: Final = re.compile(
    r",?\s(?:(?:the|its|co's|company's|the\scompany's|[A-Z][\w-]*(?:\sand\s[A-Z][\w-]*)?|Hong\sKong)\s){0,3}(?:stocks?|shares)\b"
)
#: After a year in front of a Chinese sentence, whose first number is of it.
_HAN_IN_FRONT: Final = re.compile(r"全?年?，")
_SHARES_THEN: Final = re.compile(
    r"(?:,|;|\band|\bbut|\bas|\bwhile)\s[^.]{0,40}\b(?:shares|stock)\b|[，；][^。]{0,12}股价"
)


def _nearest(moment: Moment, periods: Sequence[Period], text: str) -> Period | None:
    """Return the time before a number in its clause, else the one after it there, else one that leads to it.

    That is one named since the number before, or before all numbers of its part of the sentence; a day also
    where it is named before all numbers of the sentence.
    """
    whens = [
        period
        for period in periods
        if period.end < moment.clause and _WHEN.match(text, period.end, moment.place)
    ]
    if whens:
        return replace(whens[-1], since=False)
    inside = [period for period in periods if moment.clause <= period.start < moment.place]
    after = [
        period
        for period in periods
        if moment.end <= period.start < moment.clause_end
        or ((period.since or period.to_date) and _SINCE.fullmatch(text, moment.end, period.start))
    ]
    if after and not inside and _OF_NEXT.search(text, moment.end, after[0].start):
        after = []
    is_of_last = bool(inside and after) and (
        moment.clause < moment.last <= inside[-1].start
        or _NOUN_THEN.fullmatch(text, moment.end, after[0].start) is not None
    )
    if inside and not (after and is_of_last):
        return inside[-1]
    if after:
        return after[0]
    if _OF_THAT_TIME.search(text, 0, moment.place):
        earlier = [period for period in periods if period.end <= moment.place]
        return earlier[-1] if earlier else None
    leading = [
        period
        for period in periods
        if (
            moment.fresh <= period.start < moment.place
            or moment.segment <= period.start < moment.first_of_segment
            or (period.start < moment.first and (period.day is not None or holds_on(period, moment, text)))
        )
        and not _is_aside(period, moment, text)
        and (period.day is not None or _leads(period, moment, text))
    ]
    if leading:
        return leading[-1]
    spans = [period for period in periods if period.day is None and period.end <= moment.place]
    is_summed = _SUMMED.search(text, moment.clause, moment.place) is not None
    return spans[-1] if spans and is_summed else None


def _is_aside(period: Period, moment: Moment, text: str) -> bool:
    """Say whether a time is only that of a clause set between commas: "which fell on Monday, rose 2%"."""
    aside = _SET_OFF.search(text, 0, period.start)
    if aside is None or text[: aside.start()].rstrip()[-1:] != ",":
        return False
    return "," in text[period.end : moment.place]


def _leads(period: Period, moment: Moment, text: str) -> bool:
    """Say whether a time stands for all that follows, and isn't only of what its own clause tells."""
    if _ASIDE.search(text, 0, period.start):
        return False
    if _IN_FRONT.match(text, period.end) or not _HAN.search(text, period.start):
        return True
    return _AVERAGED.search(text, moment.clause, moment.place) is not None


#: Between a number and a time: another verb's number has come between, whose time it is.
_OF_NEXT: Final = re.compile(r"\sand\s(?:has|have|had|is|was|were|are)\s[^,;]*\d\s?(?:%|per)")
#: Between a number and its own time, whatever was told before: "in addition to a 72% surge in 2024".
_NOUN_THEN: Final = re.compile(
    r"\s(?:surge|gain|rise|jump|rally|advance|increase|drop|fall|decline|loss|slide|plunge|slump)\s(?:in|for|during|on)\s(?:the\s)?",
    re.IGNORECASE,
)
#: Between a number and the time since which it is counted, where "since" begins a clause of its own.
_SINCE: Final = re.compile(
    r"\)?\s(?:[a-z-]+\s){0,4}(?:since\s(?:[a-z]+[\s-]){0,3}(?:[a-z]+['\u2019]s\s)?|mid-)?", re.IGNORECASE
)
#: Before a number of the time of the number before it: "compared with a 2% rise", ", its biggest fall".
_OF_THAT_TIME: Final = re.compile(
    r"\b(?:compared\s(?:with|to)|versus|against)\s(?:an?\s|the\s)?$|[\d%a-z)],\s(?:its|the|their|a)\s$",
    re.IGNORECASE,
)
#: Before a number of more than a day: "恒指10月累跌4%，科指累跌5%".
_SUMMED: Final = re.compile(r"累[计积]?(?:下|上)?[跌涨升挫]|累计")
#: After a time that stands in front of its sentence, with nothing told of it alone.
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_IN_FRONT: Final = re.compile(
    r"[^，,；;\d]{0,6}(?:[，,]|$)|[^，,；;\d]{0,14}(?:中|里|期间)[，,]|[^，,；;]{0,40}[\d半一二三四五六七八九](?:%|点|[万亿]|成)"
)


#: Before a time that only an aside is about: "which was listed in 2021", "whose shares have risen this year".
_SET_OFF: Final = re.compile(r"\b(?:whose|which|who)\b(?:[^,;]|,(?=\d))*$", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\b(?:whose|which|who)\b[^,;]*$", re.IGNORECASE)
