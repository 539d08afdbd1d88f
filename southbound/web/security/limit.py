"""How often one client may ask: a bucket of tokens for each, filled at a steady rate."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

#: Clients that are remembered; whoever asked longest ago is forgotten first, with a full bucket.
_MAX_CLIENTS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What a client has left: `tokens` (each pays one request) as of `at` (seconds of a steady clock)."""

    tokens: float
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What each client may do: so many requests a second on the long run, and so many at once."""

    per_second: float
    burst: float

    def take(self, bucket: Bucket | None, *, now: float) -> tuple[Bucket, float]:
        """Take a token out of a bucket (None: a full one).

        Returns:
            The bucket after it, and the seconds to wait until there is one: 0 where one was taken.
        """
        held = self.burst if bucket is None else bucket.tokens + (now - bucket.at) * self.per_second
        held = min(self.burst, held)
        if held >= 1:
            return Bucket(tokens=held - 1, at=now), 0.0
        return Bucket(tokens=held, at=now), (1 - held) / self.per_second


class RateLimit:
    """The buckets of all clients."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, client: str, *, now: float) -> float:
        """Take a client's token and return 0, or return the seconds to wait for one."""
        bucket, seconds = self._rate.take(self._buckets.pop(client, None), now=now)
        self._buckets[client] = bucket
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return seconds
