"""`southbound run`: the whole service in one supervised process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from southbound.cli.context import Context, context_of

if TYPE_CHECKING:
    from southbound.service.web import MakeApp

DEFAULT_PORT = 8321


def run_run(
    context: typer.Context,
    config: str = typer.Option(
        "",
        "--config",
        metavar="FILE",
        help="List of feeds. Default: the shipped one and your own (feeds.files).",
    ),
    host: str = typer.Option(
        "127.0.0.1",
        "--host",
        metavar="ADDRESS",
        help="Where the page is served. Any but a local one needs --users or --token-file.",
    ),
    port: int = typer.Option(DEFAULT_PORT, "--port", min=0, max=65535, help="The same; 0 for any free one."),
    users: str = typer.Option(
        "", metavar="FILE", envvar="SOUTHBOUND_USERS", help="Users file that `southbound token new` writes."
    ),
    token_file: str = typer.Option(
        "", metavar="FILE", envvar="SOUTHBOUND_TOKEN_FILE", help="File that holds one token for everything."
    ),
    no_web: bool = typer.Option(False, "--no-web", help="Serve no page, no API, no health and no metrics."),
    once: bool = typer.Option(
        False, "--once", help="Do what is due once, one thing after the other, and stop; no web."
    ),
    standby: bool = typer.Option(
        False, "--standby", help="Where another service has the database, wait until it has gone."
    ),
) -> None:
    """Run the whole service: poll, read pages, tag, fetch, alert, send digests, back up, serve the page.

    What runs and how often stands under `service` in the settings. Each stage works in a process of its own;
    one that hangs is ended and started again, and the others go on. Commands of your own may run beside it; a
    second service on one database is refused. SIGTERM or Ctrl-C stops it: stages end with their transaction,
    within service.stop_seconds. Killed outright, it goes on where it was when it is started again.

    /healthz says whether it is alive, /readyz how each stage stands (503 where one keeps failing), /metrics
    the same for Prometheus. Logs go to standard error, one event a line, without a word of news.
    """
    from southbound.service.logs import configure_logs
    from southbound.service.run import Request, run_service

    shell = context_of(context)
    settings = shell.settings
    log = configure_logs(settings.service.log)
    request = Request(
        database=shell.database,
        settings=settings,
        feeds=Path(config) if config else None,
        host=host,
        port=port,
        make_app=None if no_web or once else _app_maker(shell, host=host, users=users, token_file=token_file),
        is_standby=standby,
    )
    run_service(request, log=log, is_once=once)


def _app_maker(shell: Context, *, host: str, users: str, token_file: str) -> MakeApp:
    from southbound.web.app import create_app
    from southbound.web.security.access import make_access

    access = make_access(
        host=host,
        settings=shell.settings.web,
        users=Path(users) if users else None,
        token_file=Path(token_file) if token_file else None,
    )
    return lambda: create_app(shell.settings, shell.database, access=access)
