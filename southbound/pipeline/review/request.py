"""A correction as it is asked for, from a line, a key or a form, and what it means for what is stored."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic import Field as Limits

from nlp.annotation import EntityTag, Field, Span
from nlp.entities.catalogue import Catalogue, Entity
from nlp.review.change import ENTITY_KINDS, STORY_KINDS, VERDICTS, Change, Kind, Target
from southbound.error import UsageError
from southbound.pipeline.catalogue import add_new
from southbound.settings import Settings, read_themes, require_theme
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.model_name import REVIEW_MARK
from southbound.store.tag import StoredTagging

_Text = Annotated[str, Limits(max_length=2000)]
#: What SQLite can hold.
_Number = Annotated[int, Limits(ge=0, le=2**63 - 1)]


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds a sign that can't be printed")
    return text


class NewEntity(BaseModel):
    """An entity that no catalogue has yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Limits(min_length=1, max_length=200), AfterValidator(_printable)]
    type: Annotated[str, Limits(max_length=20)] = "company"
    tickers: tuple[Annotated[str, Limits(max_length=20)], ...] = ()


class CorrectionRequest(BaseModel):
    """A correction; each kind takes what it needs of the rest.

    Attributes:
        kind: what is done.
        article_id: of the article; not needed with `draw` or `undoes`.
        revision: the text that was read; default the one whose tags are shown.
        theme: of accept_theme, reject_theme and add_theme.
        evidence: of add_theme, the sentence that carries it as it stands in the text, "" for the title; of
            add_entity, the name as it stands there.
        entity: of the entity's kinds, and of a tone for its holders; not of add_entity.
        mentions: of split_entity and relink_entity, numbers of its mentions from 0; none for all.
        to: the entity that they go to, or that is added: an id, or a new entity.
        names: of checked: the entities are complete too.
        tone: of tone: -1, 0 or 1.
        hk_china: of scope: is it about Hong Kong or China.
        story: of merge_story, the story that ends; default the article's.
        into: of merge_story, the other story's id, or any article's of it.
        undoes: of undo, the number of the correction.
        draw: number of the queue's item that this answers.
        seen: number of the last version of the article's tags that was seen; a later one is told of.
        note: in the reviewer's words.
        reviewer: who says it, where not whoever runs the command.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    article_id: _Text = ""
    revision: _Number | None = None
    theme: Annotated[str, Limits(max_length=64)] = ""
    evidence: Annotated[str, Limits(max_length=20_000), AfterValidator(str.strip)] = ""
    entity: Annotated[str, Limits(max_length=200)] = ""
    mentions: tuple[_Number, ...] = ()
    to: NewEntity | Annotated[str, Limits(max_length=200)] = ""
    tone: Annotated[int, Limits(ge=-1, le=1)] | None = None
    hk_china: bool | None = None
    story: _Text = ""
    into: _Text = ""
    names: bool = False
    undoes: _Number | None = None
    draw: _Number | None = None
    seen: _Number | None = None
    note: _Text = ""
    reviewer: Annotated[str, Limits(max_length=80)] = ""


def request_from_record(record: dict[str, Any]) -> CorrectionRequest:
    """Read a correction from a JSON object.

    Raises:
        UsageError: saying what is wrong with it.
    """
    try:
        return CorrectionRequest.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"][:1]) or "it"
        raise UsageError(f"{place}: {first['msg']}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reviewer had before them: a text, its article's texts, what is shown, what a model said."""

    text: StoredArticle
    revisions: Sequence[StoredArticle]
    tagging: StoredTagging
    machine: StoredTagging


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where corrections are made: `catalogue` is asked for only where an entity is named."""

    store: Store
    settings: Settings
    catalogue: Callable[[], Catalogue]
    made: dict[str, Target] = made_by(default_factory=dict)


def find_reading(store: Store, request: CorrectionRequest) -> Reading:
    """Find the text that a request speaks of.

    Raises:
        UsageError: the article, its revision or the item of the queue is unknown, or it is not tagged yet.
    """
    article_id, key = request.article_id, None
    if request.draw is not None:
        draw = store.draws.get(request.draw)
        if draw is None:
            raise UsageError(f"the queue has no item {request.draw}; `southbound review list` shows them")
        if article_id and article_id != draw.article_id:
            raise UsageError(f"item {request.draw} is of the article '{draw.article_id}', not '{article_id}'")
        article_id, key = draw.article_id, draw.candidate.article_pk
    if not article_id:
        raise UsageError("say which article: article_id, or draw for an item of the queue")
    revisions = store.articles.revisions(article_id)
    if not revisions:
        raise UsageError(f"there is no article '{article_id}'; `southbound search WORD` shows ids")
    if request.revision is not None and request.revision >= len(revisions):
        raise UsageError(f"article '{article_id}' has no revision {request.revision}")
    if request.revision is not None:
        key = revisions[request.revision].pk
    key = key or store.effects.speaking(article_id)
    text = next((one for one in revisions if one.pk == key), revisions[-1])
    taggings = store.tags.of_article(text)
    if not taggings:
        raise UsageError(f"article '{article_id}' is not tagged yet; run `southbound tag` first")
    machine = next((one for one in reversed(taggings) if REVIEW_MARK not in one.model), taggings[0])
    return Reading(text=text, revisions=revisions, tagging=taggings[-1], machine=machine)


def make_change(scope: Scope, request: CorrectionRequest, reading: Reading) -> Change:
    """Return the change that a request asks for.

    Raises:
        UsageError: it names what isn't there, or lacks something.
    """
    kind = request.kind
    if kind in VERDICTS:
        return _verdict(scope, request, reading)
    if kind in ENTITY_KINDS:
        return _entity_change(scope, request, reading)
    if kind == "tone":
        if request.tone is None:
            raise UsageError("a tone needs tone: -1, 0 or 1")
        if request.entity:
            _named(reading, request.entity)
        return Change(kind=kind, entity_id=request.entity, label=request.tone)
    if kind == "scope":
        if request.hk_china is None:
            raise UsageError("a scope needs hk_china: true or false")
        return Change(kind=kind, label=int(request.hk_china))
    if kind == "checked":
        return Change(kind=kind, label=1 if request.names else None)
    if kind in STORY_KINDS or kind == "undo":
        return Change(kind=kind)
    raise UsageError(f"there is no kind '{kind}'")


def _verdict(scope: Scope, request: CorrectionRequest, reading: Reading) -> Change:
    if not request.theme:
        raise UsageError(f"{request.kind} needs a theme")
    require_theme(request.theme, {**dict(read_themes()), **scope.store.themes.names()})
    shown = next((tag.evidence for tag in reading.tagging.themes if tag.theme == request.theme), ())
    own = scope.store.effects.own_state(request.theme, reading.text.pk)
    shown = shown or (own.evidence if own else ())
    evidence = (_sentence(reading.text, request.evidence),) if request.evidence else shown
    return Change(kind=request.kind, theme=request.theme, evidence=evidence or (_whole_title(reading.text),))


def _sentence(text: StoredArticle, wanted: str) -> Span:
    """Return where a sentence stands in a text."""
    start = text.title.find(wanted)
    if start >= 0:
        return Span(field="title", start=start, end=start + len(wanted), text=wanted)
    start = text.body.find(wanted)
    if start >= 0:
        return Span(field="body", start=start, end=start + len(wanted), text=wanted)
    raise UsageError(
        f"the evidence '{wanted[:60]}' does not stand in this revision; copy it from the text, or leave it "
        "out to take the title"
    )


def _whole_title(text: StoredArticle) -> Span:
    return Span(field="title", start=0, end=len(text.title), text=text.title)


def _named(reading: Reading, entity_id: str) -> EntityTag:
    said = (*reading.tagging.entities, *reading.machine.entities)
    tag = next((one for one in said if one.entity_id == entity_id), None)
    if tag is None:
        named = ", ".join(one.entity_id for one in reading.tagging.entities) or "none"
        raise UsageError(f"the text doesn't name '{entity_id}' as it is tagged now; it names {named}")
    return tag


def _added_entity(scope: Scope, request: CorrectionRequest, reading: Reading) -> Change:
    mentions = tuple(_places(reading.text, request.evidence))
    if not mentions:
        raise UsageError("add_entity needs `evidence`: the name as it stands in the text")
    target = _target(scope, request, reading)
    held = next((tag for tag in reading.tagging.entities if tag.entity_id == target.entity_id), None)
    if held is not None and set(mentions) <= set(held.mentions):
        raise UsageError(f"the text names {target.entity_id} there already")
    return Change(kind="add_entity", entity_id=target.entity_id, mentions=mentions, target=target)


def _places(text: StoredArticle, name: str) -> Iterator[Span]:
    """Yield where a name stands in a text, as a word of its own."""
    wanted = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])") if name.strip() else None
    fields: tuple[tuple[Field, str], ...] = (("title", text.title), ("body", text.body))
    for field, words in fields if wanted else ():
        for match in wanted.finditer(words) if wanted else ():
            yield Span(field=field, start=match.start(), end=match.end(), text=match[0])


def _entity_change(scope: Scope, request: CorrectionRequest, reading: Reading) -> Change:
    if request.kind == "add_entity":
        return _added_entity(scope, request, reading)
    if not request.entity:
        raise UsageError(f"{request.kind} needs an entity")
    tag = _named(reading, request.entity)
    if request.kind in {"accept_entity", "reject_entity"}:
        return Change(kind=request.kind, entity_id=tag.entity_id, mentions=tag.mentions)
    if any(number >= len(tag.mentions) for number in request.mentions):
        raise UsageError(f"{tag.entity_id} has {len(tag.mentions)} mentions, numbered from 0")
    mentions = tuple(tag.mentions[number] for number in sorted(set(request.mentions))) or tag.mentions
    if request.kind == "split_entity" and not 0 < len(set(request.mentions)) < len(tag.mentions):
        raise UsageError(
            f"to split {tag.entity_id}, name some of its {len(tag.mentions)} mentions by number and leave"
            " some; to move all, relink it"
        )
    target = _target(scope, request, reading)
    if target.entity_id == tag.entity_id:
        raise UsageError(f"{tag.entity_id} is what it is linked to already")
    return Change(kind=request.kind, entity_id=tag.entity_id, mentions=mentions, target=target)


def _target(scope: Scope, request: CorrectionRequest, reading: Reading) -> Target:
    day = (reading.text.published_at or reading.text.known_at).date()
    if isinstance(request.to, NewEntity):
        return _new_target(scope, request.to)
    if not request.to:
        raise UsageError(f"{request.kind} needs `to`: an entity's id, or {{name, type}} of a new one")
    held = next((tag for tag in reading.tagging.entities if tag.entity_id == request.to), None)
    if held is not None:
        return Target(
            entity_id=held.entity_id,
            name=held.name,
            type=held.type,
            tickers=held.tickers,
            linked=held.linked,
        )
    if request.to in scope.made:
        return scope.made[request.to]
    entity = scope.catalogue().entities.get(request.to) or _named_so(scope.catalogue(), request.to)
    if entity is None:
        close = difflib.get_close_matches(request.to, list(scope.catalogue().entities), n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        raise UsageError(
            f"there is no entity '{request.to}'{hint}; look with `southbound entities find WORDS`"
        )
    return Target(entity_id=entity.entity_id, name=entity.name, type=entity.type, tickers=entity.tickers(day))


def _named_so(catalogue: Catalogue, name: str) -> Entity | None:
    """Return the one entity that bears a name; None where none does.

    Raises:
        UsageError: several do.
    """
    folded = name.casefold()
    found = [
        one
        for one in catalogue.entities.values()
        if any(form.casefold() == folded for form in (one.name, *one.aliases))
    ]
    if len(found) > 1:
        raise UsageError(f"'{name}' may be {', '.join(one.entity_id for one in found[:5])}; give the id")
    return found[0] if found else None


def _new_target(scope: Scope, new: NewEntity) -> Target:
    """Write a new entity into the user's own file, so that later articles link it too."""
    entity_id, _ = add_new(scope.settings, new.name, kind=new.type, tickers=new.tickers, aliases=())
    target = Target(entity_id=entity_id, name=new.name, type=new.type, tickers=new.tickers)
    scope.made[entity_id] = target
    return target
