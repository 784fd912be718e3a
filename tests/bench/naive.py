"""An ordinary endpoint: FastAPI, a session for each request, ORM objects made into dicts, dicts made into JSON.

It has the same spatial index as we have, so that what differs is how the answer is made.
"""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from geoalchemy2 import Geometry
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping
from sqlalchemy import Column, Engine, Float, Integer, String, and_, create_engine, func, select, text
from sqlalchemy.orm import Session, registry

from tests.bench.seed import ATTRIBUTES


class Record:
    """An initiative as an ordinary table has it."""


def create() -> FastAPI:
    """The application over DATABASE_URL."""
    url = os.environ["DATABASE_URL"]
    engine = create_engine(url)
    is_sqlite = url.startswith("sqlite")
    _map_record(is_sqlite=is_sqlite)
    app = FastAPI()

    def session() -> Iterator[Session]:
        with Session(engine) as db:
            yield db

    database = Annotated[Session, Depends(session)]

    @app.get("/api/collections/initiatives/items")
    def items(bbox: str, db: database, limit: int = 100) -> dict[str, Any]:
        wanted = _meets([float(edge) for edge in bbox.split(",")], engine)
        found = db.scalars(select(Record).where(wanted).limit(limit))
        return {"type": "FeatureCollection", "features": [_feature(record, is_sqlite=is_sqlite) for record in found]}

    @app.get("/api/collections/initiatives/items/{identifier}")
    def item(identifier: str, db: database) -> dict[str, Any]:
        serial = db.execute(
            text("SELECT serial FROM published_feature WHERE collection = 'initiatives' AND id = :id"),
            {"id": identifier},
        ).scalar()
        record = db.get(Record, serial) if serial else None
        if record is None:
            raise HTTPException(404)
        return _feature(record, is_sqlite=is_sqlite)

    return app


def _map_record(*, is_sqlite: bool) -> None:
    mapped = registry()
    place: list[Column[Any]] = (
        [Column("lon", Float), Column("lat", Float)] if is_sqlite else [Column("shape", Geometry(srid=4326))]
    )
    from sqlalchemy import Table

    table = Table(
        "bench_record",
        mapped.metadata,
        Column("serial", Integer, primary_key=True),
        Column("id", String),
        *(Column(name, String) for name in ATTRIBUTES),
        *place,
    )
    mapped.map_imperatively(Record, table)


def _meets(bounds: list[float], engine: Engine) -> Any:
    west, south, east, north = bounds
    record: Any = Record
    if engine.dialect.name == "postgresql":
        return func.ST_Intersects(record.shape, func.ST_MakeEnvelope(west, south, east, north, 4326))
    indexed = text(
        "serial IN (SELECT serial FROM published_box "
        "WHERE west <= :east AND east >= :west AND south <= :north AND north >= :south)"
    ).bindparams(west=west, south=south, east=east, north=north)
    return and_(indexed, record.lon.between(west, east), record.lat.between(south, north))


def _feature(record: Any, *, is_sqlite: bool) -> dict[str, Any]:
    shape = {"type": "Point", "coordinates": (record.lon, record.lat)} if is_sqlite else mapping(to_shape(record.shape))
    return {
        "type": "Feature",
        "id": record.id,
        "geometry": shape,
        "properties": {name: getattr(record, name) for name in ATTRIBUTES},
    }
