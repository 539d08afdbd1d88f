"""Level shifts of a theme's intensity."""

from __future__ import annotations

from datetime import datetime

from signals.regime import Shift, find_shifts
from southbound.pipeline.series import SeriesRequest, build_series
from southbound.settings import Settings
from southbound.store import Store


def shifts_of_theme(
    store: Store, theme: str, *, as_of: datetime | None, settings: Settings
) -> tuple[tuple[Shift, ...], int]:
    """Find the level shifts of a theme's intensity in the completed sessions known before `as_of`.

    Returns:
        The shifts, and the number of sessions that have an intensity.
    """
    series = build_series(store, SeriesRequest(theme=theme, as_of=as_of), settings=settings)
    done = series.loc[series["complete"]]
    intensity = done.set_index("session")["intensity"]
    return find_shifts(intensity), int(intensity.count())
