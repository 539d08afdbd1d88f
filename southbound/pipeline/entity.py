"""Emerging names: what recurs in the news and stands in no catalogue, ranked by how new and how fast."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlp.annotation import Span
from nlp.entities.catalogue import Catalogue
from nlp.entities.unknown import is_name, words_of
from nlp.stories.term import fold, iterate_words, strip_marker
from nlp.text import readable
from southbound.store import Store
from southbound.store.entity import Context, NamedArticle

#: Without --since, the days before the last article.
DEFAULT_DAYS = 7
#: Reports whose titles share this much are one story.
_SAME_STORY = 0.6
#: More reports of one name than this are compared by their titles as they stand.
_MAX_COMPARED = 300
_N_BESIDE = 4
#: Two letters recur for any reason.
_MIN_CHARS = 3
_N_CONTEXTS = 2
_MAX_SENTENCE_CHARS = 280
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"'”’)]*\s+|\n+")
#: After these a full stop ends no sentence.
_ABBREVIATION = re.compile(r"\b(?:Inc|Corp|Ltd|Co|Mr|Mrs|Ms|Dr|St|No|Sen|Rep|Gov|Gen|vs|[A-Z])\.$")
_MAX_BEFORE = 200
#: What a name counts for where its articles have nothing to do with Hong Kong or China.
_FAR_WEIGHT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A sentence that names a candidate, with its article."""

    article_id: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergingName:
    """A name outside the catalogue that recurs.

    Counts are of the window asked for. `growth` is by how many standard deviations (of a Poisson count,
    plus one) the window's stories exceed what the time before it would lead one to expect. `hk_china` is
    the mean score of the articles' scope.
    """

    entity_id: str
    name: str
    type: str
    variants: tuple[str, ...]
    n_articles: int
    n_stories: int
    publishers: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    is_new: bool
    growth: float
    hk_china: float
    beside: tuple[str, ...]
    sightings: tuple[Sighting, ...]


def find_emerging(
    store: Store,
    catalogue: Catalogue,
    *,
    since: datetime | None = None,
    as_of: datetime | None = None,
    min_stories: int = 3,
    min_hk_china: float = 0.0,
    limit: int | None = None,
) -> list[EmergingName]:
    """Return the unknown names of at least `min_stories` stories and two publishers, most striking first.

    Args:
        store: the tagged articles.
        catalogue: names that it has by now are left out.
        since: start of the window; without it, seven days before the last article.
        as_of: only what was known before.
        min_stories: distinct stories in the window. With 1, one publisher is enough.
        min_hk_china: least mean score of the articles for Hong Kong or China, 0..1.
        limit: how many names at most.
    """
    span = store.entities.known_from(as_of=as_of)
    if span is None:
        return []
    start = since or span[1] - timedelta(days=DEFAULT_DAYS)
    # How many windows the time before makes up; under one day says nothing.
    before = (start - span[0]) / max(span[1] - start, timedelta(hours=1))
    known = {words_of(alias) for entity in catalogue.entities.values() for alias in entity.aliases}
    groups: dict[str, list[NamedArticle]] = {}
    for article in store.entities.unknown(as_of=as_of):
        groups.setdefault(article.entity_id, []).append(article)
    found = [
        name
        for articles in groups.values()
        if len(articles) >= min_stories and _is_candidate(articles, known)
        for name in _describe(articles, start, before, min_stories)
    ]
    found = sorted((name for name in found if name.hk_china >= min_hk_china), key=_standing)
    return [_illustrate(store, name, groups[name.entity_id], start) for name in found[:limit]]


def _is_candidate(articles: Sequence[NamedArticle], known: set[tuple[str, ...]]) -> bool:
    """Say whether a name is neither in the catalogue nor what no list should show."""
    name = articles[-1].name
    return len(name) >= _MIN_CHARS and not name.islower() and is_name(name) and words_of(name) not in known


def _describe(
    articles: Sequence[NamedArticle], start: datetime, before: float, min_stories: int
) -> Iterator[EmergingName]:
    """Yield the name as the window shows it, if it recurs there."""
    window = [article for article in articles if article.known_at >= start]
    n_stories = count_stories([article.title for article in window])
    publishers = tuple(name for name, _ in Counter(a.publisher for a in window).most_common())
    if n_stories < min_stories or len(publishers) < min(2, min_stories):
        return
    n_before = count_stories([article.title for article in articles if article.known_at < start])
    expected = n_before / before if before > 0 else 0.0
    names = Counter(article.name for article in window)
    yield EmergingName(
        entity_id=window[0].entity_id,
        name=names.most_common(1)[0][0],
        type=Counter(article.type for article in window).most_common(1)[0][0],
        variants=tuple(sorted(names)),
        n_articles=len(window),
        n_stories=n_stories,
        publishers=publishers,
        first_seen=articles[0].known_at,
        last_seen=window[-1].known_at,
        is_new=articles[0].known_at >= start,
        growth=(n_stories - expected) / math.sqrt(expected + 1),
        hk_china=sum(article.hk_china for article in window) / len(window),
        beside=(),
        sightings=(),
    )


def count_stories(titles: Iterable[str]) -> int:
    """Count distinct stories: titles that share most of their words are one."""
    distinct = list({frozenset(iterate_words(fold(strip_marker(title)))) for title in titles})
    if len(distinct) > _MAX_COMPARED:
        return len(distinct)
    leads: list[frozenset[str]] = []
    for terms in sorted(distinct, key=sorted):
        if not any(_jaccard(terms, lead) >= _SAME_STORY for lead in leads):
            leads.append(terms)
    return len(leads)


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    common = len(left & right)
    return common / (len(left) + len(right) - common) if common else 0.0


def _standing(name: EmergingName) -> tuple[float, str]:
    """Rank by growth, breadth of publishers, and nearness to Hong Kong and China."""
    nearness = _FAR_WEIGHT + (1 - _FAR_WEIGHT) * name.hk_china
    return -name.growth * math.log2(1 + len(name.publishers)) * nearness, name.entity_id


def _illustrate(
    store: Store, name: EmergingName, articles: Sequence[NamedArticle], start: datetime
) -> EmergingName:
    """Add what stands beside a name, and sentences that name it, each of another publisher where possible."""
    window = [article for article in articles if article.known_at >= start]
    beside = store.entities.beside([article.tagging_pk for article in window], limit=_N_BESIDE)
    chosen: dict[str, NamedArticle] = {}
    for article in sorted(window, key=lambda a: -a.hk_china):
        chosen.setdefault(article.publisher, article)
    shown = [*chosen.values(), *window][:_N_CONTEXTS]
    contexts = [store.entities.context(article.tagging_pk, name.entity_id) for article in shown]
    values = {field: getattr(name, field) for field in EmergingName.__slots__}
    values["beside"] = tuple(f"{label} ({count})" for _, label, count in beside)
    values["sightings"] = tuple(
        Sighting(article_id=context.article_id, sentence=sentence_of(context)) for context in contexts
    )
    return EmergingName(**values)


def sentence_of(context: Context) -> str:
    """Return the sentence that names an entity, of the body where it can be, on one line."""
    mention = next((m for m in context.mentions if m.field == "body"), context.mentions[0])
    if mention.field == "title":
        return " ".join(context.title.split())
    return _cut(context.body, mention)


def _cut(text: str, mention: Span) -> str:
    text = readable(text)
    first, last = max(0, mention.start - _MAX_BEFORE), mention.end + _MAX_SENTENCE_CHARS
    ends = list(_sentence_ends(text, first, last))
    start = max((end for end in ends if end <= mention.start), default=first)
    end = next((end for end in ends if end >= mention.end), last)
    sentence = " ".join(text[start:end].split())
    return sentence if len(sentence) <= _MAX_SENTENCE_CHARS else sentence[: _MAX_SENTENCE_CHARS - 1] + "…"


def _sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text, start, end):
        if "\n" in match.group() or not _ABBREVIATION.search(text, max(0, match.start() - 6), match.start()):
            yield match.end()
