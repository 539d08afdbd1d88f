"""How much each article weighs in the intensities of a session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from signals.driver import attribute_change
from signals.error import InputError
from southbound.pipeline.series import calendar_from_settings, intensity_config
from southbound.settings import Settings
from southbound.store import Store


def influence_of(
    store: Store, themes: Iterable[str], *, session: date, settings: Settings
) -> dict[tuple[str, str | None], float]:
    """Return the points that articles add to their themes' intensities, by article's and theme's ids.

    A theme that has no intensity in the session is left out.
    """
    calendar = calendar_from_settings(settings)
    found: dict[tuple[str, str | None], float] = {}
    news = store.news.read()
    for theme in themes:
        of_theme = news.tags.loc[news.tags["theme"] == theme]
        scores = of_theme.set_index("row")["score"].reindex(news.articles.index)
        articles = news.articles.assign(is_theme=scores.notna(), score=scores.fillna(0.0), relevance=1.0)
        try:
            parts = attribute_change(
                articles, calendar=calendar, session=session, config=intensity_config(settings.series)
            )
        except InputError:
            continue
        for article, points in zip(parts["article"], parts["after"], strict=True):
            found[str(article), theme] = float(points)
    return found
