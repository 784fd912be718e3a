"""The `small-ecology` command: puts the parts' commands together.

Every one runs without a terminal; its exit code tells whether it worked, and a refusal is one sentence.
"""

import logging
import os
import sys
from functools import cached_property

import typer

from app.imports import commands as imports
from app.kit.errors import DomainError
from app.published.queries import Published
from app.publishing.projector import follow
from app.settings import Settings
from app.storage.engines import private_engine, public_engine
from app.storage.migrations import upgrade
from app.storage.unit_of_work import UnitOfWork

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
database = typer.Typer(no_args_is_help=True, help="Look after the database.")
commands.add_typer(database, name="db")
commands.add_typer(imports.commands, name="import")


class Desk:
    """What commands work with, opened when first asked for."""

    @cached_property
    def settings(self) -> Settings:
        """Settings of this process."""
        return Settings.from_environment(os.environ)

    @cached_property
    def private(self) -> UnitOfWork:
        """The private side; publishing follows each change."""
        return UnitOfWork(private_engine(self.settings.database.url), follow)

    @cached_property
    def published(self) -> Published:
        """The public side, for reading."""
        return Published(public_engine(self.settings.database))

    def close(self) -> None:
        """Let go of whatever was opened."""
        for side in ("private", "published"):
            if side in self.__dict__:
                self.__dict__[side].close()


@commands.callback()
def _open(context: typer.Context) -> None:
    context.obj = desk = Desk()
    context.call_on_close(desk.close)


@commands.command()
def serve(
    context: typer.Context,
    demo: bool = typer.Option(False, "--demo", help="Migrate, and load the demonstration where the database is empty."),
) -> None:
    """Serve on HOST and PORT."""
    import uvicorn

    from app.main import create_app

    desk: Desk = context.obj
    web = desk.settings.web
    if demo:
        _prepare_demonstration(desk)
    elif not desk.private.is_up_to_date():
        raise DomainError("The database is not at the newest version. Run `small-ecology db upgrade` first.")
    typer.echo(f"Small Ecology: {web.public_url}")
    uvicorn.run(
        create_app(desk.settings),
        host=web.host,
        port=web.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=web.forwarded_allow_ips,
    )


@commands.command()
def demo(context: typer.Context) -> None:
    """Migrate, load the demonstration where the database is empty, and print its stewards' sign-in links."""
    _prepare_demonstration(context.obj)


@database.command("upgrade")
def upgrade_database(context: typer.Context) -> None:
    """Bring the database to the newest version."""
    upgrade(context.obj.settings.database.url)
    typer.echo("The database is at the newest version.")


def _prepare_demonstration(desk: Desk) -> None:
    from app.demonstration.load import load_demonstration, load_neighbourhoods, steward_links

    if not desk.private.is_up_to_date():
        upgrade(desk.settings.database.url)
    with desk.private.writing() as db:
        places = load_neighbourhoods(db)
        entries = load_demonstration(db)
        links = steward_links(db)
    if places or entries:
        typer.echo(f"Loaded the demonstration: {places} neighbourhoods, {entries} invented entries.")
    for name, secret in links.items():
        typer.echo(f"Steward of {name}, once, within 15 minutes: {desk.settings.web.public_url}/sign-in#k={secret}")


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1, never a stack trace."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        commands()
    except DomainError as error:
        sys.stderr.write(f"{error.message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
