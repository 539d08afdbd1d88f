"""`southbound tag`: what is new in the database, or a file."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, context_of, end_with_rejections, progress, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from nlp.tagger import Tagger
    from southbound.store import Store


def run_tag(
    context: typer.Context,
    source: str = typer.Argument(
        "",
        metavar="[INPUT.jsonl]",
        help="A file to tag, without a database: themes of your own and what reviews taught, which live in "
        "one, play no part.",
    ),
    output: str = typer.Option("", "-o", "--output", metavar="FILE", help="Where the tagged lines go."),
    all_scores: bool = typer.Option(False, "--all-scores", help="Give every theme's score (with INPUT)."),
    limit: int = typer.Option(0, min=0, help="Tag at most so many articles; 0 for all (without INPUT)."),
) -> None:
    """Tag what is new in the database; or, given a file, write one tagged line for each of its lines."""
    shell = context_of(context)
    if source:
        _tag_file(shell, Path(source), output, all_scores=all_scores)
    elif output or all_scores:
        raise UsageError("-o and --all-scores belong to tagging a file; name one, or leave them out")
    else:
        _tag_store(shell, limit or None)


def _tag_store(shell: Context, limit: int | None) -> None:
    from southbound.cli.stories import assign_waiting
    from southbound.pipeline.review.adjust import make_tagger_in_use
    from southbound.pipeline.tag import tag_store
    from southbound.pipeline.theme import OwnThemeReader

    failed: list[str] = []
    with shell.store() as store:
        tagger = make_tagger_in_use(store, shell.settings)
        try:
            waiting = store.articles.untagged(tagger.model)
            with progress("tagging", total=min(waiting, limit or waiting)) as advance:
                own = OwnThemeReader(store, shell.settings, vector_name=tagger.vector_name)
                for line in own.complaints:
                    tell(line)
                done = tag_store(
                    store,
                    tagger,
                    limit=limit,
                    on_progress=advance,
                    on_tagged=own.read_tagged,
                    on_failed=failed.append,
                )
        finally:
            tagger.close()
        tell(f"{done:,} articles tagged by {tagger.model}" + ("" if done else "; nothing was new"))
        n_tagged = done - len(failed)
        _read_claims(store, tagger, limit, failed)
        if shell.settings.stories.enabled:
            assign_waiting(store, shell.settings, on_failed=failed.append)
    end_with_rejections(failed, done=f"{n_tagged:,} articles are tagged")


def _read_claims(store: Store, tagger: Tagger, limit: int | None, failed: list[str]) -> None:
    """Read the claims of articles that were tagged before this reader was there; note where that fails."""
    from nlp.claims import CLAIM_READER
    from southbound.pipeline.claim import read_back_claims
    from southbound.pipeline.tag import finder_of, text_of

    waiting = store.claims.unread(CLAIM_READER)
    if tagger.claim_reader is None or not waiting:
        return
    finder = finder_of(store)
    with progress("reading claims", total=min(waiting, limit or waiting)) as advance:
        read = read_back_claims(
            store,
            tagger.claim_reader,
            lambda article: text_of(article, finder),
            limit=limit,
            on_progress=advance,
            on_failed=failed.append,
        )
    tell(f"{read:,} articles tagged before were read for claims by {CLAIM_READER}")


def _tag_file(shell: Context, source: Path, output: str, *, all_scores: bool) -> None:
    from southbound.export import writing
    from southbound.pipeline.tag import make_tagger, tag_file

    if not source.is_file():
        raise UsageError(f"there is no file {source}; check the path")
    tagger = make_tagger(shell.settings)
    opened = writing(Path(output)) if output else nullcontext(sys.stdout)
    try:
        with opened as target, progress("tagging", total=None) as advance:
            report = tag_file(
                tagger, source, target, settings=shell.settings, all_scores=all_scores, on_progress=advance
            )
    finally:
        tagger.close()
    end_with_rejections(report.rejected, done=f"see {output or 'the output'}")
