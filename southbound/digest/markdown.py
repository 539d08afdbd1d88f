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
from southbound.digest.legend import change_heading, counts_text, legend_lines, window_text
from southbound.digest.wording import (
    NOT_TOLD,
    count_text,
    day_text,
    listed_text,
    long_day_text,
    money_text,
    number_text,
    percent_text,
    points_text,
    ratio_text,
    standing_text,
    time_text,
    tone_mark,
    tone_word,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&])")
#: At the start of a line these begin a list, a heading or a rule; "1." and "1)" a numbered list.
_LINE_START = re.compile(r"^([-+=#]|\d+(?=[.)]))")
_MAX_PUBLISHERS = 4


def markdown_from_digest(content: DigestContent) -> str:
    """Write a digest as CommonMark with tables; text of feeds is escaped, so that none of it is markup."""
    brief = content.brief
    desk = f", {escape(content.desk)}" if content.desk else ""
    parts = [
        f"# Southbound digest{desk}: {long_day_text(content.session)}",
        f"{escape_line(window_text(content))}  \n{escape_line(counts_text(content.counts))}",
        *(f"> {escape_line(note)}" for note in content.notes),
        *(escape_line(sentence) for sentence in content.summary),
        _alerts(content),
        read_first_part(brief.read_first),
        highlight_part(brief.highlights),
        _changes(brief.changes),
        watched_part(brief.watched),
        _market(content),
        claim_part(content.claims),
        _themes(content),
        _chart(content.chart),
        *(_section(section, content) for section in content.sections),
        entity_part(content.entities),
        "## How it is measured\n\n" + "\n".join(f"- {escape_line(line)}" for line in legend_lines(content)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


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


def read_first_part(read_first: Sequence[ReadFirst]) -> str:
    """Write which stories to read first and why; nothing without one."""
    lines = [
        f"{place}. **{linked(one.story.title, one.story.url)}**  \n"
        f"   {escape_line(publishers_text(one.story))} · {escape(reasons_text(one))}"
        for place, one in enumerate(read_first, start=1)
    ]
    return "## Read first\n\n" + "\n".join(lines) if lines else ""


def highlight_part(highlights: Sequence[Highlight]) -> str:
    """Write sentences of the top stories, each with its source; nothing without one."""
    lines = [
        f"{escape_line(one.text)} \\[{linked(one.publisher, one.url)}, {escape(one.theme_name)}\\]"
        for one in highlights
    ]
    return "## In the news’ own words\n\n" + "\n".join(lines) if lines else ""


def claim_part(claims: Sequence[ClaimLine]) -> str:
    """Write the checked claims, each with its verdict and its source; nothing without one."""
    lines = [
        f"- {escape_line(one.sentence)} \\[{linked(one.publisher, one.url)}\\]  \n"
        f"  **{escape(one.number)}: {escape(one.verdict)}**"
        for one in claims
    ]
    return "## Claims held against the data\n\n" + "\n".join(lines) if lines else ""


def watched_part(watched: Sequence[WatchedEntity]) -> str:
    """Write the desk's entities; nothing without one."""
    rows = [
        [
            escape(entity.name),
            escape(watched_text(entity)),
            escape(tone_cell(entity.tone)),
            "; ".join(linked(story.title, story.url) for story in entity.stories) or NOT_TOLD,
        ]
        for entity in watched
    ]
    header = ["Entity", "Articles", "Tone", "Stories"]
    return "## On the desk’s list\n\n" + table(header, "llll", rows) if rows else ""


def _changes(changes: Changes | None) -> str:
    if changes is None:
        return ""
    lines = [f"- {escape_line(line)}" for line in change_lines(changes)]
    return f"## Since {day_text(changes.before)}\n\n" + "\n".join(lines)


def _alerts(content: DigestContent) -> str:
    lines = [
        f"- **{escape(alert.name)}**: {escape(alert.figures)} ({escape(alert.condition)})"
        for alert in content.alerts
    ]
    return "\n".join(["## Alerts\n", *lines]) if lines else ""


def _market(content: DigestContent) -> str:
    parts = [_flow(content.flow)] if content.flow else []
    if content.indices:
        parts.append(
            table(
                ["Index", "Close", "1 session", "5 sessions", "As of"],
                "lrrrl",
                map(_index_row, content.indices),
            )
        )
    return "## Market, as known before the decision\n\n" + "\n\n".join(parts) if parts else ""


def _flow(flow: FlowFigure) -> str:
    header = ["Southbound net buying", f"{flow.trailing_sessions} sessions", f"{flow.quarter} to date"]
    row = [
        f"{money_text(flow.net, signed=True)} ({day_text(flow.session)})",
        money_text(flow.trailing_net, signed=True),
        money_text(flow.quarter_net, signed=True),
    ]
    notes = "".join(f"\n\n*{escape(note)}*" for note in flow.notes)
    return table(header, "rrr", [[escape(cell) for cell in row]]) + notes


def _index_row(figure: IndexFigure) -> list[str]:
    return [
        escape(figure.name),
        number_text(figure.close, digits=2),
        escape(percent_text(figure.change, signed=True)),
        escape(percent_text(figure.change_5, signed=True)),
        escape("; ".join([day_text(figure.session), *figure.notes])),
    ]


def _themes(content: DigestContent) -> str:
    if not content.themes:
        return ""
    header = ["Theme", "Articles", "Share", change_heading(content), "Ratio", "Intensity", "z", "Tone"]
    return "## Themes\n\n" + table(header, "lrrrrrrl", map(_theme_row, content.themes))


def _theme_row(line: ThemeLine) -> list[str]:
    return [
        escape(line.name),
        f"{line.n_articles:,}",
        percent_text(line.share),
        escape(points_text(line.change)),
        ratio_text(line.ratio),
        number_text(line.intensity),
        escape(number_text(line.zscore, digits=1, signed=True)),
        escape(tone_cell(line.tone)),
    ]


def _chart(chart: ChartData) -> str:
    text = chart_text(chart)
    return f"## {chart_title(chart)}\n\n{escape_line(text)}" if has_figures(chart) else ""


def _section(section: ThemeSection, content: DigestContent) -> str:
    elsewhere = f"Its leading stories stand under {escape(listed_text(section.elsewhere, limit=3))}."
    cards = "\n".join(_card(card, content) for card in section.stories) or elsewhere
    return f"## {escape(section.name)}\n\n{cards}"


def _card(card: StoryCard, content: DigestContent) -> str:
    title = linked(card.title, card.url)
    facts = [
        listed_text(card.publishers, limit=_MAX_PUBLISHERS),
        *([count_text(card.n_reports, "report")] if card.n_reports > 1 else []),
        f"{time_text(card.known_at, session=content.session)} HKT",
        f"{tone_mark(card.tone)} {tone_word(card.tone)}",
        *([standing] if (standing := standing_text(card.n_earlier, card.began_at)) else []),
    ]
    lines = [f"- **{title}**  ", f"  {escape_line(' · '.join(facts))}"]
    evidence = card.themes[0].evidence
    if evidence and evidence.field == "body":
        lines[-1] += "  "
        lines.append(f"  “{_quote(evidence)}”")
    named = [" ".join([entity.name, *entity.tickers]) for entity in card.entities]
    others = [f"{theme.name} {theme.score:.2f}" for theme in card.themes[1:]]
    also = [
        *([f"Names: {', '.join(named)}"] if named else []),
        *([f"Also: {', '.join(others)}"] if others else []),
    ]
    if also:
        lines[-1] += "" if lines[-1].endswith("  ") else "  "
        lines.append(f"  {escape('. '.join(also))}")
    return "\n".join(lines)


def _quote(evidence: Evidence) -> str:
    """Write the evidence in bold in its context, set off by spaces: Markdown needs them by punctuation."""
    before, text, after = (escape(part.strip()) for part in (evidence.before, evidence.text, evidence.after))
    return f"{before} **{text}** {after}".strip()


def entity_part(entities: Sequence[EntityLine]) -> str:
    """Write the table of entities; nothing without one."""
    if not entities:
        return ""
    rows = [
        [
            escape(line.name),
            escape(", ".join(line.tickers) or NOT_TOLD),
            f"{line.n_articles:,}",
            escape(tone_cell(line.tone)),
            escape(line.top_theme_name),
        ]
        for line in entities
    ]
    return "## Entities\n\n" + table(
        ["Entity", "Tickers", "Articles", "Mean tone", "Top theme"], "llrll", rows
    )


def tone_cell(tone: float | None) -> str:
    """Write a tone as sign, number and word."""
    if tone is None:
        return NOT_TOLD
    return f"{tone_mark(tone)} {number_text(tone, digits=2, signed=True)} {tone_word(tone)}"


def table(header: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> str:
    """Write a table; "r" aligns a column to the right."""
    rule = ["---:" if side == "r" else "---" for side in align]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
