"""The API, version 1: read-only, each answer as it was known at an instant."""

from __future__ import annotations

from fastapi import APIRouter

from southbound.web.api import articles, claims, entities, events, market, session, syndication, themes

router = APIRouter(prefix="/api/v1")
for part in (themes, session, articles, claims, entities, market, events, syndication):
    router.include_router(part.router)
