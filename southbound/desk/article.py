"""An article: its text with evidence and names marked, its tags by model, and how it was revised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from nlp.annotation import EntityTag, ThemeTag
from signals.session import SessionCalendar
from southbound.claims.checked import CheckedClaim, claims_of_text, market_claims
from southbound.desk.passage import MarkedSpan, Passage, cut_passages, marked_spans
from southbound.digest.wording import clean_line, web_url
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.tag import StoredTagging


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text of an article: its number, when it could be known, and whether it is the one shown."""

    number: int
    known_at: datetime
    title: str
    n_chars: int
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article.

    Attributes:
        article_id: of it.
        title: with marks.
        paragraphs: the body with marks.
        url: its address, only if http or https.
        publisher: outlet.
        language: of it.
        published_at: as the source claims; None where it claims nothing.
        known_at: when this text could be known.
        revisions: all texts known by then, the first one first.
        tagging: what was said of this text; None where nothing was by then.
        n_taggings: how often this text was tagged by then.
        claims: what this text asserts of markets, with what the data known by then say to it.
        n_other_claims: numbers in it that no stored data can tell of.
    """

    article_id: str
    title: tuple[Passage, ...]
    paragraphs: tuple[tuple[Passage, ...], ...]
    url: str | None
    publisher: str
    language: str
    published_at: datetime | None
    known_at: datetime
    revisions: tuple[Revision, ...]
    tagging: StoredTagging | None
    n_taggings: int
    claims: tuple[CheckedClaim, ...] = ()
    n_other_claims: int = 0

    @property
    def plain_title(self) -> str:
        """The title without marks."""
        return "".join(passage.text for passage in self.title).strip()


def build_article(
    store: Store,
    article_id: str,
    *,
    calendar: SessionCalendar,
    revision: int | None = None,
    as_of: datetime | None = None,
) -> ArticlePage | None:
    """Gather what an article's page shows; None where it, or the revision, was not known by then.

    Args:
        store: everything stored.
        article_id: of the article.
        calendar: Hong Kong's sessions, by which claims are checked.
        revision: which text; None for the last that has tags, else the first.
        as_of: nothing known at or after it is shown.
    """
    known = [one for one in store.articles.revisions(article_id) if as_of is None or one.known_at < as_of]
    tagged = {
        one.revision: [tags for tags in store.tags.of_article(one) if as_of is None or tags.known_at < as_of]
        for one in known
    }
    number = max((key for key, tags in tagged.items() if tags), default=0) if revision is None else revision
    shown = next((one for one in known if one.revision == number), None)
    if shown is None:
        return None
    taggings = tagged[number]
    claims = claims_of_text(store, shown, calendar=calendar, as_of=as_of)
    spans = _spans(shown, taggings[-1]) if taggings else ([], [])
    return ArticlePage(
        article_id=article_id,
        title=tuple(passage for line in cut_passages(shown.title, spans[0]) for passage in line),
        paragraphs=cut_passages(shown.body, spans[1]),
        url=web_url(shown.url),
        publisher=clean_line(shown.publisher),
        language=shown.language,
        published_at=shown.published_at,
        known_at=shown.known_at,
        revisions=tuple(_revision(one, number) for one in known),
        tagging=taggings[-1] if taggings else None,
        n_taggings=len(taggings),
        claims=market_claims(claims),
        n_other_claims=len(claims) - len(market_claims(claims)),
    )


def frame_of_article(page: ArticlePage) -> pd.DataFrame:
    """Return the article's tags as a table for download: one row a piece of evidence or a mention."""
    themes: Sequence[ThemeTag] = page.tagging.themes if page.tagging else ()
    entities: Sequence[EntityTag] = page.tagging.entities if page.tagging else ()
    rows = [("theme", tag.theme, tag.score, span) for tag in themes for span in tag.evidence]
    rows += [("entity", tag.entity_id, tag.relevance, span) for tag in entities for span in tag.mentions]
    columns = ["article", "kind", "id", "score", "field", "start", "end", "text"]
    return pd.DataFrame(
        [
            (page.article_id, kind, key, score, span.field, span.start, span.end, clean_line(span.text))
            for kind, key, score, span in rows
        ],
        columns=columns,
    )


def _spans(article: StoredArticle, tagging: StoredTagging) -> tuple[list[MarkedSpan], list[MarkedSpan]]:
    """Return what to mark in title and body: sentences that carry themes, and names of the catalogue."""
    evidence = [(tag.theme, span) for tag in tagging.themes for span in tag.evidence]
    names = [(tag.entity_id, span) for tag in tagging.entities if tag.linked for span in tag.mentions]

    def of(field: str, text: str) -> list[MarkedSpan]:
        in_field = [(key, span) for key, span in evidence if span.field == field]
        named = [(key, span) for key, span in names if span.field == field]
        return [
            *marked_spans(in_field, text, mark="evidence"),
            *marked_spans(named, text, mark="name"),
        ]

    return of("title", article.title), of("body", article.body)


def _revision(article: StoredArticle, number: int) -> Revision:
    return Revision(
        number=article.revision,
        known_at=article.known_at,
        title=clean_line(article.title),
        n_chars=len(article.body),
        is_shown=article.revision == number,
    )
