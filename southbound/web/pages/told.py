"""What the last forms led to, kept for the page that their senders are led on to."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from fastapi import Request

_N_KEPT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of a form: a sentence, and the correction that could be undone."""

    sentence: str
    correction: int | None = None


def keep_told(request: Request, told: Told) -> str:
    """Keep what became of a form; return a key that only its sender knows."""
    kept, key = _kept(request), secrets.token_urlsafe(8)
    kept[key] = told
    while len(kept) > _N_KEPT:
        kept.popitem(last=False)
    return key


def told_of(request: Request) -> Told | None:
    """Return what the form that led to this page led to; None where none did."""
    return _kept(request).get(request.query_params.get("said", ""))


def _kept(request: Request) -> OrderedDict[str, Told]:
    state = request.app.state
    if not hasattr(state, "told"):
        state.told = OrderedDict()
    kept: OrderedDict[str, Told] = state.told
    return kept
