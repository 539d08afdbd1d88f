"""How a series is scaled and weighed: the variant that is stored beside its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, get_args

from signals.error import InputError

Window: TypeAlias = Literal["expanding", "trailing", "fixed"]
#: What an article can count by in the share; their product is its weight.
Weight: TypeAlias = Literal["score", "novelty", "relevance", "tone"]
DEFAULT_WEIGHTS: Final[tuple[Weight, ...]] = ("score", "novelty")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensityConfig:
    """How a series is scaled.

    Attributes:
        min_articles: sessions with fewer articles are thin: all measures null, counts shown.
        window: the past that scales a session: "expanding", "trailing", or "fixed" (the base).
        trailing_sessions: length of the trailing window, in sessions.
        base: first and last session of a fixed base; sessions up to its end have no intensity, since their
            scale would know the future.
        min_history: past sessions a publisher needs to be scaled.
        zscore_sessions: trailing sessions the z-score of the share is taken against.
        min_zscore_history: non-null shares needed among them.
        half_life_sessions: counts decay by 0.5 ** (age / half-life) over sessions; None for no decay.
            It applies to intensity, share, zscore and tone; volume and the counts stay those of the session.
        weights: what an article counts by in share and zscore; () counts each as one. With "tone" an
            article counts by its tone, -1 to 1, so that the share is signed.
    """

    min_articles: int = 5
    window: Window = "expanding"
    trailing_sessions: int = 250
    base: tuple[date, date] | None = None
    min_history: int = 20
    zscore_sessions: int = 60
    min_zscore_history: int = 20
    half_life_sessions: float | None = None
    weights: tuple[Weight, ...] = DEFAULT_WEIGHTS

    def __post_init__(self) -> None:
        if self.window not in get_args(Window):
            raise InputError(f'window must be "expanding", "trailing" or "fixed", found {self.window!r}')
        if (self.window == "fixed") != (self.base is not None):
            raise InputError('a base goes with window "fixed", and that window needs one')
        if self.base is not None and self.base[1] <= self.base[0]:
            raise InputError(f"the base ends on {self.base[1]}, not after its start {self.base[0]}")
        if self.min_history < 2 or self.min_zscore_history < 2:  # noqa: PLR2004 - a deviation needs two values
            raise InputError("min_history and min_zscore_history must be at least 2")
        if self.half_life_sessions is not None and self.half_life_sessions <= 0:
            raise InputError(f"half_life_sessions must be above 0, found {self.half_life_sessions}")
        unknown = set(self.weights) - set(get_args(Weight))
        if unknown:
            raise InputError(f"weights are {', '.join(get_args(Weight))}; not {', '.join(sorted(unknown))}")

    @property
    def variant(self) -> str:
        """Name it, to be stored with each row: "expanding", "trailing-250-halflife-5-by-score-tone"."""
        parts = [self._window_name]
        if self.half_life_sessions is not None:
            parts.append(f"halflife-{self.half_life_sessions:g}")
        if self.weights != DEFAULT_WEIGHTS:
            parts.append("-".join(("by", *self.weights)) if self.weights else "by-count")
        return "-".join(parts)

    @property
    def _window_name(self) -> str:
        if self.window == "trailing":
            return f"trailing-{self.trailing_sessions}"
        return f"fixed-{self.base[0]}-{self.base[1]}" if self.base else self.window
