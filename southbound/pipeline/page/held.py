"""Tag the texts that are read but not kept, and store what may stay of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ingest.article import Article, make_article
from nlp.annotation import Annotation
from southbound.pipeline.claim import add_claims
from southbound.pipeline.page.excerpt import make_excerpt
from southbound.pipeline.review.effect import refresh_tagged
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.page import Held, Outcome, Waiting

_BATCH_TEXTS = 64


def tag_held(
    store: Store,
    annotate: Callable[[Sequence[StoredArticle]], Iterable[Annotation]],
    *,
    has_claims: bool = False,
    on_tagged: Callable[[Sequence[StoredArticle], Sequence[Annotation], datetime], None] | None = None,
) -> int:
    """Tag each text that is held for it, store an excerpt with its tags, and forget the text.

    All of that is one transaction a text: there is no moment at which a tag points at what isn't stored, or
    at which the text is both tagged and still there.

    Args:
        store: where they are held.
        annotate: tags texts.
        has_claims: what it says of a text has its claims, which are stored too.
        on_tagged: called inside the transaction.

    Returns:
        How many texts were tagged.
    """
    done, last = 0, 0
    while batch := store.pages.held(after_pk=last, limit=_BATCH_TEXTS):
        last = batch[-1].waiting.article_pk
        for held, annotation in zip(batch, annotate([_whole(store, held) for held in batch]), strict=True):
            body, tags = make_excerpt(held.text, annotation, n_chars=held.excerpt_chars)
            done += _store_excerpt(store, held, body, tags, has_claims=has_claims, on_tagged=on_tagged)
    return done


def _whole(store: Store, held: Held) -> StoredArticle:
    """Return the article as if its page's text were stored."""
    first = store.articles.revisions(held.waiting.article_id)[0]
    return replace(first, body=held.text, language=held.language)


def _store_excerpt(
    store: Store,
    held: Held,
    body: str,
    annotation: Annotation,
    *,
    has_claims: bool,
    on_tagged: Callable[[Sequence[StoredArticle], Sequence[Annotation], datetime], None] | None,
) -> int:
    article = revision_of_page(
        held.waiting,
        body=body,
        language=held.language,
        author=held.author,
        published_at=held.published_at,
        canonical_url=held.canonical_url,
    )
    now = datetime.now(tz=UTC)
    with store.transaction():
        stored = add_revision(store, held.waiting, article, seen_at=now)
        if stored is None:
            reason = "says what the feed said"
            store.pages.record(
                held.waiting.article_pk,
                Outcome(state="same", tried_at=now, reason=reason, values={"held_text": None}),
            )
            return 0
        store.tags.add([(stored, annotation)], tagged_at=now)
        if has_claims:
            add_claims(store, [stored], [annotation], read_at=now)
        if on_tagged is not None:
            on_tagged([stored], [annotation], now)
        refresh_tagged(store, [stored], now)
    return 1


def revision_of_page(  # what a page says, all of it named
    waiting: Waiting,
    *,
    body: str,
    language: str,
    author: str,
    published_at: datetime | None,
    canonical_url: str | None,
) -> Article:
    """Make the revision of an article that holds its page's text, under the feed's title."""
    article = make_article(
        title=waiting.title,
        body=body,
        url=waiting.url,
        publisher=waiting.publisher,
        language=language,
        published_at=published_at,
        article_id=waiting.article_id,
        feed_url=waiting.feed_url,
        extra={**waiting.extra, **({"author": author} if author else {})},
    )
    return replace(article, canonical_url=canonical_url or article.canonical_url)


def add_revision(
    store: Store, waiting: Waiting, article: Article, *, seen_at: datetime
) -> StoredArticle | None:
    """Add a page's text as a further revision that speaks for its article; None where it says nothing new.

    It was known when it was read, later than what the feed said.
    """
    if not store.articles.add([article], seen_at=seen_at, basis="seen").revised:
        return None
    stored = store.articles.revisions(waiting.article_id)[-1]
    store.pages.attach(waiting.article_pk, stored.pk)
    return stored
