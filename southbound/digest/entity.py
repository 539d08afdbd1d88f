"""The entities that a session's market news is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from nlp.annotation import EntityTag
from southbound.digest.content import EntityLine
from southbound.digest.wording import clean_line
from southbound.store.entity import MIN_RELEVANCE
from southbound.store.tag import TaggedArticle


def entity_lines(
    articles: Iterable[TaggedArticle], *, theme_names: Mapping[str, str], limit: int
) -> tuple[EntityLine, ...]:
    """Return the entities that most articles are about (relevance of 0.3 or more), most first."""
    found: dict[str, list[tuple[TaggedArticle, EntityTag]]] = {}
    for article in articles:
        for tag in article.entities:
            if tag.linked and tag.relevance >= MIN_RELEVANCE:
                found.setdefault(tag.entity_id, []).append((article, tag))
    ranked = sorted(found.values(), key=_standing)
    return tuple(_line(pairs, theme_names) for pairs in ranked[:limit])


def _standing(pairs: list[tuple[TaggedArticle, EntityTag]]) -> tuple[int, float, str]:
    return -len(pairs), -sum(tag.relevance for _, tag in pairs), pairs[0][1].entity_id


def tone_score(article: TaggedArticle, tag: EntityTag) -> float:
    """Return the tone for the entity's own holders, -1..1; where there is none, that of the article."""
    return tag.tone.positive - tag.tone.negative if tag.tone else article.tone_score


def _line(pairs: list[tuple[TaggedArticle, EntityTag]], theme_names: Mapping[str, str]) -> EntityLine:
    tag = pairs[0][1]
    themes = Counter(theme.theme for article, _ in pairs for theme in article.themes)
    top = min(themes, key=lambda theme: (-themes[theme], theme))
    return EntityLine(
        entity_id=tag.entity_id,
        name=clean_line(tag.name),
        type=tag.type,
        tickers=tag.tickers,
        n_articles=len(pairs),
        tone=sum(tone_score(article, tag) for article, tag in pairs) / len(pairs),
        top_theme=top,
        top_theme_name=theme_names.get(top, top),
    )
