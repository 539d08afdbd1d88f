"""Which alert rules hold at a session's decision, by nothing that was known later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pandas as pd

from signals.flow import trailing_sum
from signals.regime import find_shifts
from signals.rule import Figure, Rule
from signals.session import SessionCalendar
from southbound.comparable import comparable_closes
from southbound.digest.content import AlertLine, DigestOptions
from southbound.digest.theme import series_of_themes
from southbound.digest.window import SessionWindow, find_window, sessions_before
from southbound.digest.wording import money_text, percent_text
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings
from southbound.store import Store

#: Hong Kong sessions in a row that southbound trading is closed at most (golden weeks).
_LONGEST_CLOSURE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """A rule at a session's decision: whether it holds (None: not known), and the figures it asked for."""

    rule: Rule
    holds: bool | None
    figures: Mapping[Figure, float | None]


def judge_rules(
    store: Store, rules: Iterable[Rule], *, session: date, as_of: datetime | None, settings: Settings
) -> list[AlertState]:
    """Hold each rule against the figures known before a session's decision, or `as_of` where earlier.

    Raises:
        UsageError: the day is no session, or `as_of` lies before its window.
    """
    calendar = calendar_from_settings(settings)
    window = find_window(session, calendar=calendar, as_of=as_of)
    asked = tuple(rules)
    figures = {figure for rule in asked for figure in rule.figures}
    series = series_of_themes(
        store,
        {figure.subject for figure in figures if figure.kind in {"theme", "shift"}},
        between=(None, window.session),
        as_of=window.end,
        calendar=calendar,
        options=DigestOptions(intensity=intensity_config(settings.series)),
    )
    teller = _Teller(store=store, window=window, calendar=calendar, series=series)
    told = {figure: teller.tell(figure) for figure in sorted(figures)}
    return [_judge(rule, {figure: told[figure] for figure in sorted(rule.figures)}) for rule in asked]


def _judge(rule: Rule, figures: Mapping[Figure, float | None]) -> AlertState:
    return AlertState(rule=rule, holds=rule.holds(figures), figures=figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Finds figures as known before the end of a window, those of themes in their series up to it."""

    store: Store
    window: SessionWindow
    calendar: SessionCalendar
    series: Mapping[str, pd.DataFrame]

    def tell(self, figure: Figure) -> float | None:
        """Return a figure, None where it is not known."""
        value = {"theme": self._measure, "shift": self._shift, "flow": self._flow, "return": self._return}[
            figure.kind
        ](figure)
        return None if value is None or pd.isna(value) else float(value)

    def _measure(self, figure: Figure) -> float | None:
        series = self.series.get(figure.subject)
        if series is None:
            return None
        own = series.loc[series["session"] == pd.Timestamp(self.window.session), figure.measure]
        return None if own.empty else float(own.iloc[0])

    def _shift(self, figure: Figure) -> float:
        series = self.series.get(figure.subject)
        shifts = [] if series is None else find_shifts(series.set_index("session")["intensity"])
        if not shifts or shifts[-1].knowable.date() != self.window.session:
            return 0.0
        return 1.0 if shifts[-1].direction == "up" else -1.0

    def _flow(self, figure: Figure) -> float | None:
        flows = self.store.market.flows(as_of=self.window.end)
        found = trailing_sum(flows, self.window.previous, n_sessions=figure.days)
        is_whole = found is not None and found.n_sessions == figure.days
        # Yesterday's figure may not be in yet, or nobody imports flows any more: an old sum is no news.
        return found.net if found and is_whole and found.last == self._last_open() else None

    def _return(self, figure: Figure) -> float | None:
        closes = comparable_closes(
            self.store, figure.subject, until=self.window.previous, as_of=self.window.end
        )
        if len(closes) <= figure.days or closes.index[-1] != pd.Timestamp(self.window.previous):
            return None
        return float(closes.iloc[-1] / closes.iloc[-1 - figure.days] - 1)

    def _last_open(self) -> pd.Timestamp | None:
        days = [*sessions_before(self.window.session, _LONGEST_CLOSURE, calendar=self.calendar)]
        is_open = (day for day in reversed(days) if self.calendar.southbound_state(day) != "closed")
        return next(map(pd.Timestamp, is_open), None)


def figure_text(figure: Figure, value: float | None) -> str:
    """Say a figure with its value as a reader has it: "ai zscore 2.41", "5-day net flow HK$31.2 bn"."""
    days = f"{figure.days}-day " if figure.days > 1 else ""
    if figure.kind == "flow":
        return f"{days}net flow {money_text(value) if value is not None else 'not known'}"
    if figure.kind == "return":
        return f"{figure.subject} {days}return {percent_text(value) if value is not None else 'not known'}"
    if figure.kind == "shift":
        return f"{figure.subject} shift {'up' if value == 1 else 'down' if value == -1 else 'none'}"
    return f"{figure.subject} {figure.measure} {'not known' if value is None else format(value, '.3g')}"


def alert_line(state: AlertState) -> AlertLine:
    """Say a rule that holds, for a reader."""
    told = "; ".join(figure_text(figure, value) for figure, value in state.figures.items())
    themes = {figure.subject for figure in state.figures if figure.kind in {"theme", "shift"}}
    return AlertLine(
        name=state.rule.name, condition=state.rule.text, figures=told, themes=tuple(sorted(themes))
    )
