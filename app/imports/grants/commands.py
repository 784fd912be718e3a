"""`small-ecology import grants` and `import areas`: published grants, and the areas that place them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.formats.tabular import write_table
from app.formats.vector import read_layer
from app.imports import areas
from app.imports.commands import Credit, DryRun, Encoding, Licence, Source, Yes, ask, private_side
from app.imports.rows import LONGEST, Provenance
from app.kit.errors import Invalid
from app.kit.text import clean_line

if TYPE_CHECKING:
    from app.imports.grants.reading import GrantSorting, Told

_SHOWN = 12


def take_in_grants(
    context: typer.Context,
    file: Path,
    source: Source = "",
    licence: Licence = "",
    credit: Credit = "",
    city: Annotated[
        list[str] | None,
        typer.Option(help="The code of your council or region: grants for other places are left out. Again for more."),
    ] = None,
    day_first: Annotated[bool, typer.Option("--day-first", help="Days are written 17/04/2021.")] = False,
    encoding: Encoding = None,
    report: Annotated[Path | None, typer.Option(help="Write each row with something to say to this CSV.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in grants in the 360Giving standard: JSON, CSV or XLSX. Grants to people are left out.

    A grant is placed by whom it is for, and never by the address of whoever received it. Nothing is matched by name.
    """
    from app.formats.threesixtygiving import read_grants
    from app.imports.grants.batches import compare_grants, take_in_grants
    from app.imports.grants.placing import Placing
    from app.imports.grants.reading import Habits, sort_grants

    read = read_grants(file, encoding)
    provenance = _provenance(read.about, file, source, licence, credit)
    typer.echo(f"Read as {read.read_as}.")
    if read.unused:
        typer.echo(f"  left out: {', '.join(read.unused)[:1000]}")
    private = private_side(context)
    with private.reading() as db:
        placing = Placing.over(db, city or ())
        sorting = sort_grants(read.records, placing, Habits(read.is_table, day_first=day_first, only_here=bool(city)))
        would = compare_grants(db, sorting.accepted, provenance)
    _tell(sorting, "line" if read.is_table else "grant")
    if report is not None:
        _write_report(sorting, report)
    typer.echo(
        f"{len(read.records):,} grants read: {len(would.fresh):,} new, {len(would.changed):,} changed, "
        f"{would.unchanged:,} unchanged, {len(sorting.refused):,} refused, {len(sorting.individuals):,} to people "
        f"(left out), {len(sorting.elsewhere):,} for other places (left out)."
    )
    if would.from_others:
        typer.echo(
            f"{len(would.from_others):,} more are here already, from a file of another source or licence, and differ: "
            f"they stay as they are (first: {would.from_others[0].grant_id}). To take these instead, undo that import."
        )
    if dry_run or not (would.fresh or would.changed):
        typer.echo("Nothing was written." if dry_run else "There is nothing to do.")
        return
    ask(yes=yes)
    with private.writing() as db:
        _, batch = take_in_grants(db, sorting, file.name, provenance)
        batch_id = batch.id if batch else None
    typer.echo("Done.")
    if batch_id:
        typer.echo(f"To take it out again: small-ecology import undo {batch_id}")


def take_in_areas(
    context: typer.Context,
    file: Path,
    code_field: Annotated[str | None, typer.Option(help="The column that holds the codes.")] = None,
    layer: Annotated[str | None, typer.Option(help="The layer, where the file has several.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take in the areas that grants name (small areas, wards): how much of each lies in which neighbourhood.

    A grant for an area is a neighbourhood's where at least half of the area lies in it. The shapes are not kept.
    """
    shapes = read_layer(file, layer)
    field = areas.guess_code_field(shapes, code_field)
    private = private_side(context)
    with private.reading() as db:
        planned = areas.plan_areas(db, shapes, field)
        differ = areas.differing(db, planned)
    held = Counter(one.neighbourhood for one in planned.shares if one.share >= areas.LEAST_SHARE)
    typer.echo(f"Codes from “{field}”. {len(planned.codes):,} areas, {len(planned.shares):,} touch a neighbourhood.")
    for slug, count in sorted(held.items()):
        typer.echo(f"  {slug}: {count:,} lie in it by half or more")
    if dry_run or not differ:
        typer.echo("Nothing was written." if dry_run else "There is nothing to do.")
        return
    ask(yes=yes)
    with private.writing() as db:
        areas.apply_areas(db, planned)
    typer.echo("Done. Take in files of grants again to place those that came before.")


def _provenance(about: Mapping[str, Any], file: Path, source: str, licence: str, credit: str) -> Provenance:
    """Where the grants come from: what was said, else what the file says of itself. Raises Invalid for no licence."""
    from app.imports.grants.values import licence_name

    publisher = about.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    found = {
        "source": source or (name if isinstance(name, str) else "") or file.stem,
        "licence": licence or (licence_name(about["license"]) if isinstance(about.get("license"), str) else ""),
        "credit": credit,
    }
    told = {word: clean_line(text, most=LONGEST[word], field=word) for word, text in found.items()}
    if not told["licence"]:
        raise Invalid("It does not say its licence: say --licence, such as CC-BY-4.0.", field="licence")
    return Provenance(**told)


def _tell(sorting: "GrantSorting", unit: str) -> None:
    for what, listed in (("refused", sorting.refused), ("left out", sorting.individuals)):
        for one in listed[:_SHOWN]:
            typer.echo(f"  {what}: {unit} {one.place:,}{_named(one)}: {one.sentence}")
        if len(listed) > _SHOWN:
            typer.echo(f"  {what}: {len(listed) - _SHOWN:,} more (see them all with --report FILE)")
    for (name, sentence), count in Counter((one.field, one.sentence) for one in sorting.notes).most_common(_SHOWN):
        where = next(one.place for one in sorting.notes if (one.field, one.sentence) == (name, sentence))
        typer.echo(f"  note: {count:,} times, first at {unit} {where:,}: {name}: {sentence}")
    ways = Counter(one.placed.by.label for one in sorting.accepted)
    for label, count in ways.most_common():
        typer.echo(f"  placed {label}: {count:,}")
    here = Counter(one.placed.neighbourhood or "no neighbourhood here" for one in sorting.accepted)
    for slug, count in sorted(here.items()):
        typer.echo(f"  for {slug}: {count:,}")


def _named(one: "Told") -> str:
    return f" ({', '.join(part for part in (one.grant_id, one.field) if part)})" if one.grant_id or one.field else ""


def _write_report(sorting: "GrantSorting", file: Path) -> None:
    parts: tuple[tuple[str, Sequence[Told]], ...] = (
        ("refused", sorting.refused),
        ("left out", sorting.individuals),
        ("for another place", sorting.elsewhere),
        ("note", sorting.notes),
    )
    rows = (
        [str(one.place), one.grant_id, what, one.field, one.sentence]
        for what, listed in parts
        for one in sorted(listed, key=lambda one: one.place)
    )
    file.write_bytes(write_table(["number", "grant id", "what", "field", "why"], rows))
    typer.echo(f"Report: {file}")
