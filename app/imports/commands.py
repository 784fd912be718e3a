"""`small-ecology import ...`: files in, and out again. Without a terminal, say --yes."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from app.barriers.answers import BarrierAnswers
from app.formats.tabular import write_table
from app.formats.vector import read_layer
from app.imports import barriers as reports
from app.imports import boundaries, categories, columns
from app.imports import initiatives as places
from app.imports.batches import PLACES, REPORTS, Comparison, Kind, all_batches, compare, take_in, undo
from app.imports.categories import W
from app.imports.columns import read_pairs
from app.imports.rows import A, Provenance, RejectedRow, Sorting, SourceFile, SourceRow, read_file
from app.kit.errors import DomainError
from app.neighbourhoods.models import Neighbourhood
from app.neighbourhoods.service import all_neighbourhoods
from app.storage.unit_of_work import UnitOfWork
from app.vocabulary import Sharing

commands = typer.Typer(no_args_is_help=True, help="Take in files of neighbourhoods, initiatives and barriers.")

_REASONS_SHOWN = 12

Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and write nothing.")]
Source = Annotated[str, typer.Option(help="Where the data comes from, if no column says so.")]
Licence = Annotated[str, typer.Option(help="Its licence, if no column says so.")]
Credit = Annotated[str, typer.Option(help="The credit that it wants, if no column says so.")]
ManyPairs = Annotated[
    list[str] | None, typer.Option("--map", help="Our word=their column, such as title=name. Again for more.")
]
Activities = Annotated[
    list[str] | None, typer.Option("--activity-map", help="Their category=our activity. Again for more.")
]
Kinds = Annotated[list[str] | None, typer.Option("--kind-map", help="Their category=our kind. Again for more.")]
Encoding = Annotated[str | None, typer.Option(help="Such as latin-1, where the guess is wrong.")]
Rejects = Annotated[Path | None, typer.Option(help="Write the refused rows to this CSV, with line and reason.")]
Sorted = Callable[[Iterable[SourceRow], Sequence[Neighbourhood]], Sorting[A]]


@commands.command()
def neighbourhoods(
    context: typer.Context,
    file: Path,
    name_field: Annotated[str | None, typer.Option(help="The column that holds the names.")] = None,
    code_field: Annotated[str | None, typer.Option(help="The column that holds the codes.")] = None,
    layer: Annotated[str | None, typer.Option(help="The layer, where the file has several.")] = None,
    source: Source = "",
    licence: Licence = "",
    credit: Credit = "",
    allow_overlap: Annotated[
        bool, typer.Option("--allow-overlap", help="A place in two belongs to the smaller.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in boundaries: GeoJSON, GeoPackage or Shapefile, in any coordinates."""
    given = {"source": source, "licence": licence, "credit": credit}
    shapes = read_layer(file, layer)
    fields = boundaries.guess_fields(shapes, name_field, code_field, given)
    private = private_side(context)
    with private.reading() as db:
        planned = boundaries.plan(db, shapes, fields, allow_overlap=allow_overlap)
    typer.echo(f"Names from “{fields.name}”, codes from {f'“{fields.code}”' if fields.code else 'nowhere'}.")
    typer.echo(f"Addresses: {', '.join(place.slug for place in planned.wanted)}")
    for warning in planned.warnings:
        typer.echo(f"Note: {warning}", err=True)
    typer.echo(f"{len(planned.added)} new, {len(planned.changed)} changed, {len(planned.unchanged)} unchanged.")
    if dry_run or not (planned.added or planned.changed):
        typer.echo("Nothing was written." if dry_run else "There is nothing to do.")
        return
    ask(yes=yes)
    with private.writing() as db:
        boundaries.apply(db, boundaries.plan(db, shapes, fields, allow_overlap=allow_overlap))
    typer.echo("Done.")


@commands.command("initiatives")
def take_in_initiatives(
    context: typer.Context,
    file: Path,
    pairs: ManyPairs = None,
    activity_map: Activities = None,
    default_activity: Annotated[str | None, typer.Option(help="The activity where a category is not known.")] = None,
    source: Source = "",
    licence: Licence = "",
    credit: Credit = "",
    sharing: Annotated[str, typer.Option(help="exact, street or neighbourhood.")] = "exact",
    encoding: Encoding = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in places of community life: CSV or GeoJSON. Refused rows are told, never dropped in silence."""
    known = categories.ACTIVITIES
    choices = places.Choices(
        known.read_map(activity_map or []),
        known.read(default_activity) if default_activity else None,
        Provenance(source or file.stem, licence, credit),
        _sharing(sharing, [one for one in Sharing if one.is_shown]),
    )
    read = read_file(file, read_pairs(pairs or []), encoding, columns.INITIATIVES)
    _show_columns(read)
    _show_categories(read, "activity", known, choices.activities, choices.default_activity)
    _take_in(
        context,
        read,
        file.name,
        lambda rows, homes: places.sort_rows(rows, read.mapping, homes, choices),
        PLACES,
        rejects=rejects,
        dry_run=dry_run,
        yes=yes,
    )


@commands.command("barriers")
def take_in_barriers(
    context: typer.Context,
    file: Path,
    pairs: ManyPairs = None,
    kind_map: Kinds = None,
    default_kind: Annotated[str | None, typer.Option(help="The kind where a category is not known.")] = None,
    source: Source = "",
    licence: Licence = "",
    credit: Credit = "",
    sharing: Annotated[str, typer.Option(help="neighbourhood or counted_only; never finer.")] = "neighbourhood",
    encoding: Encoding = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in reports of what stood in the way, such as a council's own past cases: CSV or GeoJSON.

    They are published at once, as of their neighbourhood. Take names, addresses and telephone numbers out before.
    """
    known = categories.BARRIERS
    choices = reports.Choices(
        known.read_map(kind_map or []),
        known.read(default_kind) if default_kind else None,
        Provenance(source or file.stem, licence, credit),
        _sharing(sharing, reports.SHARINGS),
    )
    read = read_file(file, read_pairs(pairs or []), encoding, columns.BARRIERS)
    _show_columns(read)
    _show_categories(read, "kind", known, choices.kinds, choices.default_kind)

    def sort(rows: Iterable[SourceRow], homes: Sequence[Neighbourhood]) -> Sorting[BarrierAnswers]:
        sorting = reports.sort_rows(rows, read.mapping, homes, choices)
        if lines := reports.look_personal(sorting.accepted):
            some = ", ".join(f"{line:,}" for line in lines[:_REASONS_SHOWN])
            typer.echo(f"Note: {len(lines):,} rows may hold something personal. Look at lines {some}.", err=True)
        return sorting

    _take_in(context, read, file.name, sort, REPORTS, rejects=rejects, dry_run=dry_run, yes=yes)


@commands.command("list")
def list_batches(context: typer.Context) -> None:
    """Show what was taken in."""
    with private_side(context).reading() as db:
        for batch in all_batches(db):
            undone = f", undone {batch.undone_on.isoformat()}" if batch.undone_on else ""
            typer.echo(
                f"{batch.id}  {batch.imported_on.isoformat()}  {batch.file_name}: {batch.accepted:,} accepted, "
                f"{batch.rejected:,} refused{undone}; {batch.source} ({batch.licence})"
            )


@commands.command("undo")
def undo_batches(context: typer.Context, batch_ids: list[str], yes: Yes = False) -> None:
    """Take an import out again, whole: every place and report that it brought, and its public copy."""
    private = private_side(context)
    ask(yes=yes)
    with private.writing() as db:
        removed = sum((undo(db, batch_id) for batch_id in batch_ids), Counter[str]())
    told = " and ".join(f"{count:,} {collection}" for collection, count in removed.items())
    typer.echo(f"Removed {told or 'nothing'}.")


def _take_in(
    context: typer.Context,
    read: SourceFile,
    file_name: str,
    sort: Sorted[A],
    kind: Kind[A],
    *,
    rejects: Path | None,
    dry_run: bool,
    yes: bool,
) -> None:
    private = private_side(context)
    with private.reading() as db:
        sorting = sort(_bar(read.rows), all_neighbourhoods(db))
        would = compare(db, sorting.accepted, kind)
    _show_rejected(read, sorting.rejected, rejects)
    typer.echo(f"{len(read.rows):,} rows: {len(sorting.accepted):,} accepted, {len(sorting.rejected):,} refused.")
    typer.echo(_told(would))
    if dry_run or not (would.fresh or would.changed):
        typer.echo("Nothing was written." if dry_run else "There is nothing to do.")
        return
    ask(yes=yes)
    with private.writing() as db:
        _, batches = take_in(db, sorting, file_name, kind)
    typer.echo("Done.")
    if batches:
        typer.echo(f"To take it out again: small-ecology import undo {' '.join(batch.id for batch in batches)}")


def private_side(context: typer.Context) -> UnitOfWork:
    """The database of this command. Raises DomainError where it is not at the newest version."""
    private: UnitOfWork = context.obj.private
    if not private.is_up_to_date():
        raise DomainError("The database is not at the newest version. Run `small-ecology db upgrade` first.")
    return private


def ask(*, yes: bool) -> None:
    """Go on only where somebody says so. Raises DomainError without a terminal."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise DomainError("Nothing was written. Say --yes to write without a terminal.")
    typer.confirm("Write this?", abort=True)


def _sharing(word: str, allowed: Sequence[Sharing]) -> Sharing:
    found = next((one for one in allowed if one.value == word), None)
    if found is None:
        raise DomainError(f"--sharing must be one of: {', '.join(allowed)}.")
    return found


def _bar(rows: Sequence[SourceRow]) -> Iterable[SourceRow]:
    """The rows, with a bar on a terminal."""
    console = Console(stderr=True)
    return track(rows, "Reading", console=console, disable=not console.is_terminal)


def _show_columns(read: SourceFile) -> None:
    typer.echo(f"Read as {read.read_as}.")
    for word, column in read.mapping.items():
        typer.echo(f"  {word:<16} from “{column}”")
    unused = [column for column in read.columns if column not in read.mapping.values()]
    typer.echo(f"  left out: {', '.join(unused) or 'nothing'}  (change with --map)")


def _show_categories(
    read: SourceFile, field: str, known: categories.Categories[W], table: Mapping[str, W], default: W | None
) -> None:
    if field in read.mapping:
        found = Counter(row.cells.get(read.mapping[field], "").strip() for row in read.rows)
        for category, count in found.most_common(40):
            meant = known.meant(category, table, default)
            told = meant.value if meant else f"not known: say {known.option}"
            typer.echo(f"  {category[:40] or '(empty)':<24} {count:>6,} -> {told}")


def _show_rejected(read: SourceFile, rejected: Sequence[RejectedRow], file: Path | None) -> None:
    for reason, count in Counter(one.reason for one in rejected).most_common(_REASONS_SHOWN):
        typer.echo(f"  refused {count:>6,}: {reason}")
    if file is not None:
        rows = ([str(one.row.line), one.reason, *one.row.cells.values()] for one in rejected)
        file.write_bytes(write_table(["line", "reason", *read.columns], rows))
        typer.echo(f"Refused rows: {file}")


def _told(compared: Comparison[A]) -> str:
    told = f"{len(compared.fresh):,} new, {len(compared.changed):,} changed, {compared.unchanged:,} unchanged"
    return told + (f", {compared.kept:,} left alone, since they were taken down here." if compared.kept else ".")
