"""Claims put together from what stands in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from nlp.claims.amount.figure import Figure
from nlp.claims.claim import MARKET_METRICS, Claim, Modality
from nlp.claims.manner import modality_of, speaker_of
from nlp.claims.measure.doubtful import is_doubtful
from nlp.claims.measure.meaning import Meaning
from nlp.claims.measure.metric import mean
from nlp.claims.measure.money import traded_in
from nlp.claims.measure.record_meaning import mean_record
from nlp.claims.page import Page
from nlp.claims.sentence.record import Record, comparison_of, is_open, reference_of, since_of, span_of_move
from nlp.claims.sentence.scene import Scene
from nlp.claims.subject.clause import read_contexts
from nlp.claims.subject.context import Context
from nlp.claims.subject.group import Memory
from nlp.claims.when.clock import Clock
from nlp.claims.when.moment import Moment
from nlp.claims.when.period import Period, find_periods
from nlp.claims.when.reference import is_reference
from nlp.claims.when.timing import time_of
from nlp.claims.when.zone import HOME, NEW_YORK, opens_early, zone_of

#: A sum in brackets after a sum says it in another currency.
_CONVERTED: Final = re.compile(
    r",\sor\s(?:about\s|around\s|roughly\s|some\s)?|\s?\(\s?(?:about\s|around\s|some\s|约|相当于|折合|合)?(?:约)?\s?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A sentence where it stands in its field, and who says what it says."""

    scene: Scene
    page: Page
    offset: int
    speaker: str
    periods: Sequence[Period]
    clock: Clock
    span: str
    topic: str

    def is_abroad(self, mark: Figure | Record) -> bool:
        """Say whether the paragraph has come to shares in New York, where a Chinese company's trade too."""
        begin = self.page.folded.rfind("\n", 0, self.offset) + 1
        found = list(_LISTED_WHERE.finditer(self.page.folded, begin, self.offset + mark.end))
        return bool(found) and found[-1]["abroad"] is not None


def read_scene(
    scene: Scene, page: Page, offset: int, memory: Memory, clock: Callable[[], Clock]
) -> tuple[list[Claim], Memory]:
    """Return a sentence's claims, and whom the text has spoken of after it.

    Args:
        scene: the sentence.
        page: its field.
        offset: where it begins in the field.
        memory: whom the text has spoken of before.
        clock: gives the text's days; asked only where there is a claim.
    """
    told = memory
    if scene.is_han and not memory.tells_of_shares and _OF_SHARES.search(scene.text):
        told = replace(memory, tells_of_shares=True, tells_of_others=False)
    contexts, after = read_contexts(scene, told)
    if told is not memory:
        after = replace(after, tells_of_shares=memory.tells_of_shares, tells_of_others=memory.tells_of_others)
    meanings = list(_meanings(scene, contexts, page.home))
    if not meanings:
        return [], after
    days = clock()
    place = _Place(
        scene=scene,
        page=page,
        offset=offset,
        speaker=speaker_of(scene, page.span(offset, offset + len(scene.text)).text),
        periods=_unnamed(find_periods(scene.text, days.published_on), scene),
        clock=days,
        span=memory.span,
        topic=memory.topic,
    )
    claims: list[Claim] = []
    for mark, context, meaning in meanings:
        if isinstance(mark, Figure):
            claims += list(_claims(mark, context, meaning, place, claims[-1] if claims else None))
            if not scene.is_han and claims and _SPAN.fullmatch(claims[-1].period):
                place = replace(place, span=claims[-1].period)
        else:
            claims += _records(mark, context, meaning, place)
    spans = [claim.period for claim in claims if _SPAN.fullmatch(claim.period)]
    after = replace(after, span=spans[-1]) if spans else after
    return sorted(claims, key=lambda claim: claim.number.start), after


def _unnamed(periods: Sequence[Period], scene: Scene) -> list[Period]:
    """Leave out the times that are only part of a name: the year of "Russell 2000"."""
    names = [event for event in scene.events if event.kind == "subject" and event.ids]
    return [x for x in periods if not any(one.start < x.end and x.start < one.end for one in names)]


#: A sentence that tells of shares, whatever its text is about.
_OF_SHARES: Final = re.compile(
    r"[涨跌]停|概念股|个股|成[份分]股|A股|大盘|\((?:[A-Z]{2,6}:[A-Z]|[A-Z]{1,5}\.US\b)"
)
#: Words for shares in New York, and for others.
_LISTED_WHERE: Final = re.compile(
    r"(?P<abroad>中概|美股|金龙|\bADRs?\b|\bADSs?\b|U\.?S\.?-listed|American\sdepositary|New\sYork)"
    r"|[港AH]股|恒[指生]|[沪深]指|沪深|两市|[Hh]ong\sKong|Shanghai|Shenzhen|Hang\sSeng"
)
#: A week, month or longer time.
_SPAN: Final = re.compile(r"\d{4}(?:-(?:W\d\d|Q\d|H\d|\d\d))?|.+/.+")


def _meanings(
    scene: Scene, contexts: Mapping[int, Context], home: str
) -> Iterator[tuple[Figure | Record, Context, Meaning]]:
    """Yield what a sentence's numbers mean, then its records; those that are no claims are left out."""
    told: Meaning | None = None
    for index, figure in enumerate(scene.figures):
        context = contexts[figure.start]
        if index and _is_conversion(scene.figures[index - 1], figure, scene.text):
            if scene.is_han or told is None or told.metric != "price":
                continue
            meaning: Meaning | None = replace(told, unit=figure.unit)
            context = contexts[scene.figures[index - 1].start]
        else:
            meaning = told = mean(figure, context, scene.text, home=home)
        if meaning and not is_doubtful(figure, context, meaning, scene):
            yield figure, context, meaning
    for record in scene.records:
        context = contexts[record.start]
        meaning = mean_record(record, context, scene, home=home)
        if meaning and not is_doubtful(record, context, meaning, scene):
            yield record, context, meaning


def _is_conversion(before: Figure, figure: Figure, text: str) -> bool:
    """Say whether a sum in brackets says the sum before it in another currency."""
    if before.kind != "money" or figure.kind != "money" or before.unit == figure.unit:
        return False
    return _CONVERTED.fullmatch(text, before.end, figure.start) is not None


def _claims(
    figure: Figure, context: Context, meaning: Meaning, place: _Place, last: Claim | None
) -> Iterator[Claim]:
    scene, page = place.scene, place.page
    after = figure.end if meaning.metric == "level" else len(scene.text)
    comparison = meaning.comparison or comparison_of(figure.start, after, scene.text)
    modality = modality_of(figure, context.clause, scene, noun=context.noun)
    for subject in meaning.subjects:
        claim = Claim(
            subject=subject,
            metric=meaning.metric,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            unit=meaning.unit,
            period=_period(figure, context, meaning, subject, place, modality),
            direction=meaning.direction,
            bound=figure.bound,
            comparison=comparison,
            reference="",
            modality=modality,
            speaker=place.speaker,
            number=page.span(place.offset + figure.start, place.offset + figure.end),
            evidence=page.span(place.offset, place.offset + len(scene.text)),
        )
        if last is not None and (not context.is_moved or claim.metric == "turnover"):
            claim = _gapped(claim, last, place.clock, _zone(subject, figure, context, place))
        if last is not None and _is_beside(
            claim, last, scene.text[last.number.end - place.offset : context.clause]
        ):
            claim = replace(claim, period=claim.period or last.period)
            claim = _gapped(claim, last, place.clock, _zone(subject, figure, context, place))
        if last is not None and _is_part_of(claim, last) and not _has_time(figure, context, place):
            claim = replace(claim, period=last.period)
        yield _compared(claim, figure, place, last) if comparison and not meaning.comparison else claim


def _gapped(claim: Claim, last: Claim, clock: Clock, zone: ZoneInfo) -> Claim:
    """Give a return whose verb is left out ("A rose 60 % this year, B 20 %") the period of the one before."""
    day = clock.report_day(zone)
    if (
        claim.metric == last.metric
        and claim.metric in {"return", "turnover"}
        and claim.unit == "percent"
        and day is not None
        and claim.period == day.isoformat()
    ):
        return replace(claim, period=last.period)
    return claim


def _is_beside(claim: Claim, last: Claim, between: str) -> bool:
    """Say whether a move is told beside one of a longer time: "rose 1% over the week, while B fell 2%"."""
    return (
        claim.subject != last.subject
        and _SPAN.fullmatch(last.period) is not None
        and _WHILE.search(between) is not None
    )


_WHILE: Final = re.compile(r"^[^,;%]{0,40},?\s(?:while|whereas|compared\s(?:to|with)|versus|vs\.?|and)$")


def _is_part_of(claim: Claim, last: Claim) -> bool:
    """Say whether a multiple or a part is of the sum told before it: "1360亿元，升幅23倍，占总成交量8%"."""
    return last.unit != "percent" and (
        (claim.metric == "share_of_turnover" and last.metric == "turnover")
        or (claim.unit == "times" and claim.metric == last.metric)
        or (claim.metric == "share_of_turnover" and last.unit == "times")
    )


def _has_time(figure: Figure, context: Context, place: _Place) -> bool:
    """Say whether a time of its own stands in a number's clause."""
    return any(
        context.clause <= period.start < figure.start and not is_reference(period, place.scene.text)
        for period in place.periods
    )


def _records(record: Record, context: Context, meaning: Meaning, place: _Place) -> Iterator[Claim]:
    scene, page = place.scene, place.page
    references = [period for period in place.periods if is_reference(period, scene.text)]
    modality = modality_of(record, context.clause, scene, noun="")
    words = scene.text[record.start : record.end]
    since = since_of(words, place.clock.published_on)
    for subject in meaning.subjects:
        yield Claim(
            subject=subject,
            metric=meaning.metric,
            value=None,
            low=None,
            high=None,
            unit=meaning.unit,
            period=_record_period(record, context, meaning, subject, place, modality),
            direction=meaning.direction,
            bound="exact",
            comparison=record.comparison,
            reference=since or reference_of(record.start, record.end, references),
            modality=modality,
            speaker=place.speaker,
            number=page.span(place.offset + record.start, place.offset + record.end),
            evidence=page.span(place.offset, place.offset + len(scene.text)),
        )


def _record_period(
    record: Record, context: Context, meaning: Meaning, subject: str, place: _Place, modality: Modality
) -> str:
    words = place.scene.text[record.start : record.end]
    if is_open(words):
        return ""
    day = place.clock.report_day(_zone(subject, record, context, place))
    span = span_of_move(words, day) if record.is_move else ""
    return span or _period(record, context, meaning, subject, place, modality)


def _period(
    mark: Figure | Record, context: Context, meaning: Meaning, subject: str, place: _Place, modality: Modality
) -> str:
    scene, clock = place.scene, place.clock
    if meaning.metric == "price" and modality == "target":
        return ""
    kind, is_price = "other", False
    if meaning.metric in MARKET_METRICS:
        is_instant = meaning.metric in {"level", "price"} and isinstance(mark, Figure)
        is_aim = is_instant and modality in {"target", "forecast", "conditional"}
        is_flow = meaning.metric in {"net_flow", "buy", "sell"}
        is_price = meaning.metric in {"level", "price"} and isinstance(mark, Record)
        kind = "aim" if is_aim else "level" if is_instant else "flow" if is_flow else "move"
    breaks = scene.breaks
    segment = max(
        (event.end for event in breaks if event.kind == "strong" and event.end <= mark.start), default=0
    )
    figures = [figure for figure in scene.figures if figure.kind != "bare"]
    starts = [figure.start for figure in figures]
    last = max((figure.end for figure in figures if figure.end <= mark.start), default=segment)
    moment = Moment(
        place=mark.start,
        end=mark.end,
        clause=context.clause,
        clause_end=min((event.start for event in breaks if event.start >= mark.end), default=len(scene.text)),
        segment=segment,
        first_of_segment=min((start for start in starts if start >= segment), default=mark.start),
        first=min(starts, default=mark.start),
        fresh=min((event.end for event in breaks if event.start >= last), default=mark.start),
        last=last,
        span=place.span,
        topic=place.topic,
        is_ahead=modality in {"forecast", "target"},
        opens_early=opens_early(subject, context.group.currency),
    )
    periods = place.periods
    if is_price and not scene.is_han:
        periods = [replace(x, since=x.since and x.day is None) for x in periods if not x.is_rolling]
    return time_of(moment, periods, scene.text, clock, zone=_zone(subject, mark, context, place), kind=kind)


def _zone(subject: str, mark: Figure | Record, context: Context, place: _Place) -> ZoneInfo:
    """Return where a subject trades: where it isn't known, in New York if the text speaks of shares there."""
    group, clock = context.group, place.clock
    zone = zone_of(subject, traded_in(group, place.page.home))
    if zone is None and group.kind == "company" and place.is_abroad(mark):
        return NEW_YORK
    if zone is None and clock.is_of_new_york and group.kind in {"company", "unknown", "fund"}:
        return HOME if group.currency else NEW_YORK
    return zone or HOME


def _compared(claim: Claim, figure: Figure, place: _Place, last: Claim | None) -> Claim:
    """Complete a claim that compares: of what, and with which time."""
    if claim.comparison not in {"above", "below"}:
        return claim
    references = [
        period
        for period in place.periods
        if period.end <= figure.start and is_reference(period, place.scene.text)
    ]
    claim = replace(claim, reference=references[-1].text if references else "")
    if last is not None and last.period == claim.reference:
        return claim  # the number before is the one that is compared with: "较前日的19602亿减少2294亿"
    if last is None or last.unit != claim.unit or last.metric not in MARKET_METRICS:
        return claim
    return replace(
        claim, subject=last.subject, metric=last.metric, period=last.period, direction=last.direction
    )
