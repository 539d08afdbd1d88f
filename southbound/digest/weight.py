"""What makes a story worth a strategist's first minutes: few weights, each with its reason.

Set by hand on 14 mornings of 2024 on which the stories that must be read first were chosen by reading all
titles; `python -m southbound.evaluation.read_first` measures them there and on later mornings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.annotation import EntityTag
from nlp.stories.term import is_intraday
from nlp.stories.voice import is_american, is_comment
from southbound.digest.story import Story
from southbound.digest.wording import clean_line, count_text, number_text
from southbound.store.entity import MIN_RELEVANCE

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
#: Who sets policy, publishes the figures that markets wait for, or runs the market; their schemes and rates.
MARKET_BODIES: Final = frozenset(
    {"pboc", "politburo", "state_council", "ccp", "npc", "csrc", "mof_china", "ndrc", "mofcom", "nbs"}
    | {"gacc", "nfra", "safe_china", "mohurd", "samr", "miit", "hkma", "sfc_hk", "hkex", "csd_hk", "rvd_hk"}
    | {"fed", "us_treasury", "ustr", "ecb", "boj", "imf", "bls", "sp_global", "caixin_pmi", "ism"}
    | {"stock_connect", "etf_connect", "sh_hk_stock_connect", "sz_hk_stock_connect"}
    | {"loan_prime_rate", "medium_term_lending_facility"}
)
_HONG_KONG: Final = "XHKG:"
#: Themes in which American news sets the price of money for Hong Kong, whose dollar follows theirs.
_PEGGED: Final = frozenset({"monetary_policy", "macro_data"})
_MIN_PEGGED: Final = 0.5
#: Part of a story's weight that needs nothing of Hong Kong or China; that of American rates and figures.
_ELSEWHERE, _AMERICAN = 0.3, 0.6
#: A story's further theme confirms that it matters, but less than its own.
_SECOND: Final = 0.25
#: With more themes a story is a round-up.
_FOCUSED_THEMES: Final = 3
_BODY, _LISTED = 0.8, 0.5
#: A person alone mostly gives a speech; an index tells what has happened to prices.
_PERSON, _INDEX = 0.3, 0.3
#: What a tone that is wholly good or bad for holders adds to one that is neither.
_PER_TONE: Final = 1.0
#: What each publisher (as an e-fold) adds, and each further report of one: it confirms less.
_PER_PUBLISHER, _PER_REPORT = 0.5, 0.25
#: What each deviation of its theme from the usual adds, up to so many.
_PER_Z, _MAX_Z = 0.05, 3.0
_COMMENT, _CONTINUING, _INTRADAY = 0.85, 0.6, 0.4
_ALERT, _WATCHED = 1.5, 2.0
#: From here on a tone or a deviation is told.
_MIN_TONE, _MIN_Z = 0.6, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What one fact does to a story's value, and how it is told; "" where it is not."""

    value: float
    reason: str = ""


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


def story_factors(story: Story, zscore: float | None) -> list[Factor]:
    """Return what a story's facts do to its value.

    Args:
        story: the story.
        zscore: of its main theme; None where it is not known.
    """
    return [
        Factor(value=_theme_value(story) * _scope(story)),
        *_actor_factors(story),
        _tone_factor(story),
        _spread_factor(story),
        _surprise_factor(zscore),
        Factor(value=_CONTINUING if story.n_earlier else 1.0),
        Factor(value=_COMMENT if is_comment(story.lead.title) else 1.0),
        Factor(value=_INTRADAY if all(is_intraday(one.title) for one in story.reports) else 1.0),
    ]


def _theme_value(story: Story) -> float:
    """Return the weighted score of the strongest theme and part of the next; less for a round-up."""
    weighted = sorted((score * theme_weight(theme) for theme, score in story.scores.items()), reverse=True)
    focus = min(1.0, _FOCUSED_THEMES / max(1, len(weighted)))
    return (sum(weighted[:1]) + _SECOND * sum(weighted[1:2])) * focus


def _scope(story: Story) -> float:
    near = _ELSEWHERE + (1 - _ELSEWHERE) * story.hk_china
    is_pegged = any(story.scores.get(theme, 0.0) > _MIN_PEGGED for theme in _PEGGED)
    return max(near, _AMERICAN) if is_pegged and is_american(story.lead.title) else near


def _actor_factors(story: Story) -> list[Factor]:
    tags = _most_relevant(story)
    body = _first(tags, lambda tag: tag.entity_id in MARKET_BODIES)
    listed = _first(tags, lambda tag: tag.type == "company" and bool(_listing(tag)))
    person = _first(tags, lambda tag: tag.type == "person")
    index = _first(tags, lambda tag: tag.type == "index")
    found = []
    if body:
        found.append(Factor(value=1 + _BODY * body.relevance, reason=f"about {clean_line(body.name)}"))
    if listed:
        told = f"about {clean_line(listed.name)} ({_listing(listed)})"
        found.append(Factor(value=1 + _LISTED * listed.relevance, reason=told))
    if person and not found:
        found.append(Factor(value=1 - _PERSON * person.relevance))
    if index:
        found.append(Factor(value=1 - _INDEX * index.relevance))
    return found


def _most_relevant(story: Story) -> list[EntityTag]:
    """Return the entities that the reports are about, each once, the most relevant first."""
    found: dict[str, EntityTag] = {}
    for tag in (tag for report in story.reports for tag in report.entities):
        if tag.relevance >= MIN_RELEVANCE and (
            tag.entity_id not in found or tag.relevance > found[tag.entity_id].relevance
        ):
            found[tag.entity_id] = tag
    return sorted(found.values(), key=lambda tag: (-tag.relevance, tag.entity_id))


def _first(tags: Sequence[EntityTag], is_meant: Callable[[EntityTag], bool]) -> EntityTag | None:
    return next((tag for tag in tags if is_meant(tag)), None)


def _listing(tag: EntityTag) -> str:
    """Return an entity's listing in Hong Kong; "" without one."""
    return next((ticker for ticker in tag.tickers if ticker.startswith(_HONG_KONG)), "")


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
