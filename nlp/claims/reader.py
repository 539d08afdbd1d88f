"""Read the numbers that a text asserts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from nlp.annotation import EntityTag, Field, Span, Text
from nlp.claims.claim import MARKET_METRICS, Claim
from nlp.claims.clause import Context, Group, Memory, read_contexts
from nlp.claims.figure import Figure
from nlp.claims.lexicon import Lexicon, read_lexicon
from nlp.claims.manner import modality_of, speaker_of
from nlp.claims.metric import Meaning, mean
from nlp.claims.record import Record, comparison_of, find_records, reference_of
from nlp.claims.scene import Mention, Scene, SubjectKind, fold_signs, look
from nlp.claims.sentence import split_sentences
from nlp.claims.timing import US_INDICES, Clock, is_reference, last_us_session, set_clock, time_of
from nlp.script import fold_script, has_han
from nlp.text import blank_ranges, readable

_KINDS: Final[dict[str, SubjectKind]] = {"index": "index", "company": "company", "product": "unknown"}
_CURRENCIES: Final = {
    "XHKG": "HKD", "XSHG": "CNY", "XSHE": "CNY", "XBSE": "CNY", "XNYS": "USD", "XNAS": "USD", "XTKS": "JPY",
    "XKRX": "KRW", "XTAI": "TWD", "XLON": "GBP", "XPAR": "EUR", "XETR": "EUR", "XASX": "AUD", "XSES": "SGD",
    "XTSE": "CAD", "XNSE": "INR", "XBOM": "INR",
}  # fmt: skip
_HOMES: Final = {"zh-Hant": "HKD", "zh-Hans": "CNY"}
#: A sum in brackets after a sum says it in another currency.
_CONVERTED: Final = re.compile(r"\s?\(\s?(?:about\s|around\s|约|相当于|折合|合)?(?:约)?\s?$")


class ClaimReader:
    """Reads claims by word lists.

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
        folded: dict[Field, str] = {"title": _fold(title), "body": _fold(body)}
        clock = set_clock(folded["title"], folded["body"], text.published_on)
        mentions = _mentions(entities)
        kinds = {tag.entity_id: _KINDS.get(tag.type, "unknown") for tag in entities}
        memory = Memory()
        claims: list[Claim] = []
        originals: dict[Field, str] = {"title": text.title, "body": text.body}
        for name in ("title", "body"):
            page = _Page(name, folded[name], originals[name], mentions[name], text.language, clock)
            for start, end in split_sentences(page.folded):
                scene = look(
                    page.folded[start:end], page.within(start, end), self._lexicon, text.published_on, kinds
                )
                if scene is not None:
                    found, memory = _read_scene(scene, page, start, memory)
                    claims += found
        return tuple(claims)


def read_claim_reader(path: Path) -> ClaimReader:
    """Make a reader of a file of word lists (`config/claims.yaml`).

    Raises:
        CatalogueError: the file can't be used.
    """
    return ClaimReader(read_lexicon(path))


class _Page:
    """A field: folded, as written, and the mentions in it."""

    __slots__ = ("_mentions", "_next", "clock", "folded", "home", "name", "original")

    def __init__(
        self,
        name: Field,
        folded: str,
        original: str,
        mentions: Sequence[Mention],
        language: str,
        clock: Clock,
    ) -> None:
        self.name, self.folded, self.original = name, folded, original
        self.home = _HOMES.get(language, "USD")
        self.clock = clock
        self._mentions = mentions
        self._next = 0

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions of the next sentence, with places in it; sentences must be asked for in order."""
        while self._next < len(self._mentions) and self._mentions[self._next].start < start:
            self._next += 1
        found = []
        while self._next < len(self._mentions) and self._mentions[self._next].start < end:
            mention = self._mentions[self._next]
            if mention.end <= end:
                found.append(replace(mention, start=mention.start - start, end=mention.end - start))
            self._next += 1
        return found

    def span(self, start: int, end: int) -> Span:
        return Span(field=self.name, start=start, end=end, text=self.original[start:end])


def _fold(text: str) -> str:
    folded = fold_signs(text)
    return fold_script(folded) if has_han(folded) else folded


def _mentions(entities: Sequence[EntityTag]) -> Mapping[Field, list[Mention]]:
    """Return the places of the entities that can have a market's numbers, by field and in order."""
    found: dict[Field, list[Mention]] = {"title": [], "body": []}
    for tag in entities:
        if tag.type not in _KINDS or tag.type == "product":
            continue
        for span in tag.mentions:
            currency = next((_CURRENCIES[x[:4]] for x in tag.tickers if x[:4] in _CURRENCIES), "")
            found[span.field].append(
                Mention(
                    start=span.start,
                    end=span.end,
                    entity_id=tag.entity_id,
                    kind=_KINDS[tag.type],
                    currency=currency,
                )
            )
    for places in found.values():
        places.sort(key=lambda mention: (mention.start, -mention.end))
    return found


def _read_scene(scene: Scene, page: _Page, offset: int, memory: Memory) -> tuple[list[Claim], Memory]:
    contexts, after = read_contexts(scene, memory)
    speaker = speaker_of(scene, page.original[offset : offset + len(scene.text)])
    claims: list[Claim] = []
    last: Claim | None = None
    for index, (figure, context) in enumerate(zip(scene.figures, contexts, strict=True)):
        if index and _is_conversion(scene.figures[index - 1], figure, scene.text):
            continue
        meaning = mean(figure, context, scene.text, home=page.home)
        if meaning is None:
            continue
        made = list(_claims(figure, context, meaning, scene, page, offset, speaker, last))
        claims += made
        last = made[-1]
    claims += _records(scene, contexts, page, offset, speaker, after, claims)
    claims.sort(key=lambda claim: claim.number.start)
    return claims, after


def _is_conversion(before: Figure, figure: Figure, text: str) -> bool:
    """Say whether a sum in brackets says the sum before it in another currency."""
    if before.kind != "money" or figure.kind != "money" or before.unit == figure.unit:
        return False
    return _CONVERTED.fullmatch(text[before.end : figure.start]) is not None


def _claims(
    figure: Figure,
    context: Context,
    meaning: Meaning,
    scene: Scene,
    page: _Page,
    offset: int,
    speaker: str,
    last: Claim | None,
) -> Iterator[Claim]:
    comparison = comparison_of(figure.start, scene)
    is_market = meaning.metric in MARKET_METRICS
    modality = modality_of(figure.start, context.clause, scene, noun=context.noun)
    for subject in meaning.subjects:
        clock = (
            last_us_session(page.folded, page.clock)
            if subject in US_INDICES and _is_chinese(page)
            else page.clock
        )
        period = time_of(
            figure.start, context.clause, scene.periods, scene.text, clock,
            is_market=(is_market and meaning.metric != "price") or (is_market and modality == "fact"),
        )  # fmt: skip
        claim = Claim(
            subject=subject,
            metric=meaning.metric,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            unit=meaning.unit,
            period=period,
            direction=meaning.direction,
            bound=figure.bound,
            comparison=comparison,
            reference="",
            modality=modality,
            speaker=speaker,
            number=page.span(offset + figure.start, offset + figure.end),
            evidence=page.span(offset, offset + len(scene.text)),
        )
        yield _compared(claim, figure, scene, last) if comparison else claim


def _is_chinese(page: _Page) -> bool:
    return page.home != "USD"


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


def _records(
    scene: Scene,
    contexts: Sequence[Context],
    page: _Page,
    offset: int,
    speaker: str,
    memory: Memory,
    claims: Sequence[Claim],
) -> Iterator[Claim]:
    """Yield the records without a number of a sentence: of whom its last claim before them is, or its subject."""
    for record in find_records(scene):
        about = _recorded(record, scene, page, offset, memory, claims)
        if about is None:
            continue
        period = time_of(record.start, 0, scene.periods, scene.text, page.clock, is_market=True)
        references = [period for period in scene.periods if is_reference(period, scene.text)]
        for subject in about.subjects:
            yield Claim(
                subject=subject,
                metric=about.metric,
                value=None,
                low=None,
                high=None,
                unit=about.unit,
                period=period,
                direction=about.direction,
                bound="exact",
                comparison=record.comparison,
                reference=reference_of(record.start, record.end, references),
                modality=modality_of(record.start, 0, scene, noun=""),
                speaker=speaker,
                number=page.span(offset + record.start, offset + record.end),
                evidence=page.span(offset, offset + len(scene.text)),
            )


def _recorded(
    record: Record, scene: Scene, page: _Page, offset: int, memory: Memory, claims: Sequence[Claim]
) -> Meaning | None:
    group = _group_before(record.start, scene)
    flows = [
        event.kind for event in scene.events if event.kind.startswith("flow_") and event.start < record.end
    ]
    channels = [
        event.ids[0] for event in scene.events if event.subject == "channel" and event.start < record.start
    ]
    if channels and flows:
        unit = "HKD" if channels[-1] == "southbound" else "CNY"
        return Meaning(
            metric="net_flow",
            unit=unit,
            direction="out" if flows[-1] == "flow_out" else "in",
            subjects=(channels[-1],),
        )
    nouns = [
        event.kind for event in scene.events if event.start < record.start and event.kind in _OTHER_NOUNS
    ]
    if group is None or nouns:
        return None
    if group.kind == "company":
        return Meaning(metric="price", unit=group.currency or page.home, direction="none", subjects=group.ids)
    subjects = tuple("hsi" if key == "hk_market" else key for key in group.ids)
    return Meaning(metric="level", unit="points", direction="none", subjects=subjects)


_OTHER_NOUNS: Final = frozenset(
    {"revenue", "profit", "rate", "money_raised", "dividend", "market_value", "stake", "economy", "commodity", "currency",
     "bond", "crypto", "fund", "turnover"}
)  # fmt: skip


def _group_before(place: int, scene: Scene) -> Group | None:
    for event in reversed(scene.events):
        if (
            event.start < place
            and event.kind == "subject"
            and event.subject in {"index", "company", "market"}
            and event.ids
        ):
            return Group(event.ids, event.subject, event.currency, event.end)
    return None
