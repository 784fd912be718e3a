"""`small-ecology institution ...`: who holds permissions, under which names, and who has promised to answer."""

from datetime import date, datetime
from typing import Annotated

import typer

from app.institutions import service
from app.kit import clock
from app.kit.errors import DomainError
from app.storage.unit_of_work import UnitOfWork
from app.vocabulary import InstitutionKind

commands = typer.Typer(no_args_is_help=True, help="Look after the register of who holds permissions.")

Day = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="The day; today if left out.")]


@commands.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name, as people should read it.")],
    kind: Annotated[InstitutionKind, typer.Option(help="What sort of body it is.")],
    part_of: Annotated[str | None, typer.Option(help="The larger body that a desk belongs to.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Slug of a place that it has a say in; all if left out. Again for more.")
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(help="Another name, or a usual misspelling. Again for more.")
    ] = None,
    agreed_since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which it promised to answer here.")
    ] = None,
) -> None:
    """Add an institution, or a desk of one. Then `institution link` finds the reports that named it before."""
    with _private(context).writing() as db:
        added = service.add(
            db,
            name=name,
            kind=kind,
            part_of=service.named(db, part_of) if part_of else None,
            areas=area or [],
            other_names=also or [],
            agreed_since=_day(agreed_since),
        )
        typer.echo(f"Added {added.name}: {added.id}")


@commands.command("list")
def list_all(context: typer.Context) -> None:
    """Show the register: names, kinds, and since when they have agreed to answer."""
    with _private(context).reading() as db:
        names = {one.id: one.name for one in service.all_institutions(db)}
        for one in service.all_institutions(db):
            part = f", part of {names[one.part_of_id]}" if one.part_of_id in names else ""
            agreed = f"answers since {one.agreed_since.isoformat()}" if one.agreed_since else "has not agreed to answer"
            also = f"; also called {', '.join(one.other_names)}" if one.other_names else ""
            where = f"; in {', '.join(one.areas)}" if one.areas else ""
            typer.echo(f"{one.id}  {one.name} ({one.kind.label.lower()}{part}): {agreed}{where}{also}")


@commands.command()
def merge(
    context: typer.Context,
    kept: Annotated[str, typer.Argument(help="The one that stays: its name or id.")],
    merged: Annotated[str, typer.Argument(help="The one that is found to be the same.")],
) -> None:
    """Let one entry stand for two: reports, desks, officers and names move along. It is noted, and cannot be undone."""
    with _private(context).writing() as db:
        done = service.merge(db, service.named(db, kept), service.named(db, merged))
        stays = service.named(db, done.kept_id)
        typer.echo(f"{stays.name} stands for {done.merged_name} now. {done.barriers_moved:,} reports moved.")


@commands.command()
def agree(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name, another name, or its id.")],
    since: Day = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It does not answer here any more.")] = False,
) -> None:
    """Note that an institution has promised to answer here: only then a report is said to have been sent to it."""
    if withdraw and since is not None:
        raise DomainError("Say --since or --withdraw, not both.")
    with _private(context).writing() as db:
        found = service.named(db, name)
        service.agree(found, None if withdraw else _day(since) or clock.today())
        told = f"answers since {found.agreed_since.isoformat()}" if found.agreed_since else "does not answer any more"
        typer.echo(f"{found.name} {told}.")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _private(context: typer.Context) -> UnitOfWork:
    private: UnitOfWork = context.obj.private
    if not private.is_up_to_date():
        raise DomainError("The database is not at the newest version. Run `small-ecology db upgrade` first.")
    return private
