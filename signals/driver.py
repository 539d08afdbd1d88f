"""What moved a theme's intensity: each article's part of it, exact.

With X = theme articles / all articles of a publisher, `intensity = 100 / base * sum of X_i / sd_i` over the
publishers that have a scale (`signals.scaling`). So one theme article of publisher i carries `100 / (base *
sd_i * articles_i)` points, and the parts of a session add up to its intensity (attribution as in
sentometrics).
A change between two sessions is the later one's parts less the earlier one's: grouped by story, publisher or
entity, the parts add up to the change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from signals.column import aware_instant, require_columns
from signals.error import InputError
from signals.intensity import known_rows
from signals.scaling import Scaling, scale_publishers
from signals.session import DateLike, SessionCalendar
from signals.tally import tally_articles
from signals.variant import IntensityConfig

#: Below this a decayed article's weight is rounding.
_MIN_WEIGHT: Final = 1e-15


def attribute_change(
    articles: pd.DataFrame,
    *,
    calendar: SessionCalendar,
    session: DateLike,
    against: DateLike | None = None,
    as_of: datetime | None = None,
    config: IntensityConfig | None = None,
) -> pd.DataFrame:
    """Split the change of intensity between two sessions over the theme articles that make it.

    Args:
        articles: as for `compute_series`, with article (any identity that is unique).
        calendar: decides the session of each article.
        session: the later session.
        against: the earlier one; default the session before.
        as_of: articles with known_at >= as_of are dropped.
        config: scaling; default IntensityConfig().

    Returns:
        One row a theme article with a part in either: article, publisher, before and after (points of
        intensity), change = after - before. The sums of the columns are the two intensities and their
        difference.

    Raises:
        InputError: one of the sessions has no intensity, or they stand in the wrong order.
        CalendarSpanError: a day is no session.
    """
    config = config or IntensityConfig()
    require_columns(articles, ["article"], table="articles")
    later, earlier = _pair(calendar, session, against)
    rows = known_rows(articles, None if as_of is None else aware_instant(as_of, name="as_of"))
    sessions = pd.DatetimeIndex(calendar.session_of(rows["known_at"]))
    first = min(earlier, sessions.min()) if len(sessions) else earlier
    grid = calendar.sessions(first, later)
    scaling = scale_publishers(tally_articles(rows, sessions, grid, config=config), grid, config)
    theme = rows.loc[rows["is_theme"].astype(bool), ["article", "publisher"]].reset_index(drop=True)
    place = grid.get_indexer(sessions[rows["is_theme"].to_numpy(dtype=bool)])
    parts = {
        name: _parts(theme["publisher"], place, grid, day, scaling, config.half_life_sessions)
        for name, day in (("before", earlier), ("after", later))
    }
    table = theme.assign(**parts)
    table["change"] = table["after"] - table["before"]
    return table.loc[(table["before"] != 0) | (table["after"] != 0)].reset_index(drop=True)


def split_over(parts: pd.DataFrame, keys: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """Add the parts up by what the articles belong to; what belongs to several is shared out by weight.

    Args:
        parts: as `attribute_change` returns.
        keys: article, `key` and weight (above 0): to what an article belongs. Articles that belong to nothing
            are summed under None.
        key: column to group by, such as "entity_id".

    Returns:
        Columns `key`, before, after, change, n_articles, the largest change (either way) first; the columns
        add up to the same sums as those of `parts`.
    """
    weights = keys.groupby("article")["weight"].transform("sum")
    share = keys.assign(share=keys["weight"] / weights)[["article", key, "share"]]
    joined = parts.merge(share, on="article", how="left")
    joined["share"] = joined["share"].fillna(1.0)
    for name in ("before", "after", "change"):
        joined[name] *= joined["share"]
    table = joined.groupby(key, dropna=False, sort=True).agg(
        before=("before", "sum"),
        after=("after", "sum"),
        change=("change", "sum"),
        n_articles=("article", "nunique"),
    )
    order = np.argsort(-table["change"].abs().to_numpy(), kind="stable")
    return table.iloc[order].reset_index()


def _pair(
    calendar: SessionCalendar, session: DateLike, against: DateLike | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    calendar.decision_at(session)
    later = pd.Timestamp(session)
    if against is None:
        return later, calendar.previous_sessions(pd.DatetimeIndex([later]))[0]
    calendar.decision_at(against)
    if pd.Timestamp(against) >= later:
        raise InputError(f"{against} does not lie before {later.date()}; give an earlier session")
    return later, pd.Timestamp(against)


def _parts(
    publisher: pd.Series,
    place: np.ndarray,
    grid: pd.DatetimeIndex,
    day: pd.Timestamp,
    scaling: Scaling,
    half_life: float | None,
) -> np.ndarray:
    """Return each theme article's points of the intensity of one session."""
    t = int(grid.get_indexer(pd.DatetimeIndex([day]))[0])
    if not scaling.intensity[t] >= 0:
        raise InputError(
            f"{day.date()} has no intensity to explain: too few articles, or too short a past to scale by"
        )
    scaled = scaling.scaled[t]
    counted = ~np.isnan(scaled)
    points = np.full(len(scaled), np.nan)
    divisor = scaling.base[t] * scaling.deviation[t] * scaling.shares.articles[t]
    np.divide(100.0, divisor, out=points, where=counted)
    column = scaling.shares.publishers.get_indexer(pd.Index(publisher))
    per_article = np.where(column >= 0, points[column], np.nan)
    age = t - place
    weight = np.where((age >= 0) & (place >= 0), _weight(age, half_life), 0.0)
    return np.where(np.isnan(per_article) | (weight < _MIN_WEIGHT), 0.0, per_article * weight)


def _weight(age: np.ndarray, half_life: float | None) -> np.ndarray:
    return (age == 0).astype(float) if half_life is None else np.asarray(0.5 ** (np.abs(age) / half_life))
