"""`small-ecology import connections FILE`: ties between initiatives that are here already."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer
from sqlalchemy.orm import Session

from app.connections.models import Connection
from app.formats.tabular import write_table
from app.imports.batches import add_batch
from app.imports.columns import read_pairs
from app.imports.commands import Credit, DryRun, Encoding, Licence, ManyPairs, Rejects, Source, Yes, ask, private_side
from app.imports.connections.planning import AcceptedTie, TiePlan, plan, read_ties
from app.imports.rows import Provenance, SourceFile
from app.initiatives.models import ImportBatch
from app.kit import clock
from app.vocabulary import Agreement

_REASONS_SHOWN = 12
_CHANGED = ("from_id", "to_id", "kind", "since", "since_precision", "state", "is_proposed_by_from")


def take_in_connections(
    context: typer.Context,
    file: Path,
    pairs: ManyPairs = None,
    source: Source = "",
    licence: Licence = "",
    credit: Credit = "",
    encoding: Encoding = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in ties between imported initiatives: from, to (ids, or ids at their source), kind, since. CSV.

    A tie to somebody's own entry waits until its people say yes.
    """
    read = read_ties(file, read_pairs(pairs or []), encoding)
    given = Provenance(source or file.stem, licence, credit)
    private = private_side(context)
    with private.reading() as db:
        planned = plan(db, read, given)
        _show(read, planned, rejects)
    if dry_run or not (planned.fresh or planned.changed):
        typer.echo("Nothing was written." if dry_run else "There is nothing to do.")
        return
    ask(yes=yes)
    with private.writing() as db:
        batches = write(db, plan(db, read, given), file.name)
        ids = [batch.id for batch in batches]
    typer.echo("Done.")
    if ids:
        typer.echo(f"To take it out again: small-ecology import undo {' '.join(ids)}")


def write(db: Session, planned: TiePlan, file_name: str) -> Sequence[ImportBatch]:
    """Store what is planned; returns one batch for each source and licence that brought something new."""
    now = clock.now()
    for held, row in planned.changed:
        # Whoever said yes said it to what it was: to something else they are asked anew.
        for name in _CHANGED:
            setattr(held, name, getattr(row.tie, name))
        _date(held, now)
    fresh: dict[Provenance, list[AcceptedTie]] = defaultdict(list)
    for row in planned.fresh:
        fresh[row.provenance].append(row)
    for row in planned.fresh:
        _date(row.tie, now)
    batches = [add_batch(db, provenance, [row.tie for row in rows], file_name) for provenance, rows in fresh.items()]
    if batches:
        batches[0].rejected = len(planned.rejected)
    db.flush()  # What clashes fails here, with the rows in sight.
    return batches


def _date(tie: Connection, now: datetime) -> None:
    tie.proposed_at = now
    tie.settled_at = now if tie.state is Agreement.ACCEPTED else None


def _show(read: SourceFile, planned: TiePlan, rejects: Path | None) -> None:
    for word, column in read.mapping.items():
        typer.echo(f"  {word:<10} from “{column}”")
    for one in planned.rejected[:_REASONS_SHOWN]:
        typer.echo(f"  refused line {one.row.line:,}: {one.reason}")
    if len(planned.rejected) > _REASONS_SHOWN:
        typer.echo(f"  and {len(planned.rejected) - _REASONS_SHOWN:,} more; --rejects FILE writes them all")
    if rejects is not None:
        rows = ([str(one.row.line), one.reason, *one.row.cells.values()] for one in planned.rejected)
        rejects.write_bytes(write_table(["line", "reason", *read.columns], rows))
    states = Counter(row.tie.state for row in planned.fresh)
    again = sum(1 for _held, row in planned.changed if row.tie.state is Agreement.PROPOSED)
    refused = len(planned.rejected)
    typer.echo(f"{len(read.rows):,} rows: {len(read.rows) - refused:,} accepted, {refused:,} refused.")
    typer.echo(
        f"{len(planned.fresh):,} new ({states[Agreement.PROPOSED]:,} wait for a yes), "
        f"{len(planned.changed):,} changed ({again:,} wait for a yes), "
        f"{planned.unchanged:,} unchanged, {planned.kept:,} left alone, since they were ended here."
    )
