"""`southbound train`: learn from what reviewers said, see what it brings, and take it into use or back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, choose, context_of, progress, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.pipeline.review.train import Proposal
    from southbound.store import Store


def run_train(
    context: typer.Context,
    with_reviews: bool = typer.Option(False, "--with-reviews", help="Learn from the stored corrections."),
    accept: bool = typer.Option(False, "--accept", help="Take what is better into use without asking."),
    revert: bool = typer.Option(False, "--revert", help="Use the model as it is shipped again."),
    reviewer: str = typer.Option("", "--reviewer", metavar="NAME", help="In whose name. Default: yours."),
    form: str = typer.Option("text", "--format", help="text or json."),
) -> None:
    """Learn from reviews, show before and after by theme and the cost, and take it into use once accepted."""
    choose(form, valid=("text", "json"), option="--format")
    if with_reviews == revert:
        raise UsageError("say --with-reviews to learn, or --revert to take the last adjustment back")
    shell = context_of(context)
    if not shell.database.is_file():
        raise UsageError(f"there is no database {shell.database}; ingest, tag and review articles first")
    with shell.store() as store:
        if revert:
            _revert(shell, store, reviewer)
        else:
            _train(shell, store, reviewer, accept=accept, form=form)


def _revert(shell: Context, store: Store, reviewer: str) -> None:
    from southbound.pipeline.review.adjust import revert
    from southbound.pipeline.review.correct import reviewer_name

    version, n_back = revert(store, reviewer=reviewer_name(reviewer, shell.settings))
    tell(
        f"adjustment {version} is no longer in use; {n_back:,} articles are shown as the shipped model tagged"
        " them; `southbound tag` tags the rest anew"
    )


def _train(shell: Context, store: Store, reviewer: str, *, accept: bool, form: str) -> None:
    from southbound.export_train import proposal_text
    from southbound.pipeline.review.train import propose
    from southbound.pipeline.tag import make_tagger

    tagger = make_tagger(shell.settings)
    try:
        with progress("reading what was reviewed", total=None) as advance:
            proposal = propose(store, tagger, settings=shell.settings, on_progress=advance)
    finally:
        tagger.close()
    typer.echo(proposal_text(proposal, form=form, min_train=shell.settings.review.min_train), nl=False)
    if proposal.is_empty:
        tell("nothing is taken into use: the model is better left as it is")
    elif accept or _agreed():
        _accept(shell, store, proposal, reviewer)
    else:
        tell("nothing is taken into use; run again with --accept to do so")


def _agreed() -> bool:
    return sys.stdin.isatty() and typer.confirm("Take it into use?", err=True)


def _accept(shell: Context, store: Store, proposal: Proposal, reviewer: str) -> None:
    from southbound.export_train import accepted_lines
    from southbound.pipeline.review.correct import reviewer_name
    from southbound.pipeline.review.own import is_current
    from southbound.pipeline.review.train import accept
    from southbound.pipeline.theme import ThemeRequest, add_theme

    name = reviewer_name(reviewer, shell.settings)
    with progress("applying it", total=proposal.cost.n_stored) as advance:
        done = accept(store, proposal, reviewer=name, on_progress=advance)
    if done is not None:
        for line in accepted_lines(done):
            tell(line)
    for one in proposal.own:
        if one.is_better and not is_current(store, one):
            tell(f"{one.theme} has ended or changed since this was learnt, and is left as it is")
        elif one.is_better:
            request = ThemeRequest(theme=one.theme, examples=one.examples)
            with progress(one.theme, total=store.themes.count_tagged()) as advance:
                theme = add_theme(store, request, settings=shell.settings, on_progress=advance)
            tell(f"{one.theme} is at version {theme.version}, learnt from {len(theme.examples)} examples")
