"""An hour of reviewing at a terminal: an item, a key, the next item."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import SystemRandom
from typing import TYPE_CHECKING

from rich.console import Console

from southbound.cli.context import Context
from southbound.cli.keyboard import read_key, read_line
from southbound.cli.review_view import KEYS, item_view
from southbound.error import StoreError, UsageError
from southbound.pipeline.review.correct import Outcome, Reviewer
from southbound.pipeline.review.item import ReviewItem, read_items
from southbound.pipeline.review.queue import DrawRequest, draw_items, next_items
from southbound.pipeline.review.request import CorrectionRequest

if TYPE_CHECKING:
    from southbound.settings import Settings
    from southbound.store import Store


def run_session(shell: Context, *, reviewer: str, theme: str) -> None:
    """Show items until there are no more or the reviewer stops."""
    if not shell.database.is_file():
        raise UsageError(f"there is no database {shell.database}; ingest and tag articles first")
    with shell.store() as store:
        session = ReviewSession(
            Reviewer(store, shell.settings, reviewer),
            console=Console(stderr=not sys.stdout.isatty()),
            key=read_key,
            line=read_line,
        )
        session.run(waiting_items(store, shell.settings, session.name, theme=theme))


def waiting_items(store: Store, settings: Settings, reviewer: str, *, theme: str) -> list[ReviewItem]:
    """Return what waits for a reviewer; where too little does, as many items more are drawn."""
    random = SystemRandom()
    request = DrawRequest(n=settings.review.batch, theme=theme)
    if len(store.draws.pending(theme=theme)) < settings.review.batch:
        draw_items(store, request, settings=settings, now=datetime.now(tz=UTC), random=random)
    draws = next_items(store, reviewer, settings=settings, random=random, theme=theme)
    return list(read_items(store, draws))


class ReviewSession:
    """Asks for a key an item and stores what it means.

    Args:
        reviewer: stores it.
        console: where items are shown.
        key: gives the next key.
        line: asks for a line, such as the id of a theme.
    """

    def __init__(
        self, reviewer: Reviewer, *, console: Console, key: Callable[[], str], line: Callable[[str], str]
    ) -> None:
        self._reviewer, self._console, self._key, self._line = reviewer, console, key, line
        self._made: list[int] = []
        self._n_stored = 0
        self._actions: Mapping[str, Callable[[ReviewItem], Iterator[CorrectionRequest]]] = {
            "a": self._accept,
            "A": self._accept_all,
            "e": self._add_entity,
            "r": self._reject,
            "+": self._add,
            "l": self._relink,
            "s": self._split,
            "m": self._merge,
            "-": self._split_off,
            "t": self._tone,
            "h": self._turn_scope,
            "u": self._undo,
        }

    @property
    def name(self) -> str:
        """Whose session it is."""
        return self._reviewer.name

    def run(self, items: list[ReviewItem]) -> None:
        """Show the items in turn."""
        if not items:
            self._say("nothing waits for review; tag more articles, or draw with `southbound review draw`")
        for number, item in enumerate(items, start=1):
            self._console.rule(style="dim")
            self._console.print(item_view(item, number=number, total=len(items)))
            if not self._answer(item):
                break
        self._say(f"{self._n_stored} corrections stored in the name of {self.name}")

    def _answer(self, item: ReviewItem) -> bool:
        """Take keys until the item is done with; False where the reviewer stops."""
        while True:
            self._say("[a/A/r/+/e/l/s/m/u/n/?/q] ", end="")
            key = self._key()
            if key == "q":
                return False
            if key == "n":
                return True
            if key in self._actions:
                if self._do(key, item) and self._is_answered(key, item):
                    return True
            else:
                self._show_keys()

    @staticmethod
    def _is_answered(key: str, item: ReviewItem) -> bool:
        """Say whether a key is all there is to say of an item: of a whole article, more may be wrong."""
        return key in {"a", "A"} or (key == "r" and not item.draw.is_article)

    def _do(self, key: str, item: ReviewItem) -> bool:
        done = False
        try:
            for request in self._actions[key](item):
                outcome = self._reviewer.correct(request)
                self._note(request, outcome)
                self._say(f"{outcome.pk}: {outcome.message}")
                done = True
        except UsageError as error:
            self._say(str(error))
            if key == "u" and self._made:
                # Somebody else has taken it back; the next press takes back the one before.
                self._made.pop()
        except StoreError as error:
            # A file that somebody else writes for long ends no session: the item is asked again.
            self._say(str(error))
        return done

    def _note(self, request: CorrectionRequest, outcome: Outcome) -> None:
        """Note what can be taken back: pressed again, the key takes back the one before."""
        self._n_stored += outcome.is_stored
        if request.kind == "undo":
            self._made.pop()
        elif outcome.is_stored:
            self._made.append(outcome.pk)

    def _accept(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        one = item.draw.candidate
        if one.entity_id is not None:
            yield CorrectionRequest(kind="accept_entity", entity=one.entity_id, draw=item.draw.pk)
            return
        yield CorrectionRequest(
            kind="checked" if one.theme is None else "accept_theme",
            theme=one.theme or "",
            draw=item.draw.pk,
        )

    def _accept_all(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        if not item.draw.is_article:
            raise UsageError("A is about an article as a whole: its names are complete too; here, a says yes")
        yield CorrectionRequest(kind="checked", names=True, draw=item.draw.pk)

    def _add_entity(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        name = self._line("name that is missing (as it stands in the text)")
        to = self._line("which entity it is (its id)") if name else ""
        if name and to:
            yield CorrectionRequest(kind="add_entity", evidence=name, to=to, draw=item.draw.pk)

    def _reject(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        one = item.draw.candidate
        if one.entity_id is not None:
            yield CorrectionRequest(kind="reject_entity", entity=one.entity_id, draw=item.draw.pk)
            return
        theme = one.theme or self._line("which of its themes or entities is wrong (its id)")
        if any(tag.entity_id == theme for tag in item.tagging.entities):
            yield CorrectionRequest(kind="reject_entity", entity=theme, draw=item.draw.pk)
        elif theme:
            yield CorrectionRequest(kind="reject_theme", theme=theme, draw=item.draw.pk)

    def _add(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        theme = self._line("theme to add (its id)")
        if theme:
            evidence = self._line("sentence that carries it (Enter for the title)")
            yield CorrectionRequest(kind="add_theme", theme=theme, evidence=evidence, draw=item.draw.pk)

    def _relink(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        entity, to = self._entity(item), self._line("to which entity (its id)")
        if entity and to:
            yield CorrectionRequest(kind="relink_entity", entity=entity, to=to, draw=item.draw.pk)

    def _split(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        entity = self._entity(item)
        tag = next((one for one in item.tagging.entities if one.entity_id == entity), None)
        if tag is None:
            self._say(f"the text names no '{entity}'")
            return
        for number, span in enumerate(tag.mentions):
            field = item.text.title if span.field == "title" else item.text.body
            around = " ".join(field[max(0, span.start - 30) : span.end + 30].split())
            self._console.print(f"{number}: {around}", markup=False, highlight=False)
        numbers = self._line("numbers of the other's mentions, with spaces").split()
        to = self._line("to which entity (its id)")
        if numbers and to:
            chosen = tuple(int(number) for number in numbers if number.isdecimal())
            yield CorrectionRequest(
                kind="split_entity", entity=entity, mentions=chosen, to=to, draw=item.draw.pk
            )

    def _merge(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        into = self._line("merge with which story (its id, or any article's of it)")
        if into:
            yield CorrectionRequest(kind="merge_story", article_id=item.draw.article_id, into=into)

    def _split_off(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        yield CorrectionRequest(kind="split_story", article_id=item.draw.article_id)

    def _tone(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        said = self._line("tone for holders: -1, 0 or 1")
        if said not in {"-1", "0", "1", "+1"}:
            self._say("a tone is -1, 0 or 1")
            return
        yield CorrectionRequest(kind="tone", tone=int(said), draw=item.draw.pk)

    def _turn_scope(self, item: ReviewItem) -> Iterator[CorrectionRequest]:
        is_near = item.tagging.hk_china >= 0.5  # noqa: PLR2004 - more likely than not
        yield CorrectionRequest(kind="scope", hk_china=not is_near, draw=item.draw.pk)

    def _undo(self, _: ReviewItem) -> Iterator[CorrectionRequest]:
        if not self._made:
            self._say("there is nothing to undo in this session; `southbound review undo NUMBER` takes any")
            return
        yield CorrectionRequest(kind="undo", undoes=self._made[-1])

    def _entity(self, item: ReviewItem) -> str:
        return item.draw.candidate.entity_id or self._line("which entity (its id)")

    def _say(self, message: str, *, end: str = "\n") -> None:
        self._console.print(message, markup=False, highlight=False, end=end)

    def _show_keys(self) -> None:
        for key, meaning in KEYS:
            self._say(f"  {key}  {meaning}")
