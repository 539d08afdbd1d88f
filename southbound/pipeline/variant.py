"""A variant of a series from options, over the settings' own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args

from signals.variant import IntensityConfig, Weight, Window
from southbound.error import UsageError
from southbound.instant import parse_day
from southbound.pipeline.series import intensity_config
from southbound.settings import SeriesSettings

_WEIGHTS: tuple[Weight, ...] = get_args(Weight)


def variant_from_options(
    settings: SeriesSettings, *, window: str = "", base: str = "", half_life: float = 0.0, weigh: str = ""
) -> IntensityConfig:
    """Lay options over the settings' variant.

    Args:
        settings: what holds where an option is empty.
        window: "expanding", "trailing" or "fixed"; a base alone makes it fixed.
        base: first and last session of a fixed base, "2024-04-02:2024-09-30".
        half_life: sessions; 0 for no decay.
        weigh: names with commas, or "none".

    Raises:
        UsageError: an option can't be used.
    """
    plain = intensity_config(settings)
    sessions = _base_from_text(base) if base else None
    chosen = window or ("fixed" if sessions else plain.window)
    if chosen not in get_args(Window):
        raise UsageError(f"--window takes {', '.join(get_args(Window))}; not '{chosen}'")
    if (chosen == "fixed") != (sessions is not None):
        raise UsageError("--window fixed and --base FIRST:LAST go together")
    if half_life < 0:
        raise UsageError(f"--half-life is in sessions, above 0; not {half_life:g}")
    changes: dict[str, Any] = {"window": cast("Window", chosen), "base": sessions}
    if half_life:
        changes["half_life_sessions"] = half_life
    if weigh:
        changes["weights"] = _weights_from_text(weigh)
    return replace(plain, **changes)


def _base_from_text(text: str) -> tuple[date, date]:
    first, colon, last = text.partition(":")
    if not colon:
        raise UsageError(f"--base takes its first and last session, 2024-04-02:2024-09-30; not '{text}'")
    start, end = parse_day(first), parse_day(last)
    if end <= start:
        raise UsageError(f"--base ends on {end}, not after its start {start}")
    return start, end


def _weights_from_text(text: str) -> tuple[Weight, ...]:
    if text == "none":
        return ()
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    for word in words:
        if word not in _WEIGHTS:
            raise UsageError(f"--weigh takes {', '.join(_WEIGHTS)}, or none; not '{word}'")
    return cast("tuple[Weight, ...]", words)
