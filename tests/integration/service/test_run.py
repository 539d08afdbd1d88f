"""The whole service as a process: two at once, what is due done once, and its copies."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

from southbound.store import open_store
from tests.integration.service.running import PATIENCE, Desk, Feeds, wait_until


def test_a_second_service_says_who_has_the_database_and_a_standby_takes_over(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.settings["stories"] = {"enabled": False}
    desk.write(feeds.url("a"))
    first = desk.command("run", "--no-web")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], first)
    second = desk.command("run", "--no-web")
    assert second.process.wait(timeout=PATIENCE) == 1
    second._reader.join(timeout=10)
    (line,) = second.lines
    assert f"is served already, by process {first.process.pid} on " in line
    # Commands of the user's own work beside it.
    assert desk.command("tag").process.wait(timeout=PATIENCE) == 0
    standby = desk.command("run", "--no-web", "--standby")
    wait_until(lambda: len(standby.events("standby")) == 1, standby)
    first.end(signal.SIGKILL)
    wait_until(lambda: any("works on" in line for line in standby.lines), standby)
    feeds.titles["b"] = ["Tencent fell"]
    desk.write(feeds.url("a"), feeds.url("b"))
    wait_until(lambda: "Tencent fell" in desk.tagged(), standby)
    assert standby.end() == 0
    assert desk.check() == []


def test_once_does_what_is_due_and_stops(desk: Desk, feeds: Feeds) -> None:
    feeds.titles["a"] = [f"Item {number} on shares" for number in range(45)]
    desk.settings["service"]["tag_batch"] = 20
    desk.write(feeds.url("a"))
    service = desk.command("run", "--once")
    assert service.process.wait(timeout=PATIENCE) == 0
    assert len(desk.tagged()) == 45
    desk.settings["tag"]["model"] = "no-such-model"
    desk.write(feeds.url("a"))
    broken = desk.command("run", "--once")
    assert broken.process.wait(timeout=PATIENCE) == 3
    broken._reader.join(timeout=10)
    assert broken.lines[-1].startswith("southbound: 2 stages failed, the rest is done (tag: ")
    assert "; stories: no-such-model/manifest.json can't be read" in broken.lines[-1]


def test_the_database_is_copied_every_night(desk: Desk) -> None:
    hour = datetime.now(tz=UTC).hour
    desk.settings["service"] |= {"backup_folder": "copies", "backup_at": f"{(hour + 7) % 24:02}:00"}
    desk.settings["stories"] = {"enabled": False}
    desk.write()
    assert desk.command("run", "--once").process.wait(timeout=PATIENCE) == 0
    (copy,) = (desk.folder / "copies").iterdir()
    with open_store(copy, read_only=True) as store:
        assert store.check() == []
