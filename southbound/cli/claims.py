"""`southbound claims ...`: what the news asserts in numbers, held against the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import Context, choose, context_of, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.claims.checked import OutcomeFilter
    from southbound.store.claim import ClaimQuery

app = typer.Typer(
    help="What the news asserts in numbers, held against stored flows, indices and prices.",
    invoke_without_command=True,
)

_OUTCOMES = ("confirmed", "contradicted", "unchecked", "checked")
_SUBJECT = typer.Option("", "--subject", metavar="ID", help="southbound, northbound or an entity's id.")
_THEME = typer.Option("", "--theme", metavar="ID", help="Only articles that carry this theme.")
_PUBLISHER = typer.Option("", "--publisher", metavar="NAME", help="Only this outlet.")
_START = typer.Option("", "--start", metavar="D", help="Articles known from this day on, Hong Kong time.")
_END = typer.Option("", "--end", metavar="D", help="Articles known up to this day.")
_AS_OF = typer.Option("", "--as-of", metavar="T", help="Only what was known before this instant or day.")


@app.callback()
def list_claims(
    context: typer.Context,
    subject: str = _SUBJECT,
    theme: str = _THEME,
    publisher: str = _PUBLISHER,
    verdict: str = typer.Option(
        "", metavar="V", help="confirmed, contradicted, unchecked, or checked (either of the first two)."
    ),
    start: str = _START,
    end: str = _END,
    as_of: str = _AS_OF,
    limit: int = typer.Option(0, min=0, help="Claims to show; 0 for all."),
    output_format: str = typer.Option("text", "--format", help="text, csv, json, parquet or arrow."),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Default: standard output."),
) -> None:
    """List claims with their verdicts, those of the newest articles first; `report` counts them."""
    if context.invoked_subcommand is not None:
        return
    from itertools import islice

    from southbound.claims.checked import find_claims
    from southbound.export import FORMATS, export_frame, write_text
    from southbound.export_claim import claim_block, frame_of_claims
    from southbound.pipeline.series import calendar_from_settings

    shell = context_of(context)
    form = choose(output_format, valid=("text", *FORMATS), option="--format")
    outcome = choose(verdict, valid=("", *_OUTCOMES), option="--verdict")
    query = _query(shell, subject, theme, publisher, (start, end, as_of))
    with shell.store(read_only=True) as store:
        found = find_claims(
            store,
            query,
            calendar=calendar_from_settings(shell.settings),
            outcome=cast("OutcomeFilter", outcome) if outcome else None,
        )
        shown = list(islice(found, limit or None))
    target = Path(output) if output else None
    if form == "text":
        write_text("\n".join(map(claim_block, shown)), target=target)
    else:
        export_frame(frame_of_claims(shown), format=form, target=target)  # type: ignore[arg-type]  # checked
    if not shown:
        tell(
            "no such claim is known; `southbound tag` reads claims, and --verdict and --start narrow the list"
        )


@app.command("report")
def report(
    context: typer.Context,
    subject: str = _SUBJECT,
    theme: str = _THEME,
    publisher: str = _PUBLISHER,
    start: str = _START,
    end: str = _END,
    as_of: str = _AS_OF,
    form: str = typer.Option("text", "--format", help="text or json."),
) -> None:
    """Count claims: found, checked, confirmed, contradicted, unchecked by reason; by metric and publisher."""
    from southbound.claims.checked import find_claims
    from southbound.claims.report import record_from_report, report_claims, text_from_report
    from southbound.pipeline.series import calendar_from_settings

    shell = context_of(context)
    choose(form, valid=("text", "json"), option="--format")
    query = _query(shell, subject, theme, publisher, (start, end, as_of))
    with shell.store(read_only=True) as store:
        found = find_claims(store, query, calendar=calendar_from_settings(shell.settings))
        counted = report_claims(found, n_articles=store.claims.n_read(query))
    if form == "json":
        typer.echo(json.dumps(record_from_report(counted), ensure_ascii=False, indent=2))
    else:
        typer.echo(text_from_report(counted), nl=False)


def _query(
    shell: Context, subject: str, theme: str, publisher: str, times: tuple[str, str, str]
) -> ClaimQuery:
    """Return what is asked for; days begin and end in Hong Kong.

    Raises:
        UsageError: a day can't be read, the end lies before the start, or there is no such theme.
    """
    from datetime import datetime, time, timedelta

    from southbound.cli.themes import require_any_theme
    from southbound.instant import HONG_KONG, parse_as_of, parse_day
    from southbound.store.claim import ClaimQuery

    if theme:
        require_any_theme(shell, theme)
    first, last = (parse_day(text) if text else None for text in times[:2])
    if first and last and last < first:
        raise UsageError(f"--end {last} lies before --start {first}")
    after = last + timedelta(days=1) if last else None
    begins, ends = (datetime.combine(day, time(), HONG_KONG) if day else None for day in (first, after))
    return ClaimQuery(
        subject=subject,
        theme=theme,
        publisher=publisher,
        start=begins,
        end=ends,
        as_of=parse_as_of(times[2]) if times[2] else None,
    )
