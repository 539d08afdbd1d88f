"""Excerpts: what is kept, and that every tag still points at its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.article import make_article
from ingest.text import clean_text
from nlp.annotation import Annotation, EntityTag, Field, Span, ThemeTag, TokenCount, Tone
from southbound.pipeline.page.excerpt import make_excerpt

TEXT = (
    "Shares rose on Tuesday. Dealers said so.\n"
    "The authority lent banks money overnight.\n"
    "Late in the day Alibaba bought its own shares, and DeepSeek showed a model."
)


def span(text: str, quoted: str, *, field: Field = "body") -> Span:
    start = text.index(quoted)
    return Span(field=field, start=start, end=start + len(quoted), text=quoted)


def annotation(themes: dict[str, list[Span]], entities: dict[str, list[Span]]) -> Annotation:
    return Annotation(
        language="en",
        hk_china=0.9,
        themes=tuple(
            ThemeTag(theme=name, score=0.9, evidence=tuple(spans)) for name, spans in themes.items()
        ),
        entities=tuple(
            EntityTag(
                entity_id=name,
                name=name,
                type="company",
                tickers=(),
                relevance=0.5,
                linked=True,
                mentions=tuple(spans),
            )
            for name, spans in entities.items()
        ),
        tone=Tone(label=0, negative=0.1, neutral=0.8, positive=0.1),
        scores={},
        model="m",
        tokens=TokenCount(read=1, total=1),
    )


def test_the_beginning_is_kept_and_what_tags_rest_on_is_quoted() -> None:
    tags = annotation(
        {
            "ai": [span(TEXT, "Late in the day Alibaba bought its own shares, and DeepSeek showed a model.")],
            "flows": [
                span(TEXT, "Shares rose on Tuesday."),
                span(TEXT, "The authority lent banks money overnight."),
            ],
        },
        {"alibaba": [span(TEXT, "Alibaba")], "title_only": [Span(field="title", start=0, end=3, text="The")]},
    )
    body, kept = make_excerpt(TEXT, tags, n_chars=45)
    assert body == (
        "Shares rose on Tuesday. Dealers said so.\n"
        "Late in the day Alibaba bought its own shares, and DeepSeek showed a model."
    )
    assert [item.text for item in kept.themes[1].evidence] == ["Shares rose on Tuesday."]
    assert [(item.start, item.text) for item in kept.entities[0].mentions] == [(57, "Alibaba")]
    assert kept.entities[1] == tags.entities[1]


def test_a_short_text_stays_as_it_is() -> None:
    tags = annotation({"flows": [span(TEXT, "Dealers said so.")]}, {})
    assert make_excerpt(TEXT, tags, n_chars=len(TEXT)) == (TEXT, tags)


def test_a_text_without_sentences_is_cut_where_it_must_be() -> None:
    body, _ = make_excerpt("港" * 5000, annotation({}, {}), n_chars=600)
    assert body == "港" * 600


def test_a_long_quotation_is_shortened() -> None:
    long = f"{'a ' * 50}end. " + "b" * 2000
    body, kept = make_excerpt(long, annotation({"x": [span(long, "b" * 2000)]}, {}), n_chars=110)
    (quote,) = kept.themes[0].evidence
    assert len(quote.text) == 300
    assert body[quote.start : quote.end] == quote.text


@st.composite
def _tagged(draw: st.DrawFn) -> tuple[str, Annotation]:
    text = clean_text(draw(st.text("ab. 港。\n", min_size=1, max_size=300)))

    def spans() -> list[Span]:
        bounds = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=3))
        cut = [(start, min(start + n, len(text))) for start, n in bounds]
        return [
            Span(field="body", start=start, end=end, text=text[start:end])
            for start, end in cut
            if text[start:end].strip() and text[start:end] == text[start:end].strip()
        ]

    themes = {f"t{n}": found for n in range(draw(st.integers(0, 3))) if (found := spans())}
    entities = {f"e{n}": found for n in range(draw(st.integers(0, 3))) if (found := spans())}
    return text, annotation(themes, entities)


@given(_tagged(), st.integers(1, 100))
def test_every_tag_keeps_a_span_that_quotes_what_is_stored(
    tagged: tuple[str, Annotation], n_chars: int
) -> None:
    text, tags = tagged
    body, kept = make_excerpt(text, tags, n_chars=n_chars)
    spans = [tag.evidence for tag in kept.themes] + [tag.mentions for tag in kept.entities]
    assert all(spans)
    stored = make_article(title="t", body=body).body
    for item in (item for group in spans for item in group):
        assert stored[item.start : item.end] == item.text
        assert item.text in text
