"""The shell of Southbound: settings, store, pipeline, command line, digest.

The stages `ingest`, `nlp` and `signals` do the work; what is here joins them. From Python, a database is
read with `southbound.read_series`, `read_table`, `read_factors`, `read_prices` and `read_export`
(`southbound.reading`), which are loaded when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from southbound.reading import read_export, read_factors, read_prices, read_series, read_table

__all__ = ["read_export", "read_factors", "read_prices", "read_series", "read_table"]

__version__ = "0.1.0"

_PACKAGE = Path(__file__).parent
#: In the wheel the data folders lie inside the package, in a checkout beside it.
DATA = _PACKAGE if (_PACKAGE / "config").is_dir() else _PACKAGE.parent
CONFIG = DATA / "config"
MODELS = DATA / "models"


def __getattr__(name: str) -> object:
    """Load the readers when one is first asked for: pandas is not needed for `--help`."""
    if name in __all__:
        return getattr(import_module("southbound.reading"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
