"""Store corrections and show their effect at once."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from nlp.entities.catalogue import Catalogue
from nlp.review.change import STORY_KINDS, VERDICTS, Change
from nlp.review.standing import standing, undone
from southbound.error import UsageError
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.review.effect import refresh
from southbound.pipeline.review.request import (
    CorrectionRequest,
    Reading,
    Scope,
    find_reading,
    make_change,
)
from southbound.pipeline.review.story import apply_move, plan_move, undo_move
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.review import Correction, NewCorrection, Stratum
from southbound.store.tag import StoredTagging

#: Kinds that say the same however often they are said.
_ONCE: Final = frozenset(
    {*VERDICTS, "accept_entity", "reject_entity", "relink_entity", "tone", "scope", "checked"}
)
#: Kinds that give mentions to another entity.
_TAKES_OVER: Final = frozenset({"relink_entity", "split_entity"})
_LOST: Final = "a later revision no longer has its evidence: to be looked at again there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a correction: its number, whether what is shown changed, and what is to be said.

    `is_stored` is False where the reviewer's word stood already: then the number is that word's.
    """

    pk: int
    article_id: str
    changed: bool
    said: tuple[str, ...]
    is_stored: bool = True

    @property
    def message(self) -> str:
        """All that is to be said, in one line."""
        return "; ".join(self.said)


class Reviewer:
    """Takes corrections in one person's name.

    Args:
        store: where they go.
        settings: of this installation.
        name: whose; default that of the settings, then of the machine's user.
        catalogue: gives the entities where they are at hand; default they are read when they are needed.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        name: str = "",
        *,
        catalogue: Callable[[], Catalogue] | None = None,
    ) -> None:
        self._store = store
        self.name = reviewer_name(name, settings)
        self._scope = Scope(
            store=store, settings=settings, catalogue=catalogue or cache(lambda: load_catalogue(settings))
        )

    def correct(self, request: CorrectionRequest, *, now: datetime | None = None) -> Outcome:
        """Store a correction and apply it: all of it, or nothing.

        Raises:
            UsageError: it can't be done as it was asked.
        """
        at = now or datetime.now(tz=UTC)
        with self._store.transaction():
            if request.kind == "undo":
                return self._undo(request, at)
            reading = find_reading(self._store, request)
            change = make_change(self._scope, request, reading)
            new = self._new(request, reading, change, at)
            if change.kind in STORY_KINDS:
                return self._move(new, request, reading, at)
            before = self._same(new)
            if before is not None:
                said = f"you said so already (correction {before.pk})"
                return Outcome(
                    pk=before.pk, article_id=before.article_id, changed=False, said=(said,), is_stored=False
                )
            beside = [*self._conflict(new, reading), *self._stale(request, reading), *self._warnings(change)]
            pk = self._store.corrections.add(new)
            done = refresh(self._store, reading.text.article_id, at=at)
            if pk in done.lost:
                beside.append(_LOST)
            changed = done.n_versions > 0
            return Outcome(
                pk=pk,
                article_id=reading.text.article_id,
                changed=changed,
                said=(*_said(change, changed=changed), *beside),
            )

    def _new(
        self, request: CorrectionRequest, reading: Reading, change: Change, at: datetime
    ) -> NewCorrection:
        stratum: Stratum = "free"
        draw = self._store.draws.get(request.draw) if request.draw is not None else None
        if draw is not None:
            stratum = draw.stratum
        keys = self._store.effects.tagging_keys(reading.text.pk)
        return NewCorrection(
            known_at=at,
            reviewer=_clean(request.reviewer) if request.reviewer else self.name,
            article_pk=reading.text.pk,
            tagging_pk=keys[-1][0],
            change=change,
            old_value=_old_value(reading, change),
            stratum=stratum,
            draw_pk=request.draw,
            note=request.note,
        )

    def _move(
        self, new: NewCorrection, request: CorrectionRequest, reading: Reading, at: datetime
    ) -> Outcome:
        move = plan_move(self._store, request, reading)
        placed = replace(
            new,
            story_id=move.story_id,
            into=move.into,
            old_value={"story": self._store.stories.story_of(reading.text.article_id)},
        )
        pk = self._store.corrections.add(placed)
        row = self._store.corrections.get(pk)
        n_moved = apply_move(self._store, row, at=at) if row else 0
        said = (
            f"{n_moved} reports of '{move.story_id}' belong to '{move.into}' now"
            if move.into
            else (f"'{reading.text.article_id}' is a story of its own now")
        )
        return Outcome(pk=pk, article_id=reading.text.article_id, changed=n_moved > 0, said=(said,))

    def _undo(self, request: CorrectionRequest, at: datetime) -> Outcome:
        row = self._to_undo(request)
        new = NewCorrection(
            known_at=at,
            reviewer=_clean(request.reviewer) if request.reviewer else self.name,
            article_pk=row.article_pk,
            tagging_pk=row.tagging_pk,
            change=Change(kind="undo", theme=row.change.theme, entity_id=row.change.entity_id),
            story_id=row.story_id,
            stratum=row.stratum,
            draw_pk=None,
            note=request.note,
            undoes=row.pk,
        )
        pk = self._store.corrections.add(new)
        if row.change.kind in STORY_KINDS:
            n_back = undo_move(self._store, row, number=pk, at=at)
            message = f"correction {row.pk} is taken back: {n_back} reports are where they were"
            return Outcome(pk=pk, article_id=row.article_id, changed=n_back > 0, said=(message,))
        done = refresh(self._store, row.article_id, at=at)
        message = f"correction {row.pk} ({row.change.kind}, {row.reviewer}) is taken back"
        return Outcome(pk=pk, article_id=row.article_id, changed=done.n_versions > 0, said=(message,))

    def _to_undo(self, request: CorrectionRequest) -> Correction:
        if request.undoes is None:
            raise UsageError("undo needs `undoes`: the number of a correction; see `southbound review log`")
        row = self._store.corrections.get(request.undoes)
        if row is None:
            raise UsageError(f"there is no correction {request.undoes}; see `southbound review log`")
        if row.change.kind == "undo" and row.undoes is not None:
            taken = self._store.corrections.get(row.undoes)
            if taken is not None and taken.change.kind in STORY_KINDS:
                raise UsageError("an undo about a story can't be taken back; make the correction again")
        if row.pk in undone(self._store.corrections.of_article(row.article_id)):
            by = self._store.corrections.undo_of(row.pk)[-1]
            raise UsageError(
                f"correction {row.pk} was taken back already by {by.reviewer} (correction {by.pk})"
            )
        return row

    def _same(self, new: NewCorrection) -> Correction | None:
        """Return the reviewer's own word that says the same and that nobody has spoken after: sent twice."""
        change = new.change
        if change.kind not in _ONCE:
            return None
        for row in reversed(standing(self._store.corrections.of_articles([self._article_id(new)]))):
            said = row.change
            if (said.theme, said.entity_id) == (change.theme, change.entity_id) and said.kind in _ONCE:
                is_same = (said.kind, said.label) == (change.kind, change.label)
                by_same = (row.reviewer, row.article_pk) == (new.reviewer, new.article_pk)
                return row if is_same and by_same and row.draw_pk == new.draw_pk else None
        return None

    def _article_id(self, new: NewCorrection) -> str:
        return self._store.articles.by_keys([new.article_pk])[0].article_id

    def _conflict(self, new: NewCorrection, reading: Reading) -> Iterator[str]:
        """Say where another reviewer's word that stands says otherwise."""
        if new.change.kind not in VERDICTS:
            return
        for row in reversed(standing(self._store.corrections.of_article(reading.text.article_id))):
            if row.change.theme == new.change.theme and row.change.kind in VERDICTS:
                if VERDICTS[row.change.kind] == VERDICTS[new.change.kind] or row.reviewer == new.reviewer:
                    return
                yield (
                    f"{row.reviewer} said otherwise (correction {row.pk}): the later word is shown, both are "
                    "kept and count for agreement"
                )
                return

    def _stale(self, request: CorrectionRequest, reading: Reading) -> Iterator[str]:
        """Say where what the reviewer had before them is shown no more."""
        if request.seen is None or not self._store.effects.is_older(request.seen, reading.text.article_id):
            return
        yield "its tags have changed since the page was made: look at it again"

    def _warnings(self, change: Change) -> Iterator[str]:
        versions = self._store.themes.versions(change.theme) if change.theme else []
        if versions and versions[-1].ended_at is not None:
            yield f"{change.theme} has ended: its past is corrected, it learns nothing more"
        elif versions:
            yield f"`southbound train --with-reviews` takes it as an example of {change.theme}"


def reviewer_name(name: str, settings: Settings) -> str:
    """Return in whose name corrections are stored: the one given, the settings', or the machine's user."""
    return _clean(name or settings.review.reviewer or getpass.getuser())


def apply_records(
    reviewer: Reviewer,
    requests: Iterable[CorrectionRequest | str],
    *,
    on_done: Callable[[Outcome], None] = lambda _: None,
) -> tuple[list[Outcome], list[str]]:
    """Store corrections one by one; return what was done, and why the others were not (given as texts).

    `on_done` is told of each as soon as it is stored, so that whoever is stopped knows how far it came.
    """
    done: list[Outcome] = []
    rejected: list[str] = []
    for number, request in enumerate(requests, start=1):
        if isinstance(request, str):
            rejected.append(request)
            continue
        try:
            outcome = reviewer.correct(request)
        except UsageError as error:
            rejected.append(f"correction {number}: {error}")
            continue
        done.append(outcome)
        on_done(outcome)
    return done, rejected


def _clean(name: str) -> str:
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not plain:
        raise UsageError("a reviewer needs a name: --reviewer NAME")
    return plain[:80]


def _old_value(reading: Reading, change: Change) -> dict[str, Any]:
    """Return how what is changed stood before."""
    tagging = reading.tagging
    if change.theme:
        tag = next((one for one in tagging.themes if one.theme == change.theme), None)
        return {"score": tag.score, "model": tagging.model} if tag else {"model": tagging.model}
    if change.kind == "tone" and not change.entity_id:
        return {"tone": tagging.tone.label}
    if change.kind == "scope":
        return {"hk_china": tagging.hk_china}
    if change.kind == "checked":
        names = {"entities": [tag.entity_id for tag in tagging.entities]} if change.label else {}
        return {"themes": [tag.theme for tag in tagging.themes], **names}
    return _old_entity(tagging, change.entity_id)


def _old_entity(tagging: StoredTagging, entity_id: str) -> dict[str, Any]:
    found = next((one for one in tagging.entities if one.entity_id == entity_id), None)
    if found is None:
        return {}
    tone = {"tone": found.tone.label} if found.tone else {}
    return {
        "name": found.name,
        "relevance": found.relevance,
        "mentions": [asdict(span) for span in found.mentions],
        **tone,
    }


def _said(change: Change, *, changed: bool) -> tuple[str, ...]:
    what = change.theme or change.entity_id
    said = {
        "accept_theme": f"{what} is right",
        "reject_theme": f"{what} is wrong",
        "add_theme": f"{what} is added",
        "accept_entity": f"{what} is right",
        "reject_entity": f"{what} is taken off",
        "relink_entity": f"{what} is {change.target.entity_id if change.target else ''} now",
        "split_entity": f"some of {what} is {change.target.entity_id if change.target else ''} now",
        "tone": f"the tone{f' for {what}' if what else ''} is {change.label}",
        "scope": "it is about Hong Kong or China" if change.label else "it is not about Hong Kong or China",
        "add_entity": f"{what} is added",
        "checked": "the themes and the names are complete" if change.label else "the themes are complete",
    }[change.kind]
    if change.kind in _TAKES_OVER and changed:
        return said, "its relevance and tone are those that were measured for the former"
    if change.kind == "add_entity" and changed:
        return said, "no model has weighed it: its relevance is 1 in the title, else 0.5"
    if changed or change.kind in {"accept_theme", "accept_entity", "checked"}:
        return (said,)
    return said, "what is shown said so already"
