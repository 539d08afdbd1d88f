"""Store the claims of texts: with their tags, or read anew where a text was tagged before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from nlp.annotation import Annotation, EntityTag, Text
from nlp.claims import CLAIM_READER
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.claim import ArticleClaims

_BATCH_ARTICLES = 256


def add_claims(
    store: Store, articles: Sequence[StoredArticle], annotations: Sequence[Annotation], *, read_at: datetime
) -> None:
    """Store the claims that came with tags, inside the caller's transaction."""
    found = [
        _article_claims(article, annotation.claims, annotation.entities)
        for article, annotation in zip(articles, annotations, strict=True)
    ]
    store.claims.add(found, reader=CLAIM_READER, read_at=read_at)


def read_back_claims(
    store: Store,
    reader: ClaimReader,
    text_of: Callable[[StoredArticle], Text],
    *,
    limit: int | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Read the claims of texts that were tagged before this reader was there; each batch is one transaction.

    Only words are read, with the entities that the last tagging named: no encoder is needed.

    Args:
        store: everything stored.
        reader: of claims.
        text_of: gives what is read of an article.
        limit: how many articles at most; None for all.
        on_progress: told how many were read.

    Returns:
        How many articles were read.
    """
    done, last = 0, 0
    while limit is None or done < limit:
        size = _BATCH_ARTICLES if limit is None else min(_BATCH_ARTICLES, limit - done)
        keys = store.claims.next_unread(CLAIM_READER, after_pk=last, limit=size)
        if not keys:
            break
        entities = store.tags.entities_of(keys)
        found = []
        for article in store.articles.by_keys(keys):
            named = entities.get(article.pk, ())
            found.append(_article_claims(article, reader.read(text_of(article), named), named))
        with store.transaction():
            store.claims.add(found, reader=CLAIM_READER, read_at=datetime.now(tz=UTC))
        last = keys[-1]
        done += len(keys)
        on_progress(len(keys))
    return done


def _article_claims(
    article: StoredArticle, claims: Sequence[Claim], entities: Sequence[EntityTag]
) -> ArticleClaims:
    tickers = {tag.entity_id: tag.tickers for tag in entities}
    return ArticleClaims(article=article, claims=tuple(claims), tickers=tickers)
