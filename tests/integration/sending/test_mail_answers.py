"""What a mail server may answer, and hang up after: it tells whether the mail was taken."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from southbound.alert import MailAddress
from southbound.error import SouthboundError, UncertainMailError
from southbound.mail import Mail, send_mail

HANG_UP = b""
MAIL = Mail(title="Digest", text="A line\n.\nand one more", html="<p>字</p>", identity="a.day")


@contextmanager
def serving(answers: Mapping[str, bytes]) -> Iterator[tuple[MailAddress, list[str]]]:
    """Serve with some answers of one's own; `END` is that to the mail itself."""
    heard: list[str] = []

    class Server(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 room\r\n")
            for line in self.rfile:
                command = line.split()[0].decode().upper()
                heard.append(command)
                if not self.answer(command, b"221 bye" if command == "QUIT" else b"250 fine"):
                    return

        def answer(self, command: str, usual: bytes) -> bool:
            said = answers.get(command, b"354 go on" if command == "DATA" else usual)
            if said == HANG_UP:
                return False
            self.wfile.write(said + b"\r\n")
            if command == "DATA" and said.startswith(b"354"):
                while self.rfile.readline().rstrip(b"\r\n") != b".":
                    pass
                return self.answer("END", b"250 taken")
            return True

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        plain = {"sender": "a@x.example", "to": ["b@x.example"], "tls": "none"}
        yield (
            MailAddress.model_validate({"host": "127.0.0.1", "port": server.server_address[1], **plain}),
            heard,
        )
        server.shutdown()


@pytest.mark.parametrize("goodbye", [b"221 bye", b"421 closing", b"500 what", b"250 fine", HANG_UP])
def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye(goodbye: bytes) -> None:
    with serving({"QUIT": goodbye}) as (address, heard):
        assert send_mail(address, MAIL) == ()
    assert heard.count("DATA") == 1


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("answer", [b"451 later", b"554 never", b"421 closing"])
def test_what_a_server_refuses_was_surely_not_taken(command: str, answer: bytes) -> None:
    refusing = {command: answer, **({"HELO": answer} if command == "EHLO" else {})}
    with (
        serving(refusing) as (address, _),
        pytest.raises(SouthboundError, match=answer[:3].decode()) as caught,
    ):
        send_mail(address, MAIL)
    assert not isinstance(caught.value, UncertainMailError)


@pytest.mark.parametrize(
    ("command", "is_known"),
    [("EHLO", True), ("MAIL", True), ("RCPT", True), ("DATA", False), ("END", False)],
)
def test_where_a_server_hangs_up_decides_what_is_known(command: str, is_known: bool) -> None:  # noqa: FBT001 - drawn by pytest
    with serving({command: HANG_UP}) as (address, _), pytest.raises(SouthboundError) as caught:
        send_mail(address, MAIL)
    assert isinstance(caught.value, UncertainMailError) is not is_known


def test_an_answer_that_is_none_leaves_it_open() -> None:
    with serving({"END": b"hm"}) as (address, _), pytest.raises(UncertainMailError):
        send_mail(address, MAIL)
