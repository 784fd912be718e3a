"""The `small-ecology` command: puts the parts' commands together.

Every one runs without a terminal; its exit code tells whether it worked, and a refusal is one sentence.
"""

import logging
import os
import sqlite3
import sys
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from app import tables
from app.funding import programme_commands as programmes
from app.imports import commands as imports
from app.imports.connections import commands as connections
from app.imports.grants import commands as grants
from app.institutions import commands as institutions
from app.kit.errors import DomainError
from app.patterns import commands as patterns
from app.published.queries import Published
from app.publishing import commands as publishing
from app.publishing.projector import follow
from app.settings import Settings
from app.storage.engines import private_engine, public_engine
from app.storage.migrations import upgrade
from app.storage.unit_of_work import UnitOfWork
from app.vocabulary import Role

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
database = typer.Typer(no_args_is_help=True, help="Look after the database.")
commands.add_typer(database, name="db")
people = typer.Typer(no_args_is_help=True, help="Look after people with a role.")
commands.add_typer(people, name="person")
commands.add_typer(institutions.commands, name="institution")
imports.commands.command("grants")(grants.take_in_grants)
imports.commands.command("areas")(grants.take_in_areas)
imports.commands.command("connections")(connections.take_in_connections)
commands.add_typer(imports.commands, name="import")
commands.add_typer(patterns.commands, name="patterns")
commands.add_typer(programmes.commands, name="programme")
commands.add_typer(publishing.commands)


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
    """Migrate, load the demonstration where the database is empty, and print its people's sign-in links."""
    _prepare_demonstration(context.obj)


@database.command("upgrade")
def upgrade_database(context: typer.Context) -> None:
    """Bring the database to the newest version."""
    upgrade(context.obj.settings.database.url)
    typer.echo("The database is at the newest version.")


def _prepare_demonstration(desk: Desk) -> None:
    from app.demonstration.load import (
        funder_links,
        load_demonstration,
        load_neighbourhoods,
        officer_links,
        steward_links,
    )

    if not desk.private.is_up_to_date():
        upgrade(desk.settings.database.url)
    with desk.private.writing() as db:
        places = load_neighbourhoods(db)
        entries = load_demonstration(db)
        links = {f"Steward of {name}": secret for name, secret in steward_links(db).items()}
        links |= {f"Officer of {name}": secret for name, secret in officer_links(db).items()}
        links |= {f"Funder at {name}": secret for name, secret in funder_links(db).items()}
    if places or entries:
        typer.echo(f"Loaded the demonstration: {places} neighbourhoods, {entries} invented entries.")
    for name, secret in links.items():
        typer.echo(f"{name}, once, within 15 minutes: {desk.settings.web.public_url}/sign-in#k={secret}")


@commands.command()
def backup(context: typer.Context, file: Path) -> None:
    """Write a consistent copy of the whole database to FILE, while the service goes on."""
    from app.storage.backup import back_up

    back_up(context.obj.settings.database.url, file)
    typer.echo(f"Wrote {file}: {file.stat().st_size:,} bytes. It holds private data: keep it safe.")


@commands.command()
def doctor() -> None:
    """Check the installation, and say how to mend what is not well. Exit code 1 where anything is not."""
    from app.publishing.doctor import look_over

    settings = Settings.from_environment(os.environ)
    findings = look_over(settings, has_secret=bool(os.environ.get("SECRET_KEY", "").strip()))
    is_well = True
    for finding in findings:
        typer.echo(f"{'well' if finding.is_well else 'MEND':<5} {finding.what}: {finding.told}")
        is_well = is_well and finding.is_well
    if not is_well:
        raise typer.Exit(1)


@people.command("add")
def add_a_person(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    email: Annotated[str, typer.Option(help="Their e-mail address.")],
    neighbourhood: Annotated[str | None, typer.Option(help="The slug of the place that a steward looks after.")] = None,
    institution: Annotated[
        str | None, typer.Option(help="Whom an officer or a funder speaks for. See: institution list.")
    ] = None,
) -> None:
    """Add somebody with a role, and print the link that signs them in: once, within 15 minutes."""
    from app.accounts.sign_in import add_person, make_link
    from app.institutions.service import named, register
    from app.neighbourhoods.service import all_neighbourhoods

    desk: Desk = context.obj
    with desk.private.writing() as db:
        slugs = [place.slug for place in all_neighbourhoods(db)]
        if neighbourhood is not None and neighbourhood not in slugs:
            raise DomainError(
                f"There is no neighbourhood “{neighbourhood[:80]}”. Known: {', '.join(slugs) or 'none yet'}."
            )
        if role is Role.OFFICER and institution:
            # Answers are given in its name, so it has to be one that reports lead to.
            institution = named(db, institution).name
        if role is Role.FUNDER and institution:
            # A funder that is not in the register yet looks on; what is in it replies and recognises in its name.
            known = register(db).called(institution)
            institution = known.name if known is not None else institution
        person = add_person(db, email=email, role=role, neighbourhood=neighbourhood, institution=institution)
        secret = make_link(db, person)
    typer.echo(f"{desk.settings.web.public_url}/sign-in#k={secret}")


@institutions.commands.command("link")
def link_reports(context: typer.Context) -> None:
    """Link reports to institutions that came into the register after them, where their words leave no doubt."""
    from app.barriers.service import link_holders

    with context.obj.private.writing() as db:
        linked = link_holders(db)
    typer.echo(f"Linked {linked:,} reports.")


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1, never a stack trace."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        commands()
    except DomainError as error:
        _refuse(error.message)
    except (DBAPIError, sqlite3.Error) as error:
        # Nothing is half done: every command writes in one transaction.
        _refuse(f"The database refused; nothing was changed. Ask `small-ecology doctor`. ({_first_line(error)})")
    except OSError as error:
        _refuse(f"That did not work: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}.")


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0][:200]


def _refuse(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(1)


# A command that deletes a row has to know every table that may refer to it.
__all__ = ["commands", "main", "tables"]

if __name__ == "__main__":
    main()
