"""The second fence: over the public connection the database itself refuses all but the published tables."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Table, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from app.settings import Settings
from app.storage.engines import PUBLISHED_PREFIX, READER_ROLE, private_engine, public_engine
from app.tables import metadata

PRIVATE = [table for table in metadata.sorted_tables if not table.name.startswith(PUBLISHED_PREFIX)]
PUBLISHED = [table for table in metadata.sorted_tables if table.name.startswith(PUBLISHED_PREFIX)]


def name_of(table: Table) -> str:
    return table.name


@pytest.fixture
def public(settings: Settings) -> Iterator[Engine]:
    engine = public_engine(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def private(settings: Settings) -> Iterator[Engine]:
    engine = private_engine(settings.database.url)
    yield engine
    engine.dispose()


def is_refused(engine: Engine, statement: str) -> bool:
    """True where the database answers `statement` with an error."""
    with engine.connect() as connection:
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError:
            connection.invalidate()
            return True
    return False


def readable_private_tables(engine: Engine) -> set[str]:
    """Every private table that the connection may read: the fence holds where this is empty."""
    return {table.name for table in PRIVATE if not is_refused(engine, f'SELECT 1 FROM "{table.name}"')}


def test_there_is_something_on_both_sides() -> None:
    assert {"initiative", "barrier", "enabler", "edit_link", "person"} <= {table.name for table in PRIVATE}
    assert "published_feature" in {table.name for table in PUBLISHED}


def test_no_private_table_can_be_read(public: Engine) -> None:
    assert readable_private_tables(public) == set()


def test_the_check_notices_a_connection_without_a_fence(private: Engine) -> None:
    assert readable_private_tables(private) == {table.name for table in PRIVATE}


@pytest.mark.parametrize("table", PUBLISHED, ids=name_of)
def test_each_published_table_can_be_read(public: Engine, table: Table) -> None:
    with public.connect() as connection:
        assert connection.execute(select(table)).all() == []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=name_of)
def test_no_table_can_be_written(public: Engine, table: Table) -> None:
    column = next(iter(table.columns)).name
    for statement in (
        f'DELETE FROM "{table.name}"',
        f'UPDATE "{table.name}" SET "{column}" = NULL',
        f'INSERT INTO "{table.name}" ("{column}") VALUES (NULL)',
        f'DROP TABLE "{table.name}"',
        f'ALTER TABLE "{table.name}" ADD COLUMN more TEXT',
    ):
        assert is_refused(public, statement), statement


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE published_more (id INTEGER)",
        "CREATE TEMPORARY TABLE published_more (id INTEGER)",
        "CREATE VIEW published_more AS SELECT * FROM initiative",
        "SELECT * FROM published_feature WHERE id IN (SELECT id FROM initiative)",
        "SELECT * FROM published_feature UNION ALL SELECT * FROM initiative",
        "SELECT (SELECT count(*) FROM edit_link)",
        "WITH published_more AS (SELECT token_hash FROM edit_link) SELECT * FROM published_more",
        "SELECT * FROM alembic_version",
    ],
)
def test_there_is_no_way_round(public: Engine, statement: str) -> None:
    assert is_refused(public, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM sqlite_master",
        "SELECT * FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('initiative')",
        "PRAGMA table_info(initiative)",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA database_list",
        "PRAGMA read_uncommitted = 1",
        "ATTACH DATABASE ':memory:' AS published_more",
        "VACUUM INTO '/tmp/published_copy.db'",
        "BEGIN IMMEDIATE",
        "SAVEPOINT published_more",
        "ANALYZE",
        "REINDEX",
        "EXPLAIN SELECT * FROM initiative",
        "SELECT load_extension('published_more')",
    ],
)
def test_sqlite_refuses_what_reaches_beyond_tables(sqlite_url: str, statement: str) -> None:
    from tests.support.service import settings_for

    engine = public_engine(settings_for(sqlite_url).database)
    assert is_refused(engine, statement)
    engine.dispose()


# --- PostgreSQL: what the role holds, as its own catalogue says ---


def rights_of_reader(url: str) -> set[tuple[str, str]]:
    """Every right of the reader role on a table or view of ours: (name, right)."""
    engine = create_engine(url)
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    with engine.connect() as connection:
        ours = connection.scalars(
            text(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') "
                "AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
                # PostGIS brings these: they hold nothing of ours.
                "AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')"
            )
        ).all()
        held = {
            (name, right)
            for name in ours
            for right in rights
            if connection.scalar(
                text("SELECT has_table_privilege(:role, CAST(:name AS text), :right)"),
                {"role": READER_ROLE, "name": name, "right": right},
            )
        }
        held |= {
            (row.table_name, f"{row.privilege_type} of {row.column_name}")
            for row in connection.execute(
                text(
                    "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges "
                    "WHERE grantee = :role AND privilege_type <> 'SELECT'"
                ),
                {"role": READER_ROLE},
            )
        }
    engine.dispose()
    return held


def too_much(url: str) -> set[tuple[str, str]]:
    return rights_of_reader(url) - {(table.name, "SELECT") for table in PUBLISHED}


def test_the_reader_role_holds_select_on_the_published_tables_and_nothing_else(postgis_url: str) -> None:
    assert rights_of_reader(postgis_url) == {(table.name, "SELECT") for table in PUBLISHED}


@pytest.mark.parametrize(
    ("grant", "found"),
    [
        ("SELECT ON barrier", ("barrier", "SELECT")),
        ("INSERT ON published_feature", ("published_feature", "INSERT")),
        ("UPDATE (reason) ON published_decision", ("published_decision", "UPDATE of reason")),
    ],
)
def test_the_check_notices_one_right_too_many(postgis_url: str, grant: str, found: tuple[str, str]) -> None:
    engine = create_engine(postgis_url)
    with engine.begin() as connection:
        connection.execute(text(f"GRANT {grant} TO {READER_ROLE}"))
    engine.dispose()
    assert found in too_much(postgis_url)


def test_the_reader_role_can_neither_log_in_nor_rule(postgis_url: str) -> None:
    engine = create_engine(postgis_url)
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication "
                "FROM pg_roles WHERE rolname = :role"
            ),
            {"role": READER_ROLE},
        ).one()
        member = connection.scalar(
            text("SELECT count(*) FROM pg_auth_members WHERE member = CAST(:role AS regrole)"), {"role": READER_ROLE}
        )
    engine.dispose()
    assert not any(row)
    assert member == 0


def test_a_login_of_the_readers_own_reads_and_no_more(postgis_url: str) -> None:
    """READ_DATABASE_URL may name a login that is a member of the role alone: nobody can climb back from it."""
    from tests.support.service import settings_for

    admin = create_engine(postgis_url)
    with admin.begin() as connection:
        connection.execute(
            text(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'just_a_reader') THEN "
                f"CREATE ROLE just_a_reader LOGIN IN ROLE {READER_ROLE}; END IF; END $$"
            )
        )
    admin.dispose()
    own = postgis_url.replace("//postgres@", "//just_a_reader@")
    engine = public_engine(settings_for(postgis_url, READ_DATABASE_URL=own).database)
    with engine.connect() as connection:
        connection.exec_driver_sql("RESET ROLE")
        assert connection.exec_driver_sql("SELECT count(*) FROM published_feature").scalar() == 0
    assert is_refused(engine, "RESET ROLE; SELECT * FROM initiative")
    assert is_refused(engine, "SET ROLE postgres")
    engine.dispose()


def test_only_the_private_side_writes_published_rows(public: Engine, private: Engine) -> None:
    table = metadata.tables["published_withdrawn"]
    row = {"collection": "barriers", "id": "a"}
    with private.begin() as connection:
        connection.execute(insert(table).values(row))
    with public.connect() as connection:
        assert connection.execute(select(table)).one() == ("barriers", "a")
