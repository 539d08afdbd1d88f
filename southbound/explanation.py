"""An explained article written out: for a terminal of 100 columns, or as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Words

from nlp.annotation import EntityTag, Span
from nlp.explanation import Explanation, Form, Passage, ThemeReason
from southbound.digest.wording import clean_line
from southbound.export_review import line_of_correction, record_of_correction
from southbound.instant import text_from_instant
from southbound.pipeline.explain import ExplainedArticle, Subject, UsedAdjustment
from southbound.store.model_name import base_of

WIDTH = 100
_SAID_OTHERWISE = frozenset({"article_id", "text", "adjustment", "corrections", "standing"})
_FORMAT = "southbound-explanation/1"
_DIGITS = 4
#: Themes shown beside a sentence.
_N_BESIDE = 2
_N_MENTIONS = 4
_TONES = {-1: "negative", 0: "neutral", 1: "positive"}

Names = Mapping[str, str]


def json_from_explanation(explained: ExplainedArticle) -> str:
    """Write everything as one indented JSON object; instants are UTC, scores have four places."""
    subject, explanation = explained.subject, asdict(explained.explanation)
    annotation = explanation.pop("annotation")
    record = {
        "format": _FORMAT,
        "id": subject.article_id,
        **{key: value for key, value in asdict(subject).items() if key not in _SAID_OTHERWISE},
        "adjustment": _record_of_adjustment(subject.adjustment),
        "corrections": [
            {**record_of_correction(row), "stands": row.pk in subject.standing} for row in subject.corrections
        ],
        "title": subject.text.title,
        "body": subject.text.body,
        "language": subject.text.language,
        "model": annotation["model"],
        **{key: annotation[key] for key in ("hk_china", "tone", "entities", "tokens")},
        **explanation,
    }
    return json.dumps(_plain(record), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _record_of_adjustment(used: UsedAdjustment | None) -> dict[str, object] | None:
    if used is None:
        return None
    return {"version": used.stored.version, "reviewer": used.reviewer, "since": used.since}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return text_from_instant(value)
    return round(value, _DIGITS) if isinstance(value, float) else value


def text_from_explanation(explained: ExplainedArticle, *, names: Names) -> str:
    """Lay everything out in plain text of at most 100 columns; `names` are the themes' by id."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=WIDTH, color_system=None, legacy_windows=False)
    print_explanation(explained, names=names, console=console)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def print_explanation(explained: ExplainedArticle, *, names: Names, console: Console) -> None:
    """Print everything on a console."""
    subject, explanation = explained.subject, explained.explanation
    parts = [_head(subject), *_stored(subject, names), *_reviewed(subject), *_text(explanation, names)]
    parts += [*_themes(explanation, names), *_rest(explanation, names)]
    for part in parts:
        console.print(part, highlight=False, markup=False, emoji=False)


def _head(subject: Subject) -> RenderableType:
    words = Words(clean_line(subject.text.title), style="bold")
    dates = [
        f"{label} {_minute(at)}"
        for label, at in (("published", subject.published_at), ("known", subject.known_at))
        if at
    ]
    facts = [subject.article_id, subject.publisher, subject.text.language, *dates]
    if subject.n_revisions > 1:
        facts.append(f"revision {subject.revision} of 0 to {subject.n_revisions - 1}")
    words.append("\n" + clean_line(", ".join(fact for fact in facts if fact)), style="not bold dim")
    return words


def _stored(subject: Subject, names: Names) -> Iterator[RenderableType]:
    if subject.known_at is None:
        return
    yield _heading("Stored tags")
    table = _table()
    for tagging in subject.taggings:
        themes = ", ".join(f"{_name(tag.theme, names)} {tag.score:.2f}" for tag in tagging.themes)
        known = f"known {_minute(tagging.known_at)}"
        said = f"{themes or 'no theme'}; {_TONES[tagging.tone.label]}; entities: {len(tagging.entities)}"
        base = base_of(tagging.model)[0]
        # A model's name is longer than its column; what was done to its tags stands at the end.
        done = tagging.model.removeprefix(base)
        table.add_row(Words(f"{base}\n{known}{' ' if done else ''}{done}"), Words(said))
    yield table if subject.taggings else Words("none; `southbound tag` tags what is new")


def _reviewed(subject: Subject) -> Iterator[RenderableType]:
    """Yield what reviewers have to do with the tags: what was learnt, what they said of the text."""
    if subject.adjustment is not None or subject.corrections:
        yield _heading("Reviewers")
    if subject.adjustment is not None:
        used = subject.adjustment
        yield Words(
            f"the model is adjusted by what was learnt from reviews: version {used.stored.version}, taken "
            f"into use by {clean_line(used.reviewer)}, {_minute(used.since)}"
        )
    for row in subject.corrections:
        state = "" if row.pk in subject.standing or row.undoes is not None else "  (taken back)"
        yield Words(line_of_correction(row).strip() + state)


def _text(explanation: Explanation, names: Names) -> Iterator[RenderableType]:
    tokens = explanation.annotation.tokens
    yield _heading(f"Tagged now by {explanation.annotation.model}")
    yield Words(
        f"{tokens.read:,} of {tokens.total:,} tokens read, in {_count(explanation.n_windows, 'window')}"
    )
    yield _heading("Text (scores: the sentence alone; >: evidence; -: not read)")
    needed = {reason.theme: reason.threshold for reason in explanation.themes}
    table = _table()
    for passage in explanation.passages:
        style = "dim" if not passage.is_read else "bold" if passage.evidence_of else ""
        table.add_row(
            Words("\n".join(_beside(passage, needed, names)), style="cyan"),
            Words(_mark(passage), style=style),
            Words(clean_line(passage.span.text), style=style),
        )
    yield table


def _mark(passage: Passage) -> str:
    if not passage.is_read:
        return "-"
    return ">" if passage.evidence_of else ""


def _beside(passage: Passage, needed: Mapping[str, float], names: Names) -> list[str]:
    """Return the themes that a sentence carries alone, strongest first, after those it is evidence of."""
    carried = [theme for theme, score in passage.scores.items() if score >= needed[theme]]
    others = [theme for theme in carried if theme not in passage.evidence_of]
    shown = [*passage.evidence_of, *others[: max(0, _N_BESIDE - len(passage.evidence_of))]]
    return [f"{_name(theme, names)} {passage.scores[theme]:.2f}" for theme in shown]


def _themes(explanation: Explanation, names: Names) -> Iterator[RenderableType]:
    if not explanation.themes:
        yield Words("\nno model reads this language: entities only")
        return
    yield _heading("Themes (encoder, words, later, reviews: parts of the score's log-odds)")
    table = _table(
        *("theme", "score", "needs", "", "encoder", "words", "later", "reviews", "window", "evidence alone")
    )
    for column in (1, 2, 4, 5, 6, 7, 8, 9):
        table.columns[column].justify = "right"
    for reason in explanation.themes:
        table.add_row(*_cells(reason, names, explanation.n_windows), style="bold" if reason.is_given else "")
    yield table


def _cells(reason: ThemeReason, names: Names, n_windows: int) -> Iterator[Words]:
    alone = "" if reason.evidence_score is None else f"{reason.evidence_score:.2f}"
    encoder = "" if reason.encoder is None else f"{reason.encoder:+.2f}"
    later = f"{reason.discount:+.2f}" if reason.discount else ""
    cells = [_name(reason.theme, names), f"{reason.score:.3f}", f"{reason.threshold:.3f}"]
    cells += ["given" if reason.is_given else "", encoder, f"{reason.words:+.2f}", later]
    cells += [f"{reason.reviews:+.2f}" if reason.reviews else ""]
    cells += [f"{reason.window} of {n_windows}", alone]
    yield from map(Words, cells)


def _rest(explanation: Explanation, names: Names) -> Iterator[RenderableType]:
    annotation = explanation.annotation
    tone = annotation.tone
    if explanation.themes:
        yield _heading("Tone and scope")
        yield Words(
            f"{_TONES[tone.label]} (positive {tone.positive:.2f}, neutral {tone.neutral:.2f}, negative"
            f" {tone.negative:.2f}); Hong Kong or China {annotation.hk_china:.2f}"
        )
    yield _heading("Entities")
    yield _entities(annotation.entities) if annotation.entities else Words("none")
    if explanation.forms:
        yield _heading("Ambiguous names (what speaks for each candidate)")
        yield _forms(explanation.forms)
    if explanation.neighbours:
        yield _heading("Nearest labelled examples")
        table = _table()
        for neighbour in explanation.neighbours:
            themes = ", ".join(_name(theme, names) for theme in neighbour.themes) or "no theme"
            said = f"{neighbour.title}\n{themes}; {_TONES[neighbour.tone]}"
            table.add_row(Words(f"{neighbour.similarity:.2f}"), Words(neighbour.example_id), Words(said))
        yield table


def _entities(entities: tuple[EntityTag, ...]) -> RenderableType:
    table = _table("relevance", "entity", "type", "for holders", "listings", "mentions")
    for entity in entities:
        places = [_place(mention) for mention in entity.mentions[:_N_MENTIONS]]
        more = len(entity.mentions) - len(places)
        mentions = ", ".join([*places, *([f"and {more} more"] if more > 0 else [])])
        listings = " ".join(entity.tickers) if entity.linked else "not in the catalogue"
        holders = _TONES[entity.tone.label] if entity.tone else ""
        cells = [f"{entity.relevance:.2f}", entity.name, entity.type, holders, listings, mentions]
        table.add_row(*map(Words, cells))
    return table


def _forms(forms: tuple[Form, ...]) -> RenderableType:
    table = _table("name", "candidates", "linked to")
    for form in forms:
        support = ", ".join(f"{entity_id} {value:.2f}" for entity_id, value in form.support.items())
        table.add_row(*map(Words, (_place(form.span), support, form.chosen or "none: in doubt")))
    return table


def _place(span: Span) -> str:
    return f"{clean_line(span.text)} ({span.field} {span.start}-{span.end})"


def _heading(text: str) -> Words:
    return Words(f"\n{text}", style="bold underline")


def _table(*columns: str) -> Table:
    table = Table(box=None, show_header=bool(columns), pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column)
    return table


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _name(theme: str, names: Names) -> str:
    return names.get(theme, theme)


def _minute(at: datetime) -> str:
    return text_from_instant(at)[:16].replace("T", " ") + "Z"
