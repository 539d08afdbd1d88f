"""The schema as a history of migrations, one file each.

A migration is frozen once released: it imports nothing of ours but the registry, and it is tested from the
first schema with rows in it. Instants are text in UTC with milliseconds ("2025-02-11T01:15:00.000Z"), so
that they sort as they are and read well in any SQLite tool.
"""

from southbound.store.schema import (
    m001_articles_and_market,
    m002_full_text_search,
    m003_own_themes,
    m004_entity_tone,
    m005_polls,
    m006_pages,
    m007_stories,
    m008_flow_detail,
    m009_market_sources,
    m010_imports,
    m011_alerts,
    m012_poll_claims,
    m013_deliveries,
    m014_service,
    m015_claims,
    m016_reviews,
)
from southbound.store.schema.registry import migrations

#: In the order in which they are applied; each raises `user_version` by one.
HISTORY = (
    m001_articles_and_market,
    m002_full_text_search,
    m003_own_themes,
    m004_entity_tone,
    m005_polls,
    m006_pages,
    m007_stories,
    m008_flow_detail,
    m009_market_sources,
    m010_imports,
    m011_alerts,
    m012_poll_claims,
    m013_deliveries,
    m014_service,
    m015_claims,
    m016_reviews,
)
USER_VERSION = len(HISTORY)
#: "SBnd": how the file says what it is.
APPLICATION_ID = 0x53426E64

__all__ = ["APPLICATION_ID", "USER_VERSION", "migrations"]
