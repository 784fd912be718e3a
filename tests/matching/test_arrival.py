"""Who reports is asked about what others met."""

from dataclasses import replace

from app.matching.arrival import City
from app.matching.reports import Report
from tests.matching.town import town


def _city() -> City:
    patterns = {one.id: one.id.rstrip("0123456789") for one in town() if not one.id.startswith("alone")}
    return City(town(), patterns)


def _asker() -> Report:
    return Report(
        "new", "leeds", "newcomers", "They asked us for liability insurance for a picnic in the park.", "Oakwell",
        frozenset({"Elmley"}), 640, kind="HS", holder="parks",
    )  # fmt: skip


def test_the_right_pattern_is_offered_first_with_reasons() -> None:
    match = _city().suggest(_asker())[0]
    assert match.pattern == "insurance"
    assert match.example.startswith("insurance")
    assert "the same neighbourhood" in match.reasons


def test_reasons_name_no_person_and_no_group() -> None:
    for match in _city().suggest(_asker()):
        assert "picnic0" not in " ".join(match.reasons)


def test_never_more_than_asked_for() -> None:
    assert len(_city().suggest(_asker(), limit=1, floor=-99)) == 1
    assert len(_city().suggest(_asker(), limit=3, floor=-99)) == 3


def test_asking_changes_nothing() -> None:
    city = _city()
    assert city.suggest(_asker()) == city.suggest(_asker())
    assert city.size == len(town())


def test_who_has_just_reported_is_offered_to_the_next() -> None:
    city = _city()
    lone = Report(
        "lone",
        "leeds",
        "choir",
        "The organ pipes hum and the warden forbids singing.",
        "Elmley",
        day=650,
        holder="Warden of Dunwick",
    )
    city.add(lone)
    offered = city.suggest(
        replace(lone, id="next", group="band", text="The warden forbids singing, for the organ pipes hum.")
    )
    assert offered[0].example == "lone"
