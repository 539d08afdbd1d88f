"""Alerts go out once: to a webhook and to a mail server on this machine."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from southbound.cli import run
from southbound.store import Store, open_store


@dataclass
class Desk:
    """What arrived, and whether the webhook is well."""

    hooks: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    status: int = 200
    hook_port: int = 0
    mail_port: int = 0


def hook_handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if desk.status == 200:
                desk.hooks.append(json.loads(body)["text"])
            self.send_response(desk.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    return Hook


def mail_handler(desk: Desk) -> type[socketserver.StreamRequestHandler]:
    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 desk\r\n")
            for line in self.rfile:
                command = line.strip().upper()
                if command == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    desk.mails.append(self.read_message())
                self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 fine\r\n")

        def read_message(self) -> str:
            lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
            return "\n".join(lines)

    return Mail


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
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


@pytest.fixture
def asked(history: Store, desk: Desk, tmp_path: Path) -> list[str]:
    history.backup(tmp_path / "h.db")
    (tmp_path / "alerts.yaml").write_text(
        "rules:\n"
        "  - {name: flow, when: net flow > -1 bn, send: [room]}\n"
        "  - {name: never, when: net flow > 99 bn}\n"
        "channels:\n"
        f"  - {{name: room, webhook: 'http://127.0.0.1:{desk.hook_port}/secret'}}\n"
        "  - name: mail\n"
        "    default: true\n"
        f"    mail: {{host: 127.0.0.1, port: {desk.mail_port}, sender: a@x.example, to: [b@x.example]}}\n",
        encoding="utf-8",
    )
    (tmp_path / "s.yaml").write_text(f"alerts: {{rules: {tmp_path / 'alerts.yaml'}}}\n", encoding="utf-8")
    asked = ["--db", str(tmp_path / "h.db"), "--config", str(tmp_path / "s.yaml")]
    return [*asked, "alerts", "--session", "2025-03-20", "--send"]


def test_an_alert_goes_to_each_channel_once(asked: list[str], desk: Desk) -> None:
    for _ in range(3):
        assert run(asked) == 0
    (text,), (mail,) = desk.hooks, desk.mails
    assert text.startswith("flow (session 2025-03-20): net flow HK$")
    assert "Subject: Southbound alert: flow" in mail
    assert text in mail.replace("=\n", "")


def test_a_channel_that_fails_is_told_and_tried_again(
    asked: list[str], desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.status = 503
    assert run(asked) == 3
    said = capsys.readouterr().err
    assert "alert 'flow' to room: 127.0.0.1 answered 503" in said
    assert "secret" not in said
    desk.status = 200
    assert run(asked) == 0
    assert (len(desk.hooks), len(desk.mails)) == (1, 1)


def test_an_alert_that_was_claimed_when_a_process_died_is_not_sent_twice(
    asked: list[str], desk: Desk
) -> None:
    from datetime import UTC, date, datetime  # noqa: PLC0415 - this test's only

    with open_store(Path(asked[1])) as store, store.transaction():
        assert store.alerts.claim("flow", date(2025, 3, 20), "room", text="x", at=datetime.now(tz=UTC))
        assert not store.alerts.claim("flow", date(2025, 3, 20), "room", text="x", at=datetime.now(tz=UTC))
    assert run(asked) == 0
    assert (len(desk.hooks), len(desk.mails)) == (0, 1)


def test_what_holds_stands_in_the_digest(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for form, told in (
        ("md", "- **flow**: net flow HK"),
        ("html", "<strong>flow</strong>"),
        ("json", '"alerts": ['),
    ):
        assert run([*asked[:4], "digest", "--session", "2025-03-20", "--format", form]) == 0
        out = capsys.readouterr().out
        assert told in out
        assert "never" not in out.split("How it is measured")[0]
