"""What of a digest goes into a chat: the brief and the market, a few lines each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from southbound.digest import DigestContent, WeekContent
from southbound.digest.brief_content import Highlight, ReadFirst, WatchedEntity
from southbound.digest.brief_text import change_lines, publishers_text, reasons_text, watched_text
from southbound.digest.content import IndexFigure, ThemeLine
from southbound.digest.legend import counts_text, week_heading, window_text
from southbound.digest.week_content import WeekIndex, WeekTheme
from southbound.digest.wording import (
    day_text,
    instant_text,
    long_day_text,
    money_text,
    number_text,
    percent_text,
    points_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line, its address, and what stands small behind it."""

    text: str
    url: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines under a title."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest for a chat. All text is clean but not escaped: each form does that in its own way."""

    title: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    footer: str


def summarise(content: DigestContent | WeekContent) -> Message:
    """Shorten a digest to what a chat has room for; parts without a line are left out."""
    parts = _week_parts(content) if isinstance(content, WeekContent) else _day_parts(content)
    return Message(
        title=title_of(content),
        lines=(*content.notes, *content.summary),
        parts=tuple(part for part in parts if part.items),
        footer=f"{window_text(content)}. {counts_text(content.counts)}. "
        f"Nothing here was known at or after {instant_text(content.as_of)} HKT.",
    )


def title_of(content: DigestContent | WeekContent) -> str:
    """Name a digest, as in a mail's subject."""
    desk = f" ({content.desk})" if content.desk else ""
    if isinstance(content, WeekContent):
        return f"Southbound week{desk}. {week_heading(content)}"
    return f"Southbound digest{desk}: {long_day_text(content.session)}"


def plain_text(message: Message) -> str:
    """Write the message as lines of plain text, for webhooks that take no more."""
    lines = [message.title, "", *message.lines]
    for part in message.parts:
        lines += ["", part.title]
        lines += [" ".join(filter(None, ("-", one.text, _small(one), one.url))) for one in part.items]
    return "\n".join([*lines, "", message.footer])


def _small(item: Item) -> str:
    return f"({item.note})" if item.note else ""


def _day_parts(content: DigestContent) -> Sequence[Part]:
    brief = content.brief
    changes = change_lines(brief.changes) if brief.changes else ()
    since = f"Since {day_text(brief.changes.before)}" if brief.changes else ""
    return (
        _lines("Alerts", (f"{alert.name}: {alert.figures}" for alert in content.alerts)),
        _read_first(brief.read_first),
        _highlights(brief.highlights),
        _lines(since, changes),
        _watched(brief.watched),
        _lines("Market before the open", [*_flow(content), *map(_index, content.indices)]),
        _lines("Themes", map(_theme, content.themes)),
    )


def _week_parts(content: WeekContent) -> Sequence[Part]:
    stories = (
        Item(text=one.story.title, url=one.story.url, note=f"{publishers_text(one.story)}")
        for one in content.stories
    )
    flow = content.flow.notes if content.flow else ()
    return (
        _read_first(content.read_first),
        _highlights(content.highlights),
        _watched(content.watched),
        _lines("Market of the week", [*flow, *map(_week_index, content.indices)]),
        _lines("Themes", map(_theme, content.themes)),
        Part(title="Top stories of the week", items=tuple(stories)),
    )


def _lines(title: str, lines: Iterable[str]) -> Part:
    return Part(title=title, items=tuple(Item(text=line) for line in lines))


def _read_first(read_first: Iterable[ReadFirst]) -> Part:
    items = (
        Item(
            text=one.story.title,
            url=one.story.url,
            note=f"{publishers_text(one.story)}; {reasons_text(one)}",
        )
        for one in read_first
    )
    return Part(title="Read first", items=tuple(items))


def _highlights(highlights: Iterable[Highlight]) -> Part:
    items = (
        Item(text=one.text, url=one.url, note=f"{one.publisher}, {one.theme_name}") for one in highlights
    )
    return Part(title="In the news’ own words", items=tuple(items))


def _watched(watched: Iterable[WatchedEntity]) -> Part:
    return _lines("On the desk’s list", (f"{one.name}: {watched_text(one)}" for one in watched))


def _flow(content: DigestContent) -> list[str]:
    if content.flow is None:
        return []
    flow = content.flow
    return [
        (
            f"Southbound net buying {money_text(flow.net, signed=True)} on {day_text(flow.session)}, "
            f"{money_text(flow.trailing_net, signed=True)} in {flow.trailing_sessions} sessions"
        ),
        *flow.notes,
    ]


def _index(index: IndexFigure) -> str:
    close = number_text(index.close, digits=2)
    return f"{index.name} {close}, {percent_text(index.change, signed=True)} ({day_text(index.session)})"


def _week_index(index: WeekIndex) -> str:
    close = number_text(index.close, digits=2)
    return f"{index.name} {close}, {percent_text(index.change, signed=True)} on the week"


def _theme(line: ThemeLine | WeekTheme) -> str:
    return f"{line.name} {percent_text(line.share)} ({points_text(line.change)})"
