"""Mail over TLS: from the first byte, or asked for; a server that isn't the one named gets nothing."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
import trustme
from pydantic import ValidationError

from southbound.alert import MailAddress
from southbound.error import SouthboundError, UncertainMailError
from southbound.mail import Mail, send_mail

MAIL = Mail(title="Digest", text="Text", html="<p>Text</p>", identity="a.day")
Way = Literal["starttls", "implicit"]


@dataclass
class Server:
    """A mail server on this machine, and what it heard."""

    context: ssl.SSLContext
    way: Way
    heard: list[tuple[bool, bytes]] = field(default_factory=list)
    port: int = 0

    def secure(self, connection: socket.socket, room: ExitStack) -> ssl.SSLSocket:
        return room.enter_context(self.context.wrap_socket(connection, server_side=True))

    def serve(self, connection: socket.socket, room: ExitStack) -> None:
        if self.way == "implicit":
            connection = self.secure(connection, room)
        stream = connection.makefile("rwb", buffering=0)
        stream.write(b"220 room\r\n")
        while line := stream.readline():
            self.heard.append((isinstance(connection, ssl.SSLSocket), line.strip()))
            match line.split()[0].upper():
                case b"EHLO":
                    secured = isinstance(connection, ssl.SSLSocket)
                    stream.write(
                        b"250-room\r\n250 AUTH PLAIN\r\n" if secured else b"250-room\r\n250 STARTTLS\r\n"
                    )
                case b"STARTTLS":
                    stream.write(b"220 go on\r\n")
                    connection = self.secure(connection, room)
                    stream = connection.makefile("rwb", buffering=0)
                case b"DATA":
                    stream.write(b"354 go on\r\n")
                    while (line := stream.readline()).strip() != b".":
                        self.heard.append((isinstance(connection, ssl.SSLSocket), line.strip()))
                    stream.write(b"250 taken\r\n")
                case b"AUTH":
                    stream.write(b"235 welcome\r\n")
                case b"QUIT":
                    stream.write(b"221 bye\r\n")
                    return
                case _:
                    stream.write(b"250 fine\r\n")


@contextmanager
def serving(way: Way, authority: trustme.CA) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    made = Server(context=context, way=way)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with ExitStack() as room:
                    made.serve(self.request, room)
            except OSError:
                made.heard.append((False, b"(gone)"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.port = server.server_address[1]
        yield made
        server.shutdown()


def address(server: Server, **given: str) -> MailAddress:
    return MailAddress.model_validate(
        {"host": "localhost", "port": server.port, "sender": "a@x.example", "to": ["b@x.example"], **given}
    )


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority that this machine trusts for a test."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.mark.parametrize("way", ["starttls", "implicit"])
def test_a_mail_and_a_password_are_sent_under_tls_only(
    way: Way, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOM_PASSWORD", "secret")
    named = {"password_env": "ROOM_PASSWORD"}
    with serving(way, authority) as server:
        assert send_mail(address(server, tls=way, user="u", **named), MAIL) == ()
    plain = [line.split()[0].upper() for is_secret, line in server.heard if not is_secret]
    assert plain == ([b"EHLO", b"STARTTLS"] if way == "starttls" else [])
    secret = [line for is_secret, line in server.heard if is_secret]
    assert b"Subject: Digest" in secret
    assert [line for line in secret if line.startswith(b"AUTH PLAIN")]


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("way", ["starttls", "implicit"])
def test_a_server_that_nobody_vouches_for_gets_nothing(way: Way) -> None:
    with serving(way, trustme.CA()) as server, pytest.raises(SouthboundError, match="CERTIFICATE") as caught:
        send_mail(address(server, tls=way), MAIL)
    # It has not been given the mail: the delivery may be tried again.
    assert not isinstance(caught.value, UncertainMailError)
    assert not [line for _, line in server.heard if b"MAIL" in line.upper()]


def test_a_server_whose_certificate_names_another_gets_nothing(authority: trustme.CA) -> None:
    with (
        serving("implicit", authority) as server,
        pytest.raises(SouthboundError, match=r"mail server 127\.0\.0\.1.*mismatch"),
    ):
        send_mail(address(server, host="127.0.0.1", tls="implicit"), MAIL)
    assert not [line for _, line in server.heard if b"MAIL" in line.upper()]


def test_yes_and_no_stand_for_ways_and_port_465_wants_its_own() -> None:
    plain = {"sender": "a@x.example", "to": ["b@x.example"]}
    assert [MailAddress.model_validate({**plain, "tls": tls}).tls for tls in (True, False)] == [
        "starttls",
        "none",
    ]
    assert MailAddress.model_validate({**plain, "port": 465, "tls": "implicit"}).port == 465
    for tls in ("none", "starttls", True):
        with pytest.raises(ValidationError, match="set `tls: implicit` for it"):
            MailAddress.model_validate({**plain, "port": 465, "tls": tls})
