"""Options that several commands share, declared once so that they read the same everywhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, cast

import typer

from southbound.cli.context import choose
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.pipeline.series import Alignment

AS_OF: Final[str] = typer.Option("", metavar="T", help="Only what was known before this instant or day.")
START: Final[str] = typer.Option("", metavar="D", help="First session.")
END: Final[str] = typer.Option("", metavar="D", help="Last session.")
DICTIONARY: Final[bool] = typer.Option(False, "--dictionary", help="Say what each column holds instead.")
FORMAT: Final[str] = typer.Option("csv", "--format", help="csv, json, parquet or arrow.")
OUTPUT: Final[str] = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output.")

#: How a series is scaled and weighed; see `southbound.pipeline.variant`.
WINDOW: Final[str] = typer.Option(
    "", help="expanding, trailing or fixed: the past that scales the intensity. Default: the settings'."
)
BASE: Final[str] = typer.Option("", metavar="FIRST:LAST", help="Sessions of a fixed base, both included.")
HALF_LIFE: Final[float] = typer.Option(
    0.0, metavar="N", help="Decay: sessions after which news counts half; 0 for none."
)
WEIGH: Final[str] = typer.Option(
    "score,novelty",
    metavar="LIST",
    help="What an article counts by in the share: score, novelty, relevance, tone; 'none' for one each.",
)


#: Of --align, whose default differs from command to command.
ALIGN_HELP: Final = (
    "contemporaneous: the session's own flows and prices, known after its close (for study); "
    "tradeable: the latest known at the row's decision time."
)


def choose_alignment(text: str) -> Alignment:
    """Check --align.

    Raises:
        UsageError: it is neither.
    """
    return cast("Alignment", choose(text, valid=("contemporaneous", "tradeable"), option="--align"))


def parse_span(start: str, end: str) -> tuple[date | None, date | None]:
    """Read --start and --end; None where left out.

    Raises:
        UsageError: one is no day, or they are the wrong way round.
    """
    from southbound.instant import parse_day

    first, last = (parse_day(day) if day else None for day in (start, end))
    if first and last and last < first:
        raise UsageError(f"--end {end} lies before --start {start}")
    return first, last


def parse_known(as_of: str) -> datetime | None:
    """Read --as-of; None where left out.

    Raises:
        UsageError: it is no instant.
    """
    from southbound.instant import parse_as_of

    return parse_as_of(as_of) if as_of else None
