"""An item of the queue as a reviewer sees it: the text, and what the model said of it when it was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlp.annotation import EntityTag, Span, ThemeTag
from southbound.pipeline.review.effect import lost_corrections
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.review import Correction, CorrectionQuery
from southbound.store.review_draw import Draw
from southbound.store.tag import StoredTagging


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """An item.

    Attributes:
        draw: why and when it was drawn.
        text: of the article.
        tagging: what the model said when it was drawn, whatever reviewers have said since.
        story_id: of the article; None where it has none.
        own: the tag that is asked about, where it is one of a theme of the user's own.
    """

    draw: Draw
    text: StoredArticle
    tagging: StoredTagging
    story_id: str | None
    own: ThemeTag | None = None

    @property
    def theme(self) -> ThemeTag | None:
        """The tag that is asked about, where it is a theme that the article carries."""
        given = next((tag for tag in self.tagging.themes if tag.theme == self.draw.candidate.theme), None)
        return given or self.own

    @property
    def entity(self) -> EntityTag | None:
        """The tag that is asked about, where it is an entity."""
        wanted = self.draw.candidate.entity_id
        return next((tag for tag in self.tagging.entities if tag.entity_id == wanted), None)

    @property
    def marked(self) -> tuple[Span, ...]:
        """The stretches that carry what is asked about; of an article as a whole, all its evidence."""
        if self.draw.is_article:
            return tuple(span for tag in self.tagging.themes for span in tag.evidence)
        if self.entity is not None:
            return self.entity.mentions
        return self.theme.evidence if self.theme else ()


def read_items(store: Store, draws: Iterable[Draw]) -> Iterator[ReviewItem]:
    """Yield the items of draws, in order."""
    for draw in draws:
        item = read_item(store, draw)
        if item is not None:
            yield item


def read_item(store: Store, draw: Draw) -> ReviewItem | None:
    """Return the item of a draw; None where its text is gone."""
    texts = store.articles.revisions(draw.article_id)
    text = next((one for one in texts if one.pk == draw.candidate.article_pk), None)
    models = dict(store.effects.tagging_keys(draw.candidate.article_pk))
    if text is None or draw.candidate.tagging_pk not in models:
        return None
    model = models[draw.candidate.tagging_pk]
    tagging = next(one for one in store.tags.of_article(text) if one.model == model)
    story = store.stories.story_of(draw.article_id)
    return ReviewItem(draw=draw, text=text, tagging=tagging, story_id=story, own=_own_tag(store, draw))


def _own_tag(store: Store, draw: Draw) -> ThemeTag | None:
    theme = draw.candidate.theme
    if theme is None:
        return None
    state = store.effects.own_state(theme, draw.candidate.article_pk, corrected=False)
    if state is None or not state.carries:
        return None
    return ThemeTag(theme=theme, score=state.score, evidence=state.evidence)


def corrections_to_look_at_again(store: Store) -> list[Correction]:
    """Return the corrections whose evidence a later revision of their article no longer has."""
    rows = store.corrections.find(CorrectionQuery())
    lost = {
        number
        for article_id in sorted({row.article_id for row in rows})
        if len(store.articles.revisions(article_id)) > 1
        for number in lost_corrections(store, article_id)
    }
    return [row for row in rows if row.pk in lost]
