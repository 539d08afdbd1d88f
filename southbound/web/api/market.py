"""Flows, prices, evaluations, and how the feeds are doing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from southbound.feeds.health import FeedHealth
from southbound.pipeline.feeds import health_of_feeds
from southbound.pipeline.flow_summary import records_from_lines, summarise_flows
from southbound.settings import Settings, read_configured_feeds, read_themes
from southbound.store import Store
from southbound.web.api.asking import (
    AsOf,
    AssetId,
    Day,
    End,
    Start,
    ThemeId,
    require_order,
    require_theme,
    within_calendar,
)
from southbound.web.api.form import JSON, Accept, FormatQuery, table_content, table_response
from southbound.web.api.model.market import (
    AssetsAnswer,
    EvaluationAnswer,
    FeedModel,
    FeedsAnswer,
    FlowSummaryAnswer,
    FrameAnswer,
)
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["market"])
Reader = Annotated[Store, Depends(read_store)]


@router.get("/flows/summary", responses=problem_answers(404, 422))
def get_flow_summary(
    store: Reader, start: Start = None, end: End = None, as_of: AsOf = None
) -> FlowSummaryAnswer:
    """Sum southbound net flow: the day, 5 and 20 sessions, quarter and year to date, with their records."""
    require_order(start, end)
    lines = summarise_flows(store, start=start, end=end, as_of=as_of)
    return FlowSummaryAnswer.model_validate({"lines": records_from_lines(lines)})


@router.get(
    "/flows",
    response_model=FrameAnswer,
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def get_flows(
    store: Reader,
    start: Start = None,
    end: End = None,
    as_of: AsOf = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response:
    """Return southbound flows by session: net, buy, sell, turnover and both legs (HKD million), state."""
    require_order(start, end)
    return _by_session(store.market.flows(as_of=as_of), start, end, accept=accept, form=form)


@router.get("/prices", responses=problem_answers(404, 422))
def list_assets(store: Reader, as_of: AsOf = None) -> AssetsAnswer:
    """List what has prices."""
    return AssetsAnswer(assets=tuple(store.market.asset_ids(as_of=as_of)))


@router.get(
    "/prices/{asset}",
    response_model=FrameAnswer,
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def get_prices(
    store: Reader,
    asset: Annotated[AssetId, Path(description="Asset id, such as INDEX:HSI.", examples=["INDEX:HSI"])],
    start: Start = None,
    end: End = None,
    as_of: AsOf = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response:
    """Return an asset's open and close by session, as last known and stored, in its own currency.

    Splits are not applied here; the returns of series and table apply them.
    """
    require_order(start, end)
    bars = store.market.bars(asset, as_of=as_of)
    if bars.empty:
        raise NotThereError(f"no price of {asset} is known" + (" then" if as_of else ""))
    return _by_session(bars, start, end, accept=accept, form=form)


def _by_session(
    frame: Any,  # noqa: ANN401 - a pandas frame, whose masks carry no types
    start: date | None,
    end: date | None,
    *,
    accept: str,
    form: str | None,
) -> Response:
    days = frame["session"].dt.date
    chosen = frame.loc[(days >= (start or date.min)) & (days <= (end or date.max))]
    return table_response(chosen.reset_index(drop=True), accept=accept, form=form)


@router.get("/feeds", responses=problem_answers(404, 422))
def get_feeds(request: Request, store: Reader, response: Response) -> FeedsAnswer:
    """Say how each feed is doing."""
    response.headers["cache-control"] = "no-store"
    settings: Settings = request.app.state.settings
    now = datetime.now(tz=UTC)
    health = health_of_feeds(store, read_configured_feeds(settings, None), now=now)
    return FeedsAnswer(now=now, feeds=tuple(map(_feed, health)))


def _feed(health: FeedHealth) -> FeedModel:
    facts = health.facts
    return FeedModel(
        url=facts.url,
        publisher=facts.publisher,
        state=health.state,
        last_good_at=facts.succeeded_at,
        next_poll_at=facts.next_poll_at,
        failures_in_a_row=facts.n_failures,
        reason=facts.reason,
        articles_24h=health.n_day,
        norm_24h=health.norm,
        repeat_share_28d=None if health.repeat_share is None else round(health.repeat_share, 4),
    )


@router.get(
    "/evaluate/{theme}",
    response_model=EvaluationAnswer,
    responses=problem_answers(404, 422),
    tags=["themes"],
)
def evaluate(  # noqa: PLR0913, PLR0917 - one parameter for each option
    request: Request,
    store: Reader,
    theme: Annotated[ThemeId, Path(description="Theme id, such as ai.", examples=["ai"])],
    asset: Annotated[AssetId, Query(description="Whose returns are set against the series.")] = "INDEX:HSI",
    measure: Annotated[
        Literal["intensity", "share", "volume", "zscore", "tone"], Query(description="Of the theme.")
    ] = "share",
    start: Start = None,
    end: End = None,
    split: Annotated[Day | None, Query(description="First session out of sample.")] = None,
    placebos: Annotated[int, Query(ge=0, le=500, description="Series on shuffled dates beside each.")] = 200,
    as_of: AsOf = None,
) -> Response:
    """Test a theme against southbound flows and returns, as `southbound evaluate` does; it takes seconds."""
    from signals.evaluation import Chance  # noqa: PLC0415 - statsmodels, needed here only
    from southbound.evaluation.json import json_from_report  # noqa: PLC0415 - the same
    from southbound.pipeline.evaluate import EvaluationRequest, evaluate_market  # noqa: PLC0415 - the same
    from southbound.pipeline.series import SeriesRequest, calendar_from_settings  # noqa: PLC0415 - the same

    settings: Settings = request.app.state.settings
    require_theme(store, theme)
    require_order(start, end)
    if asset not in store.market.asset_ids(as_of=as_of):
        raise NotThereError(f"there are no prices of {asset}; see /api/v1/prices")
    calendar = calendar_from_settings(settings)
    names = {one.id: one.name for one in read_themes().values()} | store.themes.names()
    asked = EvaluationRequest(
        series=SeriesRequest(
            theme=None,
            measure=measure,
            start=within_calendar(start, calendar),
            end=within_calendar(end, calendar),
            as_of=as_of,
        ),
        themes={theme: names[theme]},
        asset=asset,
        split=split,
        chance=Chance(n_placebo=placebos),
    )
    return Response(json_from_report(evaluate_market(store, asked, settings=settings)), media_type=JSON)
