"""Articles: lists by words and tags, each with its texts and tags, and the stream of those newly tagged."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from southbound.digest.wording import clean_line, web_url
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.find import ArticleQuery, ListedArticle
from southbound.store.search import N_RANKED
from southbound.web.api.asking import AsOf, Cursor, Entity, From, Limit, Theme, To, require_theme
from southbound.web.api.form import Accept, FormatQuery, page_response, table_content
from southbound.web.api.model.article import ArticleAnswer, ArticleLine
from southbound.web.api.model.record import Page
from southbound.web.api.paging import cut_page, place_of
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["articles"])
Reader = Annotated[Store, Depends(read_store)]
Words = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=300,
        description='Words that all stand in title or body; "a phrase" stays together; Chinese in either.',
    ),
]
Publisher = Annotated[str | None, Query(min_length=1, max_length=200, description="Only this outlet.")]
Language = Annotated[Literal["en", "zh"] | None, Query(description="Only articles in it.")]
ToneLabel = Annotated[
    Literal["negative", "neutral", "positive"] | None, Query(description="What it means for holders.")
]
Ordering = Annotated[
    Literal["newest", "best"],
    Query(
        description="newest first, or those that have the words best. Of words that stand in more than "
        f"{N_RANKED:,} texts the best of the newest so many come first, older ones follow by their time."
    ),
]
_TONES = {"negative": -1, "neutral": 0, "positive": 1}


@router.get(
    "/articles",
    response_model=Page[ArticleLine],
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_articles(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    store: Reader,
    q: Words = None,
    theme: Theme = None,
    entity: Entity = None,
    publisher: Publisher = None,
    language: Language = None,
    tone: ToneLabel = None,
    since: From = None,
    to: To = None,
    order: Ordering = "newest",
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response | Page[ArticleLine]:
    """Find articles by words, theme, entity, outlet, language, tone and time."""
    if theme is not None:
        require_theme(store, theme)
    place = place_of(cursor, as_of=as_of)
    query = ArticleQuery(
        words=q or "",
        theme=theme or "",
        entity=entity or "",
        publisher=publisher or "",
        language=language or "",
        tone=_TONES[tone] if tone is not None else None,
        start=since,
        end=to,
        as_of=place.as_of,
    )
    found = store.finder.find(query, order=order, limit=limit + 1, offset=place.offset)
    shown, following = cut_page(found, place, limit=limit)
    page = Page(items=tuple(map(line_of, shown)), next=following)
    return page_response(page, ArticleLine, accept=accept, form=form)


def line_of(article: ListedArticle) -> ArticleLine:
    """Return an article as a list shows it: without what could make a line read as another one."""
    return ArticleLine(
        article_id=article.article_id,
        title=clean_line(article.title),
        url=web_url(article.url),
        publisher=clean_line(article.publisher),
        language=article.language,
        known_at=article.known_at,
        tone=article.tone,
        themes=article.themes,
    )


@router.get("/articles/{article_id:path}", responses=problem_answers(404, 422))
def get_article(
    store: Reader,
    article_id: Annotated[str, Path(min_length=1, max_length=2000, description="Article id.")],
    as_of: AsOf = None,
) -> ArticleAnswer:
    """Return an article with its revisions and tags, evidence and mentions included."""
    revisions = [one for one in store.articles.revisions(article_id) if as_of is None or one.known_at < as_of]
    if not revisions:
        raise NotThereError(f"no article has the id '{article_id[:120]}'" + (" then" if as_of else ""))
    first = revisions[0]
    return ArticleAnswer.model_validate(
        {
            "article_id": first.article_id,
            "url": web_url(first.url),
            "publisher": first.publisher,
            "language": first.language,
            "published_at": first.published_at,
            "known_at": first.known_at,
            "revisions": [
                {"revision": one.revision, "title": one.title, "body": one.body, "known_at": one.known_at}
                for one in revisions
            ],
            "taggings": [tags for one in revisions for tags in _taggings(store, one, as_of)],
        }
    )


def _taggings(store: Store, article: StoredArticle, as_of: datetime | None) -> list[dict[str, Any]]:
    return [
        {**asdict(tagging), "revision": article.revision}
        for tagging in store.tags.of_article(article)
        if as_of is None or tagging.known_at < as_of
    ]
