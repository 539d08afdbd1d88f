"""`southbound flows`: net buying through southbound Stock Connect, to date and beside its records."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

import typer

from southbound.cli.context import choose, context_of
from southbound.cli.option import AS_OF, parse_known, parse_span

if TYPE_CHECKING:
    import pandas as pd

    from southbound.pipeline.flow_summary import FlowLine

_MILLION = 1e6


def run_flows(
    context: typer.Context,
    start: str = typer.Option("", metavar="D", help="Also the sum from this day on."),
    end: str = typer.Option("", metavar="D", help="Last session counted. Default: the last known."),
    as_of: str = AS_OF,
    shares: bool = typer.Option(
        False, "--shares", help="Instead, the ten shares of each leg that were traded most in a session."
    ),
    output_format: str = typer.Option("text", "--format", help="text or json."),
) -> None:
    """Print southbound net flow: the day, 5 and 20 sessions, quarter and year to date, with their records."""
    from southbound.pipeline.flow_summary import most_traded, records_from_lines, summarise_flows

    shell = context_of(context)
    form = choose(output_format, valid=("text", "json"), option="--format")
    first, last = parse_span(start, end)
    if shares:
        with shell.store(read_only=True) as store:
            table = most_traded(store, end=last, as_of=parse_known(as_of))
        typer.echo(_shares_json(table) if form == "json" else _shares_text(table))
        return
    with shell.store(read_only=True) as store:
        lines = summarise_flows(store, start=first, end=last, as_of=parse_known(as_of))
    if form == "json":
        typer.echo(json.dumps(records_from_lines(lines), indent=2))
        return
    for line in lines:
        typer.echo(_text(line))


def _shares_text(table: pd.DataFrame) -> str:
    session = table["session"].iloc[0].date()
    lines = [f"southbound on {session}: net buying (turnover) of the ten shares of each leg that traded most"]
    for leg, rows in table.groupby("leg", sort=False):
        lines += [str(leg), *(_share_text(row) for row in rows.to_dict("records"))]
    return "\n".join(lines)


def _share_text(row: Mapping[Hashable, Any]) -> str:
    net, turnover = (
        "not told" if isnan(row[name]) else _billions(row[name] / _MILLION) for name in ("net", "turnover")
    )
    return f"{row['rank']:4}  {row['asset_id']:10} {row['name']:24} {net:>18}  ({turnover})"


def _shares_json(table: pd.DataFrame) -> str:
    told = table.assign(session=table["session"].dt.strftime("%Y-%m-%d"))
    return told.to_json(orient="records", date_format="iso", indent=2, force_ascii=False)


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
