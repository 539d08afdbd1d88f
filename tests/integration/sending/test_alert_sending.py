"""Alerts go out once: to a webhook and to a mail server on this machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from southbound.cli import run
from southbound.store import Store, open_store


@pytest.fixture
def alerting(history: Store, room: SimpleNamespace, tmp_path: Path) -> list[str]:
    history.backup(tmp_path / "h.db")
    (tmp_path / "alerts.yaml").write_text(
        "rules:\n"
        "  - {name: flow, when: net flow > -1 bn, send: [room]}\n"
        "  - {name: never, when: net flow > 99 bn}\n"
        "channels:\n"
        f"  - {{name: room, webhook: 'http://127.0.0.1:{room.hook_port}/secret'}}\n"
        "  - name: mail\n"
        "    default: true\n"
        f"    mail: {{host: 127.0.0.1, port: {room.mail_port}, sender: a@x.example, to: [b@x.example]}}\n",
        encoding="utf-8",
    )
    (tmp_path / "s.yaml").write_text(f"alerts: {{rules: {tmp_path / 'alerts.yaml'}}}\n", encoding="utf-8")
    asked = ["--db", str(tmp_path / "h.db"), "--config", str(tmp_path / "s.yaml")]
    return [*asked, "alerts", "--session", "2025-03-20", "--send"]


def test_an_alert_goes_to_each_channel_once(alerting: list[str], room: SimpleNamespace) -> None:
    for _ in range(3):
        assert run(alerting) == 0
    ((_, post),), (mail,) = room.posts, room.mails
    assert post["text"].startswith("flow (session 2025-03-20): net flow HK$")
    assert mail["Subject"] == "Southbound alert: flow"
    assert post["text"] in mail.get_content().replace("\n", " ")


def test_an_alert_is_in_its_channels_language(
    alerting: list[str], room: SimpleNamespace, tmp_path: Path
) -> None:
    rules = tmp_path / "alerts.yaml"
    text = rules.read_text(encoding="utf-8").replace("default: true", "default: true\n    language: zh-Hant")
    rules.write_text(text, encoding="utf-8")
    assert run(alerting) == 0
    ((_, post),), (mail,) = room.posts, room.mails
    assert post["text"].startswith("flow (session 2025-03-20): net flow HK$")
    assert mail["Subject"] == "Southbound 提示：flow"
    assert "條件：港股通淨買入 > \u221210\u00a0億港元" in mail.get_content()


def test_a_channel_that_fails_is_told_and_tried_again(
    alerting: list[str], room: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    room.status = 503
    assert run(alerting) == 3
    said = capsys.readouterr().err
    assert "alert 'flow' to room: 127.0.0.1 answered 503" in said
    assert "secret" not in said
    room.status = 200
    assert run(alerting) == 0
    assert (len(room.posts), len(room.mails)) == (1, 1)


def test_an_alert_that_was_claimed_when_a_process_died_is_not_sent_twice(
    alerting: list[str], room: SimpleNamespace
) -> None:
    with open_store(Path(alerting[1])) as store, store.transaction():
        assert store.alerts.claim("flow", date(2025, 3, 20), "room", text="x", at=datetime.now(tz=UTC))
        assert not store.alerts.claim("flow", date(2025, 3, 20), "room", text="x", at=datetime.now(tz=UTC))
    assert run(alerting) == 0
    assert (len(room.posts), len(room.mails)) == (0, 1)


def test_sent_alerts_are_listed_and_what_was_left_long_ago_or_lies_ahead_is_in_doubt(
    alerting: list[str], room: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(tz=UTC)
    with open_store(Path(alerting[1])) as store, store.transaction():
        for minutes, day in ((11, 18), (1, 19), (-99, 17)):
            session, at = date(2025, 3, day), now - timedelta(minutes=minutes)
            assert store.alerts.claim("flow", session, "room", text="x", at=at)
    assert run(alerting) == 0
    assert len(room.mails) == 1
    capsys.readouterr()
    assert run([*alerting[:4], "deliver", "--list"]) == 0
    told = capsys.readouterr()
    assert [line.split("Z  ")[1] for line in told.out.splitlines()] == [
        "in doubt  alert 'flow' of 2025-03-17 to room",
        "in doubt  alert 'flow' of 2025-03-18 to room",
        "sent      alert 'flow' of 2025-03-20 to mail",
        "sent      alert 'flow' of 2025-03-20 to room",
    ]
    assert "an alert in doubt may have arrived or not, and is never sent again" in told.err


def test_what_holds_stands_in_the_digest(alerting: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for form, told in (
        ("md", "- **flow**: net flow HK"),
        ("html", "<strong>flow</strong>"),
        ("json", '"alerts": ['),
    ):
        assert run([*alerting[:4], "digest", "--session", "2025-03-20", "--format", form]) == 0
        out = capsys.readouterr().out
        assert told in out
        assert "never" not in out.split("How it is measured")[0]
