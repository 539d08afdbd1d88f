"""`southbound stories ...`: which articles tell one event, and how new each was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from southbound.cli.context import choose, context_of, end_with_rejections, progress, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from southbound.settings import Settings
    from southbound.store import Store

app = typer.Typer(help="Which articles tell one event, and how new each was.", no_args_is_help=True)

_AS_OF = typer.Option("", "--as-of", metavar="T", help="Only what was known before this instant or day.")
_FORM = typer.Option("text", "--format", help="text or json.")


@app.command("update")
def update_stories(context: typer.Context) -> None:
    """Put what is tagged and in no story yet into stories; `southbound tag` does it too."""
    shell = context_of(context)
    failed: list[str] = []
    with shell.store() as store:
        if not assign_waiting(store, shell.settings, on_failed=failed.append):
            tell("every tagged article has its story; `southbound tag` tags what is new")
    end_with_rejections(failed, done="the others are compared with what came before them")


@app.command("list")
def list_session(
    context: typer.Context,
    session: str = typer.Option(..., "--session", metavar="D", help="HKEX session, such as 2025-02-11."),
    limit: int = typer.Option(20, min=1, max=100_000, help="Stories to show."),
    near: float = typer.Option(
        0.0, "--hk-china", min=0.0, max=1.0, help="Least mean score for Hong Kong or China of its reports."
    ),
    as_of: str = _AS_OF,
    form: str = _FORM,
) -> None:
    """List the largest stories in a session's news: reports, title, publishers, when, new or continuing."""
    from southbound.export_story import write_stories
    from southbound.instant import parse_as_of, parse_day
    from southbound.pipeline.story_view import list_stories

    choose(form, valid=("text", "json"), option="--format")
    shell = context_of(context)
    with shell.store(read_only=True) as store:
        stories = list_stories(
            store,
            session=parse_day(session),
            settings=shell.settings,
            as_of=parse_as_of(as_of) if as_of else None,
            min_hk_china=near,
            limit=limit,
        )
    typer.echo(write_stories(stories, form=form), nl=False)
    if not stories:
        tell("no stories are stored of this session's news; `southbound tag` makes them")


@app.command("show")
def show_story(
    context: typer.Context,
    key: str = typer.Argument(
        ..., metavar="STORY_ID|ARTICLE_ID", help="A story's id, or any article's of it."
    ),
    as_of: str = _AS_OF,
    form: str = _FORM,
) -> None:
    """Show all reports of a story: when each was known, how like the story it is, and how new it was."""
    from southbound.export_story import write_reports
    from southbound.instant import parse_as_of
    from southbound.pipeline.story_view import read_story

    choose(form, valid=("text", "json"), option="--format")
    with context_of(context).store(read_only=True) as store:
        reports = read_story(store, key, as_of=parse_as_of(as_of) if as_of else None)
    typer.echo(write_reports(reports, form=form), nl=False)


def assign_waiting(
    store: Store, settings: Settings, *, on_failed: Callable[[str], None] = lambda _: None
) -> int:
    """Put what is in no story yet into stories, with a progress bar; say it in one line, return how many."""
    from southbound.digest.wording import count_text
    from southbound.pipeline.story import StoryKeeper

    keeper = StoryKeeper(store, settings)
    with progress("stories", total=keeper.count_waiting()) as advance:
        done = keeper.update(on_progress=advance, on_failed=on_failed)
    if done.n_articles:
        new = count_text(done.n_new, "new story", "new stories")
        tell(f"{count_text(done.n_articles, 'article')} put into stories by {keeper.version}, {new}")
    return done.n_articles
