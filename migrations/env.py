"""Alembic's way in. The caller owns the connection and the transaction: see `app.storage.migrations`."""

from alembic import context

from app.tables import metadata

# The R*Tree of SQLite and its shadow tables are made by hand in a migration; SQLAlchemy has no word for them.
# PostGIS brings a table of its own.
_NOT_OURS = ("published_box", "spatial_ref_sys")


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, compared_with: object) -> bool:  # noqa: FBT001 - Alembic calls it so
    if kind == "table" and name is not None and name.startswith(_NOT_OURS):
        return False
    # GiST indexes exist on PostgreSQL only, and are made by hand.
    return not (kind == "index" and name is not None and name.startswith("gist_") and compared_with is None)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_is_ours,
    compare_type=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
