"""The socket that a web server listens on, and what it loads before it does."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from southbound.web.listener import open_listener


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_comes_in_is_answered_without_waiting_for_more_to_send(host: str) -> None:
    with (
        open_listener(host, 0, backlog=1) as listener,
        socket.create_connection(listener.getsockname()[:2]),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_refused() -> None:
    with open_listener("127.0.0.1", 0, backlog=1) as listener, pytest.raises(OSError, match="in use"):
        open_listener("127.0.0.1", listener.getsockname()[1], backlog=1)


def test_the_desk_loads_no_library_that_only_some_page_needs() -> None:
    heavy = ("scipy.stats", "scipy.optimize", "onnx", "torch", "spacy", "duckdb")
    told = f"import sys, southbound.web.app; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
