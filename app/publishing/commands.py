"""`small-ecology publish` and `export`: the public side made again, and written to a file."""

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
