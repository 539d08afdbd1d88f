"""Bring what is shown of an article up to what reviewers say of it: as further versions, known from now on.

What is shown is what the model said last, with the corrections that stand, in their order. So of two
reviewers who differ the later one is shown, an undo shows what was there without it, and when another model
tags the article the corrections are applied to its tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nlp.annotation import Annotation
from nlp.review.apply import apply_changes
from nlp.review.carry import carry
from nlp.review.change import VERDICTS, Change, Tags
from nlp.review.standing import standing
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.model_name import REVIEW_MARK
from southbound.store.review import Correction
from southbound.store.review_effect import OwnState
from southbound.store.tag import StoredTagging


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did: texts that got a further version, and corrections that lost their evidence."""

    n_versions: int
    lost: tuple[int, ...]


def refresh(store: Store, article_id: str, *, at: datetime) -> Refreshed:
    """Add the versions that an article's texts need; inside the caller's transaction.

    Where an earlier text than the shown one changes, the shown one gets a version too: the last one speaks.
    """
    rows = store.corrections.of_article(article_id)
    texts = store.articles.revisions(article_id)
    number = max((row.pk for row in rows), default=0)
    speaking = store.effects.speaking(article_id)
    kept = standing(rows)
    lost: set[int] = set()
    n_versions = 0
    for text in sorted(texts, key=lambda one: (one.pk == speaking, one.revision)):
        changes, gone = _changes_for(text, texts, kept)
        lost |= gone
        must = text.pk == speaking and n_versions > 0
        n_versions += _refresh_tags(store, text, changes, number=number, at=at, must=must)
        n_versions += _refresh_own(store, text, changes, number=number, at=at)
    return Refreshed(n_versions=n_versions, lost=tuple(sorted(lost)))


def refresh_tagged(store: Store, articles: Iterable[StoredArticle], at: datetime) -> int:
    """Apply what reviewers said of articles to what has just been said of them; return how many changed."""
    found = store.corrections.any_of(article.pk for article in articles)
    return sum(refresh(store, article_id, at=at).n_versions > 0 for article_id in sorted(found))


def lost_corrections(store: Store, article_id: str) -> tuple[int, ...]:
    """Return the corrections that a later revision of their article has made void: to be looked at again."""
    kept = standing(store.corrections.of_article(article_id))
    texts = store.articles.revisions(article_id)
    lost = [_changes_for(text, texts, kept)[1] for text in texts]
    return tuple(sorted(set().union(*lost)))


def _changes_for(
    text: StoredArticle, texts: Sequence[StoredArticle], kept: Sequence[Correction]
) -> tuple[list[Change], set[int]]:
    """Return the changes that hold of a text, and the numbers of those that were lost on the way to it."""
    by_key = {one.pk: one for one in texts}
    changes, lost = [], set()
    for row in kept:
        made_on = by_key.get(row.article_pk)
        if made_on is None or made_on.revision > text.revision:
            continue
        change = carry(row.change, (made_on.title, made_on.body), (text.title, text.body))
        if change is None:
            lost.add(row.pk)
        else:
            changes.append(change)
    return changes, lost


def _refresh_tags(
    store: Store, text: StoredArticle, changes: Sequence[Change], *, number: int, at: datetime, must: bool
) -> int:
    taggings = store.tags.of_article(text)
    machine = [one for one in taggings if REVIEW_MARK not in one.model]
    if not machine:
        return 0
    own = store.themes.names()
    wanted = apply_changes(tags_of(machine[-1]), (one for one in changes if one.theme not in own))
    if wanted == tags_of(taggings[-1]) and not must:
        return 0
    model = f"{machine[-1].model}{REVIEW_MARK}{number}"
    store.tags.add([(text, _annotation(text, machine[-1], wanted, model))], tagged_at=at)
    return 1


def tags_of(tagging: StoredTagging) -> Tags:
    """Return what a reviewer can change of a tagging."""
    return Tags(
        themes=tagging.themes, entities=tagging.entities, tone=tagging.tone, hk_china=tagging.hk_china
    )


def _annotation(text: StoredArticle, tagging: StoredTagging, tags: Tags, model: str) -> Annotation:
    return Annotation(
        language=text.language,
        hk_china=tags.hk_china,
        themes=tags.themes,
        entities=tags.entities,
        tone=tags.tone,
        scores={},
        model=model,
        tokens=tagging.tokens,
    )


def _refresh_own(
    store: Store, text: StoredArticle, changes: Sequence[Change], *, number: int, at: datetime
) -> int:
    """Add what own themes say of a text after the verdicts on them."""
    own = store.themes.names()
    verdicts = {one.theme: one for one in changes if one.kind in VERDICTS and one.theme in own}
    n_added = 0
    for theme in own:
        machine = store.effects.own_state(theme, text.pk, corrected=False)
        shown = store.effects.own_state(theme, text.pk)
        if machine is None or shown is None:
            continue
        wanted = _own_after(machine, verdicts.get(theme))
        if (wanted.carries, wanted.score, wanted.evidence) != (shown.carries, shown.score, shown.evidence):
            store.effects.add_own(replace(wanted, review=number), text.pk, at=at)
            n_added += 1
    return n_added


def _own_after(machine: OwnState, verdict: Change | None) -> OwnState:
    if verdict is None or VERDICTS[verdict.kind] == machine.carries:
        return machine
    if verdict.kind == "reject_theme":
        return replace(machine, carries=False, score=0.0, evidence=())
    return replace(machine, carries=True, score=1.0, evidence=verdict.evidence)
