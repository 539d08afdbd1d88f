"""Claims put together from what stands in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from nlp.claims.claim import MARKET_METRICS, Claim, Modality
from nlp.claims.clause import Context, read_contexts
from nlp.claims.figure import Figure
from nlp.claims.group import Memory
from nlp.claims.manner import modality_of, speaker_of
from nlp.claims.metric import Meaning, mean, mean_record
from nlp.claims.page import Page
from nlp.claims.record import Record, comparison_of, reference_of
from nlp.claims.scene import Scene
from nlp.claims.timing import Clock, Moment, is_reference, time_of

#: A sum in brackets after a sum says it in another currency.
_CONVERTED: Final = re.compile(r"\s?\(\s?(?:about\s|around\s|some\s|约|相当于|折合|合)?(?:约)?\s?")
_US_INDICES: Final = frozenset(
    {"djia", "sp500", "nasdaq_composite", "nasdaq100", "russell2000", "sox", "golden_dragon"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A sentence where it stands in its field, and who says what it says."""

    scene: Scene
    page: Page
    offset: int
    speaker: str


def read_scene(scene: Scene, page: Page, offset: int, memory: Memory) -> tuple[list[Claim], Memory]:
    """Return a sentence's claims, and whom the text has spoken of after it.

    Args:
        scene: the sentence.
        page: its field.
        offset: where it begins in the field.
        memory: whom the text has spoken of before.
    """
    contexts, after = read_contexts(scene, memory)
    speaker = speaker_of(scene, page.span(offset, offset + len(scene.text)).text)
    place = _Place(scene=scene, page=page, offset=offset, speaker=speaker)
    claims: list[Claim] = []
    for index, figure in enumerate(scene.figures):
        if index and _is_conversion(scene.figures[index - 1], figure, scene.text):
            continue
        context = contexts[figure.start]
        if meaning := mean(figure, context, scene.text, home=page.home):
            claims += list(_claims(figure, context, meaning, place, claims[-1] if claims else None))
    for record in scene.records:
        context = contexts[record.start]
        if meaning := mean_record(record, context, scene, home=page.home):
            claims += _records(record, context, meaning, place)
    return sorted(claims, key=lambda claim: claim.number.start), after


def _is_conversion(before: Figure, figure: Figure, text: str) -> bool:
    """Say whether a sum in brackets says the sum before it in another currency."""
    if before.kind != "money" or figure.kind != "money" or before.unit == figure.unit:
        return False
    return _CONVERTED.fullmatch(text, before.end, figure.start) is not None


def _claims(
    figure: Figure, context: Context, meaning: Meaning, place: _Place, last: Claim | None
) -> Iterator[Claim]:
    scene, page = place.scene, place.page
    comparison = comparison_of(figure.start, scene.text)
    modality = modality_of(figure.start, context.clause, scene, noun=context.noun)
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
        if last is not None and not context.is_moved:
            claim = _gapped(claim, last, page.clock)
        yield _compared(claim, figure, scene, last) if comparison else claim


def _gapped(claim: Claim, last: Claim, clock: Clock) -> Claim:
    """Give a return whose verb is left out ("A rose 60 % this year, B 20 %") the period of the one before."""
    days = {day.isoformat() for day in (clock.report_day, clock.new_york_day) if day is not None}
    if claim.metric == last.metric == "return" and claim.period in days:
        return replace(claim, period=last.period)
    return claim


def _records(record: Record, context: Context, meaning: Meaning, place: _Place) -> Iterator[Claim]:
    scene, page = place.scene, place.page
    references = [period for period in scene.periods if is_reference(period, scene.text)]
    modality = modality_of(record.start, context.clause, scene, noun="")
    for subject in meaning.subjects:
        yield Claim(
            subject=subject,
            metric=meaning.metric,
            value=None,
            low=None,
            high=None,
            unit=meaning.unit,
            period=_period(record, context, meaning, subject, place, modality),
            direction=meaning.direction,
            bound="exact",
            comparison=record.comparison,
            reference=reference_of(record.start, record.end, references),
            modality=modality,
            speaker=place.speaker,
            number=page.span(place.offset + record.start, place.offset + record.end),
            evidence=page.span(place.offset, place.offset + len(scene.text)),
        )


def _period(
    mark: Figure | Record, context: Context, meaning: Meaning, subject: str, place: _Place, modality: Modality
) -> str:
    scene, clock = place.scene, place.page.clock
    if _is_of_new_york(subject, context, clock):
        clock = replace(clock, report_day=clock.new_york_day)
    kind = "other"
    if meaning.metric in MARKET_METRICS:
        is_instant = meaning.metric in {"level", "price"}
        is_aim = is_instant and modality in {"target", "forecast", "conditional"}
        kind = "aim" if is_aim else "level" if is_instant else "move"
    breaks = [event for event in scene.events if event.kind in {"break", "strong", "clause"}]
    segment = max(
        (event.end for event in breaks if event.kind == "strong" and event.end <= mark.start), default=0
    )
    starts = [figure.start for figure in scene.figures]
    last = max((figure.end for figure in scene.figures if figure.end <= mark.start), default=segment)
    moment = Moment(
        place=mark.start,
        end=mark.end,
        clause=context.clause,
        clause_end=min((event.start for event in breaks if event.start >= mark.end), default=len(scene.text)),
        segment=segment,
        first_of_segment=min((start for start in starts if start >= segment), default=mark.start),
        first=min(starts, default=mark.start),
        fresh=min((event.end for event in breaks if event.start >= last), default=mark.start),
    )
    return time_of(moment, scene.periods, scene.text, clock, kind=kind)


def _is_of_new_york(subject: str, context: Context, clock: Clock) -> bool:
    """Say whether a subject trades there; one that isn't known does where its text speaks of shares there."""
    if subject in _US_INDICES or context.group.currency == "USD":
        return True
    return clock.is_of_new_york and context.group.kind in {"company", "unknown", "fund"}


def _compared(claim: Claim, figure: Figure, scene: Scene, last: Claim | None) -> Claim:
    """Complete a claim that compares: of what, and with which time."""
    if claim.comparison not in {"above", "below"}:
        return claim
    references = [
        period for period in scene.periods if period.end <= figure.start and is_reference(period, scene.text)
    ]
    claim = replace(claim, reference=references[-1].text if references else "")
    if last is None or last.unit != claim.unit or last.metric not in MARKET_METRICS:
        return claim
    return replace(
        claim, subject=last.subject, metric=last.metric, period=last.period, direction=last.direction
    )
