"""A digest as plain text: for mail, and for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from southbound.digest.brief_content import Highlight, ReadFirst, StoryLink, WatchedEntity
from southbound.digest.brief_text import change_lines, publishers_text, reasons_text, watched_text
from southbound.digest.content import ClaimLine, DigestContent, EntityLine, StoryCard, ThemeSection
from southbound.digest.layout import heading, table, wrap
from southbound.digest.legend import counts_text, legend_lines, title_text, window_text
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import WeekContent
from southbound.digest.wording import number_text, percent_text, tone_mark

_MAX_PUBLISHERS = 3


def text_from_digest(content: DigestContent) -> str:
    """Write a digest as lines of at most 72 columns; addresses stand on lines of their own."""
    brief, say = content.brief, phrases_of(content.language)
    changes = change_lines(brief.changes, say) if brief.changes else ()
    since = say("since", day=say.day(brief.changes.before)) if brief.changes else ""
    return joined(
        *head_parts(content, say),
        _listed(say.words("alerts"), _alerts(content, say)),
        *opening_parts(brief.read_first, brief.highlights, say),
        _listed(since, changes),
        watched_part(brief.watched, say),
        _market(content, say),
        _claims(content.claims, say),
        _themes(content, say),
        *(_section(section, content, say) for section in content.sections),
        entity_part(content.entities, say),
        legend_part(legend_lines(content, say), say),
    )


def link_lines(title: str, url: str | None, *, first: str = "- ") -> list[str]:
    """Write a title, and its address on a line of its own."""
    return [wrap(title, first=first), *([" " * len(first) + url] if url else [])]


def joined(*parts: str) -> str:
    """Set parts under each other, those without text left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def under(title: str, lines: Sequence[str]) -> str:
    """Write lines under a heading; nothing without one."""
    return "\n".join([heading(title), *lines]) if lines else ""


def head_parts(content: DigestContent | WeekContent, say: Phrases) -> tuple[str, str]:
    """Write the title, and what news there is with reservations and the summary."""
    desk = say("of_desk", desk=content.desk) if content.desk else ""
    told = [wrap(note, first="! ") for note in content.notes]
    window, counts = window_text(content, say), counts_text(content.counts, say)
    lines = [wrap(window), wrap(counts), *told, "", *map(wrap, content.summary)]
    return wrap(title_text(content, say, desk=desk)), "\n".join(lines).rstrip()


def opening_parts(
    read_first: Sequence[ReadFirst], highlights: Sequence[Highlight], say: Phrases
) -> tuple[str, str]:
    """Write what to read first, and the news' own words."""
    first = [line for place, one in enumerate(read_first, 1) for line in _first(place, one, say)]
    words = [line for one in highlights for line in _highlight(one, say)]
    return under(say("read_first"), first), under(say("own_words"), words)


def _first(place: int, one: ReadFirst, say: Phrases) -> list[str]:
    lines = link_lines(one.story.title, one.story.url, first=f"{place}. ")
    told = say("joint").join([publishers_text(one.story, say), reasons_text(one, say)])
    return [lines[0], wrap(told, first="   "), *lines[1:]]


def _highlight(one: Highlight, say: Phrases) -> list[str]:
    source = say("source", source=f"{one.publisher}{say('comma')}{one.theme_name}")
    return link_lines(f"{one.text} {source}", one.url)


def _alerts(content: DigestContent, say: Phrases) -> list[str]:
    return [
        say(
            "colon",
            name=alert.name,
            told=say("in_brackets", told=alert.figures, note=alert.condition),
        )
        for alert in content.alerts
    ]


def _listed(title: str, lines: Iterable[str]) -> str:
    return under(title, [wrap(line, first="- ") for line in lines])


def watched_part(watched: Sequence[WatchedEntity], say: Phrases) -> str:
    """Write the desk's entities; nothing without one."""
    lines = []
    for entity in watched:
        tone = "" if entity.tone is None else say("comma") + tone_text(entity.tone, say)
        told = f"{watched_text(entity, say)}{tone}"
        lines.append(wrap(say("colon", name=entity.name, told=told), first="- "))
        lines += [line for story in entity.stories for line in _indented(story)]
    return under(say("watched"), lines)


def _indented(story: StoryLink) -> list[str]:
    return link_lines(story.title, story.url, first="  . ")


def _market(content: DigestContent, say: Phrases) -> str:
    lines = []
    if content.flow:
        flow = content.flow
        told = say(
            "flow_line",
            net=say.money(flow.net, signed=True),
            day=say.day(flow.session),
            trailing=say.money(flow.trailing_net, signed=True),
            n=flow.trailing_sessions,
            quarter=say.quarter(flow.quarter),
            quarter_net=say.money(flow.quarter_net, signed=True),
        )
        lines += [wrap(told), *(wrap(note, first="  ") for note in flow.notes)]
    rows = [
        [
            index.name,
            number_text(index.close, digits=2),
            percent_text(index.change, signed=True),
            percent_text(index.change_5, signed=True),
            say.day(index.session),
        ]
        for index in content.indices
    ]
    if rows:
        header = ["", say.words("close"), say("one_session"), say("sessions", n=5), say.words("as_of")]
        lines.append(table([header, *rows], "lrrrl"))
    return under(say("market"), lines)


def _claims(claims: Sequence[ClaimLine], say: Phrases) -> str:
    lines = []
    for one in claims:
        title, *address = link_lines(f"{one.sentence} {say('source', source=one.publisher)}", one.url)
        lines += [title, wrap(say("colon", name=one.number, told=one.verdict), first="  "), *address]
    return under(say("claims"), lines)


def _themes(content: DigestContent, say: Phrases) -> str:
    rows = [
        [
            line.name,
            str(line.n_articles),
            percent_text(line.share),
            say.points(line.change),
            number_text(line.intensity),
            number_text(line.zscore, digits=1, signed=True),
            tone_text(line.tone, say),
        ]
        for line in content.themes
    ]
    header = [
        "",
        say("articles_short"),
        say.words("share"),
        say("change_short", n=content.baseline_sessions),
        say("intensity_short"),
        "z",
        say.words("tone"),
    ]
    return under(say.words("themes"), [table([header, *rows], "lrrrrrl")] if rows else [])


def _section(section: ThemeSection, content: DigestContent, say: Phrases) -> str:
    elsewhere = say("elsewhere", themes=say.listed(section.elsewhere, limit=3))
    lines = [line for card in section.stories for line in _card(card, content, say)]
    return under(section.name, lines or [wrap(elsewhere)])


def _card(card: StoryCard, content: DigestContent, say: Phrases) -> list[str]:
    facts = [
        say.listed(card.publishers, limit=_MAX_PUBLISHERS),
        *([say.count("reports", card.n_reports)] if card.n_reports > 1 else []),
        say.time(card.known_at, session=content.session),
        say.tone_word(card.tone),
    ]
    evidence = card.themes[0].evidence
    quoted = (
        [wrap(say("quote", text=evidence.text), first="  ")]
        if evidence is not None and evidence.field == "body"
        else []
    )
    title, *address = link_lines(card.title, card.url)
    return [title, wrap(say("comma").join(facts), first="  "), *quoted, *address]


def entity_part(entities: Sequence[EntityLine], say: Phrases) -> str:
    """Write the table of entities; nothing without one."""
    rows = [
        [line.name, say.listed(line.tickers, limit=1), str(line.n_articles), tone_text(line.tone, say)]
        for line in entities
    ]
    header = ["", "", say.words("articles"), say.words("tone")]
    return under(say("entities"), [table([header, *rows], "llrl")] if rows else [])


def legend_part(lines: Iterable[str], say: Phrases) -> str:
    """Write how it is measured."""
    return _listed(say.words("how_measured"), lines)


def tone_text(tone: float | None, say: Phrases) -> str:
    """Write a tone as sign and word."""
    return f"{tone_mark(tone)} {say.tone_word(tone)}".strip()
