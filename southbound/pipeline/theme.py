"""Themes of the user's own: learnt, read back over what is stored, and read in each new article."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from nlp.annotation import Annotation
from nlp.scoring.lexical import READ_CHARS
from nlp.script import has_han
from nlp.text import readable
from nlp.topics.feature import Featured, TermWeigher, Vector, halve
from nlp.topics.linear import read_classifier
from nlp.topics.topic import Lesson, Topic, learn_topic
from nlp.topics.vector import FeatureReader, weigher_from_models
from southbound.error import UsageError
from southbound.pipeline.example import ThemeExample
from southbound.pipeline.review.effect import refresh_tagged
from southbound.settings import Settings, read_themes
from southbound.store import Store
from southbound.store.article import StoredArticle
from southbound.store.theme import OwnTag, OwnTheme

_N_DRAWN = 600
_DRAW_SEED = 20250211
_BATCH_ARTICLES = 512
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
#: What is read of a body for its words: boilerplate and markup in it are blanked first.
_READ_BODY = 3 * READ_CHARS


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRequest:
    """A theme as the user asks for it; without a definition, the one that is stored is taken again."""

    theme: str
    name: str = ""
    definition: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[ThemeExample, ...] = ()
    share: float = 0.01


def check_theme_id(theme: str) -> None:
    """Refuse an id that can't be a theme of one's own.

    Raises:
        UsageError: it is ill-formed or one of the bundled themes.
    """
    if not _ID.fullmatch(theme):
        plain = re.sub(r"[^a-z0-9]+", "_", theme.lower()).strip("_")
        hint = f" (such as '{plain}')" if _ID.fullmatch(plain) else ""
        raise UsageError(f"'{theme}' is no theme id; use a-z, 0-9 and _, a letter first{hint}")
    if theme in read_themes():
        raise UsageError(f"'{theme}' is one of the bundled themes; choose another name")


def require_own_theme(store: Store, theme: str) -> list[OwnTheme]:
    """Return the versions of a theme of the user's own.

    Raises:
        UsageError: there is none; naming the nearest.
    """
    versions = store.themes.versions(theme)
    if not versions:
        names = list(store.themes.names())
        close = difflib.get_close_matches(theme, names, n=1, cutoff=0.5)
        hint = f" (did you mean '{close[0]}'?)" if close else "; `southbound themes add` makes one"
        raise UsageError(f"there is no theme of your own '{theme}'{hint}")
    return versions


def add_theme(
    store: Store,
    request: ThemeRequest,
    *,
    settings: Settings,
    on_progress: Callable[[int], None] = lambda _: None,
) -> OwnTheme:
    """Learn a further version of a theme and read the stored articles back with it.

    Raises:
        UsageError: the id can't be used, or there is no definition.
        TopicError: there is nothing to learn from.
    """
    check_theme_id(request.theme)
    asked = _completed(store, request)
    tag = settings.tag
    reader = FeatureReader(
        tag.folder_of(tag.model),
        tag.folder_of(tag.chinese_model),
        precision=tag.precision,
        n_threads=tag.n_cores,
    )
    try:
        history = _History(store, reader, keeps=tag.keep_vectors)
        theme, topic = _learn(store, asked, history)
        with store.transaction():
            store.themes.add(theme)
        _read_back(store, theme, topic, history, on_progress)
    finally:
        reader.close()
    return theme


class OwnThemeReader:
    """Reads the user's own themes in what has just been tagged.

    `complaints` says, one line each, which themes can't be read with this encoder.
    """

    def __init__(self, store: Store, settings: Settings, *, vector_name: str) -> None:
        self._store = store
        self._vector_name = vector_name
        self._keeps = settings.tag.keep_vectors
        active = store.themes.active()
        self._topics = [(one, _topic_of(one)) for one in active if one.vector_name == vector_name]
        self.complaints = [
            f"{one.theme} was learnt with another encoder and is not read; "
            f"run `southbound themes add {one.theme}` to learn it anew"
            for one in active
            if one.vector_name != vector_name
        ]
        tag = settings.tag
        folders = tag.folder_of(tag.model), tag.folder_of(tag.chinese_model)
        self._weigher = weigher_from_models(*folders) if self._topics else TermWeigher({})

    def read_tagged(
        self, articles: Sequence[StoredArticle], annotations: Sequence[Annotation], tagged_at: datetime
    ) -> None:
        """Keep the vectors and tag the articles with each theme, inside the caller's transaction."""
        vectors = {
            article.pk: annotation.vector
            for article, annotation in zip(articles, annotations, strict=True)
            if annotation.vector is not None
        }
        if self._keeps:
            self._store.themes.add_vectors(self._vector_name, vectors)
        if not self._topics:
            return
        features = [featured(article, vectors.get(article.pk), self._weigher) for article in articles]
        for theme, topic in self._topics:
            tags = tags_of(topic, articles, features, self._weigher)
            self._store.themes.add_tags(theme, tags, tagged_at=tagged_at, with_article=True)


def featured(article: StoredArticle, vector: Vector | None, weigher: TermWeigher) -> Featured:
    """Return an article's features. Its vector counts only where no Chinese characters stand in the title."""
    vector = None if has_han(article.title) else vector
    terms = weigher.weigh(readable(article.title), readable(article.body[:_READ_BODY]))
    return Featured(vector=halve(vector), terms=terms)


def tags_of(
    topic: Topic, articles: Sequence[StoredArticle], features: Sequence[Featured], weigher: TermWeigher
) -> list[OwnTag]:
    """Return what a theme says of each article, with the evidence where the article carries it."""
    if not articles:
        return []
    return [
        OwnTag(
            article_pk=article.pk,
            score=float(score),
            evidence=topic.find_evidence(
                article.title, article.body, language=article.language, weigher=weigher
            )
            if score >= 0.5  # noqa: PLR2004 - the threshold, by construction
            else None,
        )
        for article, score in zip(articles, topic.score(features), strict=True)
    ]


class _History:
    """Features of stored articles: kept vectors where there are any, read anew (and kept) where not."""

    def __init__(self, store: Store, reader: FeatureReader, *, keeps: bool) -> None:
        self._store = store
        self.reader = reader
        self._keeps = keeps

    def read(self, articles: Sequence[StoredArticle]) -> list[Featured]:
        name = self.reader.vector_name
        known = self._store.themes.vectors(name, [article.pk for article in articles])
        missing = [
            article for article in articles if article.pk not in known and article.language in {"en", "und"}
        ]
        read = self.reader.read_vectors([(readable(a.title), readable(a.body)) for a in missing])
        new = {a.pk: vector for a, vector in zip(missing, read, strict=True) if vector is not None}
        if self._keeps and new:
            with self._store.transaction():
                self._store.themes.add_vectors(name, new)
        vectors: Mapping[int, Vector] = {**known, **new}
        return [featured(article, vectors.get(article.pk), self.reader.weigher) for article in articles]


def _completed(store: Store, request: ThemeRequest) -> ThemeRequest:
    """Take from the latest version what the request leaves out; its examples come before the new ones."""
    versions = store.themes.versions(request.theme)
    if not versions and not request.definition.strip():
        raise UsageError(f"'{request.theme}' is new: say what it means with --definition")
    if not versions:
        return request
    last = versions[-1]
    old = [ThemeExample(**one) for one in last.examples]
    return ThemeRequest(
        theme=request.theme,
        name=request.name or last.name,
        definition=request.definition.strip() or last.definition,
        keywords=request.keywords or last.keywords,
        examples=tuple(dict.fromkeys([*old, *request.examples])),
        share=request.share,
    )


def _learn(store: Store, asked: ThemeRequest, history: _History) -> tuple[OwnTheme, Topic]:
    own = {(one.title, one.body) for one in asked.examples}
    drawn = [
        article
        for article in store.themes.draw(_N_DRAWN, seed=_DRAW_SEED)
        if (article.title, article.body) not in own
    ]
    texts = [(asked.definition, ""), *((word, "") for word in asked.keywords)]
    read = history.reader.read
    lesson = Lesson(
        told=read(texts),
        positives=read([(one.title, one.body) for one in asked.examples if one.label]),
        negatives=read([(one.title, one.body) for one in asked.examples if not one.label]),
        drawn=history.read(drawn),
        share=asked.share,
    )
    topic, quality = learn_topic(lesson)
    theme = OwnTheme(
        theme=asked.theme,
        version=len(store.themes.versions(asked.theme)) + 1,
        name=asked.name or asked.theme.replace("_", " ").capitalize(),
        definition=asked.definition,
        keywords=asked.keywords,
        examples=tuple(one.to_record() for one in asked.examples),
        share=asked.share,
        threshold=topic.threshold,
        classifier=topic.model.to_bytes(),
        vector_name=history.reader.vector_name,
        quality=asdict(quality) if quality else None,
        created_at=datetime.now(tz=UTC),
        ended_at=None,
    )
    return theme, topic


def _read_back(
    store: Store, theme: OwnTheme, topic: Topic, history: _History, on_progress: Callable[[int], None]
) -> None:
    """Read the stored articles, a transaction a batch; what is interrupted goes on where it stopped."""
    last = 0
    while articles := store.themes.unread(theme, after_pk=last, limit=_BATCH_ARTICLES):
        tags = tags_of(topic, articles, history.read(articles), history.reader.weigher)
        with store.transaction():
            now = datetime.now(tz=UTC)
            store.themes.add_tags(theme, tags, tagged_at=now, with_article=False)
            refresh_tagged(store, articles, now)
        last = articles[-1].pk
        on_progress(len(articles))


def _topic_of(theme: OwnTheme) -> Topic:
    return Topic(model=read_classifier(theme.classifier), threshold=theme.threshold)
