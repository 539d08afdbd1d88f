"""Themes, their series, what moved them, and the table of all."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, cast

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from signals.intensity import compute_series
from signals.rebuild import compute_all
from southbound.digest.window import sessions_before
from southbound.language.naming import definition_of, name_of_theme
from southbound.language.words import Language
from southbound.pipeline.driver import DriverRequest, explain_change
from southbound.pipeline.regime import shifts_of_theme
from southbound.pipeline.series import (
    MEASURES,
    Alignment,
    Frequency,
    SeriesRequest,
    calendar_from_settings,
    intensity_config,
)
from southbound.pipeline.table import TableRequest, build_table, describe_columns
from southbound.pipeline.variant import variant_from_options
from southbound.pipeline.vintage import ask_series
from southbound.settings import Settings, read_themes
from southbound.store import Store
from southbound.web.api.asking import (
    AnswerLanguage,
    AsOf,
    AssetId,
    Day,
    End,
    Entity,
    Start,
    Theme,
    ThemePath,
    require_order,
    require_theme,
    within_calendar,
)
from southbound.web.api.form import Accept, FormatQuery, table_content, table_response
from southbound.web.api.model.theme import (
    ColumnMeaning,
    DriversAnswer,
    RegimesAnswer,
    SeriesAnswer,
    TableAnswer,
    ThemeNow,
    ThemesAnswer,
)
from southbound.web.api.session import latest_session, require_session
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.store import read_store

router = APIRouter(tags=["themes"])

_BASELINE: Final = 20
Measure = Literal["intensity", "share", "volume", "zscore", "tone"]
Reader = Annotated[Store, Depends(read_store)]
Assets = Annotated[
    list[AssetId], Query(alias="asset", max_length=20, description="Whose prices; may be given again.")
]
Align = Annotated[
    Alignment,
    Query(
        description="contemporaneous: the session's own figures, known after its close (for study); "
        "tradeable: the latest known at the row's decision time."
    ),
]


@router.get("/themes", responses=problem_answers(404, 422))
def list_themes(
    request: Request,
    store: Reader,
    session: Annotated[Day | None, Query(description="HKEX session; default the last with news.")] = None,
    as_of: AsOf = None,
    language: AnswerLanguage = "en",
) -> ThemesAnswer:
    """List all themes with their measures in a session."""
    settings: Settings = request.app.state.settings
    day = latest_session(store, settings, as_of=as_of) if session is None else session
    if day is None:
        return ThemesAnswer(session=None, n_articles=0, themes=())
    require_session(day, settings)
    table = _measures(store, settings, day, as_of)
    found = [_theme_now(store, theme, rows, day, language) for theme, rows in table.items()]
    ordered = sorted(found, key=lambda one: (-(one.share or 0.0), -one.n_theme_articles, one.name))
    n_articles = max((int(rows.iloc[-1]["n_articles"]) for rows in table.values() if len(rows)), default=0)
    return ThemesAnswer(session=day, n_articles=n_articles, themes=tuple(ordered))


def _measures(
    store: Store, settings: Settings, session: date, as_of: datetime | None
) -> dict[str, pd.DataFrame]:
    """Return each theme's series up to a session, over the baseline before it."""
    calendar, config = calendar_from_settings(settings), intensity_config(settings.series)
    earlier = sessions_before(session, _BASELINE, calendar=calendar)
    first = earlier[0] if earlier else session
    news = store.news.read(as_of=as_of)
    shared = compute_all(
        news.articles,
        news.tags,
        themes=list(read_themes()),
        configs=[config],
        calendar=calendar,
        between=(first, session),
        as_of=as_of,
    )
    own = {
        theme: compute_series(
            store.tags.theme_articles(theme, as_of=as_of),
            calendar=calendar,
            start=first,
            end=session,
            as_of=as_of,
            config=config,
        )
        for theme in store.themes.names()
    }
    found = {} if shared.empty else {str(theme): rows for theme, rows in shared.groupby("theme", sort=False)}
    return found | own


def _theme_now(store: Store, theme: str, rows: pd.DataFrame, session: date, language: Language) -> ThemeNow:
    shipped = read_themes().get(theme)
    here = rows.loc[rows["session"] == pd.Timestamp(session)]
    values: dict[Any, Any] = here.iloc[-1].to_dict() if len(here) else {}
    before = rows.loc[rows["session"] < pd.Timestamp(session), "share"]
    own = None if shipped else store.themes.versions(theme)[-1]
    return ThemeNow(
        id=theme,
        name=name_of_theme(shipped, language) if shipped else own.name if own else theme,
        is_own=shipped is None,
        definition=definition_of(theme, language)
        or (shipped.definition if shipped else own.definition if own else ""),
        share_before=_told(before.mean()) if before.count() else None,
        n_theme_articles=int(values.get("n_theme_articles", 0)),
        state=values.get("state", "missing"),
        **{name: _told(values.get(name)) for name in MEASURES},
    )


def _told(value: object) -> float | None:
    return None if value is None or pd.isna(cast("float", value)) else round(float(cast("float", value)), 10)


_Switch = Literal["true", "false"]
_Publishers = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Query(max_length=20, description="Only this publisher; may be given again."),
]
_Window = Annotated[
    Literal["expanding", "trailing"] | None,
    Query(description="The past that scales the intensity; default the settings'."),
]
_BaseStart = Annotated[Day | None, Query(description="First session of a fixed base; with base_end.")]
_BaseEnd = Annotated[Day | None, Query(description="Last session of a fixed base; with base_start.")]
_HalfLife = Annotated[
    float, Query(ge=0, le=10_000, description="Decay: sessions after which news counts half; 0: none.")
]
_Weigh = Annotated[
    str,
    Query(
        pattern=r"^(none|(score|novelty|relevance|tone)(,(score|novelty|relevance|tone)){0,3})$",
        description="What an article counts by in the share; none for one each.",
    ),
]
_Lag = Annotated[
    int | None, Query(ge=0, le=250, description="Each value as it was known so many sessions later.")
]


@router.get(
    "/series",
    response_model=SeriesAnswer,
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def get_series(  # noqa: PLR0913, PLR0917 - one parameter for each option of `southbound series`
    request: Request,
    store: Reader,
    theme: Theme = None,
    entity: Entity = None,
    measure: Annotated[Measure, Query(description="What stands in `value`.")] = "intensity",
    freq: Annotated[Frequency, Query(description="One row a session, week or month.")] = "session",
    as_of: AsOf = None,
    start: Start = None,
    end: End = None,
    flows: Annotated[_Switch, Query(description="Southbound flows beside it.")] = "false",
    prices: Annotated[_Switch, Query(description="Prices beside it.")] = "false",
    asset: Assets = [],  # noqa: B006 - FastAPI copies it
    align: Align = "contemporaneous",
    publisher: _Publishers = [],  # noqa: B006 - FastAPI copies it
    language: Annotated[Literal["en", "zh"] | None, Query(description="Only articles in it.")] = None,
    window: _Window = None,
    base_start: _BaseStart = None,
    base_end: _BaseEnd = None,
    half_life: _HalfLife = 0.0,
    weigh: _Weigh = "score,novelty",
    lag: _Lag = None,
    issues: Annotated[_Switch, Query(description="Every version of every value.")] = "false",
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response:
    """Compute a theme's series, an entity's, or a theme's among the news of an entity."""
    settings: Settings = request.app.state.settings
    calendar = calendar_from_settings(settings)
    _require_subject(store, theme, entity)
    _require_assets(store, asset)
    require_order(start, end)
    base = _base(base_start, base_end)
    asked = SeriesRequest(
        theme=theme, entity=entity, publishers=tuple(publisher), language=language or "", measure=measure,
        variant=variant_from_options(
            settings.series, window=window or "", base=base, half_life=half_life, weigh=weigh
        ),
        freq=freq, start=within_calendar(start, calendar), end=within_calendar(end, calendar), as_of=as_of,
        with_flows=flows == "true", with_prices=prices == "true", assets=tuple(asset), align=align,
    )  # fmt: skip
    frame = ask_series(store, asked, lag=lag, issues=issues == "true", settings=settings)
    about = json.dumps({"theme": theme, "entity": entity, "measure": measure})[1:-1]
    return table_response(frame, accept=accept, form=form, about=about)


def _require_subject(store: Store, theme: str | None, entity: str | None) -> None:
    if theme is None and entity is None:
        raise NotThereError("name a theme, such as theme=ai, or an entity, such as entity=alibaba")
    if theme is not None:
        require_theme(store, theme)


def _base(start: date | None, end: date | None) -> str:
    if (start is None) != (end is None):
        raise NotThereError("a fixed base has a first and a last session: give base_start and base_end")
    return f"{start}:{end}" if start and end else ""


def _require_assets(store: Store, assets: list[str]) -> None:
    unknown = set(assets) - set(store.market.asset_ids()) if assets else set()
    if unknown:
        raise NotThereError(f"there are no prices of {', '.join(sorted(unknown))}; see /api/v1/prices")


@router.get(
    "/table",
    response_model=TableAnswer,
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def get_table(  # noqa: PLR0913, PLR0917 - one parameter for each option of `southbound table`
    request: Request,
    store: Reader,
    theme: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]],
        Query(max_length=60, description="A theme; may be given again. Default: all."),
    ] = [],  # noqa: B006 - FastAPI copies it
    measure: Annotated[
        list[Measure], Query(max_length=5, description="Measures of each theme; default all.")
    ] = [],  # noqa: B006 - FastAPI copies it
    asset: Assets = [],  # noqa: B006 - FastAPI copies it
    as_of: AsOf = None,
    start: Start = None,
    end: End = None,
    align: Align = "tradeable",
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response:
    """Put themes, southbound flows and prices beside each other, one row a session."""
    frame = _table(request, store, (theme, measure, asset), as_of=as_of, start=start, end=end, align=align)
    return table_response(frame, accept=accept, form=form)


@router.get("/table/columns", responses=problem_answers(404, 422))
def get_columns(request: Request, store: Reader, as_of: AsOf = None) -> tuple[ColumnMeaning, ...]:
    """Say what each column of the table of all themes holds."""
    frame = _table(request, store, ([], [], []), as_of=as_of, start=None, end=None, align="tradeable")
    described = describe_columns(frame)
    return tuple(ColumnMeaning.model_validate(row) for row in described.to_dict("records"))


def _table(
    request: Request,
    store: Store,
    what: tuple[list[str], list[Measure], list[str]],
    *,
    as_of: datetime | None,
    start: date | None,
    end: date | None,
    align: Alignment,
) -> pd.DataFrame:
    settings: Settings = request.app.state.settings
    calendar = calendar_from_settings(settings)
    themes, measures, assets = what
    for one in themes:
        require_theme(store, one)
    require_order(start, end)
    asked = TableRequest(
        themes=tuple(dict.fromkeys(themes)),
        measures=tuple(dict.fromkeys(measures)) or MEASURES,
        assets=tuple(dict.fromkeys(assets)),
        start=within_calendar(start, calendar),
        end=within_calendar(end, calendar),
        as_of=as_of,
        align=align,
    )
    return build_table(store, asked, settings=settings)


@router.get("/themes/{theme}/drivers", responses=problem_answers(404, 422))
def get_drivers(
    request: Request,
    store: Reader,
    theme: ThemePath,
    session: Annotated[Day, Query(description="HKEX session.")],
    against: Annotated[Day | None, Query(description="Earlier session; default the one before.")] = None,
    as_of: AsOf = None,
) -> DriversAnswer:
    """Split the change of a theme's intensity over stories, publishers and entities."""
    settings: Settings = request.app.state.settings
    require_theme(store, theme)
    require_session(session, settings)
    asked = DriverRequest(theme=theme, session=session, against=against, as_of=as_of)
    table = explain_change(store, asked, settings=settings)
    whole = table.loc[table["split"] == "publisher", ["before", "after", "change"]].sum()
    rows = [
        {**row, "key": str(row["key"]), "url": row["url"] if isinstance(row["url"], str) else None}
        for row in table.to_dict("records")
    ]
    return DriversAnswer.model_validate(
        {"theme": theme, "session": session, **whole.to_dict(), "rows": rows}, from_attributes=False
    )


@router.get("/themes/{theme}/regimes", responses=problem_answers(404, 422))
def get_regimes(request: Request, store: Reader, theme: ThemePath, as_of: AsOf = None) -> RegimesAnswer:
    """Find the level shifts of a theme's intensity, each with the session on which it was knowable."""
    require_theme(store, theme)
    shifts, _ = shifts_of_theme(store, theme, as_of=as_of, settings=request.app.state.settings)
    told = [
        {
            "direction": shift.direction,
            "began": shift.began.date(),
            "knowable": shift.knowable.date(),
            "before": shift.before,
            "after": shift.after,
            "n_sessions": shift.n_sessions,
        }
        for shift in shifts
    ]
    return RegimesAnswer.model_validate({"theme": theme, "shifts": told})
