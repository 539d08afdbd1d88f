"""The socket that a web server listens on."""

from __future__ import annotations

import socket


def open_listener(host: str, port: int, *, backlog: int) -> socket.socket:
    """Take an address and port of this machine; port 0 takes a free one.

    Raises:
        OSError: the address is none of this machine's, or is taken.
        OverflowError: there is no such port.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.create_server((address[0], port), family=family, backlog=backlog, reuse_port=False)
    # Connections take this over. Without it, an answer in two parts, as most are, waits 40 ms for the client
    # to confirm the first; asyncio sees to that itself only where a socket names its protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
