"""The third fence: every column of every private table is declared public, coarsened or withheld."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.published.queries import Question
from app.publishing import rules
from app.publishing.rules import RULES, Rule, public_values
from app.storage.base import Base
from app.storage.engines import PUBLISHED_PREFIX
from app.tables import metadata
from app.vocabulary import Sharing
from tests.support.cast import Cast, coordinate_texts, hidden_spots

Declared = Mapping[str, Mapping[str, Rule]]


def undeclared(tables: MetaData, declared: Declared) -> set[str]:
    """Each `table.column` of the private side that has no rule, and each rule that has no column."""
    there = {
        f"{table.name}.{column.name}"
        for table in tables.sorted_tables
        if not table.name.startswith(PUBLISHED_PREFIX)
        for column in table.columns
    }
    ruled = {f"{table}.{column}" for table, columns in declared.items() for column in columns}
    return there ^ ruled


def test_every_private_column_has_a_rule_and_every_rule_a_column() -> None:
    assert undeclared(metadata, RULES) == set()


def _copy_of_tables() -> MetaData:
    copied = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(copied)
    return copied


def test_a_new_column_is_noticed() -> None:
    tables = _copy_of_tables()
    tables.tables["barrier"].append_column(Column("case_number", String(40)))
    assert undeclared(tables, RULES) == {"barrier.case_number"}


def test_a_new_table_is_noticed() -> None:
    tables = _copy_of_tables()
    Table("diary", tables, Column("id", String(36), primary_key=True), Column("text", String(40)))
    assert undeclared(tables, RULES) == {"diary.id", "diary.text"}


def test_a_rule_for_nothing_is_noticed() -> None:
    assert undeclared(metadata, {**RULES, "person": {**RULES["person"], "shoe_size": Rule.PUBLIC}}) == {
        "person.shoe_size"
    }


def test_what_lets_somebody_in_and_who_is_who_is_withheld_whole() -> None:
    for table in ("person", "sign_in_link", "edit_link", "browser_session", "idempotency_key"):
        assert set(RULES[table].values()) == {Rule.WITHHELD}


_MAPPERS = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)


@pytest.mark.parametrize("mapper", _MAPPERS, ids=lambda mapper: mapper.local_table.name)
def test_public_values_hold_public_columns_alone(mapper: Any) -> None:
    table = mapper.local_table.name
    values = public_values(mapper.class_())
    assert set(values) == {name for name, rule in RULES[table].items() if rule is Rule.PUBLIC}


def test_a_row_of_a_table_without_rules_has_no_public_values() -> None:
    class Elsewhere(DeclarativeBase):
        pass

    class Diary(Elsewhere):
        __tablename__ = "diary"
        id: Mapped[str] = mapped_column(primary_key=True)

    with pytest.raises(KeyError):
        public_values(Diary(id="a"))
    with pytest.raises(NoInspectionAvailable):
        public_values({"title": "not a row"})


def test_a_column_that_is_withheld_from_now_on_leaves_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.initiatives.models import Initiative

    monkeypatch.setitem(rules.RULES, "initiative", {**RULES["initiative"], "story": Rule.WITHHELD})
    assert "story" not in public_values(Initiative(story="Once public"))


def test_no_feature_holds_a_value_of_a_withheld_or_coarsened_column(cast: Cast) -> None:
    """Each withheld text, and each exact place that was not to be shown, is looked for in every finished feature."""
    places = hidden_spots("chapeltown", 10, seed=5)
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("initiatives", {}),
        ("barriers", {"enablers": [{"kind": "space", "text": "A yard"}]}),
    ]
    planted = [
        cast.plant(
            collection,
            place=place,
            sharing=sharing,
            steward_note=f"withheld note {number}",
            **more,
        )
        for number, (place, sharing) in enumerate(zip(places, [Sharing.STREET, Sharing.NEIGHBOURHOOD] * 5, strict=True))
        for collection, more in kinds
    ]
    finished = [
        feature
        for collection in ("initiatives", "barriers", "neighbourhoods")
        for feature in cast.house.published.page(Question(collection, limit=100)).features
    ]
    texts = b"".join(finished).decode()
    withheld = {"withheld note", *(one.secret for one in planted), *coordinate_texts(places)}
    assert {one for one in withheld if one in texts} == set()
    names = {name for feature in finished for name in json.loads(feature)["properties"]}
    assert names & {"steward_note", "publication", "version", "created_at", "was_shown", "sharing", "batch_id"} == set()
    enablers = [json.loads(one)["properties"]["what_helped"] for one in finished if b'"url":"/barriers/' in one]
    assert {frozenset(one) for helped in enablers for one in helped} == {
        frozenset({"kind", "kind_label", "from_whom", "from_whom_label", "text"})
    }
