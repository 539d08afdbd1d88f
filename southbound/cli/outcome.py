"""How a command ends: one line on standard error, and the contract's exit code."""

from __future__ import annotations

import os
import sys

import typer

from southbound.error import SouthboundError

USAGE = 2
FAILURE = 1
#: 128 + SIGINT, as shells have it.
INTERRUPTED = 130


def end_with_error(error: BaseException) -> int:
    """Say what went wrong and return the exit code."""
    if isinstance(error, BrokenPipeError):
        # The reader of our output has gone: nothing more to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    message, code = _explain(error)
    typer.echo(message if message.startswith("Usage") else f"southbound: {message}", err=True)
    return code


def _explain(error: BaseException) -> tuple[str, int]:
    if isinstance(error, SouthboundError):
        return str(error), error.exit_code
    if isinstance(error, typer.TyperException):
        text = str(getattr(error, "format_message", error.__str__)())
        return (text if text.startswith("Usage") else f"{text} (see southbound --help)"), USAGE
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return "stopped; what was done so far is stored, run the command again to go on", INTERRUPTED
    return _explain_stage(error)


def _explain_stage(error: BaseException) -> tuple[str, int]:
    """Name an error of a stage, of the system, or one of ours; by name, so that no stage is loaded for it."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"NlpError", "DownloadError"}:
        return str(error), FAILURE
    if kinds & {"IngestError", "SignalError"}:
        return str(error), USAGE
    if isinstance(error, OSError):
        place = error.filename or "the system"
        return f"{place}: {error.strerror or error}; check the path and the disk", FAILURE
    if os.environ.get("SOUTHBOUND_DEBUG"):
        raise error
    text = " ".join(str(error).split())
    return (
        f"unexpected {type(error).__name__}: {text}; SOUTHBOUND_DEBUG=1 shows where; please report it",
        FAILURE,
    )
