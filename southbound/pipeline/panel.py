"""Set theme x entity panels against the returns of the stocks that the news name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import pandas as pd

from signals.evaluation import Finding, PanelConfig, PanelStudy, Span, build_factor, study_panel
from signals.evaluation.panel_study import TARGET
from signals.session import SessionCalendar
from southbound.evaluation.report import EvaluationReport, Sample
from southbound.pipeline.evaluate import (
    ALL,
    IN_SAMPLE,
    OUT_OF_SAMPLE,
    EvaluationRequest,
    finish_report,
    told_settings,
)
from southbound.pipeline.series import calendar_from_settings
from southbound.pipeline.tradeable import (
    Tradeable,
    leap_notes,
    require_prices,
    stocks,
    tradeable_prices,
)
from southbound.settings import Settings
from southbound.store import Store

_BEYOND = pd.Timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A sample, and the sessions it stands for."""

    name: str
    span: Span


def evaluate_panels(
    store: Store,
    request: EvaluationRequest,
    *,
    settings: Settings,
    advance: Callable[[int], None] = lambda _: None,
) -> EvaluationReport:
    """Set each theme's panel against forward returns.

    With several themes only the information coefficients are tested: the family is themes x horizons.

    Args:
        store: articles, tags and prices.
        request: what is asked for.
        settings: decision time, and how many articles a session needs.
        advance: told after each theme.

    Raises:
        UsageError: no stock has prices, or one that was named has none.
    """
    assets = _assets(store, request)
    calendar = calendar_from_settings(settings)
    config = replace(request.panel, with_spreads=len(request.themes) == 1)
    findings: list[Finding] = []
    panels: dict[str, PanelStudy] = {}
    samples: tuple[Sample, ...] = ()
    prices: Tradeable | None = None
    for theme in request.themes:
        sessions, thin = _sessions(store, theme, request, settings, calendar)
        if prices is None:
            prices = _prices(store, assets, sessions, calendar, as_of=request.series.as_of)
        studies = _study_theme(store, theme, sessions, thin, prices, (request, config, calendar))
        samples = tuple(sample for sample, _ in studies)
        panels = {sample.name: study for sample, study in studies}
        for sample, study in panels.items():
            findings += [replace(one, theme=theme, sample=sample) for one in study.findings]
        advance(1)
    settings_told = {"assets": assets, "half_life": request.half_life, "panel": asdict(config)}
    return finish_report(
        EvaluationReport(
            kind="panel",
            themes=request.themes,
            measure="strength",
            units={TARGET: "return"},
            samples=samples,
            findings=tuple(findings),
            panels=panels if config.with_spreads else {},
            chance=request.chance,
            settings=told_settings(request) | settings_told,
            notes=_notes(prices, request),
        )
    )


def theme_mentions(
    store: Store, theme: str, *, calendar: SessionCalendar, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return what `signals.evaluation.build_factor` takes: session, asset and strength of each mention."""
    listings = store.tags.theme_listings(theme, as_of=as_of)
    return listings.assign(
        session=calendar.session_of(listings["known_at"]),
        strength=listings["relevance"] * listings["score"],
    )


def _assets(store: Store, request: EvaluationRequest) -> list[str]:
    if not request.assets:
        return stocks(store, as_of=request.series.as_of)
    require_prices(store, request.assets, as_of=request.series.as_of)
    return list(dict.fromkeys(request.assets))


def _sessions(
    store: Store, theme: str, request: EvaluationRequest, settings: Settings, calendar: SessionCalendar
) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """Return the sessions whose decision has passed, from the first with news, and the thin among them."""
    as_of = request.series.as_of
    counted = calendar.session_of(store.tags.theme_articles(theme, as_of=as_of)["known_at"])
    counts = counted.value_counts()
    if counts.empty:
        return pd.DatetimeIndex([]), pd.DatetimeIndex([])
    sessions = calendar.sessions(counts.index.min(), counts.index.max())
    if as_of is not None:
        sessions = sessions[calendar.decisions_at(sessions) <= pd.Timestamp(as_of)]
    n_articles = counts.reindex(sessions, fill_value=0)
    return sessions, sessions[(n_articles < settings.series.min_articles).to_numpy()]


def _prices(
    store: Store,
    assets: Sequence[str],
    sessions: pd.DatetimeIndex,
    calendar: SessionCalendar,
    *,
    as_of: datetime | None,
) -> Tradeable:
    if len(sessions):
        sessions = calendar.sessions(sessions[0], min(sessions[-1] + _BEYOND, calendar.last))
    return tradeable_prices(store, assets, sessions, as_of=as_of)


def _study_theme(
    store: Store,
    theme: str,
    sessions: pd.DatetimeIndex,
    thin: pd.DatetimeIndex,
    prices: Tradeable,
    asked: tuple[EvaluationRequest, PanelConfig, SessionCalendar],
) -> list[tuple[Sample, PanelStudy]]:
    request, config, calendar = asked
    mentions = theme_mentions(store, theme, calendar=calendar, as_of=request.series.as_of)
    factor, named = (
        build_factor(mentions, sessions, list(prices.table.columns), thin=thin, half_life=half_life)
        for half_life in (request.half_life, 0.0)
    )
    found = []
    for part in _parts(request):
        study = study_panel(
            factor, prices.table, named=named, span=part.span, config=config, chance=request.chance
        )
        rows = factor.loc[part.span.first : part.span.last].index
        first, last = (rows[0].date(), rows[-1].date()) if len(rows) else (None, None)
        found.append((Sample(name=part.name, first=first, last=last, n_sessions=study.n_sessions), study))
    return found


def _parts(request: EvaluationRequest) -> list[_Part]:
    start, end, split = (
        None if day is None else pd.Timestamp(day)
        for day in (request.series.start, request.series.end, request.split)
    )
    if split is None:
        return [_Part(name=ALL, span=Span(first=start, last=end))]
    before = split - pd.Timedelta(days=1)
    return [
        _Part(name=IN_SAMPLE, span=Span(first=start, last=before, end=before)),
        _Part(name=OUT_OF_SAMPLE, span=Span(first=split, last=end)),
    ]


def _notes(prices: Tradeable | None, request: EvaluationRequest) -> tuple[str, ...]:
    notes = []
    kinds = {} if prices is None else prices.kinds
    for kind in ("open", "close"):
        n = sum(one == kind for one in kinds.values())
        if n:
            notes.append(
                f"{n} assets are bought at the session's {kind}, the first stored price after the decision, "
                f"and sold at the {kind} of the session their horizon ends in"
            )
    notes += [] if prices is None else leap_notes(prices)
    without = [asset for asset, kind in kinds.items() if kind is None]
    if without:
        notes.append(f"no prices in these sessions: {', '.join(without)}")
    decay = (
        f", a session's news counting half after {request.half_life:g} sessions" if request.half_life else ""
    )
    notes.append(f"factor: sum of theme score x relevance over the articles that name the asset{decay}")
    notes.append(f"costs: {request.panel.cost_bps:g} basis points for each position that is exchanged")
    return tuple(notes)
