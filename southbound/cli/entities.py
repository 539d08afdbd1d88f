"""`southbound entities ...`: names that emerge, and the catalogue that they may enter."""

from __future__ import annotations

import typer

from southbound.cli.context import choose, context_of, tell
from southbound.error import UsageError

app = typer.Typer(
    help="Names that emerge in the news, and the catalogue that they may enter.", no_args_is_help=True
)


@app.command("emerging")
def show_emerging(
    context: typer.Context,
    since: str = typer.Option(
        "", metavar="D", help="Start of the window. Default: seven days before the last article."
    ),
    as_of: str = typer.Option("", metavar="T", help="Only what was known before this instant or day."),
    least: int = typer.Option(3, "--min", min=1, help="Distinct stories that must name it."),
    near: float = typer.Option(
        0.0, "--hk-china", min=0.0, max=1.0, help="Least mean score for Hong Kong or China of its articles."
    ),
    limit: int = typer.Option(30, min=1, max=10_000, help="Names to show."),
    form: str = typer.Option("text", "--format", help="text, json or csv."),
) -> None:
    """List names that recur and stand in no catalogue, the newest and fastest growing first."""
    from southbound.export_entity import write_emerging
    from southbound.instant import parse_as_of
    from southbound.pipeline.catalogue import load_catalogue
    from southbound.pipeline.entity import find_emerging

    choose(form, valid=("text", "json", "csv"), option="--format")
    shell = context_of(context)
    catalogue = load_catalogue(shell.settings)
    with shell.store(read_only=True) as store:
        names = find_emerging(
            store,
            catalogue,
            since=parse_as_of(since) if since else None,
            as_of=parse_as_of(as_of) if as_of else None,
            min_stories=least,
            min_hk_china=near,
            limit=limit,
        )
    typer.echo(write_emerging(names, form=form), nl=False)
    if not names:
        tell("no unknown name recurs so often here; try a lower --min or an earlier --since")


@app.command("add")
def add_entity(
    context: typer.Context,
    name: str = typer.Argument(..., help="The name as news writes it."),
    kind: str = typer.Option("company", "--type", help="company, institution, person, index or product."),
    tickers: list[str] = typer.Option(
        [], "--ticker", metavar="ID", help="Listing such as XHKG:1234; again for more."
    ),
    aliases: list[str] = typer.Option([], "--alias", metavar="A", help="Another form; again for more."),
    alias_of: str = typer.Option(
        "", metavar="ENTITY_ID", help="Add NAME as a form of this entity, not as a new one."
    ),
) -> None:
    """Write a name into your own entity file; `southbound tag` links it from then on."""
    from southbound.pipeline.catalogue import add_alias, add_new, load_catalogue, near

    settings = context_of(context).settings
    if alias_of:
        if tickers or kind != "company":
            raise UsageError("--alias-of adds forms only; leave out --type and --ticker")
        path = add_alias(settings, alias_of, [name, *aliases])
        tell(f"{name} is a form of {alias_of} now ({path}); new articles link it")
        return
    nearest = near(load_catalogue(settings), name)
    entity_id, path = add_new(settings, name, kind=kind, tickers=tickers, aliases=aliases)
    tell(f"added {entity_id} to {path}; articles tagged from now on link it")
    if nearest:
        listed = "; ".join(f"{entity.entity_id} ({entity.name})" for entity in nearest)
        tell(f"near it stand {listed}: if it is one of them, take the entry out and use --alias-of")


@app.command("show")
def show_entity(
    context: typer.Context,
    entity_id: str = typer.Argument(..., metavar="ID", help="Such as deepseek, or unknown:... as listed."),
) -> None:
    """Show what the catalogue says of an entity, and where the news has named it."""
    from southbound.export_entity import write_entity
    from southbound.pipeline.catalogue import load_catalogue

    shell = context_of(context)
    entity = load_catalogue(shell.settings).entities.get(entity_id)
    articles = []
    if shell.database.is_file():
        with shell.store(read_only=True) as store:
            articles = store.entities.of(entity_id)
    if entity is None and not articles:
        raise UsageError(f"there is no entity '{entity_id}'; look with `southbound entities find WORDS`")
    typer.echo(write_entity(entity, articles), nl=False)


@app.command("find")
def find_entities(
    context: typer.Context,
    words: list[str] = typer.Argument(
        ..., metavar="WORD...", help="Words of a name, in any order and case, or a code."
    ),
    limit: int = typer.Option(20, min=1, max=1000, help="Entities to show."),
) -> None:
    """Find entities of the catalogue by words of their names; without a hit, the nearest are shown."""
    from southbound.export_entity import entity_line
    from southbound.pipeline.catalogue import load_catalogue, near, search

    catalogue = load_catalogue(context_of(context).settings)
    wanted = " ".join(words)
    found = search(catalogue, wanted)
    if not found:
        tell(f"nothing has all of '{wanted}'; nearest:")
        found = near(catalogue, wanted)
    for entity in found[:limit]:
        typer.echo(entity_line(entity))
    if len(found) > limit:
        tell(f"and {len(found) - limit:,} more; add a word or raise --limit")
