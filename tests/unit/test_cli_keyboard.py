"""Keys at a terminal: each counts, however fast they come."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from southbound.cli.keyboard import read_key


def test_keys_pressed_before_they_are_asked_for_count(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    os.write(ours, b"ar")
    late = threading.Timer(2.0, os.write, (ours, b"??"))
    late.start()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        assert [read_key(), read_key()] == ["a", "r"]
        late.cancel()
        late.join()
    os.close(ours)
