"""The factor of a theme x entity panel: how strongly the news of a session ties each asset to the theme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from signals.column import require_columns, session_dates
from signals.error import InputError
from signals.evaluation.panel import forward_returns, quantiles_of
from signals.evaluation.regression import Floats


def build_factor(
    mentions: pd.DataFrame,
    sessions: pd.DatetimeIndex,
    assets: Sequence[str],
    *,
    thin: pd.DatetimeIndex | None = None,
    half_life: float = 0.0,
) -> pd.DataFrame:
    """Sum the theme's strength by session and asset.

    Args:
        mentions: one row an article and asset that it names: session (whose decision follows the news),
            asset and strength (theme score x relevance of the asset). Sessions and assets that are not asked
            for are left out.
        sessions: rows of the panel, consecutive.
        assets: columns of the panel.
        thin: sessions with too little news: null, since no mention says nothing there. Others without a
            mention are zero.
        half_life: sessions after which a strength counts half (`0.5 ** (age / half_life)`); 0 for the
            session's own news alone.

    Returns:
        Sessions x assets. What a session says is known at its decision.

    Raises:
        InputError: a column is missing, or the half-life is negative.
    """
    require_columns(mentions, ["session", "asset", "strength"], table="mentions")
    if half_life < 0:
        raise InputError(f"the half-life is a number of sessions, 0 for none; not {half_life:g}")
    rows = mentions.assign(
        session=session_dates(mentions["session"]), strength=mentions["strength"].astype(float)
    )
    sums = rows.pivot_table(index="session", columns="asset", values="strength", aggfunc="sum")
    strength = sums.reindex(index=sessions, columns=list(assets)).fillna(0.0)
    factor = pd.DataFrame(_decayed(strength.to_numpy(dtype=float), half_life), sessions, list(assets))
    if thin is not None:
        factor.loc[factor.index.isin(thin)] = np.nan
    return factor.rename_axis(index="date", columns="asset")


def factor_frame(
    factor: pd.DataFrame, prices: pd.DataFrame, *, horizons: Sequence[int], quantiles: int
) -> pd.DataFrame:
    """Return the panel as alphalens takes it.

    Returns:
        Index (date, asset); a column "<h>D" of forward returns for each horizon (h counts sessions), factor
        and factor_quantile; rows with a null left out.
    """
    columns = {f"{horizon}D": forward_returns(prices, horizon) for horizon in horizons}
    columns |= {"factor": factor, "factor_quantile": quantiles_of(factor, quantiles)}
    index = pd.MultiIndex.from_product([factor.index, factor.columns], names=["date", "asset"])
    stacked = {name: table.reindex_like(factor).to_numpy().ravel() for name, table in columns.items()}
    return pd.DataFrame(stacked, index=index).dropna().astype({"factor_quantile": int})


def _decayed(strength: Floats, half_life: float) -> Floats:
    if not half_life:
        return strength
    kept = 0.5 ** (1 / half_life)
    decayed = strength.copy()
    for row in range(1, len(decayed)):
        decayed[row] += kept * decayed[row - 1]
    return decayed
