"""A week's digest as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from southbound.digest.brief_text import publishers_text, rank_text
from southbound.digest.chart import chart_text, chart_title, has_figures
from southbound.digest.legend import counts_text, week_heading, week_legend_lines, window_text
from southbound.digest.markdown import (
    entity_part,
    escape,
    escape_line,
    highlight_part,
    linked,
    read_first_part,
    table,
    tone_cell,
    watched_part,
)
from southbound.digest.week_content import ThemeDrivers, WeekContent, WeekFlow, WeekStory
from southbound.digest.wording import (
    NOT_TOLD,
    day_text,
    instant_text,
    money_text,
    number_text,
    percent_text,
    points_text,
    ratio_text,
)


def markdown_from_week(content: WeekContent) -> str:
    """Write a week's digest as CommonMark with tables; text of feeds is escaped."""
    desk = f", {escape(content.desk)}" if content.desk else ""
    legend = "\n".join(f"- {escape_line(line)}" for line in week_legend_lines(content))
    parts = [
        f"# Southbound week{desk}. {escape(week_heading(content))}",
        f"{escape_line(window_text(content))}  \n{escape_line(counts_text(content.counts))}",
        *(f"> {escape_line(note)}" for note in content.notes),
        *(escape_line(sentence) for sentence in content.summary),
        read_first_part(content.read_first),
        highlight_part(content.highlights),
        watched_part(content.watched),
        _market(content),
        _themes(content),
        f"## {chart_title(content.chart)}\n\n{escape_line(chart_text(content.chart))}"
        if has_figures(content.chart)
        else "",
        _drivers(content.drivers),
        _stories(content.stories),
        entity_part(content.entities),
        f"## How it is measured\n\n{legend}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _market(content: WeekContent) -> str:
    parts = [_flow(content.flow)] if content.flow else []
    if content.indices:
        rows = [
            [
                escape(index.name),
                number_text(index.close, digits=2),
                escape(percent_text(index.change, signed=True)),
                escape(percent_text(index.change_4_weeks, signed=True)),
                day_text(index.session),
            ]
            for index in content.indices
        ]
        parts.append(table(["Index", "Close", "Week", "4 weeks", "As of"], "lrrrl", rows))
    return "## Market of the week\n\n" + "\n\n".join(parts) if parts else ""


def _flow(flow: WeekFlow) -> str:
    header = ["Southbound net buying", "Week before", "Mean of 4", f"{flow.quarter} to date"]
    nets = (flow.net, flow.net_before, flow.mean_before, flow.quarter_net)
    row = [NOT_TOLD if net is None else escape(money_text(net, signed=True)) for net in nets]
    days = " · ".join(
        f"{day_text(one.session)} {one.state if one.net is None else money_text(one.net, signed=True)}"
        for one in flow.sessions
    )
    notes = "".join(f"\n\n*{escape(note)}*" for note in flow.notes)
    return f"{table(header, 'rrrr', [row])}\n\n{escape_line(days)}{notes}"


def _themes(content: WeekContent) -> str:
    if not content.themes:
        return ""
    weeks = f"vs {content.baseline_weeks} weeks"
    header = ["Theme", "Articles", "Share", weeks, "Ratio", "Week before", "Intensity", "z", "Tone"]
    rows = [
        [
            escape(line.name),
            f"{line.n_articles:,}",
            percent_text(line.share),
            escape(points_text(line.change)),
            ratio_text(line.ratio),
            rank_text(line.rank_before) if line.rank_before else NOT_TOLD,
            number_text(line.intensity),
            escape(number_text(line.zscore, digits=1, signed=True)),
            escape(tone_cell(line.tone)),
        ]
        for line in content.themes
    ]
    return "## Themes\n\n" + table(header, "lrrrrrrrl", rows)


def _drivers(drivers: Iterable[ThemeDrivers]) -> str:
    blocks = []
    for one in drivers:
        change = f"intensity {number_text(one.after)} from {number_text(one.before)}"
        lines = [
            f"- {escape(number_text(part.change, digits=1, signed=True))} {linked(part.name, part.url)}"
            for part in one.stories
        ]
        named = ", ".join(
            f"{part.name} {number_text(part.change, digits=1, signed=True)}" for part in one.entities
        )
        by_name = [f"- By name: {escape(named)}"] if named else []
        blocks.append("\n".join([f"**{escape(one.name)}**: {change}\n", *lines, *by_name]))
    return "## What moved themes\n\n" + "\n\n".join(blocks) if blocks else ""


def _stories(stories: Iterable[WeekStory]) -> str:
    lines = [
        f"- **{linked(one.story.title, one.story.url)}**  \n"
        f"  {escape_line(publishers_text(one.story))} · {instant_text(one.first_known_at)} · "
        f"{escape(one.story.theme_name)}"
        for one in stories
    ]
    return "## Top stories of the week\n\n" + "\n".join(lines) if lines else ""
