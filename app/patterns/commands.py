"""`small-ecology patterns`: the night's work. Let a timer call it once a day."""

import time
from typing import Annotated

import typer

from app.kit import clock

commands = typer.Typer(no_args_is_help=True, help="Find barriers that recur.")


@commands.command()
def find(
    context: typer.Context,
    sentence_vectors: Annotated[
        bool, typer.Option("--sentence-vectors", help="Read texts with a model too. Needs the extra [semantic].")
    ] = False,
) -> None:
    """Look through all reports again, and bring patterns and their figures up to date. Safe while the service runs."""
    from app.patterns import finding

    judges = None
    if sentence_vectors:
        from app.matching.meaning import judges_with_meaning

        judges = judges_with_meaning()
    private, began = context.obj.private, time.process_time()
    with private.reading() as db:
        night = finding.look(db, judges=judges)
    with private.writing() as db:
        moved = finding.settle(db, night)
    sure = sum(sight.is_sure for sight in night.sights.values())
    typer.echo(
        f"Looked at {night.reports:,} reports: {len(night.sights):,} patterns, {sure:,} of them sure; "
        f"{moved:,} reports changed their seat. {time.process_time() - began:.1f} s of work."
    )


@commands.command()
def mail(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the letters, and send none.")] = False,
) -> None:
    """Send the week's news to officers and stewards, by SMTP_URL. Let a timer call it once a week."""
    from app.patterns import letters

    desk = context.obj
    with desk.private.reading() as db:
        found = list(letters.letters(db, desk.published, desk.settings.web, clock.today()))
    if dry_run:
        for letter in found:
            typer.echo(f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}")
        typer.echo(f"{len(found)} letters. Nothing was sent.")
        return
    typer.echo(f"Sent {letters.send(found, desk.settings.mail)} letters.")
