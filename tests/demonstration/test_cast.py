"""The invented records: enough of them, every word in use, and nothing that the product would refuse."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from shapely.geometry import shape

from app.demonstration.cast import (
    FILES,
    BarrierRecord,
    NeighbourhoodCast,
    When,
    load_cast,
)
from app.kit.geo import read_geometry
from app.kit.shipped import shipped
from app.kit.text import clean_text, looks_personal
from app.vocabulary import (
    Activity,
    BarrierKind,
    Concern,
    Effect,
    EnablerKind,
    Formality,
    Helper,
    Lifecycle,
    PeopleBand,
    Precision,
    Recognition,
    Sharing,
    Stage,
    WayOfWorking,
    Word,
)

THE_LAST_DAY = date(2026, 11, 24)
CAST = load_cast()
INITIATIVES = [initiative for hood in CAST for initiative in hood.initiatives]
BARRIERS = [barrier for hood in CAST for barrier in hood.barriers]
PLACED = [record for hood in CAST for record in hood.placed]
ENABLERS = [enabler for hood in CAST for enabler in hood.enablers]


def texts() -> Iterator[tuple[str, str]]:
    """Key and text of each free text that a contributor would have typed."""
    for initiative in INITIATIVES:
        yield from ((initiative.key, text) for text in (initiative.title, initiative.summary, initiative.story))
    for barrier in BARRIERS:
        answers = (barrier.what_happened, barrier.holder, barrier.rule_cited, barrier.what_helped)
        yield from ((barrier.key, text) for text in answers if text)
    yield from ((enabler.key, enabler.text) for enabler in ENABLERS)


def dates() -> Iterator[tuple[str, When]]:
    for initiative in INITIATIVES:
        yield initiative.key, initiative.first_active
        if initiative.last_active:
            yield initiative.key, initiative.last_active
    for barrier in BARRIERS:
        yield barrier.key, barrier.happened


def positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from positions(part)
    else:
        yield coordinates[0], coordinates[1]


def broken(**changes: Any) -> dict[str, Any]:
    """A good barrier, as it stands in the file, with some of its answers changed."""
    good = next(barrier for barrier in BARRIERS if barrier.kind is not BarrierKind.WELFARE_SANCTION)
    return {**good.model_dump(mode="json"), **changes}


def test_the_cast_is_large_enough_in_each_neighbourhood() -> None:
    assert [hood.neighbourhood for hood in CAST] == [name.removesuffix(".json") for name in FILES]
    assert len(INITIATIVES) >= 66
    assert len(BARRIERS) >= 50
    assert len(ENABLERS) >= 24
    for hood in CAST:
        assert len(hood.initiatives) >= 20
        assert len(hood.barriers) >= 15
        assert len(hood.enablers) >= 8
        assert hood.note.startswith("Invented for demonstration.")


@pytest.mark.parametrize(
    ("words", "used"),
    [
        (Activity, {initiative.activity for initiative in INITIATIVES}),
        (Formality, {initiative.formality for initiative in INITIATIVES}),
        (Lifecycle, {initiative.lifecycle for initiative in INITIATIVES}),
        (WayOfWorking, {word for initiative in INITIATIVES for word in initiative.ways_of_working}),
        (Concern, {word for initiative in INITIATIVES for word in initiative.concerns}),
        (PeopleBand, {initiative.people_band for initiative in INITIATIVES}),
        (Recognition, {word for initiative in INITIATIVES for word in initiative.recognised_by}),
        (Sharing, {initiative.sharing for initiative in INITIATIVES}),
        (BarrierKind, {barrier.kind for barrier in BARRIERS}),
        (Stage, {barrier.stage for barrier in BARRIERS}),
        (Effect, {barrier.effect for barrier in BARRIERS}),
        (Sharing, {barrier.sharing for barrier in BARRIERS}),
        (EnablerKind, {enabler.kind for enabler in ENABLERS}),
        (Helper, {enabler.from_whom for enabler in ENABLERS}),
        (Precision, {when.precision for _, when in dates()}),
    ],
)
def test_every_word_is_used(words: type[Word], used: Iterable[Word]) -> None:
    assert set(used) == set(words)


def test_no_key_title_or_text_is_there_twice() -> None:
    for what in (
        [record.key for record in PLACED] + [enabler.key for enabler in ENABLERS],
        [initiative.title for initiative in INITIATIVES],
        [barrier.what_happened for barrier in BARRIERS],
        [enabler.text for enabler in ENABLERS],
    ):
        assert [value for value, times in Counter(what).items() if times > 1] == []


def test_dates_run_from_2019_to_the_day_of_writing() -> None:
    for key, when in dates():
        assert date(2019, 1, 1) <= when.partial.first_day <= THE_LAST_DAY, key
    assert {when.partial.first_day.year for _, when in dates()} == set(range(2019, 2027))


def test_no_barrier_was_met_after_its_initiative_was_over() -> None:
    over = {initiative.key: initiative.last_active for initiative in INITIATIVES}
    for barrier in BARRIERS:
        last_active = over[barrier.initiative] if barrier.initiative else None
        if last_active:
            assert barrier.happened.partial.first_day <= last_active.partial.last_day, barrier.key


def test_counts_fall_on_both_sides_of_the_threshold() -> None:
    counted = {
        hood.neighbourhood: sum(initiative.sharing is Sharing.COUNTED_ONLY for initiative in hood.initiatives)
        for hood in CAST
    }
    assert counted == {"chapeltown": 3, "seacroft": 10, "beeston-holbeck": 0}


def test_welfare_sanctions_are_never_finer_than_their_neighbourhood() -> None:
    sanctions = [barrier for barrier in BARRIERS if barrier.kind is BarrierKind.WELFARE_SANCTION]
    assert len(sanctions) >= 5
    assert not {barrier.sharing for barrier in sanctions} & {Sharing.EXACT, Sharing.STREET}
    with pytest.raises(ValidationError, match="never shown finer"):
        BarrierRecord.model_validate(broken(kind="welfare_sanction", sharing="street"))


def test_places_are_points_lines_and_areas_in_degrees_with_five_decimals() -> None:
    kinds = Counter(i.geometry["type"] if i.geometry else None for i in INITIATIVES)
    assert kinds["LineString"] == 3
    assert kinds["Polygon"] == 4
    assert kinds[None] >= 3
    for record in PLACED:
        if record.geometry:
            assert read_geometry(record.geometry).is_valid
            for lon, lat in positions(record.geometry["coordinates"]):
                assert -1.60 < lon < -1.43, record.key
                assert 53.75 < lat < 53.84, record.key
                assert (round(lon, 5), round(lat, 5)) == (lon, lat), record.key


def test_each_place_is_inside_its_neighbourhood() -> None:
    features = json.loads((shipped("geodata") / "neighbourhoods.geojson").read_text(encoding="utf-8"))["features"]
    boundary = {feature["properties"]["slug"]: shape(feature["geometry"]) for feature in features}
    for hood in CAST:
        for record in hood.placed:
            if record.geometry:
                assert boundary[hood.neighbourhood].contains(shape(record.geometry)), record.key


def test_barriers_come_back_under_different_words() -> None:
    planted = json.loads((Path(__file__).parent / "recurring.json").read_text(encoding="utf-8"))
    barriers = {barrier.key: (barrier, hood.neighbourhood) for hood in CAST for barrier in hood.barriers}
    of_patterns = [key for keys in planted["patterns"].values() for key in keys]
    near_misses = [key for keys in planted["near_misses"].values() for key in keys]
    assert set(of_patterns) | set(near_misses) <= set(barriers)
    assert len(of_patterns) == len(set(of_patterns))
    assert not set(of_patterns) & set(near_misses)
    wide = 0
    for keys in planted["patterns"].values():
        members = [barriers[key] for key in keys]
        groups = {barrier.initiative for barrier, _ in members}
        assert None not in groups
        assert len(groups) == len(keys)
        assert sum(barrier.sharing.is_shown for barrier, _ in members) >= 3
        wide += len(groups) >= 5 and len({neighbourhood for _, neighbourhood in members}) >= 2
    assert len(planted["patterns"]) >= 5
    assert wide >= 3


def test_texts_give_nobody_away_and_need_no_cleaning() -> None:
    for key, text in texts():
        assert looks_personal(text) == [], key
        assert clean_text(text, most=2000, field="text") == text, key
        assert not re.search(r"https?:|www\.|@|<|\{", text), key


def test_some_texts_are_in_other_languages() -> None:
    assert {record.language for record in PLACED} == {"en", "pl", "ur", "pa", "ar"}


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"kind": "bad_luck"},
        {"happened": {"date": "2024-05", "precision": "day"}},
        {"what_happened": "Too short."},
        {"geometry": {"type": "Point", "coordinates": [-1.5, 95]}},
    ],
)
def test_a_record_that_breaks_a_rule_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BarrierRecord.model_validate(broken(**changes))


def test_a_reference_to_nothing_is_refused() -> None:
    hood = CAST[0].model_dump(mode="json")
    hood["barriers"][0]["initiative"] = "nobody-knows"
    with pytest.raises(ValidationError, match="unknown initiative"):
        NeighbourhoodCast.model_validate(hood)


def test_what_helped_is_never_more_private_than_the_entry_it_is_read_with() -> None:
    hood = CAST[0].model_dump(mode="json")
    hood["enablers"][0]["sharing"] = "stewards_only"
    with pytest.raises(ValidationError, match="shared otherwise"):
        NeighbourhoodCast.model_validate(hood)


def test_the_files_travel_with_the_package() -> None:
    folder = resources.files("app.demonstration")
    assert all((folder / name).is_file() for name in FILES)
