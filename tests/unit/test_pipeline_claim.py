"""Claims on their way into the store: with the tags, or read back where a text was tagged before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.article import make_article
from nlp.annotation import Annotation, EntityTag, Span, Text, TokenCount, Tone
from nlp.claims import CLAIM_READER
from nlp.claims.claim import Claim
from nlp.claims.reader import ClaimReader, read_claim_reader
from nlp.claims.sentence.lexicon import read_lexicon
from southbound import CONFIG
from southbound.pipeline.claim import add_claims, read_back_claims
from southbound.pipeline.page.excerpt import make_excerpt
from southbound.store import Store, open_store
from southbound.store.article import StoredArticle
from southbound.store.claim import ArticleClaims, ClaimQuery

AT = datetime(2025, 3, 28, 9, tzinfo=UTC)
TITLE = "Hang Seng Index closes up 2 percent"


def annotation(*claims: Claim) -> Annotation:
    name = Span(field="title", start=0, end=15, text=TITLE[:15])
    index = EntityTag(
        entity_id="hsi",
        name="Hang Seng Index",
        type="index",
        tickers=("INDEX:HSI",),
        relevance=0.9,
        linked=True,
        mentions=(name,),
    )
    return Annotation(
        language="en",
        hk_china=1.0,
        themes=(),
        entities=(index,),
        tone=Tone(label=0, negative=0.1, neutral=0.8, positive=0.1),
        scores={},
        model="one",
        tokens=TokenCount(read=1, total=1),
        claims=claims,
    )


def claim(field: str, text: str, number: str, sentence: str) -> Claim:
    start, place = text.index(sentence), text.index(number)
    where = "title" if field == "title" else "body"
    return Claim(
        subject="hsi",
        metric="return",
        value=2.0,
        low=1.5,
        high=2.5,
        unit="percent",
        period="2025-03-28",
        direction="up",
        bound="exact",
        comparison=None,
        reference="",
        modality="fact",
        speaker="",
        number=Span(field=where, start=place, end=place + len(number), text=number),  # type: ignore[arg-type]  # one of both
        evidence=Span(field=where, start=start, end=start + len(sentence), text=sentence),  # type: ignore[arg-type]  # one of both
    )


def tagged(store: Store) -> StoredArticle:
    with store.transaction():
        article = make_article(
            title=TITLE, publisher="Harbour", article_id="a", published_at=AT, language="en"
        )
        store.articles.add([article], seen_at=AT, basis="published")
        (stored,) = store.articles.revisions("a")
        store.tags.add([(stored, annotation())], tagged_at=AT)
    return stored


def test_claims_that_come_with_tags_are_stored_with_the_listings_of_their_subjects(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        article = tagged(store)
        told = claim("title", TITLE, "2 percent", TITLE)
        with store.transaction():
            add_claims(store, [article], [annotation(told)], read_at=AT)
        (found,) = store.claims.find(ClaimQuery())
        assert (found.claim, found.tickers, found.reader) == (told, ("INDEX:HSI",), CLAIM_READER)
        assert store.claims.unread(CLAIM_READER) == 0


def test_what_was_tagged_before_is_read_once_from_its_text_and_stored_names(tmp_path: Path) -> None:
    reader = read_claim_reader(CONFIG / "claims.yaml")

    with open_store(tmp_path / "a.db") as store:
        tagged(store)
        assert store.claims.unread(CLAIM_READER) == 1
        assert read_back_claims(store, reader, text_of) == 1
        assert read_back_claims(store, reader, text_of) == 0
        (found,) = store.claims.find(ClaimQuery(as_of=datetime(2025, 3, 29, tzinfo=UTC)))
        assert (found.claim.subject, found.claim.value, found.tickers) == ("hsi", 2.0, ("INDEX:HSI",))


def test_an_excerpt_keeps_the_claims_whose_sentence_stands_in_it() -> None:
    text = "The index rose 2 percent. Nobody knew why. Later it fell 3 percent."
    first = claim("body", text, "2 percent", "The index rose 2 percent.")
    last = claim("body", text, "3 percent", "Later it fell 3 percent.")
    body, kept = make_excerpt(text, annotation(first, last), n_chars=30)
    assert kept.claims == (first,)
    assert body[first.number.start : first.number.end] == "2 percent"


class FragileReader(ClaimReader):
    """A real reader that raises on some texts."""

    fails_on = "Poison"

    def read(self, text: Text, entities: Sequence[EntityTag], **more: Any) -> tuple[Claim, ...]:  # noqa: ANN401 - passed on
        if self.fails_on in text.title:
            raise ValueError("a number that nobody has seen")
        return super().read(text, entities, **more)


def fragile() -> FragileReader:
    return FragileReader(read_lexicon(CONFIG / "claims.yaml"))


def text_of(article: StoredArticle) -> Text:
    return Text(title=article.title, body=article.body, language="en", published_on=AT.date())


def stored_texts(store: Store, *titles: str, reader: str = "") -> None:
    """Store tagged articles; with a reader's name, read by that one before."""
    with store.transaction():
        articles = [
            make_article(title=title, publisher="Harbour", article_id=f"a{number}", published_at=AT)
            for number, title in enumerate(titles)
        ]
        store.articles.add(articles, seen_at=AT, basis="published")
        for number, title in enumerate(titles):
            (stored,) = store.articles.revisions(f"a{number}")
            store.tags.add([(stored, annotation())], tagged_at=AT)
            if reader:
                told = (claim("title", title, "2 percent", title),)
                store.claims.add(
                    [ArticleClaims(article=stored, claims=told, tickers={})], reader=reader, read_at=AT
                )


def test_a_text_that_breaks_the_reader_is_told_of_marked_and_stops_no_other(tmp_path: Path) -> None:
    told: list[str] = []
    with open_store(tmp_path / "a.db") as store:
        stored_texts(store, "Poison up 2 percent", TITLE, f"{TITLE} again")
        assert read_back_claims(store, fragile(), text_of, on_failed=told.append) == 3
        (line,) = told
        assert line.startswith("article 'a0' can't be read for claims (ValueError: a number that nobody")
        assert {one.article_id for one in store.claims.find(ClaimQuery())} == {"a1", "a2"}
        assert store.claims.n_read(ClaimQuery()) == 2
        assert read_back_claims(store, fragile(), text_of) == 0
        assert store.claims.unread("another") == 3
        assert store.check() == []


def test_what_an_earlier_reader_read_of_it_stays_shown(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        stored_texts(store, "Poison up 2 percent", reader="claims-0")
        read_back_claims(store, fragile(), text_of)
        (shown,) = store.claims.find(ClaimQuery())
        assert (shown.reader, store.claims.readers()) == ("claims-0", ["claims-0"])
        assert len(store.claims.of_text(store.articles.revisions("a0")[0])) == 1


def test_a_reader_that_fails_on_everything_marks_no_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FragileReader, "fails_on", "")
    with open_store(tmp_path / "a.db") as store:
        stored_texts(store, TITLE)
        with pytest.raises(ValueError, match="nobody has seen"):
            read_back_claims(store, fragile(), text_of)
        assert store.claims.unread(CLAIM_READER) == 1


def test_a_text_that_could_not_be_tagged_is_read_for_claims_all_the_same(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        article = tagged(store)
        failed = replace(annotation(), model="one+failed")
        unread = replace(annotation(), claims_error="ValueError: a number")
        with store.transaction():
            add_claims(store, [article, article], [failed, unread], read_at=AT)
        assert store.claims.unread(CLAIM_READER) == 1
