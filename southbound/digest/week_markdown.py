"""A week's digest as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from southbound.digest.brief_text import publishers_text
from southbound.digest.legend import week_legend_lines
from southbound.digest.markdown import (
    chart_part,
    entity_part,
    escape,
    escape_line,
    head_parts,
    highlight_part,
    legend_part,
    linked,
    read_first_part,
    table,
    tone_cell,
    under,
    watched_part,
)
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import SessionFlow, ThemeDrivers, WeekContent, WeekFlow, WeekStory
from southbound.digest.wording import NOT_TOLD, number_text, percent_text


def markdown_from_week(content: WeekContent) -> str:
    """Write a week's digest as CommonMark with tables; text of feeds is escaped."""
    say = phrases_of(content.language)
    parts = [
        *head_parts(content, say),
        read_first_part(content.read_first, say),
        highlight_part(content.highlights, say),
        watched_part(content.watched, say),
        _market(content, say),
        _themes(content, say),
        chart_part(content.chart, say),
        _drivers(content.drivers, say),
        _stories(content.stories, say),
        entity_part(content.entities, say),
        legend_part(week_legend_lines(content, say), say),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def flow_text(one: SessionFlow, say: Phrases) -> str:
    """Write a session's net buying, or why there is none."""
    return say(f"state_{one.state}") if one.net is None else say.money(one.net, signed=True)


def _market(content: WeekContent, say: Phrases) -> str:
    parts = [_flow(content.flow, content.baseline_weeks, say)] if content.flow else []
    if content.indices:
        rows = [
            [
                escape(index.name),
                number_text(index.close, digits=2),
                escape(percent_text(index.change, signed=True)),
                escape(percent_text(index.change_4_weeks, signed=True)),
                say.day(index.session),
            ]
            for index in content.indices
        ]
        header = [
            say("index"),
            say.words("close"),
            say("week_column"),
            say("weeks", n=content.baseline_weeks),
            say.words("as_of"),
        ]
        parts.append(table(header, "lrrrl", rows))
    return under(say("week_market"), "\n\n".join(parts))


def _flow(flow: WeekFlow, n_weeks: int, say: Phrases) -> str:
    header = [
        say.words("flow"),
        say("week_before"),
        say("week_mean", n=n_weeks),
        say("to_date", quarter=say.quarter(flow.quarter)),
    ]
    nets = (flow.net, flow.net_before, flow.mean_before, flow.quarter_net)
    row = [NOT_TOLD if net is None else escape(say.money(net, signed=True)) for net in nets]
    days = " · ".join(f"{say.day(one.session)} {flow_text(one, say)}" for one in flow.sessions)
    notes = "".join(f"\n\n*{escape(note)}*" for note in flow.notes)
    return f"{table(header, 'rrrr', [row])}\n\n{escape_line(days)}{notes}"


def _themes(content: WeekContent, say: Phrases) -> str:
    header = [
        *map(say.words, ("theme", "articles", "share")),
        say("week_change", n=content.baseline_weeks),
        say("ratio"),
        say("week_before"),
        say.words("intensity"),
        "z",
        say.words("tone"),
    ]
    rows = [
        [
            escape(line.name),
            f"{line.n_articles:,}",
            percent_text(line.share),
            escape(say.points(line.change)),
            say.ratio(line.ratio),
            say.rank(line.rank_before) if line.rank_before else NOT_TOLD,
            number_text(line.intensity),
            escape(number_text(line.zscore, digits=1, signed=True)),
            escape(tone_cell(line.tone, say)),
        ]
        for line in content.themes
    ]
    return under(say.words("themes"), table(header, "lrrrrrrrl", rows) if rows else "")


def _drivers(drivers: Iterable[ThemeDrivers], say: Phrases) -> str:
    blocks = []
    for one in drivers:
        change = say("moved_from", after=number_text(one.after), before=number_text(one.before))
        lines = [
            f"- {escape(number_text(part.change, digits=1, signed=True))} {linked(part.name, part.url)}"
            for part in one.stories
        ]
        by_name = [f"- {escape(names_text(one, say))}"] if one.entities else []
        head = say("colon", name=f"**{escape(one.name)}**", told=change)
        blocks.append("\n".join([f"{head}\n", *lines, *by_name]))
    return under(say("moved"), "\n\n".join(blocks))


def names_text(drivers: ThemeDrivers, say: Phrases, *, key: str = "by_name") -> str:
    """Say which names moved a theme, and by how much."""
    named = [f"{part.name} {number_text(part.change, digits=1, signed=True)}" for part in drivers.entities]
    return say(key, names=say.all_of(named))


def _stories(stories: Iterable[WeekStory], say: Phrases) -> str:
    lines = [
        f"- **{linked(one.story.title, one.story.url)}**  \n"
        f"  {escape_line(publishers_text(one.story, say))} · {say.instant(one.first_known_at)} · "
        f"{escape(one.story.theme_name)}"
        for one in stories
    ]
    return under(say("week_stories"), "\n".join(lines))
