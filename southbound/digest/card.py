"""Stories as cards: what is shown of them, with the place of the evidence."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.annotation import Span, ThemeTag
from nlp.script import has_han
from southbound.digest.content import Evidence, StoryCard, StoryEntity, StoryTheme
from southbound.digest.story import Story
from southbound.digest.wording import clean_line, clean_text, web_url
from southbound.store.tag import TaggedArticle

#: About two lines of a page; a Chinese character is as wide as two letters.
_EVIDENCE_CHARS = 220
_EVIDENCE_HAN = 110
_MAX_ENTITIES = 6
_MIN_CUT = 0.6
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")


def card_from_story(story: Story, theme: str, *, theme_names: Mapping[str, str]) -> StoryCard:
    """Return the card of a story under a theme."""
    lead = story.lead
    themes = sorted(story.scores.items(), key=lambda item: (item[0] != theme, -item[1], item[0]))
    return StoryCard(
        article_id=clean_line(lead.article_id),
        title=clean_line(lead.title),
        url=web_url(lead.url),
        language=lead.language,
        publishers=tuple(clean_line(name) for name in story.publishers),
        n_reports=len(story.reports),
        known_at=lead.known_at,
        first_known_at=story.reports[0].known_at,
        story_id=clean_line(story.story_id),
        n_earlier=story.n_earlier,
        began_at=story.began_at,
        tone=lead.tone,
        tone_score=lead.tone_score,
        hk_china=story.hk_china,
        themes=tuple(_theme(story, one, score, theme_names) for one, score in themes),
        entities=tuple(
            StoryEntity(entity_id=tag.entity_id, name=clean_line(tag.name), tickers=tag.tickers)
            for tag in [tag for tag in lead.entities if tag.linked][:_MAX_ENTITIES]
        ),
    )


def _theme(story: Story, theme: str, score: float, theme_names: Mapping[str, str]) -> StoryTheme:
    report = story.report_on(theme)
    tag = next(tag for tag in report.themes if tag.theme == theme)
    return StoryTheme(
        theme=theme, name=theme_names.get(theme, theme), score=score, evidence=find_evidence(report, tag)
    )


def find_evidence(article: TaggedArticle, tag: ThemeTag) -> Evidence | None:
    """Return the evidence of a theme in an article, from the body if there is some, else from the title."""
    spans = sorted(tag.evidence, key=lambda span: span.field == "title")
    return (
        evidence_from_span(spans[0], article.title if spans[0].field == "title" else article.body)
        if spans
        else None
    )


def evidence_from_span(span: Span, field: str) -> Evidence:
    """Quote a stretch of a field, with context of the same paragraph while it fits in two lines."""
    limit = _EVIDENCE_HAN if has_han(span.text) else _EVIDENCE_CHARS
    text = shorten(clean_line(span.text), limit)
    if field[span.start : span.end] != span.text:
        return Evidence(field=span.field, before="", text=text, after="")
    room = max(0, limit - len(text)) // 2
    before = clean_text(field[: span.start].rpartition("\n")[2])
    after = clean_text(field[span.end :].partition("\n")[0])
    return Evidence(field=span.field, before=_tail(before, room), text=text, after=_head(after, room))


def shorten(text: str, limit: int) -> str:
    """Cut a text that is longer than the limit, with a mark where it goes on."""
    return text if len(text) <= limit else _cut(text, limit) + "…"


def _head(text: str, room: int) -> str:
    """Return the start of a text, in whole words, with a mark where it goes on."""
    if len(text) <= room:
        return text.rstrip()
    kept = _cut(text, room)
    return f"{kept}{'' if kept.endswith(_SENTENCE_ENDS) else '…'}" if kept.strip() else ""


def _tail(text: str, room: int) -> str:
    """Return the end of a text, in whole words, with a mark where more stands in front."""
    if len(text) <= room:
        return text.lstrip()
    kept = _cut(text[::-1], room)[::-1]
    return f"…{kept}" if kept.strip() else ""


def _cut(text: str, limit: int) -> str:
    """Cut at the last space before the limit, unless that loses too much (Chinese has no spaces)."""
    kept = text[:limit]
    if limit == 0 or text[limit : limit + 1].isspace():
        return kept
    at_space = kept.rpartition(" ")[0]
    return at_space if has_han(kept) is False or len(at_space) >= _MIN_CUT * limit else kept
