"""Desks: what the file says, what a desk's choice does to a digest, and what is wrong with a file."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from southbound.digest.desk import read_desks, require_known
from southbound.error import UsageError
from southbound.settings import read_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "desks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read_desks(path)
    return str(caught.value).removeprefix(f"{path}: ")


def test_the_shipped_desk_reads_all_and_sends_nothing() -> None:
    (desk,) = read_desks(None).desks
    settings = read_settings(None)
    assert desk.name == "everybody"
    assert desk.settings(settings) == settings
    assert desk.send == ()


def test_a_desk_has_its_own_time_and_sizes(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "desks:\n  - {name: tech, daily: {at: 08:00}, weekly: {}, sizes: {n_themes: 3}, send: [room]}\n"
        "channels:\n  - {name: room, webhook: 'https://x.example/1', form: slack}\n",
    )
    desks = read_desks(path)
    desk = desks.named("tech")
    settings = desk.settings(read_settings(None))
    assert settings.calendar.decision_time == time(8)
    assert (settings.digest.n_themes, settings.digest.n_stories) == (3, 3)
    assert desk.weekly is not None
    assert desk.weekly.at == time(18, 30)
    assert [channel.form for channel in desks.channels_of(desk)] == ["slack"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("desks: [{name: a}, {name: a}]", "a desk's name stands twice: a"),
        (
            "desks: [{name: a, send: [rom]}]\nchannels: [{name: room, webhook: x}]",
            "no channel 'rom' (did you",
        ),
        ("desks: [{name: a, language: fr}]", "desks.0.language: Input should be 'en', 'zh-Hant'"),
        ("desks: [{name: A b}]", "desks.0.name: String should match pattern"),
        ("desks: [{name: a, theme: [ai]}]", "unknown key 'desks.0.theme' (did you mean 'themes'?)"),
        ("channels: [{name: a}]", "a channel has a webhook or a mail, one of them"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(write(tmp_path, text))


def test_a_desk_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "desks: [{name: a, themes: [ai], entities: [alibba]}]")
    with pytest.raises(
        UsageError, match=r"desk 'a': there is no entity 'alibba' \(did you mean 'alibaba'\?\)"
    ):
        require_known(read_desks(path).named("a"), themes=["ai"], entities=["alibaba"])


def test_an_address_may_stand_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "channels: [{name: room, webhook_env: ROOM_HOOK}]")
    channel = read_desks(path).channels["room"]
    monkeypatch.setenv("ROOM_HOOK", "https://x.example/1")
    assert channel.address == "https://x.example/1"
    monkeypatch.delenv("ROOM_HOOK")
    with pytest.raises(Exception, match="the environment variable ROOM_HOOK is not set"):
        _ = channel.address
