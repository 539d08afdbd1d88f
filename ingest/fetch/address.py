"""Which network addresses belong to the public internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator

#: Finds the addresses of a host and port, as literals.
Resolver = Callable[[str, int], list[str]]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: RFC 6052: the last four bytes are an IPv4 address.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, in the order it prefers.

    Raises:
        OSError: There are none, or nobody answered.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(literal: str) -> bool:
    """Say whether an address is one of the public internet, in whatever notation it is wrapped.

    Loopback, private, link-local, shared, multicast and reserved ones are not; nor is an IPv6 address that
    carries such an IPv4 address (mapped, 6to4, Teredo, NAT64).
    """
    try:
        address = ipaddress.ip_address(literal.partition("%")[0])
    except ValueError:
        return False
    return all(layer.is_global and not layer.is_multicast for layer in _layers(address))


def _layers(address: _Address) -> Iterator[_Address]:
    """Yield the address that packets end up at, and what carries it there."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield ipaddress.IPv4Address(address.packed[-4:])
    else:
        yield address
        if address.sixtofour is not None:
            yield address.sixtofour
        if address.teredo is not None:
            yield from address.teredo
