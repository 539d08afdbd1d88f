"""How good the tags are, as reviewers found them: from the random control alone, the queue beside it.

Precision is that of tags drawn at random from all that were given, recall that of articles drawn at random
and read as a whole. What the queue shows was chosen because it is doubtful or weighs much: its figures say
nothing of the rest, and stand apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from nlp.review.change import VERDICTS
from nlp.review.measure import Agreement, Share, agree
from nlp.review.standing import standing
from southbound.pipeline.review.entity_report import EntityQuality, measure_entities
from southbound.pipeline.review.judged import Judged, answers, month_of
from southbound.store import Store
from southbound.store.review import Correction, CorrectionQuery
from southbound.store.review_draw import Draw
from southbound.store.tag import bound_of

_NONE = Share(hits=0, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeQuality:
    """What was found of a theme, or of all.

    Attributes:
        precision: of the control's tags, those that are right.
        recall: of what the control's articles are about, what they were given.
        queue: of the tags that the queue showed as doubtful or weighty, those that are right.
        free: of the tags that were judged in passing, those that are right.
    """

    precision: Share = _NONE
    recall: Share = _NONE
    queue: Share = _NONE
    free: Share = _NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthQuality:
    """Precision and recall of the articles of one month (Hong Kong), from the random control."""

    month: str
    theme: str
    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReport:
    """What reviewers found.

    Attributes:
        total: of all themes together.
        entities: by type of entity, "" for all together; those of which anything is known.
        themes: by theme, those of which anything is known, in alphabetical order.
        months: by month and theme; "" is all themes together.
        agreement: of two reviewers on whether an article carries a theme.
        control_agreement: the same, on the random control alone.
        n_drawn: items of the random control that were drawn.
        n_answered: those of them that were answered.
        n_corrections: rows of the log.
        reviewers: who made them, and how many.
        min_reviews: below as many answers a share is too uncertain to be told.
    """

    total: ThemeQuality
    entities: Mapping[str, EntityQuality]
    themes: Mapping[str, ThemeQuality]
    months: Sequence[MonthQuality]
    agreement: Agreement
    control_agreement: Agreement
    n_drawn: int
    n_answered: int
    n_corrections: int
    reviewers: Mapping[str, int]
    min_reviews: int


def measure_reviews(store: Store, *, min_reviews: int, as_of: datetime | None = None) -> ReviewReport:
    """Measure the tags by what reviewers had said of them before `as_of`."""
    rows = store.corrections.find(CorrectionQuery(as_of=as_of))
    kept = standing(rows)
    draws = {draw.pk: draw for draw in store.draws.all(before=bound_of(as_of))}
    judged = [*_judged_tags(kept, draws), *_judged_articles(store, kept, draws)]
    control = [draw for draw in draws.values() if draw.stratum == "control"]
    answered = {row.draw_pk for row in kept if answers(row, draws)}
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.reviewer] += 1
    themes = sorted({one.theme for one in judged})
    return ReviewReport(
        total=_quality(judged),
        entities=measure_entities(store, kept, draws),
        themes={theme: _quality([one for one in judged if one.theme == theme]) for theme in themes},
        months=_by_month(judged),
        agreement=agree(_pairs(kept)),
        control_agreement=agree(_pairs([row for row in kept if row.stratum == "control"])),
        n_drawn=len(control),
        n_answered=sum(draw.pk in answered for draw in control),
        n_corrections=len(rows),
        reviewers=dict(sorted(counts.items())),
        min_reviews=min_reviews,
    )


def _judged_tags(kept: Iterable[Correction], draws: Mapping[int, Draw]) -> list[Judged]:
    """Return the given tags that were judged; of two judgements of one item the later counts."""
    found: dict[object, Judged] = {}
    for row in kept:
        if row.change.kind not in VERDICTS:
            continue
        draw = draws.get(row.draw_pk or 0)
        is_right = VERDICTS[row.change.kind]
        if draw is not None and answers(row, draws):
            if draw.candidate.is_given:
                part = "precision" if draw.stratum == "control" else "queue"
                found[draw.pk] = Judged(
                    theme=row.change.theme, month=month_of(draw.known_at), part=part, is_hit=is_right
                )
        elif draw is None and row.change.kind != "add_theme" and "score" in row.old_value:
            # Seen in passing; what a reviewer looks at then is nobody's sample.
            key = row.article_id, row.change.theme
            found[key] = Judged(theme=row.change.theme, month="", part="free", is_hit=is_right)
    return list(found.values())


def _judged_articles(store: Store, kept: Sequence[Correction], draws: Mapping[int, Draw]) -> Iterable[Judged]:
    """Yield, of each article that was read as a whole, the themes that it is about."""
    checked = {row.draw_pk: row for row in kept if row.change.kind == "checked" and answers(row, draws)}
    for key, row in checked.items():
        draw = draws[key or 0]
        given = set(store.draws.given_themes(draw.candidate.tagging_pk))
        said = {
            one.change.theme: VERDICTS[one.change.kind]
            for one in kept
            if one.article_pk == row.article_pk
            and one.reviewer == row.reviewer
            and one.change.kind in VERDICTS
            and one.pk < row.pk
        }
        for theme in sorted(given | set(said)):
            if said.get(theme, True):
                yield Judged(theme=theme, month=month_of(draw.known_at), part="recall", is_hit=theme in given)


def _quality(judged: Sequence[Judged]) -> ThemeQuality:
    def share(part: str) -> Share:
        of_part = [one.is_hit for one in judged if one.part == part]
        return Share(hits=sum(of_part), n=len(of_part))

    return ThemeQuality(
        precision=share("precision"), recall=share("recall"), queue=share("queue"), free=share("free")
    )


def _by_month(judged: Sequence[Judged]) -> list[MonthQuality]:
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        if one.part in {"precision", "recall"}:
            groups[one.month, one.theme].append(one)
            groups[one.month, ""].append(one)
    return [
        MonthQuality(month=month, theme=theme, precision=quality.precision, recall=quality.recall)
        for (month, theme), group in sorted(groups.items())
        for quality in [_quality(group)]
    ]


def _pairs(kept: Iterable[Correction]) -> list[tuple[object, object]]:
    """Return what each two reviewers last said of the same theme of the same text."""
    said: dict[tuple[int, str], dict[str, bool]] = defaultdict(dict)
    for row in kept:
        if row.change.kind in VERDICTS:
            said[row.article_pk, row.change.theme][row.reviewer] = VERDICTS[row.change.kind]
    return [
        (verdicts[first], verdicts[second])
        for verdicts in said.values()
        for first, second in combinations(sorted(verdicts), 2)
    ]
