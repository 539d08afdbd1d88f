"""A web and a mail server on this machine, for what is sent there."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest


def make_room() -> SimpleNamespace:
    """Return what arrived (posts with their paths, paths asked for, mails), and how the servers behave."""
    return SimpleNamespace(
        posts=[],
        asked=[],
        mails=[],
        status=200,
        hang_up=False,
        hold=threading.Event(),
        arrived=threading.Event(),
        gone=threading.Event(),
        hook_port=0,
        mail_port=0,
    )


def hook_handler(room: SimpleNamespace) -> type[BaseHTTPRequestHandler]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            room.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if room.status == 200:
                room.posts.append((self.path, json.loads(body)))
            if room.hang_up:
                self.connection.close()
                return
            if room.hold.is_set():
                room.arrived.set()
                room.gone.wait(60)
                return
            self.send_response(room.status)
            if room.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{room.hook_port}/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            room.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    return Hook


def mail_handler(room: SimpleNamespace) -> type[socketserver.StreamRequestHandler]:
    class Server(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 room\r\n")
            for line in self.rfile:
                command = line.strip().upper()
                if command == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    room.mails.append(self.read_message())
                    if room.hang_up:
                        return
                refused = command == b"RCPT TO:<GONE@X.EXAMPLE>"
                answer = b"550 nobody\r\n" if refused else b"250 fine\r\n"
                self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else answer)

        def read_message(self) -> EmailMessage:
            lines = iter(lambda: self.rfile.readline().rstrip(b"\r\n"), b".")
            text = b"\r\n".join(line.removeprefix(b".") for line in lines)
            made = email.message_from_bytes(text, policy=email.policy.default)
            assert isinstance(made, EmailMessage)
            return made

    return Server


@pytest.fixture
def room() -> Iterator[SimpleNamespace]:
    made = make_room()
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), hook_handler(made)) as hook,
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), mail_handler(made)) as mail,
    ):
        mail.daemon_threads = True
        for server in (hook, mail):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        made.hook_port, made.mail_port = hook.server_address[1], mail.server_address[1]
        yield made
        for server in (hook, mail):
            server.shutdown()
