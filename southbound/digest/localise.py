"""A digest in another language: what is told is put over, what is quoted stays.

A digest is gathered in English. Its names go by their ids, its sentences by the templates of
:mod:`southbound.language.sentence`; titles, evidence and publishers stay as they were published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from southbound.claims.telling import Telling
from southbound.digest.alert_text import condition_in, figures_in
from southbound.digest.brief_content import Brief, Changes, Highlight, ReadFirst, StoryLink, WatchedEntity
from southbound.digest.content import (
    AlertLine,
    ChartData,
    ClaimLine,
    DigestContent,
    EntityLine,
    StoryCard,
    ThemeSection,
)
from southbound.digest.phrase import Phrases, phrases_of
from southbound.digest.week_content import ThemeDrivers, WeekContent, WeekStory, WeekTheme
from southbound.digest.wording import money_text
from southbound.language.naming import Naming
from southbound.language.sentence import said


def localise(content: DigestContent, names: Naming) -> DigestContent:
    """Return a session's digest, gathered in English, in the language of some names."""
    to = _Localiser(names=names, say=phrases_of(names.language))
    flow = content.flow
    return replace(
        content,
        language=names.language,
        summary=to.sentences(content.summary),
        notes=to.sentences(content.notes),
        themes=tuple(replace(line, name=names.theme(line.theme, line.name)) for line in content.themes),
        sections=tuple(map(to.section, content.sections)),
        entities=tuple(map(to.entity, content.entities)),
        flow=replace(flow, notes=to.sentences(flow.notes)) if flow else None,
        indices=tuple(
            replace(one, name=names.listed(one.asset_id, one.name), notes=to.sentences(one.notes))
            for one in content.indices
        ),
        chart=to.chart(content.chart),
        alerts=tuple(map(to.alert, content.alerts)),
        brief=to.brief(content.brief),
        claims=tuple(map(to.claim, content.claims)),
    )


def localise_week(content: WeekContent, names: Naming) -> WeekContent:
    """Return a week's digest, gathered in English, in the language of some names."""
    say, flow = phrases_of(names.language), content.flow
    to = _Localiser(names=names, say=say, amounts=_amounts([flow.net, flow.net_before] if flow else [], say))
    return replace(
        content,
        language=names.language,
        summary=to.sentences(content.summary),
        notes=to.sentences(content.notes),
        read_first=tuple(map(to.first, content.read_first)),
        highlights=tuple(map(to.highlight, content.highlights)),
        themes=tuple(map(to.week_theme, content.themes)),
        stories=tuple(map(to.week_story, content.stories)),
        drivers=tuple(map(to.drivers, content.drivers)),
        entities=tuple(map(to.entity, content.entities)),
        watched=tuple(map(to.watched, content.watched)),
        flow=replace(flow, notes=to.sentences(flow.notes)) if flow else None,
        indices=tuple(replace(one, name=names.listed(one.asset_id, one.name)) for one in content.indices),
        chart=to.chart(content.chart),
    )


def _amounts(millions: Iterable[float | None], say: Phrases) -> dict[str, str]:
    """Return what amounts look like in an English sentence -> anew: its rounding is coarser than ours."""
    told = [million for million in millions if million is not None]
    return {money_text(million, signed=True): say.money(million, signed=True) for million in told}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Localiser:
    """Puts the parts of a digest over.

    Attributes:
        names: of themes and entities.
        say: writes words and figures.
        amounts: figures of sentences, as they are in English -> as they are written.
    """

    names: Naming
    say: Phrases
    amounts: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, sentence: str) -> str:
        return said(sentence, self.names.language, name_of=self.filled)

    def filled(self, gap: str) -> str | None:
        """Put over what fills a gap of a sentence: an amount or a name; None where it is neither."""
        return self.amounts.get(gap) or self.names.of_name(gap)

    def sentences(self, sentences: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.sentence, sentences))

    def named(self, name: str) -> str:
        """Put the name of a theme or an entity over of which no id is told."""
        return self.names.of_name(name) or name

    def section(self, section: ThemeSection) -> ThemeSection:
        return replace(
            section,
            name=self.names.theme(section.theme, section.name),
            stories=tuple(map(self.card, section.stories)),
            elsewhere=tuple(map(self.named, section.elsewhere)),
        )

    def card(self, card: StoryCard) -> StoryCard:
        themes = tuple(replace(one, name=self.names.theme(one.theme, one.name)) for one in card.themes)
        entities = (replace(one, name=self.names.entity(one.entity_id, one.name)) for one in card.entities)
        return replace(card, themes=themes, entities=tuple(entities))

    def entity(self, line: EntityLine) -> EntityLine:
        return replace(
            line,
            name=self.names.entity(line.entity_id, line.name),
            top_theme_name=self.names.theme(line.top_theme, line.top_theme_name),
        )

    def chart(self, chart: ChartData) -> ChartData:
        lines = (replace(line, name=self.names.theme(line.theme, line.name)) for line in chart.lines)
        return replace(chart, lines=tuple(lines))

    def alert(self, alert: AlertLine) -> AlertLine:
        return replace(
            alert,
            figures=figures_in(alert.figures, self.say, self.names.themes),
            condition=condition_in(alert.condition, self.say, self.names.themes),
        )

    def claim(self, claim: ClaimLine) -> ClaimLine:
        """Put a verdict over: "不符：+1.20%（2025年2月10日，INDEX:HSI）"."""
        tell, words = Telling(words=self.say.words), self.say.words
        notes = tell.notes(claim.notes)
        told = words(f"claim_{claim.outcome}")
        if claim.figure is not None:
            figure = self.say(
                "verdict_figure",
                figure=tell.amount(claim.figure, claim.unit, metric=claim.metric),
                period=tell.period(claim.period),
                source=self.names.listed(claim.source, tell.source(claim.source)),
            )
            told = self.say("colon", name=told, told=figure)
        return replace(claim, verdict=self.say("joint").join([told, *notes]))

    def brief(self, brief: Brief) -> Brief:
        return Brief(
            read_first=tuple(map(self.first, brief.read_first)),
            highlights=tuple(map(self.highlight, brief.highlights)),
            changes=self.changes(brief.changes) if brief.changes else None,
            watched=tuple(map(self.watched, brief.watched)),
        )

    def first(self, first: ReadFirst) -> ReadFirst:
        reasons = (self.reason(reason) for reason in first.reasons)
        return ReadFirst(story=self.link(first.story), reasons=tuple(reasons))

    def reason(self, reason: str) -> str:
        """Put a reason over, which names several alerts in as many parts."""
        return self.say("joint").join(self.sentence(part) for part in reason.split("; "))

    def link(self, story: StoryLink) -> StoryLink:
        return replace(story, theme_name=self.named(story.theme_name))

    def highlight(self, highlight: Highlight) -> Highlight:
        return replace(highlight, theme_name=self.named(highlight.theme_name))

    def changes(self, changes: Changes) -> Changes:
        moves = (replace(move, name=self.names.theme(move.theme, move.name)) for move in changes.moves)
        return replace(
            changes,
            moves=tuple(moves),
            reservation=self.sentence(changes.reservation),
            new_entities=tuple(map(self.named, changes.new_entities)),
        )

    def watched(self, watched: WatchedEntity) -> WatchedEntity:
        return replace(
            watched,
            name=self.names.entity(watched.entity_id, watched.name),
            stories=tuple(map(self.link, watched.stories)),
        )

    def week_theme(self, line: WeekTheme) -> WeekTheme:
        return replace(line, name=self.names.theme(line.theme, line.name))

    def week_story(self, story: WeekStory) -> WeekStory:
        return replace(story, story=self.link(story.story), reasons=self.sentences(story.reasons))

    def drivers(self, drivers: ThemeDrivers) -> ThemeDrivers:
        return replace(
            drivers,
            name=self.names.theme(drivers.theme, drivers.name),
            entities=tuple(
                replace(part, name=self.names.entity(part.key, part.name)) for part in drivers.entities
            ),
        )
