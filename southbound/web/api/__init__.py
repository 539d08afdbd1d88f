"""The API, version 1: each answer as it was known at an instant; all but corrections only read."""

from __future__ import annotations

from fastapi import APIRouter

from southbound.web.api import (
    articles,
    claims,
    entities,
    events,
    market,
    reviews,
    session,
    syndication,
    themes,
)

router = APIRouter(prefix="/api/v1")
for part in (themes, session, articles, claims, entities, market, events, syndication, reviews):
    router.include_router(part.router)
