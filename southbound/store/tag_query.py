"""What is asked of tags, as SQL: which tagging is visible, and whose articles carry a theme or an entity."""

from __future__ import annotations

from southbound.store.theme import own_visible

#: The latest tagging of each article's first revision or of its page's full text, that text and the tagging
#: both known before :as_of. `known_at` is the first revision's: an article's full text is no further article.
VISIBLE = """SELECT max(t.pk) AS tagging_pk, f.pk AS first_pk, f.known_at
    FROM tagging t JOIN article a ON a.pk = t.article_pk
    LEFT JOIN page p ON p.full_text_pk = a.pk JOIN article f ON f.pk = coalesce(p.article_pk, a.pk)
    WHERE f.revision = 0 AND a.known_at < :as_of AND t.known_at < :as_of GROUP BY f.pk"""

#: The same of the articles first known from :start on and before :end, which are looked up first: left to
#: itself, SQLite goes through all articles, as they lie in the order in which they are grouped.
VISIBLE_BETWEEN = """SELECT max(t.pk) AS tagging_pk, f.known_at FROM article f INDEXED BY article_known
    LEFT JOIN page p ON p.article_pk = f.pk
    CROSS JOIN article a ON a.pk IN (f.pk, p.full_text_pk) CROSS JOIN tagging t ON t.article_pk = a.pk
    WHERE f.revision = 0 AND f.known_at >= :start AND f.known_at < :end
        AND a.known_at < :as_of AND t.known_at < :as_of GROUP BY f.pk"""

#: How new an article that is visible in v was in its story, as assigned before :as_of.
NOVELTY = """coalesce((SELECT s.novelty FROM story_report s
    WHERE s.article_pk = v.first_pk AND s.known_at < :as_of ORDER BY s.pk DESC LIMIT 1), 1.0) AS novelty"""

#: What is said of an article beside its theme; the entity, where one is asked for, stands in e.
ARTICLE = f"a.article_id, a.publisher, a.language, v.known_at, {NOVELTY}"
TONE = "t.positive - t.negative AS tone"
NAMED = "LEFT JOIN entity_tag e ON e.tagging_pk = t.pk AND e.entity_id = :entity"

THEME_ARTICLES = f"""WITH visible AS ({VISIBLE})
    SELECT {ARTICLE}, h.score, e.relevance, {TONE}, t.model
    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
    LEFT JOIN theme_tag h ON h.tagging_pk = t.pk AND h.theme = :theme {NAMED}
    WHERE t.n_themes > 0 ORDER BY v.known_at, a.pk"""

ENTITY_ARTICLES = f"""WITH visible AS ({VISIBLE})
    SELECT {ARTICLE}, CASE WHEN e.relevance IS NOT NULL THEN 1.0 END, e.relevance, {TONE}, t.model
    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk {NAMED}
    WHERE t.n_themes > 0 OR e.relevance IS NOT NULL ORDER BY v.known_at, a.pk"""

#: The same for a theme of the user's own: only what one of its versions has read.
OWN_ARTICLES = f"""WITH visible AS ({VISIBLE}), own AS ({own_visible("AND c.theme = :theme")})
    SELECT {ARTICLE}, CASE WHEN c.carries THEN c.score END AS score, e.relevance, {TONE},
        t.model || '+' || o.theme || '@' || o.version AS model
    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
    JOIN own o ON o.article_pk = a.pk
    JOIN own_tag c ON c.theme = o.theme AND c.version = o.version AND c.article_pk = o.article_pk
        AND c.review = o.review {NAMED}
    WHERE t.n_themes > 0 OR c.carries ORDER BY v.known_at, a.pk"""

LISTING = "a.article_id, v.known_at, e.entity_id, l.value, e.relevance"

THEME_LISTINGS = f"""WITH visible AS ({VISIBLE})
    SELECT {LISTING}, h.score
    FROM visible v JOIN theme_tag h ON h.tagging_pk = v.tagging_pk AND h.theme = :theme
    JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
    JOIN entity_tag e ON e.tagging_pk = v.tagging_pk, json_each(e.tickers) l
    ORDER BY v.known_at, a.pk, e.entity_id, l.value"""

OWN_LISTINGS = f"""WITH visible AS ({VISIBLE}), own AS ({own_visible("AND c.theme = :theme")})
    SELECT {LISTING}, c.score
    FROM visible v JOIN tagging t ON t.pk = v.tagging_pk JOIN article a ON a.pk = t.article_pk
    JOIN own o ON o.article_pk = a.pk
    JOIN own_tag c ON c.theme = o.theme AND c.version = o.version AND c.article_pk = o.article_pk
        AND c.review = o.review
    JOIN entity_tag e ON e.tagging_pk = v.tagging_pk, json_each(e.tickers) l
    WHERE c.carries ORDER BY v.known_at, a.pk, e.entity_id, l.value"""
