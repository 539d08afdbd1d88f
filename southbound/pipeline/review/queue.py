"""Draw what is worth a look: doubtful tags, tags that weigh much today, and a random control.

Items are drawn before anybody looks at them and stored as drawn, so that nobody can choose what the random
control holds: what is passed over stays in the queue and is counted as not answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from nlp.review.ambiguity import Bearers
from nlp.review.rank import doubt, interleave
from nlp.scoring.engine import read_manifest
from southbound.desk.session import current_session
from southbound.pipeline.catalogue import load_catalogue
from southbound.pipeline.review.influence import influence_of
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.store.entity import MIN_RELEVANCE
from southbound.store.review_draw import Candidate, Draw, NewDraw

_MOMENT = timedelta(milliseconds=1)
#: Of the doubtful items, so much goes to themes and the rest to names.
_THEMES_AND_NAMES = {"theme": 0.8, "entity": 0.2}
#: One name is not asked about again and again.
_MOST_OF_ONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRequest:
    """What is drawn.

    Attributes:
        n: how many items.
        theme: only tags of it, and articles as a whole; "" for all.
        start: first instant at which the articles were known; None for the settings' window.
        end: the instant after the last; None for all.
        session: whose intensities the influential tags weigh in; None for the last one with news.
        shares: how the queue is made up; None for the settings' way.
    """

    n: int
    theme: str = ""
    start: datetime | None = None
    end: datetime | None = None
    session: date | None = None
    shares: Mapping[str, float] | None = None


def draw_items(
    store: Store, request: DrawRequest, *, settings: Settings, now: datetime, random: Random
) -> list[int]:
    """Draw items, store them as drawn, and return their numbers; fewer where there are no more."""
    last = store.draws.last_known_at()
    if last is None:
        return []
    end = request.end or last + _MOMENT
    start = request.start or end - timedelta(days=settings.review.window_days)
    pools = _Pools(store, request, settings, start=start, end=end, now=now, random=random)
    shares = request.shares or settings.review.shares
    kept = {name: share for name, share in shares.items() if share > 0}
    drawn = _distinct(interleave({name: pools.of(name) for name in kept}, kept, 2 * request.n))
    with store.transaction():
        return store.draws.add(drawn[: request.n], at=now)


def next_items(
    store: Store, reviewer: str, *, settings: Settings, random: Random, theme: str = ""
) -> list[Draw]:
    """Return what waits for a reviewer: drawn items that nobody has answered, and some that others have."""
    waiting = store.draws.pending(theme=theme)
    again = [one for one in store.draws.for_second(reviewer) if not theme or one.candidate.theme == theme]
    random.shuffle(again)
    again.sort(key=lambda one: one.stratum != "control")
    share = settings.review.second_share
    shares = {"first": 1 - share, "second": share}
    mixed = interleave({"first": waiting, "second": again}, shares, len(waiting) + len(again))
    return [draw for _, draw in mixed]


def read_thresholds(settings: Settings) -> dict[str, Mapping[str, float]]:
    """Return each theme's threshold by the two languages that are scored, "en" and "zh"."""
    tag = settings.tag
    return {
        "en": read_manifest(tag.folder_of(tag.model)).thresholds,
        "zh": read_manifest(tag.folder_of(tag.chinese_model)).thresholds,
    }


class _Pools:
    """The parts of the queue, each in its order; what was drawn before is left out."""

    def __init__(
        self,
        store: Store,
        request: DrawRequest,
        settings: Settings,
        *,
        start: datetime,
        end: datetime,
        now: datetime,
        random: Random,
    ) -> None:
        self._store, self._request, self._settings = store, request, settings
        self._span = start, end
        self._now, self._random = now, random
        self._thresholds = read_thresholds(settings)
        self._drawn = store.draws.drawn()

    def of(self, name: str) -> Sequence[NewDraw]:
        """Return a part of the queue."""
        if name == "uncertain":
            return self._uncertain()
        if name == "influential":
            return self._influential()
        if name == "entity":
            return self._entities()
        return self._control() if name == "control" else self._articles()

    def _uncertain(self) -> list[NewDraw]:
        themes = [*self._given_themes(), *self._new(self._store.draws.near_themes(*self._span))]
        themes += self._new(self._store.draws.own_themes(*self._span, carried=False))
        doubtful = self._doubtful((one, self._threshold(one)) for one in themes)
        names = self._doubtful_names()
        n = len(doubtful) + len(names)
        return [draw for _, draw in interleave({"theme": doubtful, "entity": names}, _THEMES_AND_NAMES, n)]

    def _doubtful_names(self) -> list[NewDraw]:
        """Return names that others bear too, or that are in no catalogue, the most relevant first."""
        if self._request.theme:
            return []
        bearers = Bearers(load_catalogue(self._settings))
        found = []
        for one in self._new(self._store.draws.entities(*self._span)):
            doubtful = bearers.doubt(one.entity_id or "", one.forms)
            if doubtful is not None and (one.score or 0.0) >= MIN_RELEVANCE:
                found.append((doubtful.weight * (one.score or 0.0), one, doubtful.reason))
        found.sort(key=lambda row: -row[0])
        seen: Counter[str | None] = Counter()
        draws = []
        for _, one, reason in found:
            seen[one.entity_id] += 1
            if seen[one.entity_id] <= _MOST_OF_ONE:
                draws.append(NewDraw(candidate=one, stratum="uncertain", reason=reason))
        return draws

    def _doubtful(self, scored: Iterable[tuple[Candidate, float]]) -> list[NewDraw]:
        found = [(doubt(one.score or 0.0, threshold), one, threshold) for one, threshold in scored]
        least = self._settings.review.min_doubt
        found = sorted((row for row in found if row[0] >= least), key=lambda row: -row[0])
        return [
            NewDraw(
                candidate=one,
                stratum="uncertain",
                threshold=threshold,
                reason=f"score {one.score:.2f} beside {threshold:.2f}",
            )
            for _, one, threshold in found
        ]

    def _influential(self) -> list[NewDraw]:
        calendar = calendar_from_settings(self._settings)
        session = self._request.session or current_session(
            self._store, calendar=calendar, as_of=self._request.end, now=self._now
        )
        if session is None:
            return []
        given = {(one.article_id, one.theme): one for one in self._given_themes()}
        themes = sorted({theme for _, theme in given if theme})
        weights = influence_of(self._store, themes, session=session, settings=self._settings)
        found = sorted(
            ((weight, given[key]) for key, weight in weights.items() if key in given and weight > 0),
            key=lambda pair: (-pair[0], pair[1].tagging_pk, pair[1].theme or ""),
        )
        return [
            NewDraw(
                candidate=one,
                stratum="influential",
                threshold=self._threshold(one),
                reason=f"{weight:.1f} points of {one.theme} in the session {session}",
            )
            for weight, one in found
        ]

    def _control(self) -> list[NewDraw]:
        return self._at_random(self._given_themes(), "drawn at random from {n} given tags")

    def _entities(self) -> list[NewDraw]:
        if self._request.theme:
            return []
        found = self._new(self._store.draws.entities(*self._span))
        return self._at_random(found, "drawn at random from {n} named entities")

    def _articles(self) -> list[NewDraw]:
        found = self._new(self._store.draws.articles(*self._span))
        return self._at_random(found, "drawn at random from {n} articles, to be read as a whole")

    def _at_random(self, found: Sequence[Candidate], reason: str) -> list[NewDraw]:
        chosen = self._random.sample(found, min(len(found), self._request.n))
        return [
            NewDraw(
                candidate=one,
                stratum="control",
                threshold=self._threshold(one) if one.theme else None,
                population=len(found),
                reason=reason.format(n=len(found)),
            )
            for one in chosen
        ]

    def _given_themes(self) -> list[Candidate]:
        own = self._store.draws.own_themes(*self._span, carried=True)
        return self._new([*self._store.draws.themes(*self._span), *own])

    def _new(self, found: Iterable[Candidate]) -> list[Candidate]:
        theme = self._request.theme
        return [
            one
            for one in found
            if (one.tagging_pk, one.theme or "", one.entity_id or "") not in self._drawn
            and (not theme or one.theme is None or one.theme == theme)
        ]

    def _threshold(self, one: Candidate) -> float:
        known = self._thresholds["zh" if one.language.startswith("zh") else "en"]
        return known.get(one.theme or "", 0.5)


def _distinct(drawn: Iterable[tuple[str, NewDraw]]) -> list[NewDraw]:
    """Leave out what two parts of the queue gave; the random control keeps all that it drew."""

    def key(draw: NewDraw) -> tuple[int, str | None, str | None]:
        return draw.candidate.tagging_pk, draw.candidate.theme, draw.candidate.entity_id

    def kept() -> Iterator[NewDraw]:
        taken = [draw for _, draw in drawn]
        controlled = {key(draw) for draw in taken if draw.stratum == "control"}
        seen: set[tuple[int, str | None, str | None]] = set()
        for draw in taken:
            if draw.stratum != "control" and (key(draw) in controlled or key(draw) in seen):
                continue
            seen.add(key(draw))
            yield draw

    return list(kept())
