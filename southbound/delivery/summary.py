"""What of a digest goes into a chat: the brief and the market, a few lines each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from southbound.digest import DigestContent, WeekContent
from southbound.digest.brief_content import Highlight, ReadFirst, WatchedEntity
from southbound.digest.brief_text import change_lines, publishers_text, reasons_text, watched_text
from southbound.digest.content import IndexFigure, ThemeLine
from southbound.digest.legend import counts_text, title_text, window_text
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import WeekIndex, WeekTheme
from southbound.digest.wording import number_text, percent_text
from southbound.language.words import Language


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
    language: Language = "en"

    def more(self, n: int) -> str:
        """Say that some items are left out."""
        return phrases_of(self.language)("more", n=n)


def summarise(content: DigestContent | WeekContent) -> Message:
    """Shorten a digest to what a chat has room for; parts without a line are left out."""
    say = phrases_of(content.language)
    parts = _week_parts(content, say) if isinstance(content, WeekContent) else _day_parts(content, say)
    return Message(
        title=title_of(content),
        lines=(*content.notes, *content.summary),
        parts=tuple(part for part in parts if part.items),
        footer=say(
            "footer",
            window=window_text(content, say),
            counts=counts_text(content.counts, say),
            as_of=say.instant(content.as_of),
        ),
        language=content.language,
    )


def title_of(content: DigestContent | WeekContent) -> str:
    """Name a digest, as in a mail's subject."""
    say = phrases_of(content.language)
    return title_text(content, say, desk=say("of_desk_short", desk=content.desk) if content.desk else "")


def plain_text(message: Message) -> str:
    """Write the message as lines of plain text, for webhooks that take no more."""
    lines = [message.title, "", *message.lines]
    for part in message.parts:
        lines += ["", part.title]
        lines += [
            " ".join(filter(None, ("-", one.text, _small(one, message.language), one.url)))
            for one in part.items
        ]
    return "\n".join([*lines, "", message.footer])


def _small(item: Item, language: Language) -> str:
    return phrases_of(language)("small", note=item.note) if item.note else ""


def _day_parts(content: DigestContent, say: Phrases) -> Sequence[Part]:
    brief = content.brief
    changes = change_lines(brief.changes, say) if brief.changes else ()
    since = say("since", day=say.day(brief.changes.before)) if brief.changes else ""
    alerts = (say("colon", name=alert.name, told=alert.figures) for alert in content.alerts)
    indices = (_index(index, say) for index in content.indices)
    return (
        _lines(say.words("alerts"), alerts),
        _read_first(brief.read_first, say),
        _highlights(brief.highlights, say),
        _lines(since, changes),
        _watched(brief.watched, say),
        _lines(say("market"), [*_flow(content, say), *indices]),
        _lines(say.words("themes"), (_theme(line, say) for line in content.themes)),
    )


def _week_parts(content: WeekContent, say: Phrases) -> Sequence[Part]:
    stories = (
        Item(text=one.story.title, url=one.story.url, note=publishers_text(one.story, say))
        for one in content.stories
    )
    flow = content.flow.notes if content.flow else ()
    indices = (_week_index(index, say) for index in content.indices)
    return (
        _read_first(content.read_first, say),
        _highlights(content.highlights, say),
        _watched(content.watched, say),
        _lines(say("week_market"), [*flow, *indices]),
        _lines(say.words("themes"), (_theme(line, say) for line in content.themes)),
        Part(title=say("week_stories"), items=tuple(stories)),
    )


def _lines(title: str, lines: Iterable[str]) -> Part:
    return Part(title=title, items=tuple(Item(text=line) for line in lines))


def _read_first(read_first: Iterable[ReadFirst], say: Phrases) -> Part:
    items = (
        Item(
            text=one.story.title,
            url=one.story.url,
            note=say("joint").join([publishers_text(one.story, say), reasons_text(one, say)]),
        )
        for one in read_first
    )
    return Part(title=say("read_first"), items=tuple(items))


def _highlights(highlights: Iterable[Highlight], say: Phrases) -> Part:
    items = (
        Item(text=one.text, url=one.url, note=f"{one.publisher}{say('comma')}{one.theme_name}")
        for one in highlights
    )
    return Part(title=say("own_words"), items=tuple(items))


def _watched(watched: Iterable[WatchedEntity], say: Phrases) -> Part:
    return _lines(
        say("watched"), (say("colon", name=one.name, told=watched_text(one, say)) for one in watched)
    )


def _flow(content: DigestContent, say: Phrases) -> list[str]:
    if content.flow is None:
        return []
    flow = content.flow
    told = say(
        "flow_short",
        net=say.money(flow.net, signed=True),
        day=say.day(flow.session),
        trailing=say.money(flow.trailing_net, signed=True),
        n=flow.trailing_sessions,
    )
    return [told, *flow.notes]


def _index(index: IndexFigure, say: Phrases) -> str:
    close = number_text(index.close, digits=2)
    told = f"{index.name} {close}{say('comma')}{percent_text(index.change, signed=True)}"
    return say("dated", told=told, day=say.day(index.session))


def _week_index(index: WeekIndex, say: Phrases) -> str:
    close = number_text(index.close, digits=2)
    told = f"{index.name} {close}{say('comma')}{percent_text(index.change, signed=True)}"
    return say("on_week", index=told)


def _theme(line: ThemeLine | WeekTheme, say: Phrases) -> str:
    told = f"{line.name} {percent_text(line.share)}"
    return say("in_brackets", told=told, note=say.points(line.change))
