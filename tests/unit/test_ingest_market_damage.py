"""Files of market data with something torn out or put in: told in one line, or read without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.error import IngestError
from ingest.hkma import read_monetary
from ingest.listing import read_applications
from ingest.price import read_prices

NOW = datetime(2026, 1, 1, tzinfo=UTC)
READERS: dict[str, Callable[[Path], Iterable[object]]] = {
    "0700.HK.json": lambda path: read_prices(path, now=NOW),
    "d250718e.htm": lambda path: read_prices(path, now=NOW),
    "00700.HK_qfq.csv": lambda path: read_prices(path, now=NOW),
    "interbank_liquidity.json": lambda path: read_monetary(path, now=NOW),
    "press-releases.json": lambda path: read_monetary(path, now=NOW),
    "appactive_app_sehk_e.json": lambda path: read_applications(path, now=NOW),
}
#: What is put in: values of another kind, and signs that forms give a meaning to.
PIECES = ("null", "[]", "{}", "-1", "1e999", "NaN", '""', '"x"', "true", "<pre>", "\0", "\n", ",", "9" * 400)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.floats(0, 1), length=st.integers(0, 60), piece=st.sampled_from(["", *PIECES]))
def test_damage_never_ends_in_a_crash(
    root: Path, tmp_path: Path, name: str, start: float, length: int, piece: str
) -> None:
    text = (root / "tests" / "data" / "market" / name).read_text(encoding="utf-8")
    place = int(start * len(text))
    path = tmp_path / name
    path.write_text(text[:place] + piece + text[place + length :], encoding="utf-8")
    try:
        found = list(READERS[name](path))
    except IngestError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  # either outcome is right
    else:
        assert all(len(str(item).splitlines()) == 1 for item in found)


@pytest.mark.parametrize("name", ["0700.HK.json", "interbank_liquidity.json", "appactive_app_sehk_e.json"])
@pytest.mark.parametrize("value", PIECES[:9])
def test_every_value_may_be_of_another_kind(root: Path, tmp_path: Path, name: str, value: str) -> None:
    text = (root / "tests" / "data" / "market" / name).read_text(encoding="utf-8")
    places = [place + 1 for place, sign in enumerate(text) if sign == ":"]
    for place in places:
        end = min(text.find(sign, place) for sign in ",}" if text.find(sign, place) > 0)
        path = tmp_path / name
        path.write_text(text[:place] + value + text[end:], encoding="utf-8")
        try:
            list(READERS[name](path))
        except IngestError as error:
            assert name in str(error)  # noqa: PT017  # either outcome is right
