"""`small-ecology patterns`: the night's work. Let a timer call it once a day."""

import time

import typer

from app.patterns import finding

commands = typer.Typer(no_args_is_help=True, help="Find barriers that recur.")


@commands.callback()
def _several() -> None:
    """Keep `find` a word of its own, also while it is the only command."""


@commands.command()
def find(context: typer.Context) -> None:
    """Look through all reports again, and bring patterns and their figures up to date. Safe while the service runs."""
    private, began = context.obj.private, time.process_time()
    with private.reading() as db:
        night = finding.look(db)
    with private.writing() as db:
        moved = finding.settle(db, night)
    sure = sum(sight.is_sure for sight in night.sights.values())
    typer.echo(
        f"Looked at {night.reports:,} reports: {len(night.sights):,} patterns, {sure:,} of them sure; "
        f"{moved:,} reports changed their seat. {time.process_time() - began:.1f} s of work."
    )
