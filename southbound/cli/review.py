"""`southbound review ...`: look at tags, correct them, and see how good they are."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, choose, context_of, end_with_rejections, split_list, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from southbound.pipeline.review.correct import Outcome
    from southbound.pipeline.review.request import CorrectionRequest

app = typer.Typer(help="Look at tags, correct them, see how good they are.", invoke_without_command=True)

_AS_OF = typer.Option("", "--as-of", metavar="T", help="Only what was said before this instant or day.")
_FORM = typer.Option("text", "--format", help="text or json.")
_WHO = typer.Option("", "--reviewer", metavar="NAME", help="In whose name. Default: the settings', or yours.")
_THEME = typer.Option("", "--theme", metavar="ID", help="Only this theme.")
_PARTS = ("uncertain", "influential", "control", "entity", "article")


@app.callback()
def review(
    context: typer.Context,
    reviewer: str = _WHO,
    theme: str = _THEME,
) -> None:
    """Show one item after another, most worth a look first; one key each answers it, ? shows the keys."""
    if context.invoked_subcommand is not None:
        return
    from southbound.cli.review_session import run_session

    run_session(context_of(context), reviewer=reviewer, theme=_checked(context_of(context), theme))


@app.command("draw")
def draw(
    context: typer.Context,
    count: int = typer.Option(30, "-n", "--count", min=1, max=10_000, help="Items to draw."),
    theme: str = _THEME,
    only: str = typer.Option(
        "",
        metavar="LIST",
        help=f"Of {', '.join(_PARTS)}. Default: the settings' shares.",
    ),
    since: str = typer.Option(
        "", metavar="D", help="First day of the articles. Default: review.window_days before the last."
    ),
    until: str = typer.Option("", metavar="D", help="The day after the last. Default: all."),
    seed: int = typer.Option(
        0, min=0, help="Draw the same again from the same database; 0: another each time."
    ),
) -> None:
    """Draw items for review and store them as drawn."""
    from datetime import UTC, datetime
    from random import Random, SystemRandom

    from southbound.instant import parse_as_of
    from southbound.pipeline.review.queue import DrawRequest, draw_items

    shell = context_of(context)
    parts = split_list(only, valid=_PARTS, option="--only")
    request = DrawRequest(
        n=count,
        theme=_checked(shell, theme),
        start=parse_as_of(since) if since else None,
        end=parse_as_of(until) if until else None,
        shares=dict.fromkeys(parts, 1.0) or None,
    )
    random = Random(seed) if seed else SystemRandom()  # noqa: S311 - no secret is drawn
    with shell.store() as store:
        made = draw_items(store, request, settings=shell.settings, now=datetime.now(tz=UTC), random=random)
        waiting = len(store.draws.pending(theme=theme))
    tell(f"{len(made)} items drawn; {waiting} wait for an answer (`southbound review list`)")


@app.command("list")
def list_items(
    context: typer.Context,
    limit: int = typer.Option(20, min=1, max=10_000, help="Items to show."),
    theme: str = _THEME,
    reviewer: str = _WHO,
    again: bool = typer.Option(
        False, "--again", help="Show corrections whose article was revised since, to be looked at again."
    ),
) -> None:
    """List what waits for an answer, one JSON object a line; `apply` takes answers by `draw`."""
    from random import Random

    from southbound.export_review import json_lines, record_of_correction, record_of_item
    from southbound.pipeline.review.correct import reviewer_name
    from southbound.pipeline.review.item import corrections_to_look_at_again, read_items
    from southbound.pipeline.review.queue import next_items

    shell = context_of(context)
    with shell.store(read_only=True) as store:
        if again:
            typer.echo(json_lines(map(record_of_correction, corrections_to_look_at_again(store))), nl=False)
            return
        name = reviewer_name(reviewer, shell.settings)
        draws = next_items(
            store,
            name,
            settings=shell.settings,
            random=Random(0),  # noqa: S311 - no secret is drawn
            theme=_checked(shell, theme),
        )
        typer.echo(json_lines(map(record_of_item, read_items(store, draws[:limit]))), nl=False)
    if not draws:
        tell("nothing waits for an answer; `southbound review draw` draws items")


@app.command("apply")
def apply_file(
    context: typer.Context,
    source: str = typer.Argument(
        ..., metavar="FILE|-", help="JSON Lines: kind, article_id or draw, theme ..."
    ),
    reviewer: str = _WHO,
) -> None:
    """Store corrections from JSON Lines and show them at once; a JSON line each says what became of it."""
    from southbound.pipeline.review.correct import Reviewer, apply_records

    shell = context_of(context)
    _require_database(shell)
    with shell.store() as store:
        requests = list(_read_requests(source))
        done, rejected = apply_records(
            Reviewer(store, shell.settings, reviewer), requests, on_done=_print_outcome
        )
    end_with_rejections(rejected, done=f"{len(done)} corrections")


@app.command("undo")
def undo(
    context: typer.Context,
    number: int = typer.Argument(
        ..., min=1, max=2**63 - 1, metavar="NUMBER", help="Of the correction, as the log has it."
    ),
    reviewer: str = _WHO,
    note: str = typer.Option("", help="Why."),
) -> None:
    """Take a correction back: a further row, and what is shown is as it was without it."""
    from southbound.pipeline.review.correct import Reviewer
    from southbound.pipeline.review.request import CorrectionRequest

    shell = context_of(context)
    _require_database(shell)
    with shell.store() as store:
        request = CorrectionRequest(kind="undo", undoes=number, note=note)
        outcome = Reviewer(store, shell.settings, reviewer).correct(request)
    tell(f"{outcome.message} (correction {outcome.pk})")


@app.command("log")
def show_log(
    context: typer.Context,
    as_of: str = _AS_OF,
    since: str = typer.Option("", metavar="D", help="From this instant or day on."),
    by: str = typer.Option("", "--by", metavar="NAME", help="Only this reviewer's."),
    article: str = typer.Option("", metavar="ID", help="Only of this article."),
    theme: str = _THEME,
    kind: str = typer.Option("", metavar="KIND", help="Only this kind, such as reject_theme."),
    form: str = _FORM,
) -> None:
    """Show who changed what and when, the first row first; nothing is ever taken out of it."""
    from nlp.review.change import KINDS
    from southbound.export_review import log_text
    from southbound.instant import parse_as_of
    from southbound.store.review import CorrectionQuery

    choose(form, valid=("text", "json"), option="--format")
    if kind:
        choose(kind, valid=KINDS, option="--kind")
    query = CorrectionQuery(
        reviewer=by,
        article_id=article,
        theme=theme,
        kind=kind,
        start=parse_as_of(since) if since else None,
        as_of=parse_as_of(as_of) if as_of else None,
    )
    with context_of(context).store(read_only=True) as store:
        rows = store.corrections.find(query)
    typer.echo(log_text(rows, form=form), nl=False)
    if not rows:
        tell("no correction is stored that meets this")


@app.command("report")
def report(
    context: typer.Context,
    as_of: str = _AS_OF,
    by: str = typer.Option("theme", help="theme, or month for the figures over time."),
    form: str = _FORM,
) -> None:
    """Print precision and recall of each theme from the random control, the queue's figures apart."""
    from southbound.export_review import report_text
    from southbound.instant import parse_as_of
    from southbound.pipeline.review.report import measure_reviews

    choose(form, valid=("text", "json"), option="--format")
    choose(by, valid=("theme", "month"), option="--by")
    shell = context_of(context)
    with shell.store(read_only=True) as store:
        measured = measure_reviews(
            store,
            min_reviews=shell.settings.review.min_reviews,
            as_of=parse_as_of(as_of) if as_of else None,
        )
    typer.echo(report_text(measured, form=form, by_month=by == "month"), nl=False)


def _print_outcome(done: Outcome) -> None:
    from southbound.export_review import json_lines

    names = ("article_id", "changed", "message")
    record = {"correction": done.pk, **{name: getattr(done, name) for name in names}}
    typer.echo(json_lines([record]), nl=False)


def _read_requests(source: str) -> Iterator[CorrectionRequest | str]:
    """Yield the corrections of a file or of standard input; what can't be read, as the reason why."""
    if source == "-":
        with tempfile.TemporaryDirectory() as folder:
            # A pipe can't be looked at before it is read.
            path = Path(folder) / "standard input"
            path.write_bytes(sys.stdin.buffer.read())
            yield from _read_lines(path)
        return
    if not Path(source).is_file():
        raise UsageError(f"there is no file {source}; check the path, or give - for standard input")
    yield from _read_lines(Path(source))


def _read_lines(path: Path) -> Iterator[CorrectionRequest | str]:
    from ingest.archives.lines import iterate_json_lines
    from ingest.rejection import Rejection
    from southbound.pipeline.review.request import request_from_record

    for number, record in iterate_json_lines(path):
        if isinstance(record, Rejection):
            yield str(record)
            continue
        try:
            yield request_from_record(record)
        except UsageError as error:
            yield f"line {number}: {error}"


def _checked(shell: Context, theme: str) -> str:
    from southbound.cli.themes import require_any_theme

    if theme:
        require_any_theme(shell, theme)
    return theme


def _require_database(shell: Context) -> None:
    if not shell.database.is_file():
        raise UsageError(f"there is no database {shell.database}; ingest and tag articles first")
