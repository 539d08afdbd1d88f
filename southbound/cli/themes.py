"""`southbound themes ...`: themes of one's own, from a definition or from examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from southbound.cli.context import Context, context_of, end_with_rejections, progress, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    from southbound.store import Store
    from southbound.store.theme import OwnTheme

app = typer.Typer(help="Themes of your own: add, list, show, remove.", no_args_is_help=True)
_N_HITS = 10


@app.command("list")
def list_themes(context: typer.Context) -> None:
    """List the bundled themes, and your own with their versions."""
    from southbound.settings import read_themes

    shell = context_of(context)
    for theme in read_themes().values():
        typer.echo(f"{theme.id:22} {theme.name}")
    if not shell.database.is_file():
        return
    with shell.store() as store:
        for own in store.themes.latest():
            n_read, n_carrying = store.themes.count(own)
            state = f"ended {own.ended_at:%Y-%m-%d}" if own.ended_at else f"version {own.version}"
            typer.echo(
                f"{own.theme:22} {own.name} (your own, {state}, {n_carrying:,} of {n_read:,} articles)"
            )


@app.command("add")
def add(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="NAME", help="A new id, such as stablecoins; or one to better."),
    definition: str = typer.Option("", help="What the theme means, in a sentence or two."),
    examples: str = typer.Option(
        "", metavar="FILE", help="JSON Lines or CSV: text, or title and body, or article_id; and label."
    ),
    keywords: str = typer.Option("", metavar="WORDS", help="Words that speak for it, with commas between."),
    title: str = typer.Option("", metavar="TEXT", help="The name shown. Default: from NAME."),
    share: float = typer.Option(
        0.01, min=0.0001, max=0.5, help="From a definition alone: how much of the news to take for the theme."
    ),
) -> None:
    """Learn a theme, read all stored articles with it, and say how good it is."""
    from southbound.pipeline.example import read_examples
    from southbound.pipeline.theme import ThemeRequest, add_theme, check_theme_id

    shell = context_of(context)
    check_theme_id(name)
    if not shell.database.is_file():
        raise UsageError(f"there is no database {shell.database}; ingest and tag articles first")
    rejected: list[str] = []
    with shell.store() as store:
        read, rejected = read_examples(Path(examples), store) if examples else ([], [])
        request = ThemeRequest(
            theme=name,
            name=title,
            definition=definition,
            keywords=tuple(word.strip() for word in keywords.split(",") if word.strip()),
            examples=tuple(read),
            share=share,
        )
        with progress("reading back", total=store.themes.count_tagged()) as advance:
            theme = add_theme(store, request, settings=shell.settings, on_progress=advance)
        for line in _describe(store, theme):
            typer.echo(line)
        for line in _hit_lines(store, theme, latest=False):
            typer.echo(line)
    end_with_rejections(rejected, done=f"{name} was learnt from the others")


@app.command("show")
def show(context: typer.Context, name: str = typer.Argument(..., metavar="NAME")) -> None:
    """Show a theme's definition, versions, quality, and the latest articles that carry it."""
    from southbound.pipeline.theme import require_own_theme

    with context_of(context).store() as store:
        for theme in (versions := require_own_theme(store, name)):
            for line in _describe(store, theme):
                typer.echo(line)
        for line in _hit_lines(store, versions[-1], latest=True):
            typer.echo(line)


@app.command("remove")
def remove(context: typer.Context, name: str = typer.Argument(..., metavar="NAME")) -> None:
    """End a theme: nothing more is tagged with it; what was tagged stays, and its series with it."""
    from datetime import UTC, datetime

    from southbound.pipeline.theme import require_own_theme

    with context_of(context).store() as store:
        if require_own_theme(store, name)[-1].ended_at is not None:
            tell(f"{name} had ended already")
            return
        with store.transaction():
            store.themes.end(name, at=datetime.now(tz=UTC))
    tell(f"{name} has ended; its history stays. `southbound themes add {name}` takes it up again")


def require_any_theme(shell: Context, theme: str) -> None:
    """Refuse a theme that is neither bundled nor in the database.

    Raises:
        UsageError: naming the nearest.
    """
    from southbound.settings import read_themes, require_theme

    themes: dict[str, object] = dict(read_themes())
    if theme not in themes and shell.database.is_file():
        with shell.store(read_only=True) as store:
            themes |= store.themes.names()
    require_theme(theme, themes)


def _describe(store: Store, theme: OwnTheme) -> Iterator[str]:
    n_read, n_carrying = store.themes.count(theme)
    ended = f", ended {theme.ended_at:%Y-%m-%d}" if theme.ended_at else ""
    made = f"{theme.created_at:%Y-%m-%d %H:%M}Z"
    yield f"{theme.theme} ({theme.name}), version {theme.version} of {made}{ended}"
    yield f"  definition: {theme.definition}"
    if theme.keywords:
        yield f"  keywords: {', '.join(theme.keywords)}"
    labels = [bool(one["label"]) for one in theme.examples]
    yield f"  examples: {sum(labels)} of it, {len(labels) - sum(labels)} against it"
    yield from (f"  {line}" for line in _quality_lines(theme.quality, share=theme.share))
    yield f"  carried by {n_carrying:,} of {n_read:,} articles read"


def _quality_lines(quality: Mapping[str, Any] | None, *, share: float) -> Iterator[str]:
    if quality is None:
        yield "quality: can't be measured without examples (4 or more); judge by the articles below"
        yield f"taken for the theme: about {share:.2%} of the news, what is most like the definition"
        return
    low, high = quality["f1_interval"]
    yield (
        f"quality, cross-validated: F1 {quality['f1']:.2f} (90 % interval {low:.2f} to {high:.2f}), "
        f"precision {quality['precision']:.2f}, recall {quality['recall']:.2f}"
    )
    low, high = quality["average_precision_interval"]
    yield (
        f"average precision {quality['average_precision']:.2f} ({low:.2f} to {high:.2f}); on "
        f"{quality['n_positives']} examples and {quality['n_negatives']} others, most drawn from your news"
    )


def _hit_lines(store: Store, theme: OwnTheme, *, latest: bool) -> Iterator[str]:
    hits = store.themes.hits(theme, limit=_N_HITS, latest=latest)
    yield f"{'latest' if latest else 'best'} articles:" if hits else "no stored article carries it"
    for article, tag in hits:
        yield f"  {tag.score:.2f}  {article.known_at:%Y-%m-%d}  {article.publisher}: {article.title}"
        evidence = " ".join(tag.evidence[0].text.split())
        if tag.evidence[0].field == "body":
            yield f"        {evidence[:160]}"
