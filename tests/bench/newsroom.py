"""A database of made-up news by the hundred thousand, filled by SQL: what the benches of the desk run on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from southbound.instant import HONG_KONG, text_from_instant
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import read_settings, read_themes
from southbound.store import Store, open_store
from southbound.store.article import spaced

FIRST, LAST = date(2024, 1, 2), date(2025, 12, 31)
_MODEL = "bench-1"
#: Articles that tell a story on, and among how many before it that story is.
_PART_FOLLOWING, _REACH = 0.3, 150
#: Articles that say how the index moved; firms that have prices; characters of a sentence.
_PART_INDEX, _N_LISTED, _SENTENCE = 0.6, 15, 130
#: Moves that are told wrongly.
_PART_WRONG = 0.02
#: By asset and day, per cent.
Moves: TypeAlias = Mapping[tuple[str, str], float]
_PUBLISHERS = [f"Wire {number}" for number in range(1, 41)]
_SUBJECTS = (
    "Chip makers",
    "Mainland funds",
    "Property developers",
    "Harbour brokers",
    "Car makers",
    "Internet groups",
    "Banks",
    "Insurers",
    "Gold dealers",
    "Shipping lines",
    "Biotech firms",
    "Utilities",
)
_VERBS = (
    "rally",
    "slip",
    "wait",
    "raise money",
    "cut prices",
    "list shares",
    "buy back stock",
    "report gains",
)
_ENDS = (
    "as southbound buying grows",
    "before the central bank meets",
    "after a holiday in the mainland",
    "while the dollar eases",
    "on hopes for artificial intelligence",
    "in thin trading",
)
_WORDS = tuple(
    word
    for line in (
        "market turnover shares index investors demand policy yuan dollar rates credit growth quarter year",
        "profit margin orders exports capital allocation Hong Kong Shanghai Shenzhen connect quota dividend",
        "fund manager analyst outlook target guidance regulator listing sponsor tranche yield bond tariff",
        "supply model server robot battery tourism retail consumption land sales mortgage deposit reform",
    )
    for word in line.split()
)


def make_newsroom(path: Path, *, n_articles: int) -> None:
    """Write a database with articles over two years, tagged, with all that a digest reads beside them.

    These are stories, claims (as many an article as in a broadcaster's real year), flows, and prices of
    indices and some shares. SQLite is told nothing of its tables (ANALYZE): nor is it after an import.
    """
    chance = random.Random(20_251)
    with open_store(path) as store, store.transaction():
        conn = store._db.conn
        rows = list(_articles(n_articles, chance))
        conn.executemany(
            """INSERT INTO article (pk, article_id, revision, title, body, url, publisher, language,
                   published_at, seen_at, known_at, known_basis, content_hash)
               VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 'published', ?)""",
            rows,
        )
        conn.executemany(
            "INSERT INTO article_search (rowid, title, body) VALUES (?, ?, ?)",
            ((row[0], spaced(str(row[2])), spaced(str(row[3]))) for row in rows),
        )
        named = _tag(store, rows, chance)
        _group(store, rows, named, chance)
        moves = _trade(store, chance)
        _claim(store, rows, named, moves, chance)


def _articles(n_articles: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    first = datetime.combine(FIRST, time(), UTC)
    seconds = (datetime.combine(LAST, time(), UTC) - first).total_seconds()
    instants = sorted(first + timedelta(seconds=chance.uniform(0, seconds)) for _ in range(n_articles))
    for pk, instant in enumerate(instants, start=1):
        at = text_from_instant(instant)
        title = f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_ENDS)}, note {pk}"
        body = " ".join(chance.choices(_WORDS, k=90)) + "."
        publisher = chance.choice(_PUBLISHERS)
        url = f"https://news.example/{pk}"
        yield pk, f"n{pk}", title, body, url, publisher, "en", at, at, at, f"hash-{pk}"


def _tag(store: Store, rows: list[tuple[object, ...]], chance: random.Random) -> dict[int, tuple[int, ...]]:
    """Tag the articles; return the numbers of the firms that each names."""
    conn, themes = store._db.conn, list(read_themes())
    taggings, theme_tags, entity_tags = [], [], []
    named: dict[int, tuple[int, ...]] = {}
    for row in rows:
        pk, title, known_at = row[0], str(row[2]), row[9]
        span = json.dumps([{"field": "title", "start": 0, "end": 4, "text": title[:4]}])
        found = chance.sample(themes, k=chance.choice((0, 1, 1, 2, 3)))
        negative, positive = chance.random() / 2, chance.random() / 2
        tone = round(positive - negative)
        figures = (chance.random(), tone, negative, 1 - negative - positive, positive, len(found))
        taggings.append((pk, pk, _MODEL, known_at, known_at, *figures, 100, 100))
        theme_tags += [(pk, theme, round(0.5 + chance.random() / 2, 4), span) for theme in found]
        firms = named[int(str(pk))] = tuple({int(400 * chance.random() ** 2) for _ in range(3)})
        for number in firms:
            tickers = json.dumps([f"XHKG:{number + 1}"])
            entity_tags.append((pk, f"firm_{number}", f"Firm {number}", "company", tickers, 0.5, span))
    conn.executemany("INSERT INTO tagging VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", taggings)
    conn.executemany("INSERT INTO theme_tag VALUES (?, ?, ?, ?)", theme_tags)
    conn.executemany(
        """INSERT INTO entity_tag (tagging_pk, entity_id, name, type, tickers, relevance, mentions)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        entity_tags,
    )
    return named


def _group(
    store: Store, rows: list[tuple[object, ...]], named: dict[int, tuple[int, ...]], chance: random.Random
) -> None:
    """Put each article into a story: most into one of its own, the others into that of an article before."""
    reports, entities, stories = [], [], [""]
    for row in rows:
        pk, article_id, known_at = int(str(row[0])), str(row[1]), row[9]
        matched = (
            pk - chance.randint(1, _REACH) if chance.random() < _PART_FOLLOWING and pk > _REACH else None
        )
        stories.append(article_id if matched is None else stories[matched])
        novelty, likeness = (1.0, 0.0) if matched is None else (0.75, 0.6)
        earlier = [0 if matched is None else 1] * 5
        reports.append(
            (
                *(pk, pk, "bench-stories-1", stories[pk], known_at, known_at, likeness, matched, novelty),
                *earlier,
            )
        )
        entities += [(pk, f"firm_{number}", novelty, *earlier, *earlier) for number in named[pk]]
    conn = store._db.conn
    conn.executemany("INSERT INTO story_report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", reports)
    conn.executemany("INSERT INTO story_entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entities)


def _claim(
    store: Store,
    rows: list[tuple[object, ...]],
    named: dict[int, tuple[int, ...]],
    moves: Moves,
    chance: random.Random,
) -> None:
    """Read claims in the articles: counts and sums that nothing is known of, and moves that prices tell.

    Of moves one in fifty is told wrongly, as in real news.
    """
    readings, claims = [], []
    for row in rows:
        pk, body, known_at = int(str(row[0])), str(row[3]), str(row[9])
        subjects: list[tuple[str, tuple[str, ...]]] = [("", ()) for _ in range(2)]
        subjects += [("hsi", ("INDEX:HSI",))] * (chance.random() < _PART_INDEX)
        subjects += [
            (f"firm_{number}", (f"XHKG:{number + 1}",)) for number in named[pk] if number < _N_LISTED
        ][:1]
        readings.append((pk, pk, "bench-reader-1", known_at, known_at, len(subjects)))
        for place, (subject, tickers) in enumerate(subjects):
            move = moves.get((tickers[0], known_at[:10]), 1.0) if tickers else chance.uniform(0.1, 3.0)
            value = round(abs(move) + (chance.random() < _PART_WRONG), 1)
            claims.append(
                (
                    *(pk, place, subject, json.dumps(tickers), "return" if subject else "count"),
                    *(value, value - 0.05, value + 0.05, "percent" if subject else "", known_at[:10]),
                    *("up" if move >= 0 else "down", "exact", None, "", "fact", "", "body"),
                    *(0, min(len(body), _SENTENCE), 0, 6),
                )
            )
    conn = store._db.conn
    conn.executemany("INSERT INTO claim_reading VALUES (?, ?, ?, ?, ?, ?)", readings)
    conn.executemany(
        "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", claims
    )


def _trade(store: Store, chance: random.Random) -> Moves:
    """Write flows and prices; return by how many per cent each asset moved on each day."""
    conn = store._db.conn
    moves: dict[tuple[str, str], float] = {}
    levels = {"INDEX:HSI": 17_000.0, "INDEX:HSTECH": 4_000.0}
    levels |= {f"XHKG:{number + 1}": chance.uniform(2, 200) for number in range(_N_LISTED)}
    for session in calendar_from_settings(read_settings(None)).sessions(FIRST, LAST):
        day = session.date()
        evening = text_from_instant(datetime.combine(day, time(18), HONG_KONG))
        conn.execute(
            """INSERT INTO flow (channel, session, provider, known_at, known_basis, state, net, currency,
                   source) VALUES ('southbound', ?, 'csv', ?, 'published', 'open', ?, 'HKD', 'csv:bench')""",
            [day.isoformat(), evening, round(chance.gauss(3000, 4000), 2)],
        )
        changes = {asset: chance.gauss(0.0005, 0.01) for asset in levels}
        moves |= {(asset, day.isoformat()): 100 * change for asset, change in changes.items()}
        levels = {asset: level * (1 + changes[asset]) for asset, level in levels.items()}
        conn.executemany(
            """INSERT INTO price (asset_id, session, adjusted, known_at, known_basis, open, close,
                   currency, source) VALUES (?, ?, 0, ?, 'published', ?, ?, 'HKD', 'csv:bench')""",
            [
                (asset, day.isoformat(), evening, round(level * 0.999, 2), round(level, 2))
                for asset, level in levels.items()
            ],
        )
    return moves
