"""Feeds and a desk for the tests of the whole service."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.service.running import Desk, Feeds


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    opened = Feeds()
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path, root: Path, tiny_model: Path, tiny_chinese_model: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, root, (tiny_model, tiny_chinese_model))
    yield made
    for service in made.running:
        with contextlib.suppress(ProcessLookupError):
            service.process.kill()
        service.process.wait()
