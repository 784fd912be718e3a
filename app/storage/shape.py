"""One column type for shapes: PostGIS geometry where there is PostGIS, well-known binary on SQLite."""

from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

WGS84 = 4326


class Shape(TypeDecorator[BaseGeometry]):
    """A Shapely geometry in WGS 84, longitude first. Indexes are made by the migrations, per database.

    SpatiaLite is left out on purpose: it needs a system library, and many Pythons are built without extension loading.
    """

    impl = Geometry
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(srid=WGS84, spatial_index=False)

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """GeoAlchemy2's table listener asks with no dialect at all, and reads `.spatial_index` of the answer."""
        if dialect is not None and dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary())
        return self.impl_instance

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> Any:  # noqa: ANN401 - a driver's value
        if value is None:
            return None
        return shapely.to_wkb(value) if dialect.name == "sqlite" else from_shape(value, srid=WGS84)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:  # noqa: ANN401 - a driver's value
        if value is None:
            return None
        return shapely.from_wkb(value) if dialect.name == "sqlite" else to_shape(value)

    def __repr__(self) -> str:
        """As Alembic writes it into a migration."""
        return "Shape()"
