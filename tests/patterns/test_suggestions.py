"""The picture of the city: made when somebody asks, kept up to date behind their back, and only of what is public."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from app.matching.reports import Report
from app.patterns.models import Pattern
from app.patterns.reports import CITY
from app.patterns.suggestions import Suggestion, Suggestions
from app.vocabulary import Publication, Sharing
from tests.support.cast import CHAPELTOWN, Cast
from tests.support.recurring import HOLDER, TEXTS, gather, reports

ARRIVING = Report(
    id="",
    city=CITY,
    group="",
    text="The parks team wants public liability insurance before our picnic on the grass.",
    neighbourhood=CHAPELTOWN,
    kind="health_and_safety",
    holder=HOLDER,
    day=739_600,
    language="en",
)


@pytest.fixture
def suggestions(cast: Cast) -> Iterator[Suggestions]:
    """As a service has them; they end with the test."""
    kept = Suggestions(cast.house.private, cast.house.published)
    yield kept
    kept.close()


def examples(found: list[Suggestion]) -> set[str]:
    return {one.example for one in found}


def soon(suggestions: Suggestions, wanted: int) -> list[Suggestion]:
    """Ask until the picture is new enough, as people would."""
    for _try in range(200):
        found = suggestions.suggest(ARRIVING)
        if len(found) == wanted:
            break
        time.sleep(0.02)
    return found


def test_serving_alone_loads_no_part_of_scipy() -> None:
    code = "import sys, app.main; sys.exit(any(part in sys.modules for part in ('scipy.sparse', 'scipy.stats')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_first_question_begins_the_first_picture(cast: Cast, suggestions: Suggestions) -> None:
    (planted,) = reports(cast, 1)
    suggestions.suggest(ARRIVING)
    assert examples(soon(suggestions, 1)) == {planted.id}


def test_a_picture_can_be_begun_before_somebody_asks(cast: Cast, suggestions: Suggestions) -> None:
    (planted,) = reports(cast, 1)
    suggestions.prepare()
    assert examples(soon(suggestions, 1)) == {planted.id}


def test_the_old_picture_answers_while_a_new_one_is_made(cast: Cast, suggestions: Suggestions) -> None:
    first, *_ = reports(cast, 1)
    suggestions.refresh()
    second, *_ = reports(cast, 1, first=1)
    assert examples(suggestions.suggest(ARRIVING)) == {first.id}
    assert examples(soon(suggestions, 2)) == {first.id, second.id}


def test_a_pattern_with_a_page_is_told_by_its_id_and_one_without_by_a_report(
    cast: Cast, suggestions: Suggestions
) -> None:
    planted = reports(cast, 2)
    pattern_id = gather(cast, planted)
    suggestions.refresh()
    (found,) = suggestions.suggest(ARRIVING)
    assert (found.pattern, found.example in {one.id for one in planted}) == (None, True)
    gather(cast, reports(cast, 1, first=2), pattern_id=pattern_id)
    suggestions.refresh()
    (found,) = suggestions.suggest(ARRIVING)
    assert found.pattern == pattern_id
    assert "the same office or organisation" in found.reasons


def test_after_a_merge_the_one_that_stands_is_told(cast: Cast, suggestions: Suggestions) -> None:
    older, younger = gather(cast, reports(cast, 3)), gather(cast, reports(cast, 3, first=3))
    suggestions.refresh()
    with cast.house.private.writing() as db:
        db.get_one(Pattern, younger).merged_into_id = older
    # The old picture, which knows two.
    assert [one.pattern for one in suggestions.suggest(ARRIVING)] == [older]
    suggestions.refresh()
    assert [one.pattern for one in suggestions.suggest(ARRIVING)] == [older]


@pytest.mark.parametrize("hidden", [Publication.HIDDEN, Publication.RETURNED])
def test_what_was_hidden_is_not_told_by_an_old_picture_either(
    cast: Cast, suggestions: Suggestions, hidden: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = reports(cast, 2)
    suggestions.refresh()
    monkeypatch.setattr(suggestions, "_begin", lambda: None)
    cast.decide(first, hidden)
    assert examples(suggestions.suggest(ARRIVING)) == {second.id}
    cast.withdraw(second)
    assert suggestions.suggest(ARRIVING) == []


def test_what_is_not_public_moves_no_suggestion(cast: Cast, suggestions: Suggestions) -> None:
    pattern_id = gather(cast, reports(cast, 4))
    suggestions.refresh()
    before = suggestions.suggest(ARRIVING)
    hidden = [
        *reports(cast, 2, first=4, sharing=Sharing.STEWARDS_ONLY),
        *reports(cast, 2, first=6, publication=Publication.SUBMITTED),
        *reports(cast, 1, first=8, sharing=Sharing.COUNTED_ONLY),
    ]
    gather(cast, hidden[:3], pattern_id=pattern_id)
    gather(cast, hidden[3:])
    suggestions.refresh()
    assert suggestions.suggest(ARRIVING) == before


def test_a_picture_that_cannot_be_made_stops_nobody(
    cast: Cast, suggestions: Suggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(cast, 1)

    def fails() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(suggestions, "_make", fails)
    assert suggestions.suggest(ARRIVING) == []
    monkeypatch.undo()
    assert len(soon(suggestions, 1)) == 1


def test_who_would_have_to_wait_for_a_turn_goes_on_without(cast: Cast, suggestions: Suggestions) -> None:
    reports(cast, 1)
    suggestions.refresh()
    begin = time.monotonic()
    with suggestions._turn:
        assert suggestions.suggest(ARRIVING) == []
    assert time.monotonic() - begin < 1
    assert len(suggestions.suggest(ARRIVING)) == 1


def test_after_the_end_nothing_begins(cast: Cast, suggestions: Suggestions) -> None:
    reports(cast, 1)
    suggestions.close()
    suggestions._tried.set()
    assert suggestions.suggest(ARRIVING) == []
    assert suggestions._thread is None


def test_an_empty_city_and_odd_reports_suggest_nothing_wrong(cast: Cast, suggestions: Suggestions) -> None:
    suggestions.refresh()
    assert suggestions.suggest(ARRIVING) == []
    reports(cast, 2)
    suggestions.refresh()
    for text in ("", "No.", "“…”", "روٹی", "x " * 2_500, TEXTS[0]):
        odd = Report(id="", city=CITY, group="", text=text)
        assert len(suggestions.suggest(odd)) <= 3
