"""The API against its own document: whatever a client may send, the answer is one that is described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from southbound.settings import Settings, read_settings
from southbound.store import Store
from southbound.web.app import create_app
from southbound.web.security.access import Access

pytestmark = pytest.mark.no_cover
load_all_checks()


def _settings() -> Settings:
    """Settings under which streams end at once and nobody is asked to wait."""
    plain = read_settings(None)
    web = {"requests_per_second": 100_000, "burst": 100_000, "stream_seconds": 0}
    return plain.model_copy(update={"web": plain.web.model_copy(update=web)})


#: The document is the same whatever the database holds.
PATHS = create_app(_settings(), Path("none.db")).openapi()["paths"]
ASKED = sorted((method, path) for path, operations in PATHS.items() for method in operations)
#: What the browser says of a page of ours, without which nothing may be changed.
OWN = {"sec-fetch-site": "same-origin"}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def schema(history: Store) -> schemathesis.BaseSchema:
    """The document of an app over a small database."""
    access = Access(hosts=frozenset({"testserver"}))
    app = create_app(_settings(), history.path, access=access)
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def _try_out(schema: schemathesis.BaseSchema, method: str, path: str, *, n_examples: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    operation = schema[path][method]
    # Of what takes nothing, nothing can be wrong.
    takes_any = bool(operation.query or operation.path_parameters or operation.body)
    # What each kind of correction needs beside its kind is told in words.
    unfit: list[Any] = [positive_data_acceptance] if method == "post" else []
    for mode in MODES if takes_any else MODES[:1]:
        cases = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=n_examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=quiet,
            phases=(Phase.explicit, Phase.generate),
        )
        @given(case=cases)
        def check(case: Case[Any]) -> None:
            case.call_and_validate(headers=OWN, excluded_checks=unfit)

        check()


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_answer_is_one_that_is_described(
    schema: schemathesis.BaseSchema, method: str, path: str
) -> None:
    _try_out(schema, method, path, n_examples=10)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_so_is_every_answer_to_much_more(schema: schemathesis.BaseSchema, method: str, path: str) -> None:
    _try_out(schema, method, path, n_examples=200)
