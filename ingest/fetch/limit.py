"""The bounds of one fetch."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.feed import MAX_PAYLOAD_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What a remote may take of us, at most.

    Attributes:
        allow_private_addresses: Whether servers in this machine's own networks may be asked.
        max_bytes: Largest body, decompressed.
        total_seconds: Time for one feed: names, connections, redirects and body together.
        connect_seconds: Time for one connection.
        read_seconds: Time without a byte.
    """

    allow_private_addresses: bool = False
    max_bytes: int = MAX_PAYLOAD_BYTES
    total_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 20.0


DEFAULT_LIMITS = FetchLimits()
