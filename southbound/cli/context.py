"""What every command starts from: which database, which settings, how it talks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound import __version__
from southbound.error import RejectedRecordsError, UsageError

if TYPE_CHECKING:
    from southbound.settings import Settings
    from southbound.store import Store

#: More rejections than this are counted, not listed.
_SHOWN_REJECTIONS = 20


@dataclass(kw_only=True)
class Context:
    """The global options, and what follows from them."""

    db: str = ""
    config: str = ""

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once."""
        from southbound.settings import read_settings

        return read_settings(Path(self.config) if self.config else None)

    @property
    def database(self) -> Path:
        """The database file."""
        return Path(self.db) if self.db else self.settings.database

    @contextmanager
    def store(self, *, read_only: bool = False) -> Iterator[Store]:
        """Open the store for a block."""
        from southbound.store import open_store
        from southbound.store.connection import plain_errors

        path = self.database
        with plain_errors(path), open_store(path, read_only=read_only) as store:
            yield store


def context_of(context: typer.Context) -> Context:
    """Return the globals that the app's callback has set."""
    found = context.find_object(Context)
    return found if found is not None else Context()


def version_callback(value: bool) -> None:
    """Print the version and stop, when asked to."""
    if value:
        typer.echo(f"southbound {__version__}")
        raise typer.Exit


def tell(message: str) -> None:
    """Say something to the person at the terminal: on standard error."""
    typer.echo(message, err=True)


def end_with_rejections(rejected: list[str], *, done: str) -> None:
    """List what was rejected and end with the exit code for it; return quietly where nothing was.

    Raises:
        RejectedRecordsError: something was rejected.
    """
    if not rejected:
        return
    for line in rejected[:_SHOWN_REJECTIONS]:
        tell(f"rejected: {line}")
    more = len(rejected) - _SHOWN_REJECTIONS
    if more > 0:
        tell(f"rejected: and {more:,} more")
    raise RejectedRecordsError(f"{len(rejected):,} rejected, the rest done: {done}")


@contextmanager
def progress(label: str, *, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while a block runs, if somebody is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


def split_list(text: str, *, valid: tuple[str, ...], option: str) -> tuple[str, ...]:
    """Split a comma-separated option and check its words.

    Raises:
        UsageError: a word is not valid.
    """
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    for word in words:
        if word not in valid:
            raise UsageError(f"{option} takes {', '.join(valid)}; not '{word}'")
    return words


def choose(value: str, *, valid: tuple[str, ...], option: str) -> str:
    """Check an option that takes one of some words.

    Raises:
        UsageError: it is another.
    """
    if value not in valid:
        raise UsageError(f"{option} takes {', '.join(valid)}; not '{value}'")
    return value
