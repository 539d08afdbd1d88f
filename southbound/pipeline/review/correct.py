"""Store corrections and show their effect at once."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a correction: its number, whether what is shown changed, and what is to be said."""

    pk: int
    article_id: str
    changed: bool
    message: str


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
            conflict = self._conflict(new, reading)
            pk = self._store.corrections.add(new)
            done = refresh(self._store, reading.text.article_id, at=at)
            message = _said(change, changed=done.n_versions > 0) + conflict + self._warnings(change)
            if pk in done.lost:
                message += "; a later revision no longer has its evidence: to be looked at again there"
            return Outcome(
                pk=pk,
                article_id=reading.text.article_id,
                changed=done.n_versions > 0,
                message=message,
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
        return Outcome(pk=pk, article_id=reading.text.article_id, changed=n_moved > 0, message=said)

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
            return Outcome(pk=pk, article_id=row.article_id, changed=n_back > 0, message=message)
        done = refresh(self._store, row.article_id, at=at)
        message = f"correction {row.pk} ({row.change.kind}, {row.reviewer}) is taken back"
        return Outcome(pk=pk, article_id=row.article_id, changed=done.n_versions > 0, message=message)

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

    def _conflict(self, new: NewCorrection, reading: Reading) -> str:
        """Say where another reviewer's word that stands says otherwise."""
        if new.change.kind not in VERDICTS:
            return ""
        for row in reversed(standing(self._store.corrections.of_article(reading.text.article_id))):
            if row.change.theme == new.change.theme and row.change.kind in VERDICTS:
                if VERDICTS[row.change.kind] == VERDICTS[new.change.kind] or row.reviewer == new.reviewer:
                    return ""
                return (
                    f"; {row.reviewer} said otherwise (correction {row.pk}): the later word is shown, both "
                    "are kept and count for agreement"
                )
        return ""

    def _warnings(self, change: Change) -> str:
        versions = self._store.themes.versions(change.theme) if change.theme else []
        if versions and versions[-1].ended_at is not None:
            return f"; {change.theme} has ended: its past is corrected, it learns nothing more"
        if versions:
            return f"; `southbound train --with-reviews` takes it as an example of {change.theme}"
        return ""


def reviewer_name(name: str, settings: Settings) -> str:
    """Return in whose name corrections are stored: the one given, the settings', or the machine's user."""
    return _clean(name or settings.review.reviewer or getpass.getuser())


def apply_records(
    reviewer: Reviewer, requests: Iterable[CorrectionRequest | str]
) -> tuple[list[Outcome], list[str]]:
    """Store corrections one by one; return what was done, and why the others were not (given as texts)."""
    done: list[Outcome] = []
    rejected: list[str] = []
    for number, request in enumerate(requests, start=1):
        if isinstance(request, str):
            rejected.append(request)
            continue
        try:
            done.append(reviewer.correct(request))
        except UsageError as error:
            rejected.append(f"correction {number}: {error}")
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
    if change.entity_id:
        found = next((one for one in tagging.entities if one.entity_id == change.entity_id), None)
        if found is None:
            return {}
        tone = {"tone": found.tone.label} if found.tone else {}
        return {
            "name": found.name,
            "relevance": found.relevance,
            "mentions": [asdict(span) for span in found.mentions],
            **tone,
        }
    return {"themes": [tag.theme for tag in tagging.themes]} if change.kind == "checked" else {}


def _said(change: Change, *, changed: bool) -> str:
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
        "checked": "the themes are complete",
    }[change.kind]
    if changed or change.kind in {"accept_theme", "accept_entity", "checked"}:
        return said
    return f"{said}; what is shown said so already"
