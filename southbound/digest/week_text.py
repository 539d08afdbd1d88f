"""A week's digest as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from southbound.digest.brief_text import publishers_text
from southbound.digest.layout import table, wrap
from southbound.digest.legend import week_legend_lines
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.text import (
    entity_part,
    head_parts,
    joined,
    legend_part,
    link_lines,
    opening_parts,
    tone_text,
    under,
    watched_part,
)
from southbound.digest.week_content import ThemeDrivers, WeekContent, WeekFlow
from southbound.digest.week_markdown import flow_text, names_text
from southbound.digest.wording import NOT_TOLD, number_text, percent_text


def text_from_week(content: WeekContent) -> str:
    """Write a week's digest as lines of at most 72 columns, as that of a session."""
    say = phrases_of(content.language)
    return joined(
        *head_parts(content, say),
        *opening_parts(content.read_first, content.highlights, say),
        watched_part(content.watched, say),
        _market(content, say),
        _themes(content, say),
        _drivers(content.drivers, say),
        _stories(content, say),
        entity_part(content.entities, say),
        legend_part(week_legend_lines(content, say), say),
    )


def _market(content: WeekContent, say: Phrases) -> str:
    lines = _flow(content.flow, say) if content.flow else []
    rows = [
        [
            index.name,
            number_text(index.close, digits=2),
            percent_text(index.change, signed=True),
            percent_text(index.change_4_weeks, signed=True),
            say.day(index.session),
        ]
        for index in content.indices
    ]
    if rows:
        weeks = say("weeks", n=content.baseline_weeks)
        header = ["", say.words("close"), say("week_column"), weeks, say.words("as_of")]
        lines.append(table([header, *rows], "lrrrl"))
    return under(say("week_market"), lines)


def _flow(flow: WeekFlow, say: Phrases) -> list[str]:
    before = flow.net_before
    told = say(
        "week_flow_line",
        net=say.money(flow.net, signed=True),
        n=flow.n_sessions,
        before="" if before is None else say("week_flow_before", net=say.money(before, signed=True)),
        quarter=say.quarter(flow.quarter),
        quarter_net=say.money(flow.quarter_net, signed=True),
    )
    days = [[say.day(one.session), flow_text(one, say)] for one in flow.sessions]
    return [wrap(told), *(wrap(note, first="  ") for note in flow.notes), table(days, "lr")]


def _themes(content: WeekContent, say: Phrases) -> str:
    rows = [
        [
            f"{line.rank}. {line.name}",
            str(line.n_articles),
            percent_text(line.share),
            say.points(line.change),
            say.rank(line.rank_before) if line.rank_before else NOT_TOLD,
            number_text(line.intensity),
            tone_text(line.tone, say),
        ]
        for line in content.themes
    ]
    header = [
        "",
        say("articles_short"),
        say.words("share"),
        say("week_change_short", n=content.baseline_weeks),
        say("week_was"),
        say("intensity_short"),
        say.words("tone"),
    ]
    return under(say.words("themes"), [table([header, *rows], "lrrrrrl")] if rows else [])


def _drivers(drivers: Sequence[ThemeDrivers], say: Phrases) -> str:
    lines = []
    for one in drivers:
        change = say("moved_from", after=number_text(one.after), before=number_text(one.before))
        lines.append(wrap(say("colon", name=one.name, told=change)))
        lines += [
            wrap(part.name, first=f"  {number_text(part.change, digits=1, signed=True):>6}  ")
            for part in one.stories
        ]
        if one.entities:
            lines.append(wrap(names_text(one, say, key="by_name_small"), first="  "))
    return under(say("moved"), lines)


def _stories(content: WeekContent, say: Phrases) -> str:
    lines = []
    for one in content.stories:
        title, *address = link_lines(one.story.title, one.story.url)
        facts = [publishers_text(one.story, say), say.instant(one.first_known_at), one.story.theme_name]
        lines += [title, wrap(say("comma").join(facts), first="  "), *address]
    return under(say("week_stories"), lines)
