"""Emerging names and entities as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence

from nlp.entities.catalogue import Entity
from southbound.instant import text_from_instant
from southbound.pipeline.entity import EmergingName
from southbound.store.entity import NamedArticle

_N_TITLES = 5
_N_PUBLISHERS = 3
_COLUMNS = (
    "entity_id", "name", "type", "n_articles", "n_stories", "n_publishers", "publishers", "first_seen",
    "last_seen", "is_new", "growth", "hk_china", "variants", "beside",
)  # fmt: skip


def write_emerging(names: Sequence[EmergingName], *, form: str) -> str:
    """Write emerging names as "text", "json" or "csv"."""
    if form == "json":
        return json.dumps([_record(name) for name in names], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return _csv(names)
    return "".join(f"{_block(name)}\n" for name in names)


def _record(name: EmergingName) -> dict[str, object]:
    return {
        "entity_id": name.entity_id,
        "name": name.name,
        "type": name.type,
        "variants": list(name.variants),
        "n_articles": name.n_articles,
        "n_stories": name.n_stories,
        "n_publishers": len(name.publishers),
        "publishers": list(name.publishers),
        "first_seen": text_from_instant(name.first_seen),
        "last_seen": text_from_instant(name.last_seen),
        "is_new": name.is_new,
        "growth": round(name.growth, 2),
        "hk_china": round(name.hk_china, 3),
        "beside": list(name.beside),
        "context": [{"article_id": s.article_id, "sentence": s.sentence} for s in name.sightings],
    }


def _csv(names: Sequence[EmergingName]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for name in names:
        record = _record(name)
        lists = {key: "; ".join(map(str, value)) for key, value in record.items() if isinstance(value, list)}
        writer.writerow(record | lists)
    return target.getvalue()


def _block(name: EmergingName) -> str:
    first, last = (text_from_instant(at)[:16].replace("T", " ") for at in (name.first_seen, name.last_seen))
    others = [variant for variant in name.variants if variant != name.name]
    lines = [
        f"{name.name}  ({name.type}, {name.entity_id}){'  NEW' if name.is_new else ''}",
        f"  {name.n_stories} stories in {name.n_articles} articles, {_publishers(name)}",
        f"  growth {name.growth:+.1f}, Hong Kong or China {name.hk_china:.0%}",
        f"  first {first}Z, last {last}Z",
    ]
    if others:
        lines.append(f"  also {', '.join(others)}")
    if name.beside:
        lines.append(f"  beside {', '.join(name.beside)}")
    lines.extend(f"  - {sighting.sentence} [{sighting.article_id}]" for sighting in name.sightings)
    return "\n".join(lines) + "\n"


def _publishers(name: EmergingName) -> str:
    shown = ", ".join(name.publishers[:_N_PUBLISHERS])
    more = len(name.publishers) - _N_PUBLISHERS
    return f"{shown} and {more} more" if more > 0 else shown


def entity_line(entity: Entity) -> str:
    """Return an entity on one line: id, name, type, listings."""
    return "  ".join([entity.entity_id, entity.name, entity.type, *entity.tickers()])


def write_entity(entity: Entity | None, articles: Sequence[NamedArticle]) -> str:
    """Write what is known of an entity: its entry, if it has one, and where the news has named it."""
    if entity is None:
        lines = [f"{articles[0].name}  ({articles[0].type}; not in the catalogue)"]
    else:
        lines = list(_entry(entity))
    lines += _news(articles) if articles else ["no tagged article names it here"]
    return "\n".join(lines) + "\n"


def _entry(entity: Entity) -> Iterator[str]:
    yield entity_line(entity)
    if entity.description:
        yield entity.description
    yield f"forms: {', '.join(entity.aliases)}"
    if entity.ambiguous:
        yield f"only where the text confirms them: {', '.join(sorted(entity.ambiguous))}"
    if entity.parent:
        yield f"parent: {entity.parent}"


def _news(articles: Sequence[NamedArticle]) -> Iterator[str]:
    first, last = (text_from_instant(a.known_at)[:10] for a in (articles[0], articles[-1]))
    n_publishers = len({article.publisher for article in articles})
    yield f"{len(articles):,} articles of {n_publishers} publishers, {first} to {last}; the latest:"
    for article in articles[: -_N_TITLES - 1 : -1]:
        at = text_from_instant(article.known_at)[:16].replace("T", " ")
        yield f"  {at}Z  {article.publisher}  {article.title}  [{article.article_id}]"
