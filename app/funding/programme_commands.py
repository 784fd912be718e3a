"""`small-ecology programme ...`: the programmes of funders that groups may tell of."""

from typing import Annotated

import typer

from app.funding import programmes
from app.institutions.service import named
from app.kit.errors import DomainError
from app.storage.unit_of_work import UnitOfWork

commands = typer.Typer(no_args_is_help=True, help="Look after the funders' programmes that groups may tell of.")


@commands.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name, as groups know it.")],
    institution: Annotated[str, typer.Option(help="Whose money it is. See: institution list.")],
) -> None:
    """Add a programme: from then on groups may say how it went, and its funder may reply."""
    with _private(context).writing() as db:
        funder = named(db, institution)
        added = programmes.add(db, name, funder)
        typer.echo(f"Added {added.name} of {funder.name}: {added.id}")


@commands.command("list")
def list_all(context: typer.Context) -> None:
    """Show all programmes and whose they are."""
    with _private(context).reading() as db:
        for programme, funder in programmes.all_programmes(db):
            typer.echo(f"{programme.id}  {programme.name} ({funder})")


def _private(context: typer.Context) -> UnitOfWork:
    private: UnitOfWork = context.obj.private
    if not private.is_up_to_date():
        raise DomainError("The database is not at the newest version. Run `small-ecology db upgrade` first.")
    return private
