"""`small-ecology publish` and `export`: the public side made again, and written to a file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from app.formats.feature_table import PLACE_COLUMNS, feature_row
from app.formats.tabular import write_table
from app.kit.errors import DomainError
from app.published.queries import Published, Question
from app.publishing.projector import rebuild

commands = typer.Typer()

_COLLECTIONS = ("neighbourhoods", "initiatives", "barriers", "patterns", "connections")
_AT_ONCE = 1_000


@commands.command()
def publish(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--rebuild", help="Make all of it again from the private side.")] = False,
) -> None:
    """Make the public side again. It follows every change by itself: this is for repairs."""
    if not again:
        raise DomainError("Say --rebuild: the public side follows every change by itself.")
    with context.obj.private.writing() as db:
        count = rebuild(db)
    typer.echo(f"Published {count:,} features.")


@commands.command()
def export(
    context: typer.Context,
    file: Path,
    collection: Annotated[
        str, typer.Option(help="neighbourhoods, initiatives, barriers, patterns or connections.")
    ] = "initiatives",
    neighbourhood: Annotated[str | None, typer.Option(help="The slug of one neighbourhood.")] = None,
) -> None:
    """Write what is public to FILE: GeoJSON, or CSV where its name ends in .csv. An older FILE is replaced."""
    if collection not in _COLLECTIONS:
        raise DomainError(f"There is no collection “{collection[:60]}”. Choose one of: {', '.join(_COLLECTIONS)}.")
    if file.suffix.lower() not in {".csv", ".geojson", ".json"}:
        raise DomainError("The name of the file must end in .geojson, .json or .csv.")
    if not file.parent.is_dir():
        raise DomainError(f"There is no folder {file.parent}.")
    features = list(_features(context.obj.published, collection, neighbourhood))
    if file.suffix.lower() == ".csv":
        content = _as_csv([orjson.loads(feature) for feature in features])
    else:
        content = b'{"type":"FeatureCollection","features":[\n' + b",\n".join(features) + b"\n]}\n"
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(content)
    part.replace(file)
    typer.echo(f"Wrote {len(features):,} {collection} to {file}.")


@commands.command("export-codebook")
def export_codebook(context: typer.Context, file: Path) -> None:
    """Write FILE.csv for researchers: notes and words that groups opened to them, without names; and its codebook.

    The second file is FILE.codebook.csv: each variable, its words and what they mean. There is no address on the web
    for either: whoever runs the service gives them to people who study this, by agreement.
    """
    if file.suffix.lower() != ".csv":
        raise DomainError("The name of the file must end in .csv.")
    if not file.parent.is_dir():
        raise DomainError(f"There is no folder {file.parent}.")
    if not os.environ.get("SECRET_KEY", "").strip():
        raise DomainError("Set SECRET_KEY first: what stands for a group is made with it, the same in every file.")
    from app.publishing.codebook import COLUMNS, VARIABLE_COLUMNS, codebook

    with context.obj.private.reading() as db:
        made = codebook(db, context.obj.settings.web.secret_key)
    beside = file.with_suffix(".codebook.csv")
    for path, columns, rows in ((file, COLUMNS, made.rows), (beside, VARIABLE_COLUMNS, made.variables)):
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(write_table(columns, rows))
        part.replace(path)
    typer.echo(f"Wrote {len(made.rows):,} rows to {file}, and what they mean to {beside}.")
    typer.echo("Words can point to a group: pass it on to people who study this only.")
    if made.personal:
        typer.echo(f"{made.personal:,} texts may hold a name, an address or a number: read them before you pass it on.")


def _features(published: Published, collection: str, neighbourhood: str | None) -> Iterator[bytes]:
    after: str | None = None
    while True:
        page = published.page(Question(collection, neighbourhood=neighbourhood, after=after, limit=_AT_ONCE))
        yield from (bytes(feature) for feature in page.features)
        after = page.next_after
        if after is None:
            return


def _as_csv(features: list[dict[str, Any]]) -> bytes:
    columns = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    rows = (feature_row(feature, columns) for feature in features)
    return write_table(["id", *columns, *PLACE_COLUMNS], rows)
