"""Level shifts of a theme's intensity."""

from __future__ import annotations

from datetime import datetime

from signals.regime import Shift, find_shifts
from southbound.pipeline.series import SeriesRequest, build_series
from southbound.settings import Settings
from southbound.store import Store


def shifts_of_theme(
    store: Store, theme: str, *, as_of: datetime | None, settings: Settings
) -> tuple[Shift, ...]:
    """Find the level shifts of a theme's intensity in the completed sessions known before `as_of`."""
    series = build_series(store, SeriesRequest(theme=theme, as_of=as_of), settings=settings)
    done = series.loc[series["complete"]]
    return find_shifts(done.set_index("session")["intensity"])
