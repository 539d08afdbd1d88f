"""What makes a story worth a strategist's first minutes: few weights, each with its reason.

Set on 42 mornings and eight weeks of 2024 (to 8 November) of which the stories that must be read first were
chosen by reading all titles; `python -m southbound.evaluation.read_first` measures them there and later. The
weight of importance (:mod:`nlp.importance.model`) was set on them with grades by what was learnt from other
days.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from nlp.importance.model import ImportanceModel
from nlp.stories.move import closing_move
from nlp.stories.term import is_intraday
from nlp.stories.voice import is_american, is_comment, is_forecast, is_rebuke, names_china
from southbound.digest.actor import (
    BELLWETHERS,
    OFFICIALS,
    actor_factors,
    is_about,
    most_relevant,
)
from southbound.digest.factor import Factor
from southbound.digest.story import Story
from southbound.digest.wording import count_text, number_text

#: How much a theme's news moves prices; 1 where nothing is said, as for themes of the user's own.
_THEME_WEIGHTS: Final = {
    # Growth, stimulus, tariffs and mainland money reprice the whole market.
    **dict.fromkeys(("macro_data", "policy_support", "trade_tensions", "southbound_flows"), 1.5),
    # The price of money, deals and results reprice a sector or a share.
    **dict.fromkeys(("monetary_policy", "capital_raising", "ipo", "mergers", "earnings"), 1.2),
    **dict.fromkeys(("shareholder_returns", "foreign_flows", "property", "credit_stress"), 1.2),
    "semiconductors": 1.2,
    # Visitor numbers and shops' offers more often than spending as a whole.
    "consumption": 0.7,
    # Mostly courts and ordinances, diplomacy, the day's oil price.
    **dict.fromkeys(("regulation", "geopolitics", "commodities_energy"), 0.5),
    # How markets closed stands in the figures above; hospitals are seldom listed.
    **dict.fromkeys(("rally", "selloff", "healthcare"), 0.4),
}
#: Themes in which American news sets the price of money for Hong Kong, whose dollar follows theirs.
_PEGGED: Final = frozenset({"monetary_policy", "macro_data"})
_MIN_PEGGED: Final = 0.5
#: Part of a story's weight that needs nothing of Hong Kong or China; that of American rates and figures, and
#: of the companies abroad by which sectors here move; that of what names China or Hong Kong in its title.
_ELSEWHERE, _AMERICAN, _BELLWETHER, _NAMED = 0.3, 0.6, 0.8, 0.95
#: What a company tells of itself; elsewhere a bank that is named may speak of others.
_OWN_THEMES: Final = ("earnings", "shareholder_returns", "capital_raising", "ipo", "mergers")
_MIN_OWN: Final = 0.5
#: A figure of the economy that is published counts as if its publisher were named.
_RELEASE: Final = 1.6
_MIN_RELEASE: Final = 0.8
#: Per cent from which on a close is news by itself, and what it weighs then, and at most.
_GREAT_MOVE, _MOVE, _MAX_MOVE = 2.0, 2.0, 3.0
_MIN_INDEX: Final = 0.8
#: A story's further theme confirms that it matters, but less than its own.
_SECOND: Final = 0.25
#: With more themes a story is a round-up.
_FOCUSED_THEMES: Final = 3
#: What a tone that is wholly good or bad for holders adds to one that is neither.
_PER_TONE: Final = 0.4
#: What each publisher (as an e-fold) adds, and each further report of one: it confirms less.
_PER_PUBLISHER, _PER_REPORT = 0.5, 0.25
#: What each deviation of its theme from the usual adds, up to so many.
_PER_Z, _MAX_Z = 0.05, 3.0
_COMMENT, _OFFICIAL, _REBUKE, _CONTINUING, _INTRADAY = 0.5, 0.8, 0.7, 0.6, 0.4
_ALERT, _WATCHED = 1.5, 2.0
#: What a grade of importance beyond the marginal adds, as an exponent, and from which grade on it is told.
_PER_GRADE, _MARGINAL, _MIN_GRADE = 0.45, 1.0, 2.0
#: From here on a tone or a deviation is told.
_MIN_TONE, _MIN_Z = 0.6, 1.5


def theme_weight(theme: str) -> float:
    """Return how much a theme's news moves prices; 1 is the usual."""
    return _THEME_WEIGHTS.get(theme, 1.0)


def main_theme(story: Story, themes: Iterable[str]) -> str | None:
    """Return which of some themes the story weighs most by; None where it carries none."""
    carried = [theme for theme in themes if theme in story.scores]
    return max(carried, key=lambda theme: (story.scores[theme] * theme_weight(theme), theme), default=None)


def choice_factors(alerts: Sequence[str], watched: Sequence[str]) -> list[Factor]:
    """Return what the desk's own list and rules do."""
    return [
        *(
            [Factor(value=_WATCHED, reason=f"about {', '.join(watched)}, on this desk's list")]
            if watched
            else []
        ),
        *([Factor(value=_ALERT, reason="; ".join(f"alert: {name}" for name in alerts))] if alerts else []),
    ]


def story_factors(
    story: Story, zscore: float | None, *, importance: ImportanceModel | None = None
) -> list[Factor]:
    """Return what a story's facts do to its value.

    Args:
        story: the story.
        zscore: of its main theme; None where it is not known.
        importance: grades its leading report; without one, the facts alone decide.
    """
    title = story.lead.title
    move = _great_move(story)
    is_view = is_comment(title) or is_forecast(title)
    of_itself = not move and (not is_view or _tells_of_itself(story))
    actors = actor_factors(story, of_itself=of_itself, moved=bool(move))
    return [
        _theme_factor(story, move),
        *actors,
        *_release_factors(story, actors, is_view=is_view),
        _tone_factor(story),
        _spread_factor(story),
        _surprise_factor(zscore),
        *([importance_factor(story, importance)] if importance else []),
        Factor(value=_CONTINUING if story.n_earlier else 1.0),
        Factor(value=_view_weight(story) if is_view else 1.0),
        Factor(value=_REBUKE if is_rebuke(title) else 1.0),
        Factor(value=_INTRADAY if all(is_intraday(one.title) for one in story.reports) else 1.0),
    ]


def importance_factor(story: Story, importance: ImportanceModel) -> Factor:
    """Raise what reads like news that readers graded high, lower what reads like marginal news or less."""
    grade = importance.grade(story.lead.title, story.lead.body)
    told = "reads like news that matters to a sector or the whole market" if grade >= _MIN_GRADE else ""
    return Factor(value=math.exp(_PER_GRADE * (grade - _MARGINAL)), reason=told)


def _theme_factor(story: Story, move: float) -> Factor:
    """Weigh what the story is on: its themes, or how far a market moved, as near as that is."""
    weight = max(_theme_value(story), min(_MAX_MOVE, _MOVE * move / _GREAT_MOVE))
    value = weight * _scope(story)
    told = f"a move of {number_text(move, digits=1)}% to the close" if move and value > 1 else ""
    return Factor(value=value, reason=told)


def _theme_value(story: Story) -> float:
    """Return the weighted score of the strongest theme and part of the next; less for a round-up."""
    weighted = sorted((score * theme_weight(theme) for theme, score in story.scores.items()), reverse=True)
    focus = min(1.0, _FOCUSED_THEMES / max(1, len(weighted)))
    return (sum(weighted[:1]) + _SECOND * sum(weighted[1:2])) * focus


def _scope(story: Story) -> float:
    """Return how much of the weight stays for what is farther from Hong Kong and China."""
    title = story.lead.title
    scope = _ELSEWHERE + (1 - _ELSEWHERE) * story.hk_china
    if is_american(title):
        is_pegged = any(story.scores.get(theme, 0.0) > _MIN_PEGGED for theme in _PEGGED)
        return max(scope, _AMERICAN) if is_pegged else scope
    if "earnings" in story.scores and is_about(story, BELLWETHERS, relevance=_MIN_INDEX):
        scope = max(scope, _BELLWETHER)
    return max(scope, _NAMED) if scope < _NAMED and names_china(title) else scope


def _tells_of_itself(story: Story) -> bool:
    return any(story.scores.get(theme, 0.0) >= _MIN_OWN for theme in _OWN_THEMES)


def _view_weight(story: Story) -> float:
    """Return what is left of a view: much where whoever speaks makes policy or speaks of itself."""
    chief = next(iter(most_relevant(story)), None)
    is_official = chief is not None and chief.entity_id in OFFICIALS
    return _OFFICIAL if is_official or _tells_of_itself(story) else _COMMENT


def _release_factors(story: Story, actors: Sequence[Factor], *, is_view: bool) -> list[Factor]:
    """Raise published figures of the economy whose publisher isn't named, as one that is would be."""
    is_release = (
        story.scores.get("macro_data", 0.0) >= _MIN_RELEASE and not is_view and names_china(story.lead.title)
    )
    named = math.prod(actor.value for actor in actors)
    raised = _RELEASE / max(1.0, named)
    return [Factor(value=raised, reason="a figure of the economy")] if is_release and raised > 1 else []


def _great_move(story: Story) -> float:
    """Return by how many per cent a market moved to its close, if that is news by itself; else 0."""
    lead = story.lead
    if not any(tag.type == "index" and tag.relevance >= _MIN_INDEX for tag in lead.entities):
        return 0.0
    move = closing_move(lead.title, lead.body)
    return move if move >= _GREAT_MOVE else 0.0


def _tone_factor(story: Story) -> Factor:
    """Raise what is good or bad for holders over what is neither."""
    score = story.lead.tone_score
    told = f"{'good' if score > 0 else 'bad'} for holders" if abs(score) >= _MIN_TONE else ""
    return Factor(value=1 + _PER_TONE * abs(score), reason=told)


def _spread_factor(story: Story) -> Factor:
    """Raise what many report: independent publishers more than one publisher's further reports."""
    reports, publishers = len(story.reports), len(story.publishers)
    value = 1 + _PER_PUBLISHER * math.log(publishers) + _PER_REPORT * math.log(reports / publishers)
    told = f"reported by {publishers} publishers" if publishers > 1 else count_text(reports, "report")
    return Factor(value=value, reason=told if reports > 1 else "")


def _surprise_factor(zscore: float | None) -> Factor:
    """Raise what belongs to a theme of which there is unusually much."""
    value = 1 + _PER_Z * min(_MAX_Z, max(0.0, zscore or 0.0))
    told = "" if zscore is None or zscore < _MIN_Z else number_text(zscore, digits=1, signed=True)
    return Factor(value=value, reason=f"unusually much of its theme (z {told})" if told else "")
