"""Set themes against flows and returns: what is evaluated, over which samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from signals.evaluation import (
    Chance,
    Finding,
    MarketConfig,
    PanelConfig,
    corrected,
    count_tests,
    study_market,
)
from signals.flow import clean_flows
from signals.price import price_returns
from signals.session import SessionCalendar
from signals.vintage import latest_versions
from southbound.evaluation.report import EvaluationReport, Sample
from southbound.pipeline.series import SeriesRequest, build_series, calendar_from_settings
from southbound.pipeline.tradeable import Tradeable, leap_notes, tradeable_prices
from southbound.settings import Settings
from southbound.store import Store

FLOW = "southbound net flow"
#: Calendar days after the last session of a series whose flows and prices still count for its horizons.
_BEYOND = pd.Timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """What is asked for.

    Attributes:
        series: span, measure and time of knowledge; its theme is replaced by each of `themes`.
        themes: id -> name.
        asset: whose returns a market series is set against.
        assets: of a panel; empty for every stock that has prices.
        split: first session of the out-of-sample part; None for one sample.
        half_life: of a panel's factor, in sessions.
        market: tests of a market series.
        panel: tests of a panel.
        chance: bands and placebos.
    """

    series: SeriesRequest
    themes: Mapping[str, str]
    asset: str = "INDEX:HSI"
    assets: tuple[str, ...] = ()
    split: date | None = None
    half_life: float = 5.0
    market: MarketConfig = field(default_factory=MarketConfig)
    panel: PanelConfig = field(default_factory=PanelConfig)
    chance: Chance = field(default_factory=Chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a series is set against.

    Attributes:
        name: of it.
        unit: "HK$ million" or "return".
        figures: under session t, what begins after the decision of t.
        span: sessions that pass until a value is complete.
    """

    name: str
    unit: str
    figures: pd.Series
    span: int

    def before(self, session: pd.Timestamp) -> pd.Series:
        """Return the values that were complete before a session."""
        earlier = self.figures.loc[self.figures.index < session]
        return earlier.iloc[: len(earlier) - self.span]


def evaluate_market(
    store: Store,
    request: EvaluationRequest,
    *,
    settings: Settings,
    advance: Callable[[int], None] = lambda _: None,
) -> EvaluationReport:
    """Set each theme's market-wide series against southbound net flow and an asset's return.

    With several themes only the local projections are tested: the family is themes x targets x horizons.

    Args:
        store: articles, tags, flows and prices.
        request: what is asked for.
        settings: decision time and scaling.
        advance: told after each theme.
    """
    calendar = calendar_from_settings(settings)
    config = request.market
    if len(request.themes) > 1:
        config = replace(config, lags=(), granger_lags=0, event_horizon=0)
    findings: list[Finding] = []
    samples: tuple[Sample, ...] = ()
    targets: list[Target] = []
    notes: list[str] = []
    for theme in request.themes:
        frame = build_series(store, replace(request.series, theme=theme), settings=settings)
        if not targets:
            targets, notes = _targets(store, request, frame, calendar)
        parts = _parts(frame, request.split)
        samples = tuple(_sample(name, part) for name, part in parts)
        for name, part in parts:
            found = _study_part(part, targets, None if name != IN_SAMPLE else request.split, config, request)
            findings += [replace(one, theme=theme, sample=name) for one in found]
        advance(1)
    return finish_report(
        EvaluationReport(
            kind="market",
            themes=request.themes,
            measure=request.series.measure,
            units={target.name: target.unit for target in targets},
            samples=samples,
            findings=tuple(findings),
            panels={},
            chance=request.chance,
            settings={**told_settings(request), "asset": request.asset, "market": asdict(config)},
            notes=tuple(notes),
        )
    )


ALL, IN_SAMPLE, OUT_OF_SAMPLE = "all", "in-sample", "out-of-sample"


def finish_report(report: EvaluationReport) -> EvaluationReport:
    """Correct the p-values and count the tests of each sample."""
    findings = corrected(report.findings)
    counts = count_tests(findings)
    samples = tuple(replace(one, n_tests=counts.get(one.name, 0)) for one in report.samples)
    return replace(report, findings=findings, samples=samples)


def told_settings(request: EvaluationRequest) -> dict[str, Any]:
    """Return what was asked for, as JSON values."""
    series = request.series
    return {
        "as_of": series.as_of.isoformat() if series.as_of else None,
        "start": series.start.isoformat() if series.start else None,
        "end": series.end.isoformat() if series.end else None,
        "split": request.split.isoformat() if request.split else None,
    }


def _study_part(
    part: pd.DataFrame,
    targets: Sequence[Target],
    before: date | None,
    config: MarketConfig,
    request: EvaluationRequest,
) -> Iterator[Finding]:
    """Yield the findings of one sample; nothing that ends at or after `before` is among its targets."""
    for target in targets:
        values = target.figures if before is None else target.before(pd.Timestamp(before))
        yield from study_market(
            part, values, name=target.name, measure="value", config=config, chance=request.chance
        )


def _parts(frame: pd.DataFrame, split: date | None) -> list[tuple[str, pd.DataFrame]]:
    done = frame.loc[frame["complete"].astype(bool)]
    if split is None:
        return [(ALL, done)]
    is_before = done["session"] < pd.Timestamp(split)
    return [(IN_SAMPLE, done.loc[is_before]), (OUT_OF_SAMPLE, done.loc[~is_before])]


def _sample(name: str, part: pd.DataFrame) -> Sample:
    if part.empty:
        return Sample(name=name, first=None, last=None, n_sessions=0)
    sessions = part["session"]
    return Sample(
        name=name, first=sessions.min().date(), last=sessions.max().date(), n_sessions=len(sessions)
    )


def _targets(
    store: Store, request: EvaluationRequest, frame: pd.DataFrame, calendar: SessionCalendar
) -> tuple[list[Target], list[str]]:
    as_of = request.series.as_of
    sessions = pd.DatetimeIndex(frame["session"])
    if len(sessions):
        sessions = calendar.sessions(sessions[0], min(sessions[-1] + _BEYOND, calendar.last))
    flows = latest_versions(clean_flows(store.market.flows(as_of=as_of), as_of=as_of)).set_index("session")
    prices = tradeable_prices(store, [request.asset], sessions, as_of=as_of)
    price = prices.table[request.asset]
    targets = [
        Target(name=FLOW, unit="HK$ million", figures=flows["net"].reindex(sessions), span=0),
        Target(
            name=f"return of {request.asset}",
            unit="return",
            figures=price_returns(price, price.shift(-1)),
            span=1,
        ),
    ]
    return targets, _notes(prices, request.asset)


def _notes(prices: Tradeable, asset: str) -> list[str]:
    kind = prices.kinds[asset]
    if kind is None:
        return [f"no prices of {asset} are stored; `southbound ingest prices` reads them"]
    earned = (
        f"returns of {asset} run from the session's {kind}, the first stored price after the decision, to "
        f"the next session's {kind}: that at lag 0 could be earned"
    )
    flow = (
        "the flow at lag 0 is that of the session which opens after the decision; a sum over a horizon "
        "with a closed or missing session in it is left out"
    )
    return [earned, flow, *leap_notes(prices)]
