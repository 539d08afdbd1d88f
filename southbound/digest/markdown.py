"""A digest as Markdown, for chats, wikis and terminals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from southbound.digest.brief_content import Changes, Highlight, ReadFirst, WatchedEntity
from southbound.digest.brief_text import change_lines, publishers_text, reasons_text, watched_text
from southbound.digest.chart import chart_text, chart_title, has_figures
from southbound.digest.content import (
    ChartData,
    ClaimLine,
    DigestContent,
    EntityLine,
    Evidence,
    FlowFigure,
    IndexFigure,
    StoryCard,
    ThemeLine,
    ThemeSection,
)
from southbound.digest.legend import counts_text, legend_lines, title_text, window_text
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import WeekContent
from southbound.digest.wording import NOT_TOLD, number_text, percent_text, tone_mark

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&])")
#: At the start of a line these begin a list, a heading or a rule; "1." and "1)" a numbered list.
_LINE_START = re.compile(r"^([-+=#]|\d+(?=[.)]))")
_MAX_PUBLISHERS = 4


def markdown_from_digest(content: DigestContent) -> str:
    """Write a digest as CommonMark with tables; text of feeds is escaped, so that none of it is markup."""
    brief, say = content.brief, phrases_of(content.language)
    parts = [
        *head_parts(content, say),
        _alerts(content, say),
        read_first_part(brief.read_first, say),
        highlight_part(brief.highlights, say),
        _changes(brief.changes, say),
        watched_part(brief.watched, say),
        _market(content, say),
        claim_part(content.claims, say),
        _themes(content, say),
        chart_part(content.chart, say),
        *(_section(section, content, say) for section in content.sections),
        entity_part(content.entities, say),
        legend_part(legend_lines(content, say), say),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def head_parts(content: DigestContent | WeekContent, say: Phrases) -> list[str]:
    """Write the title, what news there is, reservations, and the summary."""
    desk = say("of_desk", desk=escape(content.desk)) if content.desk else ""
    window, counts = window_text(content, say), counts_text(content.counts, say)
    return [
        f"# {title_text(content, say, desk=desk)}",
        f"{escape_line(window)}  \n{escape_line(counts)}",
        *(f"> {escape_line(note)}" for note in content.notes),
        *(escape_line(sentence) for sentence in content.summary),
    ]


def escape(text: str) -> str:
    """Escape what Markdown or HTML would read as markup within a line; colons, so that no link comes up."""
    return _SPECIAL.sub(r"\\\1", text).replace("://", "\\://")


def escape_line(text: str) -> str:
    """Escape a text that begins a line, where a hyphen or a number could begin a list."""
    return _LINE_START.sub(_escape_start, escape(text))


def _escape_start(start: re.Match[str]) -> str:
    mark = start.group(1)
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def linked(title: str, url: str | None) -> str:
    """Write a title with its address."""
    return f"[{escape(title)}](<{url}>)" if url else escape(title)


def under(title: str, text: str) -> str:
    """Write a text under a heading; nothing without one."""
    return f"## {title}\n\n{text}" if text else ""


def read_first_part(read_first: Sequence[ReadFirst], say: Phrases) -> str:
    """Write which stories to read first and why; nothing without one."""
    lines = [
        f"{place}. **{linked(one.story.title, one.story.url)}**  \n"
        f"   {escape_line(publishers_text(one.story, say))} · {escape(reasons_text(one, say))}"
        for place, one in enumerate(read_first, start=1)
    ]
    return under(say("read_first"), "\n".join(lines))


def highlight_part(highlights: Sequence[Highlight], say: Phrases) -> str:
    """Write sentences of the top stories, each with its source; nothing without one."""
    lines = [
        f"{escape_line(one.text)} "
        + _source(f"{linked(one.publisher, one.url)}{say('comma')}{escape(one.theme_name)}", say)
        for one in highlights
    ]
    return under(say("own_words"), "\n".join(lines))


def claim_part(claims: Sequence[ClaimLine], say: Phrases) -> str:
    """Write the checked claims, each with its verdict and its source; nothing without one."""
    lines = [
        f"- {escape_line(one.sentence)} {_source(linked(one.publisher, one.url), say)}  \n"
        f"  **{say('colon', name=escape(one.number), told=escape(one.verdict))}**"
        for one in claims
    ]
    return under(say("claims"), "\n".join(lines))


def _source(source: str, say: Phrases) -> str:
    """Write a source, already escaped, in the brackets of the language."""
    return escape(say("source", source="\0")).replace("\0", source)


def watched_part(watched: Sequence[WatchedEntity], say: Phrases) -> str:
    """Write the desk's entities; nothing without one."""
    rows = [
        [
            escape(entity.name),
            escape(watched_text(entity, say)),
            escape(tone_cell(entity.tone, say)),
            say("joint").join(linked(story.title, story.url) for story in entity.stories) or NOT_TOLD,
        ]
        for entity in watched
    ]
    header = [*map(say.words, ("entity", "articles", "tone")), say("story_cells")]
    return under(say("watched"), table(header, "llll", rows) if rows else "")


def _changes(changes: Changes | None, say: Phrases) -> str:
    if changes is None:
        return ""
    lines = [f"- {escape_line(line)}" for line in change_lines(changes, say)]
    return under(say("since", day=say.day(changes.before)), "\n".join(lines))


def _alerts(content: DigestContent, say: Phrases) -> str:
    lines = []
    for alert in content.alerts:
        told = say("in_brackets", told=escape(alert.figures), note=escape(alert.condition))
        lines.append("- " + say("colon", name=f"**{escape(alert.name)}**", told=told))
    return under(say.words("alerts"), "\n".join(lines))


def _market(content: DigestContent, say: Phrases) -> str:
    parts = [_flow(content.flow, say)] if content.flow else []
    if content.indices:
        header = [
            say("index"),
            say.words("close"),
            say("one_session"),
            say("sessions", n=5),
            say.words("as_of"),
        ]
        parts.append(table(header, "lrrrl", [_index_row(index, say) for index in content.indices]))
    return under(say("market_long"), "\n\n".join(parts))


def _flow(flow: FlowFigure, say: Phrases) -> str:
    header = [
        say.words("flow"),
        say("sessions", n=flow.trailing_sessions),
        say("to_date", quarter=say.quarter(flow.quarter)),
    ]
    row = [
        say("dated", told=say.money(flow.net, signed=True), day=say.day(flow.session)),
        say.money(flow.trailing_net, signed=True),
        say.money(flow.quarter_net, signed=True),
    ]
    notes = "".join(f"\n\n*{escape(note)}*" for note in flow.notes)
    return table(header, "rrr", [[escape(cell) for cell in row]]) + notes


def _index_row(figure: IndexFigure, say: Phrases) -> list[str]:
    return [
        escape(figure.name),
        number_text(figure.close, digits=2),
        escape(percent_text(figure.change, signed=True)),
        escape(percent_text(figure.change_5, signed=True)),
        escape(say("joint").join([say.day(figure.session), *figure.notes])),
    ]


def _themes(content: DigestContent, say: Phrases) -> str:
    header = [
        *map(say.words, ("theme", "articles", "share")),
        say("change", n=content.baseline_sessions),
        say("ratio"),
        say.words("intensity"),
        "z",
        say.words("tone"),
    ]
    rows = [_theme_row(line, say) for line in content.themes]
    return under(say.words("themes"), table(header, "lrrrrrrl", rows) if rows else "")


def _theme_row(line: ThemeLine, say: Phrases) -> list[str]:
    return [
        escape(line.name),
        f"{line.n_articles:,}",
        percent_text(line.share),
        escape(say.points(line.change)),
        say.ratio(line.ratio),
        number_text(line.intensity),
        escape(number_text(line.zscore, digits=1, signed=True)),
        escape(tone_cell(line.tone, say)),
    ]


def chart_part(chart: ChartData, say: Phrases) -> str:
    """Tell what the chart shows; nothing where it has no figures."""
    return under(chart_title(chart, say), escape_line(chart_text(chart, say))) if has_figures(chart) else ""


def legend_part(lines: Iterable[str], say: Phrases) -> str:
    """Write how it is measured."""
    return under(say.words("how_measured"), "\n".join(f"- {escape_line(line)}" for line in lines))


def _section(section: ThemeSection, content: DigestContent, say: Phrases) -> str:
    elsewhere = say("elsewhere", themes=escape(say.listed(section.elsewhere, limit=3)))
    cards = "\n".join(_card(card, content, say) for card in section.stories) or elsewhere
    return under(escape(section.name), cards)


def _card(card: StoryCard, content: DigestContent, say: Phrases) -> str:
    title = linked(card.title, card.url)
    facts = [
        say.listed(card.publishers, limit=_MAX_PUBLISHERS),
        *([say.count("reports", card.n_reports)] if card.n_reports > 1 else []),
        say("time", time=say.time(card.known_at, session=content.session)),
        f"{tone_mark(card.tone)} {say.tone_word(card.tone)}",
        *([standing] if (standing := say.standing(card.n_earlier, card.began_at)) else []),
    ]
    lines = [f"- **{title}**  ", f"  {escape_line(' · '.join(facts))}"]
    evidence = card.themes[0].evidence
    if evidence and evidence.field == "body":
        lines[-1] += "  "
        lines.append("  " + say("quote_bold", text=_quote(evidence)))
    also = _also(card, say)
    if also:
        lines[-1] += "" if lines[-1].endswith("  ") else "  "
        lines.append(f"  {escape(also)}")
    return "\n".join(lines)


def _also(card: StoryCard, say: Phrases) -> str:
    named = [" ".join([entity.name, *entity.tickers]) for entity in card.entities]
    others = [f"{theme.name} {theme.score:.2f}" for theme in card.themes[1:]]
    return say("line_joint").join(
        [
            *([say("names_line", names=say.all_of(named))] if named else []),
            *([say("also_line", themes=say.all_of(others))] if others else []),
        ]
    )


def _quote(evidence: Evidence) -> str:
    """Write the evidence in bold in its context, set off by spaces: Markdown needs them by punctuation."""
    before, text, after = (escape(part.strip()) for part in (evidence.before, evidence.text, evidence.after))
    return f"{before} **{text}** {after}".strip()


def entity_part(entities: Sequence[EntityLine], say: Phrases) -> str:
    """Write the table of entities; nothing without one."""
    rows = [
        [
            escape(line.name),
            escape(say.all_of(line.tickers) or NOT_TOLD),
            f"{line.n_articles:,}",
            escape(tone_cell(line.tone, say)),
            escape(line.top_theme_name),
        ]
        for line in entities
    ]
    header = [
        say.words("entity"),
        say("tickers"),
        say.words("articles"),
        say("mean_tone"),
        say("top_theme"),
    ]
    return under(say("entities"), table(header, "llrll", rows) if rows else "")


def tone_cell(tone: float | None, say: Phrases) -> str:
    """Write a tone as sign, number and word."""
    if tone is None:
        return NOT_TOLD
    return f"{tone_mark(tone)} {number_text(tone, digits=2, signed=True)} {say.tone_word(tone)}"


def table(header: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> str:
    """Write a table; "r" aligns a column to the right."""
    rule = ["---:" if side == "r" else "---" for side in align]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
