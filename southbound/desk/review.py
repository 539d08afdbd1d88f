"""What a reviewer's page shows: one item of the queue, or one article with all its tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.annotation import EntityTag, Span
from southbound.desk.passage import Passage, cut_passages, marked_spans
from southbound.digest.wording import clean_line
from southbound.pipeline.review.item import read_item
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.review_draw import Draw
from southbound.store.tag import StoredTagging

_AROUND = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A text with what is asked about it.

    Attributes:
        article_id: of the article.
        draw: the item of the queue; None where an article was opened by its id.
        theme: that is asked about; "" where it is not one theme.
        entity: that is asked about.
        language: of the text.
        publisher: outlet.
        text: that was tagged.
        title: with marks.
        paragraphs: with marks.
        tagging: what the model said when the item was drawn; of an article, what is shown now.
        story_id: of the article.
        seen: number of the last version of its tags.
    """

    article_id: str
    draw: Draw | None
    theme: str
    entity: EntityTag | None
    language: str
    publisher: str
    text: StoredArticle
    title: tuple[Passage, ...]
    paragraphs: tuple[tuple[Passage, ...], ...]
    tagging: StoredTagging
    story_id: str | None
    seen: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all its themes are asked about."""
        return not self.theme and self.entity is None


def build_item_page(store: Store, draw: Draw) -> ReviewPage | None:
    """Gather what the page of a queue's item shows; None where its text is gone."""
    item = read_item(store, draw)
    if item is None:
        return None
    marks = [("", span) for span in item.marked]
    return _page(store, item.text, item.tagging, draw=draw, marks=marks, entity=item.entity)


def build_article_review(store: Store, article_id: str) -> ReviewPage | None:
    """Gather an article with all its tags; None where it isn't there or not tagged."""
    speaking = store.effects.speaking(article_id)
    text = next((one for one in store.articles.revisions(article_id) if one.pk == speaking), None)
    taggings = store.tags.of_article(text) if text else []
    if text is None or not taggings:
        return None
    marks = [(tag.theme, span) for tag in taggings[-1].themes for span in tag.evidence]
    return _page(store, text, taggings[-1], draw=None, marks=marks, entity=None)


def _page(
    store: Store,
    text: StoredArticle,
    tagging: StoredTagging,
    *,
    draw: Draw | None,
    marks: Sequence[tuple[str, Span]],
    entity: EntityTag | None,
) -> ReviewPage:
    def cut(field: str, words: str) -> tuple[tuple[Passage, ...], ...]:
        of_field = [pair for pair in marks if pair[1].field == field]
        return cut_passages(words, marked_spans(of_field, words, mark="evidence"))

    return ReviewPage(
        article_id=text.article_id,
        draw=draw,
        theme=(draw.candidate.theme or "") if draw else "",
        entity=entity,
        language=text.language,
        publisher=clean_line(text.publisher),
        text=text,
        title=tuple(passage for line in cut("title", text.title) for passage in line),
        paragraphs=cut("body", text.body),
        tagging=tagging,
        story_id=store.stories.story_of(text.article_id),
        seen=store.effects.last_version(text.article_id),
    )


def mention_lines(page: ReviewPage, tag: EntityTag) -> list[str]:
    """Return each mention of an entity with the words around it."""
    lines = []
    for span in tag.mentions:
        field = page.text.title if span.field == "title" else page.text.body
        lines.append(clean_line(field[max(0, span.start - _AROUND) : span.end + _AROUND]))
    return lines
