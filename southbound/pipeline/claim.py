"""Store the claims of texts: with their tags, or read anew where a text was tagged before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from nlp.annotation import Annotation, EntityTag, Text
from nlp.claims import CLAIM_READER
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader
from southbound.digest.wording import clean_line
from southbound.pipeline.annotating import reason_of
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.claim import ArticleClaims
from southbound.store.model_name import FAILED_MARK

_BATCH_ARTICLES = 256
#: What a reader that works reads: where it fails on this too, it is at fault and not the text.
_PROBE = Text(title="The Hang Seng Index rose 2 percent to 20,000 points.", body="", language="en")
_FAILED_READER = f"{CLAIM_READER}{FAILED_MARK}"


def add_claims(
    store: Store, articles: Sequence[StoredArticle], annotations: Sequence[Annotation], *, read_at: datetime
) -> None:
    """Store the claims that came with tags, inside the caller's transaction.

    A text that couldn't be tagged, or whose claims couldn't be read, waits for :func:`read_back_claims`.
    """
    found = [
        _article_claims(article, annotation.claims, annotation.entities)
        for article, annotation in zip(articles, annotations, strict=True)
        if not annotation.claims_error and not annotation.model.endswith(FAILED_MARK)
    ]
    store.claims.add(found, reader=CLAIM_READER, read_at=read_at)


def read_back_claims(
    store: Store,
    reader: ClaimReader,
    text_of: Callable[[StoredArticle], Text],
    *,
    limit: int | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
    on_failed: Callable[[str], None] = lambda _: None,
) -> int:
    """Read the claims of texts that were tagged before this reader was there; each batch is one transaction.

    Only words are read, with the entities that the last tagging named: no encoder is needed. A text that the
    reader fails on gets an empty reading under a name that says so, and only another reader tries it again.

    Args:
        store: everything stored.
        reader: of claims.
        text_of: gives what is read of an article.
        limit: how many articles at most; None for all.
        on_progress: told how many were read.
        on_failed: told in one line which text can't be read, and why.

    Returns:
        How many articles were read.

    Raises:
        Exception: the reader fails whatever it is given.
    """
    done, last = 0, 0
    while limit is None or done < limit:
        size = _BATCH_ARTICLES if limit is None else min(_BATCH_ARTICLES, limit - done)
        keys = store.claims.next_unread(CLAIM_READER, after_pk=last, limit=size)
        if not keys:
            break
        found, failed = _read_each(store, reader, text_of, keys)
        with store.transaction():
            now = datetime.now(tz=UTC)
            store.claims.add(found, reader=CLAIM_READER, read_at=now)
            store.claims.add([one for one, _ in failed], reader=_FAILED_READER, read_at=now)
        for one, reason in failed:
            name = clean_line(one.article.article_id)
            on_failed(f"article '{name}' can't be read for claims ({reason}); another reader tries it again")
        last = keys[-1]
        done += len(keys)
        on_progress(len(keys))
    return done


def _read_each(
    store: Store, reader: ClaimReader, text_of: Callable[[StoredArticle], Text], keys: Sequence[int]
) -> tuple[list[ArticleClaims], list[tuple[ArticleClaims, str]]]:
    """Return what texts assert; and those that the reader fails on, without claims, each with the reason."""
    entities = store.tags.entities_of(keys)
    found: list[ArticleClaims] = []
    failed: list[tuple[ArticleClaims, str]] = []
    for article in store.articles.by_keys(keys):
        named = entities.get(article.pk, ())
        try:
            found.append(_article_claims(article, reader.read(text_of(article), named), named))
        except Exception as error:  # noqa: BLE001 - whatever a text can bring about; it is told
            if not found:
                _require_sound(reader, error)
            failed.append((_article_claims(article, (), ()), reason_of(error)))
    return found, failed


def _require_sound(reader: ClaimReader, error: Exception) -> None:
    """Raise what a reader raised where it fails on any text.

    Raises:
        Exception: it does.
    """
    try:
        reader.read(_PROBE, ())
    except Exception:  # noqa: BLE001 - what was raised first says more
        raise error from None


def _article_claims(
    article: StoredArticle, claims: Sequence[Claim], entities: Sequence[EntityTag]
) -> ArticleClaims:
    tickers = {tag.entity_id: tag.tickers for tag in entities}
    return ArticleClaims(article=article, claims=tuple(claims), tickers=tickers)
