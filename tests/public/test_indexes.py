"""The spatial indexes are there, and the database uses them."""

import re

from app.published.queries import Question
from app.settings import DatabaseSettings
from app.storage.engines import public_engine
from app.storage.reading import PublicReader
from tests.support.cast import Cast


def plan_of(database_url: str, sql: str) -> str:
    """How the database would answer a question about boxes."""
    engine = public_engine(DatabaseSettings(url=database_url, read_url=None))
    reader = PublicReader(engine)
    values = {"b0west": -1.54, "b0south": 53.81, "b0east": -1.53, "b0north": 53.82, "collection": "initiatives"}
    explain = "EXPLAIN QUERY PLAN" if database_url.startswith("sqlite") else "EXPLAIN"
    rows = reader.rows(f"{explain} {sql}", values)
    reader.close()
    return "\n".join(str(row) for row in rows)


def test_a_box_is_answered_from_the_spatial_index(cast: Cast, database_url: str) -> None:
    for number in range(40):
        cast.plant(title=str(number), sharing="exact")
    if not database_url.startswith("sqlite"):
        # So small a table is quicker read whole; the planner is asked what it would do with a large one.
        with cast.house.private.writing() as db:
            db.connection().exec_driver_sql("ALTER ROLE CURRENT_USER SET enable_seqscan = off")
            db.connection().exec_driver_sql("ALTER ROLE small_ecology_reader SET enable_seqscan = off")
    engine = public_engine(DatabaseSettings(url=database_url, read_url=None))
    reader = PublicReader(engine)
    sql = f"SELECT f.id FROM {reader.source(1)} WHERE {reader.meets_boxes(1)} AND f.collection = :collection"
    reader.close()
    plan = plan_of(database_url, sql)
    wanted = "VIRTUAL TABLE INDEX" if database_url.startswith("sqlite") else "gist_published_feature_shape"
    assert re.search(wanted, plan), plan


def test_a_question_without_a_box_reads_its_own_index(cast: Cast, database_url: str) -> None:
    assert not Question("initiatives").is_filtered
    if database_url.startswith("sqlite"):
        sql = "SELECT f.id FROM published_feature f WHERE f.collection = :collection ORDER BY f.id LIMIT 100"
        assert "USING COVERING INDEX" in plan_of(database_url, sql) or "USING INDEX" in plan_of(database_url, sql)
