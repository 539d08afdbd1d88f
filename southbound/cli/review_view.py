"""How an item of the review queue looks at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from nlp.annotation import Span
from southbound.digest.wording import clean_text, instant_text
from southbound.pipeline.review.item import ReviewItem

#: What is shown of a body around its evidence.
_AROUND = 400
_EVIDENCE = "bold black on yellow"

KEYS = (
    ("a", "accept: the tag is right; an article as a whole: its themes are complete"),
    ("A", "of an article as a whole: its themes and its names are complete"),
    ("r", "reject: the tag is wrong; of an article as a whole, which one is asked"),
    ("+", "add a theme that is missing"),
    ("e", "add an entity that is missing"),
    ("l", "relink an entity: all its mentions, or some, to another id"),
    ("s", "split an entity: some of its mentions are another's"),
    ("m", "merge the story with another; -, split this report off its story"),
    ("t", "set the tone: -1, 0 or 1"),
    ("h", "turn round whether it is about Hong Kong or China"),
    ("u", "undo the last correction of this session; again, the one before"),
    ("n", "next, unanswered"),
    ("?", "these keys"),
    ("q", "quit; what was answered is stored"),
)


def item_view(item: ReviewItem, *, number: int, total: int) -> Group:
    """Lay an item out: what is asked, the text with its evidence marked, what else it carries."""
    lines: list[Text] = [
        Text(f"{number} of {total}  {_question(item)}", style="bold"),
        Text(f"{item.draw.stratum}: {item.draw.reason}", style="dim"),
        Text(),
        _marked(item.text.title, [span for span in item.marked if span.field == "title"], style="bold"),
        Text(f"{item.text.publisher}  {instant_text(item.text.known_at)}", style="dim"),
    ]
    lines += _body(item)
    lines += [Text(), Text(f"themes: {_themes(item)}"), Text(f"entities: {_entities(item)}")]
    lines.append(Text(f"tone {item.tagging.tone.label:+d}  Hong Kong or China {item.tagging.hk_china:.2f}"))
    return Group(*lines)


def _question(item: ReviewItem) -> str:
    one = item.draw.candidate
    if item.draw.is_article:
        return "Are these all its themes (a), or all its themes and names (A), and right?"
    if one.theme is not None:
        return f"Is it about {one.theme}?" + ("" if one.is_given else " (not given as yet)")
    name = item.entity.name if item.entity else one.entity_id
    return f"Is what is marked {name} ({one.entity_id})?"


def _body(item: ReviewItem) -> Iterator[Text]:
    spans = [span for span in item.marked if span.field == "body"]
    body = item.text.body
    if not body:
        return
    first = max(0, min((span.start for span in spans), default=0) - _AROUND)
    last = min(len(body), max((span.end for span in spans), default=0) + _AROUND)
    last = len(body) if item.draw.is_article else last
    moved = [
        Span(field="body", start=span.start - first, end=span.end - first, text=span.text) for span in spans
    ]
    yield _marked(("… " if first else "") + body[first:last], moved, shift=2 if first else 0)


def _marked(text: str, spans: Sequence[Span], *, style: str = "", shift: int = 0) -> Text:
    # What isn't printable could move the cursor; one sign each keeps the places.
    plain = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    shown = Text(plain, style=style)
    for span in spans:
        shown.stylize(_EVIDENCE, span.start + shift, span.end + shift)
    return shown


def _themes(item: ReviewItem) -> str:
    return ", ".join(f"{tag.theme} {tag.score:.2f}" for tag in item.tagging.themes) or "none"


def _entities(item: ReviewItem) -> str:
    return clean_text(
        ", ".join(
            f"{tag.entity_id} {tag.relevance:.2f} ({len(tag.mentions)})" for tag in item.tagging.entities
        )
        or "none"
    )
