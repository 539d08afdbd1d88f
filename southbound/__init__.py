"""The shell of Southbound: settings, store, pipeline, command line, digest.

The stages `ingest`, `nlp` and `signals` do the work; what is here joins them.
"""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).parent
#: In the wheel the data folders lie inside the package, in a checkout beside it.
DATA = _PACKAGE if (_PACKAGE / "config").is_dir() else _PACKAGE.parent
CONFIG = DATA / "config"
MODELS = DATA / "models"
