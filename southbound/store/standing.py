"""Which of several providers' figures stands for a session.

Every provider keeps versions of its own. Of what is known, the figure of the provider that ranks highest
stands, however late another came: HKEX publishes it, Eastmoney copies it, and a table that somebody made is
believed last. What is missing never stands over what is told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

from ingest.flow import Flow

#: The most believed first; whoever is not named comes last.
PRECEDENCE: Final = ("hkex", "eastmoney", "tushare", "csv")
#: The amounts of a flow, as columns of its table.
AMOUNTS: Final = ("net", "buy", "sell", "turnover", "sh_net", "sz_net", "quota_used")


def standing_rows(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return what stood for one session, in time.

    Args:
        rows: The session's rows of all providers by known_at: session, known_at, provider, values, state.

    Returns:
        A row for each change of what stood, with the instant of the change.
    """
    latest: dict[str, tuple[Any, ...]] = {}
    standing: list[tuple[Any, ...]] = []
    for row in rows:
        latest[row[2]] = row
        best = min(latest.values(), key=_rank)
        if not standing or best[3:] != standing[-1][3:]:
            changed = (row[0], row[1], *best[2:])
            # Of two changes at one instant only the last can have been seen.
            if standing and standing[-1][1] == row[1]:
                standing.pop()
            standing.append(changed)
    return standing


def _rank(row: tuple[Any, ...]) -> tuple[bool, int]:
    """Return what is told before what isn't, then the provider's place."""
    provider, net, turnover, state = row[2], row[3], row[6], row[-1]
    is_told = state == "closed" or (state == "open" and not (net is None and turnover is None))
    return not is_told, PRECEDENCE.index(provider) if provider in PRECEDENCE else len(PRECEDENCE)


def extended(last: Flow, new: Flow) -> Flow:
    """Return a new flow with what it leaves untold from the last one, where they agree on all that both tell.

    A source that stops telling a figure (the quota used, since 2024-08-19), or a file with one leg only,
    doesn't take back the rest. Where they disagree anywhere, the new one stands as it is.
    """
    if not (new.state == last.state == "open"):
        return new
    both = [(getattr(last, name), getattr(new, name)) for name in AMOUNTS]
    if any(old is not None and own is not None and old != own for old, own in both):
        return new
    legs = {leg.leg: leg for leg in last.legs} | {leg.leg: leg for leg in new.legs}
    values = {name: old if own is None else own for name, (old, own) in zip(AMOUNTS, both, strict=True)}
    return dataclasses.replace(
        new, **values, legs=tuple(legs[leg] for leg in sorted(legs)), shares=new.shares or last.shares
    )


def same_content(first: Flow, second: Flow) -> bool:
    """Say whether two flows tell the same, whatever file, in whatever language, they came from."""
    return _figures(first) == _figures(second)


def _figures(flow: Flow) -> Flow:
    shares = tuple(dataclasses.replace(share, name="") for share in flow.shares)
    return dataclasses.replace(flow, source="", shares=shares)
