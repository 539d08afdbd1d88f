"""Decide what a found form means, by what the rest of the text says for each candidate.

A sure form links. A doubtful one goes to the candidate with the best support: a sure form or a code of
it elsewhere in the text, context words, kin (its parent, its units) that stand in the text, words after
it that are said of companies. Words of the description and a listing only break ties; without other
support nothing links, nor does a tie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.annotation import Field, Span
from nlp.entities.catalogue import Entity
from nlp.entities.matcher import Candidate
from nlp.script import fold_script, has_han

#: A sure form or a code of the entity outweighs any number of context words.
OWN_FORM = 100.0
_KIN = 1.0
_DESCRIPTION_WORD = 0.1
_LISTED = 0.05
_MOST_FROM_TIES = 0.9
_MIN_WORD = 5
#: What may stand between a name and its code: a bracket and the exchange.
_BEFORE_CODE = re.compile(r"\s?[(\uff08](?:[A-Z]{2,6}\s?[:\uff1a]\s?)?")
_CODE_REACH = 12
_COMPANY_TALK = re.compile(
    r"(?:['’]s)? (?:shares|stock|CEO|CFO|chief executive|quarterly|revenue|profit|earnings|sales of|"
    r"customers|analysts?|spokes\w+ said|reported|unveiled|announced|launched|is expected to report)\b"
    r"|\s?(?:公司)?(?:股[价價]|[获獲遭][^，。；]{0,6}[净淨][买買卖賣沽]|(?:盘[前中]|盤[前中]|一度|再|亦|也|则|則|急|大|收|现|現)?[涨漲升跌挫][幅逾近超约約]{0,2}\s?\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A form in the text, the entities it may mean with what speaks for each, and the one it links to."""

    span: Span
    entity_ids: tuple[str, ...]
    support: Mapping[str, float]
    chosen: str | None


def resolve(
    candidates: Iterable[Candidate],
    codes: Sequence[tuple[Span, str]],
    entities: Mapping[str, Entity],
    text: str,
    originals: Mapping[Field, str],
) -> list[Decision]:
    """Decide what each candidate means; what stays in doubt has no `chosen`."""
    decisions = [_sure(span, entity_id) for span, entity_id in codes]
    doubtful = []
    for candidate in candidates:
        if candidate.is_sure:
            decisions.append(_sure(candidate.span, candidate.entity_ids[0]))
        else:
            doubtful.append(candidate)
    if doubtful:
        confirmed = frozenset(decision.entity_ids[0] for decision in decisions)
        # Each entity is looked up once: a digest may name one a thousand times.
        weigh = cache(lambda entity_id: _support(entities[entity_id], entities, confirmed, text))
        decisions += [_decide(candidate, weigh, codes, originals) for candidate in doubtful]
    return decisions


def _sure(span: Span, entity_id: str) -> Decision:
    return Decision(span=span, entity_ids=(entity_id,), support={entity_id: OWN_FORM}, chosen=entity_id)


def _decide(
    candidate: Candidate,
    weigh: Callable[[str], float],
    codes: Sequence[tuple[Span, str]],
    originals: Mapping[Field, str],
) -> Decision:
    """Pick the one entity that the text confirms best; none where none or several are."""
    support = {entity_id: weigh(entity_id) for entity_id in candidate.entity_ids}
    if len(support) == 1 and _trades(candidate.span, originals):
        support = {entity_id: value + 1 for entity_id, value in support.items()}
    best = max(support.values())
    winners = [entity_id for entity_id, value in support.items() if value == best]
    chosen = winners[0] if best >= 1 and len(winners) == 1 else None
    beside = _entity_beside(candidate.span, codes, originals)
    if beside is not None:
        chosen = beside if beside in support else None
    return Decision(span=candidate.span, entity_ids=candidate.entity_ids, support=support, chosen=chosen)


def _trades(span: Span, originals: Mapping[Field, str]) -> bool:
    """Say whether the words after a name are those said of companies: its shares, its chief, its results."""
    return _COMPANY_TALK.match(originals[span.field], span.end) is not None


def _entity_beside(
    span: Span, codes: Sequence[tuple[Span, str]], originals: Mapping[Field, str]
) -> str | None:
    """Return whose code stands in brackets directly after a name."""
    for code, entity_id in codes:
        if code.field == span.field and 0 < code.start - span.end <= _CODE_REACH:
            between = originals[span.field][span.end : code.start]
            if _BEFORE_CODE.fullmatch(between):
                return entity_id
    return None


def _support(entity: Entity, entities: Mapping[str, Entity], confirmed: frozenset[str], text: str) -> float:
    own = OWN_FORM if entity.entity_id in confirmed else 0.0
    kin = _KIN if any(_are_kin(entity, entities[other]) for other in confirmed) else 0.0
    words = {word for word in re.findall(r"[a-z]+", entity.description.lower()) if len(word) >= _MIN_WORD}
    lowered = text.lower()
    ties = _DESCRIPTION_WORD * sum(word in lowered for word in words) + _LISTED * bool(entity.listings)
    return own + kin + count_context(entity, text) + min(ties, _MOST_FROM_TIES)


def _are_kin(one: Entity, other: Entity) -> bool:
    return other.parent == one.entity_id or one.parent == other.entity_id


def count_context(entity: Entity, text: str) -> int:
    """Count the entity's context words that stand in a text (script folded, any case)."""
    lowered = text.lower()
    return sum(_contains(lowered, word) for word in entity.context)


def _contains(lowered: str, word: str) -> bool:
    if has_han(word):
        return fold_script(word).lower() in lowered
    return _word_pattern(word.lower()).search(lowered) is not None


@cache
def _word_pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b")
