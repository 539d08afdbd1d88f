"""Sessions, and what belongs to one: its digest, stories and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, cast

import pandas as pd
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from signals.error import CalendarSpanError
from southbound.alert import read_alerts
from southbound.digest import DigestFormat, write_digest
from southbound.digest.alert_text import condition_in, figures_in
from southbound.digest.phrase import phrases_of
from southbound.digest.story import Story, read_stories
from southbound.digest.window import find_window
from southbound.digest.wording import clean_line, web_url
from southbound.language.naming import theme_names
from southbound.pipeline.alert import figure_text, judge_rules
from southbound.pipeline.digest import digest_of
from southbound.pipeline.series import calendar_from_settings
from southbound.settings import Settings
from southbound.store import Store
from southbound.web.api.asking import (
    AnswerLanguage,
    AsOf,
    Cursor,
    Day,
    End,
    Limit,
    Start,
    Theme,
    require_order,
    require_theme,
    within_calendar,
)
from southbound.web.api.form import (
    HTML,
    JSON,
    MARKDOWN,
    PLAIN,
    Accept,
    FormatQuery,
    accepted,
    not_acceptable,
    page_response,
    table_content,
)
from southbound.web.api.model.record import Page
from southbound.web.api.model.session import (
    AlertModel,
    AlertsAnswer,
    FigureModel,
    ReportModel,
    SessionLine,
    StoryAnswer,
    StoryModel,
    StoryReportModel,
)
from southbound.web.api.paging import cut_page, place_of
from southbound.web.pages.names import catalogue
from southbound.web.problem import NotThereError, problem_answers
from southbound.web.security.header import DOCUMENT_POLICY
from southbound.web.store import read_store

router = APIRouter(tags=["sessions"])
Reader = Annotated[Store, Depends(read_store)]
SessionPath = Annotated[Day, Path(description="HKEX session, such as 2025-02-11.")]
_DIGEST_FORMS: Final[Mapping[str, DigestFormat]] = {JSON: "json", HTML: "html", MARKDOWN: "md", PLAIN: "text"}


def latest_session(store: Store, settings: Settings, *, as_of: datetime | None) -> date | None:
    """Return the session of the last tagged news known before `as_of`; None without any."""
    span = store.entities.known_from(as_of=as_of)
    if span is None:
        return None
    calendar = calendar_from_settings(settings)
    return cast("date", calendar.session_of(pd.Series([pd.Timestamp(span[1])]))[0].date())


def require_session(day: date, settings: Settings) -> None:
    """Refuse a day that is no session.

    Raises:
        NotThereError: it is none.
    """
    calendar = calendar_from_settings(settings)
    try:
        is_session = len(calendar.sessions(day, day)) == 1
    except CalendarSpanError as error:
        raise NotThereError(f"there is no session {day}: {error}") from error
    if not is_session:
        raise NotThereError(f"{day} is no HKEX session; /api/v1/sessions lists them")


@router.get(
    "/sessions",
    response_model=Page[SessionLine],
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_sessions(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    request: Request,
    store: Reader,
    start: Start = None,
    end: End = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response | Page[SessionLine]:
    """List the sessions that have news, the last one first, with their decision times."""
    settings: Settings = request.app.state.settings
    require_order(start, end)
    place = place_of(cursor, as_of=as_of)
    calendar = calendar_from_settings(settings)
    news = store.news.read(as_of=place.as_of).articles
    counts = pd.Series(calendar.session_of(news["known_at"])).value_counts()
    if counts.empty:
        return page_response(Page(items=(), next=None), SessionLine, accept=accept, form=form)
    days = calendar.sessions(counts.index.min(), counts.index.max())[::-1]
    first = pd.Timestamp(within_calendar(start, calendar) or calendar.first)
    last = pd.Timestamp(within_calendar(end, calendar) or calendar.last)
    days = days[(days >= first) & (days <= last)][place.offset : place.offset + limit + 1]
    cut, following = cut_page(list(days), place, limit=limit)
    shown = pd.DatetimeIndex(list(cut))
    states, decisions = calendar.southbound_states(shown), calendar.decisions_at(shown)
    lines = [
        SessionLine(
            session=day.date(),
            decision_at=decision.to_pydatetime(),
            southbound=state,
            n_articles=int(counts.get(day, 0)),
        )
        for day, decision, state in zip(shown, decisions, states, strict=True)
    ]
    page = Page(items=tuple(lines), next=following)
    return page_response(page, SessionLine, accept=accept, form=form)


@router.get(
    "/sessions/{session}/digest",
    responses={
        200: {
            "description": "The digest; its JSON keys are those of `southbound digest --format json`.",
            "content": {
                HTML: {"schema": {"type": "string"}},
                MARKDOWN: {"schema": {"type": "string"}},
                PLAIN: {"schema": {"type": "string"}},
                JSON: {"schema": {"type": "object"}},
            },
        },
        **problem_answers(404, 406, 422),
    },
    response_class=Response,
)
def get_digest(
    request: Request,
    store: Reader,
    session: SessionPath,
    as_of: AsOf = None,
    form: Annotated[
        DigestFormat | None, Query(alias="format", description="html, md, text or json; default by Accept.")
    ] = None,
    language: AnswerLanguage = "en",
    accept: Accept = "",
) -> Response:
    """Write a session's digest: the news known between the decision time before and its own."""
    media = accepted(accept, tuple(_DIGEST_FORMS))
    if form is not None:
        media = next(name for name, named in _DIGEST_FORMS.items() if named == form)
    if media is None:
        return not_acceptable(tuple(_DIGEST_FORMS))
    settings: Settings = request.app.state.settings
    content = digest_of(
        store,
        session=session,
        as_of=as_of,
        settings=settings,
        language=language,
        catalogue=catalogue(settings) if language != "en" else None,
    )
    text = write_digest(content, form=_DIGEST_FORMS[media])
    headers = {"content-security-policy": DOCUMENT_POLICY} if media == HTML else None
    return Response(text, media_type=media if media == JSON else f"{media}; charset=utf-8", headers=headers)


@router.get(
    "/sessions/{session}/stories",
    response_model=Page[StoryModel],
    responses={200: {"content": table_content()}, **problem_answers(404, 406, 422)},
)
def list_stories(  # noqa: PLR0913, PLR0917 - one parameter for each filter
    request: Request,
    store: Reader,
    session: SessionPath,
    theme: Theme = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: FormatQuery = None,
    accept: Accept = "",
) -> Response | Page[StoryModel]:
    """List the stories of a session, those with most reports first."""
    calendar = calendar_from_settings(request.app.state.settings)
    if theme is not None:
        require_theme(store, theme)
    place = place_of(cursor, as_of=as_of)
    window = find_window(session, calendar=calendar, as_of=place.as_of)
    tagged = store.tags.known_between(window.start, window.end, as_of=window.end)
    news = [article for article in tagged if article.themes]
    stories = read_stories(store, news, start=window.start, end=window.end, as_of=window.end)
    stories = [story for story in stories if theme is None or theme in story.scores]
    stories.sort(key=lambda story: (-len(story.reports), story.reports[0].known_at, story.story_id))
    shown, following = cut_page(stories[place.offset : place.offset + limit + 1], place, limit=limit)
    page = Page(items=tuple(map(_story, shown)), next=following)
    return page_response(page, StoryModel, accept=accept, form=form)


def _story(story: Story) -> StoryModel:
    return StoryModel(
        story_id=story.story_id,
        title=clean_line(story.lead.title),
        n_reports=len(story.reports),
        n_earlier=story.n_earlier,
        began_at=story.began_at,
        publishers=story.publishers,
        hk_china=round(story.hk_china, 4),
        themes=dict(story.scores),
        reports=tuple(
            ReportModel(
                article_id=report.article_id,
                title=clean_line(report.title),
                url=web_url(report.url),
                publisher=report.publisher,
                known_at=report.known_at,
            )
            for report in story.reports
        ),
    )


@router.get("/stories/{story_id:path}", responses=problem_answers(404, 422))
def get_story(
    store: Reader,
    story_id: Annotated[
        str, Path(min_length=1, max_length=2000, description="Story id: that of its first article.")
    ],
    as_of: AsOf = None,
) -> StoryAnswer:
    """Return every report of a story, with how new each was."""
    reports = store.stories.reports([story_id], as_of=as_of)
    if not reports:
        raise NotThereError(f"there is no story '{story_id[:120]}'" + (" then" if as_of else ""))
    told = [
        StoryReportModel(
            article_id=report.article_id,
            title=clean_line(report.title),
            url=web_url(report.url),
            publisher=clean_line(report.publisher),
            known_at=report.known_at,
            likeness=report.likeness,
            matched_article_id=report.matched_article_id,
            novelty=report.novelty,
            earlier=dict(report.earlier),
        )
        for report in reports
    ]
    return StoryAnswer(story_id=story_id, reports=tuple(told))


@router.get("/sessions/{session}/alerts", responses=problem_answers(404, 422))
def get_alerts(
    request: Request,
    store: Reader,
    session: SessionPath,
    as_of: AsOf = None,
    language: AnswerLanguage = "en",
) -> AlertsAnswer:
    """Hold the alert rules against what was known at a session's decision."""
    settings: Settings = request.app.state.settings
    rules = read_alerts(settings.alerts.rules).rules
    states = judge_rules(store, rules, session=session, as_of=as_of, settings=settings)
    say, names = phrases_of(language), theme_names(store.themes.names(), language)
    told = [
        AlertModel(
            name=state.rule.name,
            condition=condition_in(state.rule.text, say, names),
            holds=state.holds,
            figures=tuple(
                FigureModel(text=figures_in(figure_text(figure, value), say, names), value=value)
                for figure, value in state.figures.items()
            ),
        )
        for state in states
    ]
    return AlertsAnswer(session=session, rules=tuple(told))
