"""`southbound flows`: net buying through southbound Stock Connect, to date and beside its records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import choose, context_of
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.pipeline.flow_summary import FlowLine


def run_flows(
    context: typer.Context,
    start: str = typer.Option("", metavar="D", help="Also the sum from this day on."),
    end: str = typer.Option("", metavar="D", help="Last session counted. Default: the last known."),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    output_format: str = typer.Option("text", "--format", help="text or json."),
) -> None:
    """Print southbound net flow: the day, 5 and 20 sessions, quarter and year to date, with their records."""
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.flow_summary import records_from_lines, summarise_flows

    shell = context_of(context)
    form = choose(output_format, valid=("text", "json"), option="--format")
    first, last = parse_day(start) if start else None, parse_day(end) if end else None
    if first and last and last < first:
        raise UsageError(f"--end {end} lies before --start {start}")
    with shell.store(read_only=True) as store:
        lines = summarise_flows(store, start=first, end=last, as_of=parse_as_of(as_of) if as_of else None)
    if form == "json":
        typer.echo(json.dumps(records_from_lines(lines), indent=2))
        return
    for line in lines:
        typer.echo(_text(line))


def _text(line: FlowLine) -> str:
    from southbound.digest.wording import count_text

    sessions = count_text(line.n_sessions, "session")
    told = f"{line.label:24} {_billions(line.net):>20}  {sessions}"
    if line.record_label is None or line.record_net is None:
        return told
    if line.is_record:
        more = _billions(line.net - line.record_net)
        return f"{told}; a record, {more} above {line.record_label} ({_billions(line.record_net)})"
    return f"{told}; the record is {_billions(line.record_net)} ({line.record_label})"


def _billions(million: float) -> str:
    return f"{'-' if million < 0 else ''}HK${abs(million) / 1000:,.1f} billion"
