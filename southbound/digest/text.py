"""A digest as plain text: for mail, and for terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from southbound.digest.brief_content import Highlight, ReadFirst, StoryLink, WatchedEntity
from southbound.digest.brief_text import (
    change_lines,
    publishers_text,
    rank_text,
    reasons_text,
    watched_text,
)
from southbound.digest.content import AlertLine, ClaimLine, DigestContent, EntityLine, StoryCard, ThemeSection
from southbound.digest.layout import heading, table, wrap
from southbound.digest.legend import counts_text, legend_lines, week_heading, week_legend_lines, window_text
from southbound.digest.week_content import ThemeDrivers, WeekContent
from southbound.digest.wording import (
    day_text,
    instant_text,
    listed_text,
    long_day_text,
    money_text,
    number_text,
    percent_text,
    points_text,
    time_text,
    tone_mark,
    tone_word,
)

_MAX_PUBLISHERS = 3


def text_from_digest(content: DigestContent) -> str:
    """Write a digest as lines of at most 72 columns; addresses stand on lines of their own."""
    brief = content.brief
    changes = change_lines(brief.changes) if brief.changes else ()
    since = f"Since {day_text(brief.changes.before)}" if brief.changes else ""
    return _joined(
        wrap(f"Southbound digest{_of_desk(content.desk)}: {long_day_text(content.session)}"),
        _header(window_text(content), counts_text(content.counts), content.notes, content.summary),
        _listed("Alerts", map(_alert, content.alerts)),
        *_openings(brief.read_first, brief.highlights),
        _listed(since, changes),
        _watched(brief.watched),
        _market(content),
        _claims(content.claims),
        _themes(content),
        *(_section(section, content) for section in content.sections),
        _entities(content.entities),
        _legend(legend_lines(content)),
    )


def text_from_week(content: WeekContent) -> str:
    """Write a week's digest in the same way."""
    return _joined(
        wrap(f"Southbound week{_of_desk(content.desk)}. {week_heading(content)}"),
        _header(window_text(content), counts_text(content.counts), content.notes, content.summary),
        *_openings(content.read_first, content.highlights),
        _watched(content.watched),
        _week_market(content),
        _week_themes(content),
        _drivers(content.drivers),
        _week_stories(content),
        _entities(content.entities),
        _legend(week_legend_lines(content)),
    )


def link_lines(title: str, url: str | None, *, first: str = "- ") -> list[str]:
    """Write a title, and its address on a line of its own."""
    return [wrap(title, first=first), *([" " * len(first) + url] if url else [])]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _of_desk(desk: str) -> str:
    return f", {desk}" if desk else ""


def _header(window: str, counts: str, notes: Iterable[str], summary: Iterable[str]) -> str:
    told = [wrap(note, first="! ") for note in notes]
    return "\n".join([wrap(window), wrap(counts), *told, "", *map(wrap, summary)]).rstrip()


def _openings(read_first: Sequence[ReadFirst], highlights: Sequence[Highlight]) -> tuple[str, str]:
    return (
        _under(
            "Read first", [line for place, one in enumerate(read_first, 1) for line in _first(place, one)]
        ),
        _under("In the news' own words", [line for one in highlights for line in _highlight(one)]),
    )


def _first(place: int, one: ReadFirst) -> list[str]:
    lines = link_lines(one.story.title, one.story.url, first=f"{place}. ")
    return [lines[0], wrap(f"{publishers_text(one.story)}; {reasons_text(one)}", first="   "), *lines[1:]]


def _highlight(one: Highlight) -> list[str]:
    return link_lines(f"{one.text} [{one.publisher}, {one.theme_name}]", one.url)


def _alert(alert: AlertLine) -> str:
    return f"{alert.name}: {alert.figures} ({alert.condition})"


def _listed(title: str, lines: Iterable[str]) -> str:
    return _under(title, [wrap(line, first="- ") for line in lines])


def _under(title: str, lines: Sequence[str]) -> str:
    return "\n".join([heading(title), *lines]) if lines else ""


def _watched(watched: Sequence[WatchedEntity]) -> str:
    lines = []
    for entity in watched:
        tone = "" if entity.tone is None else f", {_tone(entity.tone)}"
        lines.append(wrap(f"{entity.name}: {watched_text(entity)}{tone}", first="- "))
        lines += [line for story in entity.stories for line in _indented(story)]
    return _under("On the desk's list", lines)


def _indented(story: StoryLink) -> list[str]:
    return link_lines(story.title, story.url, first="  . ")


def _market(content: DigestContent) -> str:
    lines = []
    if content.flow:
        flow = content.flow
        lines.append(
            wrap(
                f"Southbound net buying {money_text(flow.net, signed=True)} on {day_text(flow.session)}; "
                f"{money_text(flow.trailing_net, signed=True)} in {flow.trailing_sessions} sessions; "
                f"{money_text(flow.quarter_net, signed=True)} in {flow.quarter} to date."
            )
        )
        lines += [wrap(note, first="  ") for note in flow.notes]
    rows = [
        [
            index.name,
            number_text(index.close, digits=2),
            percent_text(index.change, signed=True),
            percent_text(index.change_5, signed=True),
            day_text(index.session),
        ]
        for index in content.indices
    ]
    if rows:
        lines.append(table([["", "Close", "1 session", "5 sessions", "As of"], *rows], "lrrrl"))
    return _under("Market before the open", lines)


def _claims(claims: Sequence[ClaimLine]) -> str:
    lines = []
    for one in claims:
        title, *address = link_lines(f"{one.sentence} [{one.publisher}]", one.url)
        lines += [title, wrap(f"{one.number}: {one.verdict}", first="  "), *address]
    return _under("Claims held against the data", lines)


def _themes(content: DigestContent) -> str:
    rows = [
        [
            line.name,
            str(line.n_articles),
            percent_text(line.share),
            points_text(line.change),
            number_text(line.intensity),
            number_text(line.zscore, digits=1, signed=True),
            _tone(line.tone),
        ]
        for line in content.themes
    ]
    header = ["", "Art.", "Share", f"vs {content.baseline_sessions}", "Int.", "z", "Tone"]
    return _under("Themes", [table([header, *rows], "lrrrrrl")] if rows else [])


def _section(section: ThemeSection, content: DigestContent) -> str:
    elsewhere = f"Its leading stories stand under {listed_text(section.elsewhere, limit=3)}."
    lines = [line for card in section.stories for line in _card(card, content)]
    return _under(section.name, lines or [wrap(elsewhere)])


def _card(card: StoryCard, content: DigestContent) -> list[str]:
    reports = f", {card.n_reports} reports" if card.n_reports > 1 else ""
    facts = (
        f"{listed_text(card.publishers, limit=_MAX_PUBLISHERS)}{reports}, "
        f"{time_text(card.known_at, session=content.session)}, {tone_word(card.tone)}"
    )
    evidence = card.themes[0].evidence
    quoted = (
        [wrap(f'"{evidence.text}"', first="  ")] if evidence is not None and evidence.field == "body" else []
    )
    title, *address = link_lines(card.title, card.url)
    return [title, wrap(facts, first="  "), *quoted, *address]


def _entities(entities: Sequence[EntityLine]) -> str:
    rows = [
        [line.name, listed_text(line.tickers, limit=1), str(line.n_articles), _tone(line.tone)]
        for line in entities
    ]
    return _under("Entities", [table([["", "", "Articles", "Tone"], *rows], "llrl")] if rows else [])


def _legend(lines: Iterable[str]) -> str:
    return _listed("How it is measured", lines)


def _tone(tone: float | None) -> str:
    return f"{tone_mark(tone)} {tone_word(tone)}".strip()


def _week_market(content: WeekContent) -> str:
    lines = []
    if content.flow:
        flow = content.flow
        before = (
            "" if flow.net_before is None else f"; {money_text(flow.net_before, signed=True)} the week before"
        )
        lines.append(
            wrap(
                f"Southbound net buying {money_text(flow.net, signed=True)} in {flow.n_sessions} sessions"
                f"{before}; {money_text(flow.quarter_net, signed=True)} in {flow.quarter} to date."
            )
        )
        lines += [wrap(note, first="  ") for note in flow.notes]
        days = [
            [day_text(one.session), one.state if one.net is None else money_text(one.net, signed=True)]
            for one in flow.sessions
        ]
        lines.append(table(days, "lr"))
    rows = [
        [
            index.name,
            number_text(index.close, digits=2),
            percent_text(index.change, signed=True),
            percent_text(index.change_4_weeks, signed=True),
            day_text(index.session),
        ]
        for index in content.indices
    ]
    if rows:
        lines.append(table([["", "Close", "Week", "4 weeks", "As of"], *rows], "lrrrl"))
    return _under("Market of the week", lines)


def _week_themes(content: WeekContent) -> str:
    rows = [
        [
            f"{line.rank}. {line.name}",
            str(line.n_articles),
            percent_text(line.share),
            points_text(line.change),
            rank_text(line.rank_before) if line.rank_before else "–",
            number_text(line.intensity),
            _tone(line.tone),
        ]
        for line in content.themes
    ]
    header = ["", "Art.", "Share", f"vs {content.baseline_weeks} wks", "Was", "Int.", "Tone"]
    return _under("Themes", [table([header, *rows], "lrrrrrl")] if rows else [])


def _drivers(drivers: Sequence[ThemeDrivers]) -> str:
    lines = []
    for one in drivers:
        lines.append(wrap(f"{one.name}: intensity {number_text(one.after)} from {number_text(one.before)}"))
        lines += [
            wrap(part.name, first=f"  {number_text(part.change, digits=1, signed=True):>6}  ")
            for part in one.stories
        ]
        if one.entities:
            named = ", ".join(
                f"{part.name} {number_text(part.change, digits=1, signed=True)}" for part in one.entities
            )
            lines.append(wrap(f"by name: {named}", first="  "))
    return _under("What moved themes", lines)


def _week_stories(content: WeekContent) -> str:
    lines = []
    for one in content.stories:
        title, *address = link_lines(one.story.title, one.story.url)
        facts = f"{publishers_text(one.story)}, {instant_text(one.first_known_at)}, {one.story.theme_name}"
        lines += [title, wrap(facts, first="  "), *address]
    return _under("Top stories of the week", lines)
