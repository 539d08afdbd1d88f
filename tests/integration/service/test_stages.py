"""The whole service: feeds that hang, stages that are stuck or crash, a stop or an end in the middle."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from pathlib import Path

from southbound.store import open_store
from tests.integration.service.running import PATIENCE, Desk, Feeds, ask, wait_until


def test_news_is_polled_tagged_and_visible_while_a_feed_hangs_and_a_stage_sleeps(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.write(feeds.url("a"), feeds.url("never"))
    service = desk.with_page("odd_stages:sleep_in_vain")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], service)
    # A feed that is added meanwhile is polled without a restart.
    feeds.titles["b"] = ["Tencent fell"]
    desk.write(feeds.url("a"), feeds.url("b"), feeds.url("never"))
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose", "Tencent fell"], service)
    assert feeds.n_asked["never"] >= 1
    page = service.page()
    assert ask(f"{page}healthz")[0] == 200
    wait_until(lambda: json.loads(ask(f"{page}readyz")[1])["queues"]["untagged"] == 0, service)
    status, text = ask(f"{page}readyz")
    ready = json.loads(text)
    assert (status, ready["ready"], ready["problems"]) == (200, True, [])
    assert ready["stages"]["more"]["state"] == "running"
    assert ready["stages"]["tag"]["seconds_since"]["succeeded"] < PATIENCE
    metrics = ask(f"{page}metrics")[1]
    for line in (
        "southbound_articles 2.0",
        'southbound_polls_total{outcome="new"} 2.0',
        "southbound_articles_tagged_total 2.0",
        'southbound_queue_length{queue="untagged"} 0.0',
        "southbound_tagging_lag_seconds 0.0",
    ):
        assert line in metrics
    assert 'southbound_stage_last_success_timestamp_seconds{stage="poll"}' in metrics
    assert service.end() == 0
    assert desk.check() == []
    assert all(line.startswith("{") for line in service.lines)
    assert not any("Alibaba" in line or "Tencent" in line for line in service.lines)


def test_a_stage_that_hangs_inside_a_transaction_is_ended_and_the_others_go_on(
    desk: Desk, feeds: Feeds
) -> None:
    feeds.titles["a"] = ["Alibaba shares rose"]
    desk.settings["service"] |= {"write_seconds": 2, "retry_seconds": 5}
    desk.write(feeds.url("a"))
    service = desk.with_page("odd_stages:sleep_for_ever", beside="poll tag")
    wait_until(lambda: desk.tagged() == ["Alibaba shares rose"], service)
    failed = service.events("stage.failed")
    assert {one["stage"] for one in failed} == {"more"}
    assert {one["detail"] for one in failed} == {"held the database for 2 s and was ended"}
    assert service.end() == 0
    assert desk.check() == []


def test_a_stage_that_crashes_is_started_again_with_growing_pauses(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:crash", beside="poll")
    wait_until(lambda: len(service.events("stage.failed")) >= 3, service)
    failed = service.events("stage.failed")[:3]
    assert [one["retry_seconds"] for one in failed] == [0.2, 0.4, 0.8]
    assert all(one["detail"] == "its process ended with code -6" for one in failed)
    page = service.page()
    wait_until(lambda: ask(f"{page}readyz")[0] == 503, service)
    assert json.loads(ask(f"{page}readyz")[1])["problems"][0].startswith("stage more has failed ")
    assert ask(f"{page}healthz")[0] == 200
    assert 'southbound_stage_runs_total{outcome="failed",stage="more"}' in ask(f"{page}metrics")[1]
    assert service.end() == 0


def test_a_stop_lets_the_open_transaction_end_and_nothing_more(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:write_slowly", beside="poll")

    def is_writing() -> bool:
        stages = json.loads(ask(f"{service.page()}readyz")[1]).get("stages", {})
        return bool(stages.get("more", {}).get("state") == "running")

    wait_until(is_writing, service)
    time.sleep(1.0)
    started = time.monotonic()
    assert service.end() == 0
    assert time.monotonic() - started < 12
    with open_store(desk.database) as store:
        slow = store._db.execute("SELECT count(*) FROM poll WHERE feed_url LIKE 'slow-%'").fetchone()
        assert slow[0] in {0, 8}
        assert store.check() == []
        assert store.service.lease() is None


def test_killed_outright_it_goes_on_where_it_was(desk: Desk, feeds: Feeds) -> None:
    feeds.titles["a"] = [f"Item {number} on shares" for number in range(600)]
    desk.settings["service"]["tag_batch"] = 20
    desk.settings["stories"] = {"enabled": False}
    desk.write(feeds.url("a"))
    first = desk.command("run", "--no-web")
    wait_until(lambda: len(desk.tagged()) > 0, first)
    first.end(signal.SIGKILL)
    n_before = len(desk.tagged())
    second = desk.command("run", "--no-web")
    wait_until(lambda: len(desk.tagged()) == 600, second)
    assert n_before < 600
    assert second.end(signal.SIGINT) == 0
    assert desk.check() == []
    assert desk.tagged() == sorted(feeds.titles["a"])


def test_a_killed_services_stages_end_with_it(desk: Desk) -> None:
    desk.write()
    service = desk.with_page("odd_stages:sleep_in_vain", beside="poll")
    service.page()

    def children() -> list[str]:
        found = subprocess.run(
            ["ps", "--no-headers", "-o", "pid,args", "-A"], capture_output=True, text=True, check=True
        )
        ours = [line.split()[0] for line in found.stdout.splitlines() if "southbound.service.worker" in line]
        return [pid for pid in ours if _folder_of(pid) == str(desk.folder)]

    wait_until(lambda: len(children()) >= 2, service)
    service.end(signal.SIGKILL)
    wait_until(lambda: children() == [])


def _folder_of(pid: str) -> str:
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/{pid}/cwd").readlink())
    return ""
