"""Digests go out once and only once: to mail, Slack and Teams servers on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TypeAlias

import pytest

from southbound.cli import run
from southbound.delivery import deliver_due
from southbound.error import StoreError
from southbound.settings import Settings, read_settings
from southbound.store import Store, open_store

#: Thursday 20 March 2025, 08:00 in Hong Kong, and half past six on Friday.
MORNING = datetime(2025, 3, 20, 0, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2025, 3, 21, 10, 30, tzinfo=UTC)


#: What arrived, and how the servers behave: see conftest.
Room: TypeAlias = SimpleNamespace


@pytest.fixture
def settings_file(room: Room, tmp_path: Path) -> Path:
    hook = f"http://127.0.0.1:{room.hook_port}"
    (tmp_path / "desks.yaml").write_text(
        "desks:\n"
        "  - name: morning\n"
        "    title: Morning desk\n"
        "    daily: {at: '08:00'}\n"
        "    weekly: {at: '18:30'}\n"
        "    send: [mail, slack, teams]\n"
        "  - {name: silent}\n"
        "channels:\n"
        f"  - {{name: slack, webhook: '{hook}/slack-secret', form: slack}}\n"
        f"  - {{name: teams, webhook: '{hook}/teams-secret', form: teams}}\n"
        "  - name: mail\n"
        f"    mail: {{host: 127.0.0.1, port: {room.mail_port}, sender: a@x.example, to: [b@x.example]}}\n",
        encoding="utf-8",
    )
    path = tmp_path / "s.yaml"
    path.write_text(
        f"desks: {{file: {tmp_path / 'desks.yaml'}}}\nseries: {{min_articles: 2, min_history: 2}}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def settings(settings_file: Path) -> Settings:
    return read_settings(settings_file)


@pytest.fixture
def store(history: Store, tmp_path: Path) -> Iterator[Store]:
    history.backup(tmp_path / "h.db")
    with open_store(tmp_path / "h.db") as opened:
        yield opened


def send(store: Store, settings: Settings, now: datetime) -> tuple[list[str], list[str]]:
    told: list[str] = []
    return deliver_due(store, settings, now, told.append), told


def test_a_daily_digest_goes_to_each_channel_once(store: Store, settings: Settings, room: Room) -> None:
    assert send(store, settings, MORNING - timedelta(seconds=1)) == ([], [])
    problems, told = send(store, settings, MORNING)
    assert problems == []
    assert told == [f"sent: day 2025-03-20 of morning to {name}" for name in ("mail", "slack", "teams")]
    for later in (1, 60, 300):
        assert send(store, settings, MORNING + timedelta(minutes=later)) == ([], [])
    assert [path for path, _ in room.posts] == ["/slack-secret", "/teams-secret"]
    assert len(room.mails) == 1


def test_a_mail_has_the_digest_as_text_and_as_html(store: Store, settings_file: Path, room: Room) -> None:
    desks = settings_file.with_name("desks.yaml")
    text = desks.read_text(encoding="utf-8")
    desks.write_text(
        text.replace("    daily", "    entities: [alibaba, tencent]\n    daily", 1), encoding="utf-8"
    )
    send(store, read_settings(settings_file), MORNING)
    (mail,) = room.mails
    assert mail["Subject"] == "Southbound digest (Morning desk): Thursday 20 March 2025"
    assert mail["Message-ID"] == "<morning.day.2025-03-20.mail@southbound.invalid>"
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    lines = plain.get_content().splitlines()
    assert "News known Wed 19 Mar 08:00 to Thu 20 Mar 08:00, Hong Kong time" in lines
    assert "READ FIRST" in lines
    assert [line for line in lines if line.startswith("- Tencent Holdings: no article")]
    page = html.get_content()
    assert "<h1>Thursday 20 March 2025</h1>" in page
    assert "<svg" not in page
    assert len(page.encode()) < 100_000


def test_a_desk_that_reads_chinese_gets_chinese(store: Store, settings_file: Path, room: Room) -> None:
    desks = settings_file.with_name("desks.yaml")
    text = desks.read_text(encoding="utf-8")
    desks.write_text(text.replace("    daily", "    language: zh-Hant\n    daily", 1), encoding="utf-8")
    assert send(store, read_settings(settings_file), MORNING)[0] == []
    (mail,) = room.mails
    assert mail["Subject"] == "Southbound 市場摘要（Morning desk）：2025年3月20日（星期四）"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "香港時間 3月19日（三）08:00 至 3月20日（四）08:00 得知的新聞" in plain.get_content().splitlines()
    assert '<html lang="zh-Hant">' in html.get_content()
    for _, post in room.posts:
        assert "必讀要聞" in json.dumps(post, ensure_ascii=False)
    assert len(room.posts) == 2


def test_a_week_goes_out_on_its_last_session(store: Store, settings: Settings, room: Room) -> None:
    problems, told = send(store, settings, FRIDAY_EVENING)
    assert problems == []
    assert told == [f"sent: week 2025-W12 of morning to {name}" for name in ("mail", "slack", "teams")]
    assert room.mails[0]["Subject"].startswith(
        "Southbound week (Morning desk). Week 12 of 2025: 17 to 21 March"
    )
    blocks = room.posts[0][1]["blocks"]
    assert blocks[0]["text"]["text"].startswith("Southbound week (Morning desk)")
    card = room.posts[1][1]["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"


def test_what_a_dying_process_had_claimed_is_not_sent_twice(
    store: Store, settings: Settings, room: Room
) -> None:
    with store.transaction():
        assert store.deliveries.claim(("morning", "day", "2025-03-20", "mail"), at=MORNING)
        assert not store.deliveries.claim(("morning", "day", "2025-03-20", "mail"), at=MORNING)
    _, told = send(store, settings, MORNING)
    assert told == [f"sent: day 2025-03-20 of morning to {name}" for name in ("slack", "teams")]
    assert room.mails == []


def test_a_process_that_is_killed_while_it_sends_leads_to_no_second_message(
    store: Store, settings_file: Path, room: Room
) -> None:
    command = ["--db", str(store.path), "--config", str(settings_file), "deliver", "--session", "2025-03-20"]
    room.hold.set()
    with subprocess.Popen(
        [sys.executable, "-m", "southbound", *command], stderr=subprocess.DEVNULL
    ) as sender:
        assert room.arrived.wait(60)
        sender.kill()
    room.hold.clear()
    room.gone.set()
    assert run(command) == 0
    # The mail was sent before, the card for Teams after; the one that was under way is never repeated.
    assert [path for path, _ in room.posts] == ["/slack-secret", "/teams-secret"]
    assert len(room.mails) == 1
    state = store.deliveries.states(["2025-03-20"])["morning", "day", "2025-03-20", "slack"]
    assert state.state == "sending"


def test_two_processes_send_one_digest(store: Store, settings: Settings, room: Room, tmp_path: Path) -> None:
    def work() -> None:
        with open_store(tmp_path / "h.db") as own:
            deliver_due(own, settings, MORNING, lambda _: None)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(room.posts), len(room.mails)) == (2, 1)
    assert {one.state for one in store.deliveries.states(["2025-03-20"]).values()} == {"sent"}


def test_what_was_refused_is_tried_again_after_a_pause(store: Store, settings: Settings, room: Room) -> None:
    room.status = 503
    problems, _ = send(store, settings, MORNING)
    assert problems == [
        f"day 2025-03-20 of morning to {name}: 127.0.0.1 answered 503; check the webhook's address"
        for name in ("slack", "teams")
    ]
    room.status = 200
    key = ("morning", "day", "2025-03-20", "slack")
    failed = store.deliveries.states(["2025-03-20"])[key]
    assert (failed.state, failed.tries) == ("failed", 1)
    # The pause runs from the failure, which was just now.
    with store.transaction():
        store._db.execute(
            "UPDATE delivery SET changed_at = '2025-03-20T00:00:00.000Z' WHERE state = 'failed'"
        )
    assert send(store, settings, MORNING + timedelta(seconds=59)) == ([], [])
    _, told = send(store, settings, MORNING + timedelta(seconds=60))
    assert told == [f"sent: day 2025-03-20 of morning to {name}" for name in ("slack", "teams")]
    assert len(room.mails) == 1


def test_what_may_have_arrived_is_not_sent_again(store: Store, settings: Settings, room: Room) -> None:
    room.hang_up = True
    problems, told = send(store, settings, MORNING)
    assert told == []
    assert len(problems) == 3
    assert all(line.endswith("it may have arrived, and is not sent again") for line in problems)
    assert not any("secret" in line for line in problems)
    room.hang_up = False
    assert send(store, settings, MORNING + timedelta(hours=2)) == ([], [])
    assert (len(room.posts), len(room.mails)) == (2, 1)


@pytest.mark.parametrize(
    ("status", "state", "told"),
    [
        (302, "failed", "answered 302; check"),
        (429, "failed", "answered 429; check"),
        (502, "sending", "for a server behind it; it may have arrived"),
        (504, "sending", "for a server behind it; it may have arrived"),
    ],
)
def test_an_answer_decides_whether_it_is_sent_again(
    store: Store, settings: Settings, room: Room, status: int, state: str, told: str
) -> None:
    room.status = status
    problems, _ = send(store, settings, MORNING)
    assert [told in line for line in problems] == [True, True]
    states = store.deliveries.states(["2025-03-20"])
    assert [states["morning", "day", "2025-03-20", name].state for name in ("slack", "teams")] == [state] * 2
    # A redirect to an address of this machine is not followed.
    assert "/elsewhere" not in room.asked


def test_what_was_sent_but_could_not_be_noted_is_not_sent_again(
    store: Store, settings: Settings, room: Room
) -> None:
    store._db.execute(
        """CREATE TRIGGER full BEFORE UPDATE ON delivery WHEN new.state = 'sent'
           BEGIN SELECT raise(ABORT, 'no room'); END"""
    )
    for _ in range(3):
        with pytest.raises(StoreError):
            send(store, settings, MORNING)
    store._db.execute("DROP TRIGGER full")
    assert send(store, settings, MORNING + timedelta(minutes=5)) == ([], [])
    assert (len(room.posts), len(room.mails)) == (2, 1)
    assert len(store.deliveries.doubtful(now=datetime.now(tz=UTC) + timedelta(minutes=11))) == 3


def test_a_delivery_from_before_the_clock_was_set_back_is_told_too(store: Store) -> None:
    key = ("morning", "day", "2025-03-20", "slack")
    with store.transaction():
        store.deliveries.claim(key, at=MORNING)
    for minutes, n_told in ((-5, 0), (-11, 1), (5, 0), (11, 1)):
        now = MORNING + timedelta(minutes=minutes)
        assert (len(store.deliveries.doubtful(now=now)), store.deliveries.count_doubtful(now=now)) == (
            n_told,
        ) * 2


def test_people_whom_the_server_refuses_keep_nobody_from_the_mail(
    store: Store, settings_file: Path, room: Room
) -> None:
    desks = settings_file.with_name("desks.yaml")
    text = desks.read_text(encoding="utf-8")
    desks.write_text(text.replace("to: [b@x", "to: [gone@x.example, b@x"), encoding="utf-8")
    problems, told = send(store, read_settings(settings_file), MORNING)
    assert len(told) == 3
    assert problems == ["day 2025-03-20 of morning to mail: the mail server refused gone@x.example"]
    assert send(store, read_settings(settings_file), MORNING + timedelta(hours=1)) == ([], [])
    assert len(room.mails) == 1


def test_one_desks_mistake_keeps_no_other_waiting(store: Store, settings_file: Path, room: Room) -> None:
    desks = settings_file.with_name("desks.yaml")
    wrong = "  - {name: wrong, themes: [proprety], daily: {at: '08:00'}, send: [mail]}\n"
    text = desks.read_text(encoding="utf-8").replace("channels:\n", f"{wrong}channels:\n")
    desks.write_text(text, encoding="utf-8")
    problems, told = send(store, read_settings(settings_file), MORNING)
    assert problems == [
        "day 2025-03-20 of wrong: desk 'wrong': there is no theme 'proprety' (did you mean 'property'?)"
    ]
    assert len(told) == 3
    assert len(room.mails) == 1


def test_the_command_sends_a_named_session_once_and_again_when_told(
    store: Store, settings_file: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--db", str(store.path), "--config", str(settings_file), "deliver"]
    assert run([*asked, "--session", "2025-03-20", "--desk", "morning"]) == 0
    assert run([*asked, "--session", "2025-03-20"]) == 0
    assert (len(room.posts), len(room.mails)) == (2, 1)
    assert capsys.readouterr().err.count("sent: day 2025-03-20") == 3
    assert run([*asked, "--session", "2025-03-20", "--again"]) == 0
    assert (len(room.posts), len(room.mails)) == (4, 2)
    assert run([*asked, "--week", "2025-W11"]) == 0
    assert len(room.mails) == 3
    assert run([*asked, "--desk", "silent"]) == 2
    assert run([*asked, "--desk", "mourning"]) == 2
    assert "there is no desk 'mourning' (did you mean 'morning'?)" in capsys.readouterr().err
    assert run([*asked, "--again"]) == 2


def test_a_sent_digest_is_the_one_of_a_database_cut_there(
    store: Store, settings: Settings, room: Room, tmp_path: Path
) -> None:
    store.backup(tmp_path / "cut.db")
    with open_store(tmp_path / "cut.db") as cut:
        cut.cut(MORNING)
        send(cut, settings, MORNING)
    send(store, settings, MORNING + timedelta(hours=3))
    then, now = room.mails
    assert [part.get_content() for part in then.iter_parts()] == [
        part.get_content() for part in now.iter_parts()
    ]
    assert room.posts[:2] == room.posts[2:]
    assert date(2025, 3, 20).isoformat() in then["Message-ID"]


def test_a_delivery_that_was_left_is_told_with_what_to_do_and_is_settled_by_hand(
    store: Store, settings_file: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [("morning", "day", "2025-03-20", channel) for channel in ("slack", "teams")]
    with store.transaction():
        for key in keys:
            store.deliveries.claim(key, at=MORNING)
    assert store.deliveries.doubtful(now=MORNING + timedelta(minutes=10)) == {}
    assert set(store.deliveries.doubtful(now=MORNING + timedelta(minutes=11))) == set(keys)
    assert store.service.workload(MORNING + timedelta(minutes=11)).n_doubtful == 2
    asked = ["--db", str(store.path), "--config", str(settings_file), "deliver"]
    assert run([*asked, "--list"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "2025-03-20 00:00Z  in doubt  day 2025-03-20 of morning to slack"
    named = "southbound deliver --desk morning --channel slack --session 2025-03-20"
    assert f"if so, run `{named} --arrived`, else `{named} --again`" in told.err
    assert run(asked) == 0
    assert capsys.readouterr().err.count("in doubt: ") == 2
    # What is due at the hour at which this runs is sent; what is in doubt isn't.
    assert not [post for post in room.posts if "20 March 2025" in str(post)]
    room.posts.clear()
    of_day = [*asked, "--desk", "morning", "--session", "2025-03-20"]
    assert run([*of_day, "--channel", "slack", "--arrived"]) == 0
    assert run([*of_day, "--channel", "teams", "--again"]) == 0
    assert [path for path, _ in room.posts] == ["/teams-secret"]
    assert store.deliveries.doubtful(now=datetime.now(tz=UTC)) == {}
    assert {store.deliveries.states(["2025-03-20"])[key].state for key in keys} == {"sent"}


@pytest.mark.parametrize(
    "options",
    [["--arrived"], ["--channel", "mail"], ["--session", "2025-03-20", "--channel", "no"]],
    ids=["nothing-named", "channel-alone", "no-such-channel"],
)
def test_what_is_not_named_is_not_settled(store: Store, settings_file: Path, options: list[str]) -> None:
    assert run(["--db", str(store.path), "--config", str(settings_file), "deliver", *options]) == 2


def test_no_answer_is_in_doubt_at_once(store: Store, settings: Settings, room: Room) -> None:
    room.hang_up = True
    send(store, settings, MORNING)
    doubtful = store.deliveries.doubtful(now=datetime.now(tz=UTC))
    assert {channel for _, _, _, channel in doubtful} == {"mail", "slack", "teams"}
    assert all(state.problem for state in doubtful.values())
