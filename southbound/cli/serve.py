"""`southbound serve`: pages and API; `southbound token`: who may use them from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from southbound.cli.context import choose, context_of, tell
from southbound.error import UsageError

if TYPE_CHECKING:
    import socket

    from southbound.web.security.token import Scope

app = typer.Typer(help="Tokens of those who may use web and API.", no_args_is_help=True)
_STOP_SECONDS = 5
_BACKLOG = 512


def run_serve(
    context: typer.Context,
    host: str = typer.Option(
        "127.0.0.1", help="Address to listen on. Any but a local one needs --users or --token-file."
    ),
    port: int = typer.Option(8321, min=0, max=65535, help="Port; 0 takes a free one."),
    users: str = typer.Option(
        "", metavar="FILE", envvar="SOUTHBOUND_USERS", help="Users file that `southbound token new` writes."
    ),
    token_file: str = typer.Option(
        "", metavar="FILE", envvar="SOUTHBOUND_TOKEN_FILE", help="File that holds one token for everything."
    ),
) -> None:
    """Serve the desk's pages and the API, for this machine only unless tokens guard them."""
    from southbound.web.security.access import make_access

    shell = context_of(context)
    access = make_access(
        host=host,
        settings=shell.settings.web,
        users=Path(users) if users else None,
        token_file=Path(token_file) if token_file else None,
    )
    with shell.store(read_only=True):
        pass  # a wrong or old database is told before anybody asks
    listener = _listen(host, port)
    _serve(context, listener, access)


def _serve(context: typer.Context, listener: socket.socket, access: object) -> None:
    import uvicorn

    from southbound.web.app import create_app
    from southbound.web.security.access import Access
    from southbound.web.server import server_config

    shell = context_of(context)
    app = create_app(shell.settings, shell.database, access=cast("Access", access))
    config = server_config(
        app,
        goodbye_seconds=_STOP_SECONDS,
        is_behind_proxy=shell.settings.web.behind_proxy,
        log_level="warning",
    )
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    tell(f"{shell.database} is served at http://{shown}:{port}/ (Ctrl-C stops)")
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Take an address and port.

    Raises:
        UsageError: it is taken, or none of this machine's.
    """
    from southbound.web.listener import open_listener

    try:
        return open_listener(host, port, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{host} port {port} can't be served on ({reason}); give another --port or --host"
        ) from error


@app.command("new")
def new_token(
    scope: str = typer.Option(
        "read", help="read (all that is shown), review (labels and names too) or admin (everything)."
    ),
    users: str = typer.Option(
        "users.yaml", metavar="FILE", envvar="SOUTHBOUND_USERS", help="Users file; made where there is none."
    ),
    note: str = typer.Option("", metavar="TEXT", help="Whose it is, for yourself."),
) -> None:
    """Make a token, print it once, and keep its hash in the users file."""
    from southbound.web.security.token import SCOPES, add_user

    choose(scope, valid=SCOPES, option="--scope")
    token = add_user(Path(users), scope=cast("Scope", scope), note=note)
    typer.echo(token)
    tell(f"its hash stands in {users}; the token itself is not kept, note it now. Restart `southbound serve`")
