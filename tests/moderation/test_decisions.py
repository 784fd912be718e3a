"""Deciding: what a steward's word does to the public side, in the same transaction, and what it never does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm.exc import StaleDataError

from app.initiatives import service as initiatives
from app.initiatives.answers import InitiativeAnswers
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.answers import read_answers
from app.kit.errors import Conflict, InvalidFields, PreconditionFailed
from app.moderation.models import Decision
from app.moderation.queue import Pile, queue
from app.moderation.service import Verdict, decide
from app.vocabulary import DecisionReason, Publication, ReviewPolicy, Sharing
from tests.support.cast import SEACROFT, Cast, Planted, model_of

PUBLISH = Verdict(Publication.PUBLISHED)
RETURN = Verdict(Publication.RETURNED, DecisionReason.UNCLEAR, "What day is it on?")
HIDE = Verdict(Publication.HIDDEN, DecisionReason.COULD_HARM, "It says where somebody sleeps.")
WORDS = ("title", "summary", "story", "kind", "what_happened", "holder", "what_helped")


@pytest.fixture
def steward(cast: Cast) -> Any:
    return cast.steward()


def rule(cast: Cast, steward: Any, planted: Planted, verdict: Verdict, *, version: int | None = None) -> None:
    """Decide as the steward, on what is there now or on what was read at `version`."""
    with cast.house.private.writing() as db:
        entry: Any = db.get_one(model_of(planted.collection), planted.id)
        decide(db, steward, entry, verdict, version=entry.version if version is None else version)


def entry_of(cast: Cast, planted: Planted) -> Any:
    with cast.house.private.reading() as db:
        return db.get_one(model_of(planted.collection), planted.id)


def pile(cast: Cast, steward: Any, which: Pile) -> list[str]:
    with cast.house.private.reading() as db:
        return [one.entry.id for one in queue(db, steward, which)]


@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
def test_a_decision_and_its_public_copy_are_one_commit(
    cast: Cast, client: TestClient, steward: Any, collection: str
) -> None:
    planted = cast.plant(collection, publication=Publication.SUBMITTED)
    assert client.get(planted.item).status_code == 404
    for verdict, status in ((PUBLISH, 200), (RETURN, 404), (PUBLISH, 200), (HIDE, 410), (PUBLISH, 200)):
        rule(cast, steward, planted, verdict)
        assert client.get(planted.item).status_code == status, verdict


def test_what_fails_on_the_way_changes_neither_side(cast: Cast, client: TestClient, steward: Any) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)

    def decide_and_fail() -> None:
        with cast.house.private.writing() as db:
            decide(db, steward, db.get_one(Initiative, planted.id), PUBLISH, version=1)
            db.flush()  # The rows are written; then the power fails.
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert client.get(planted.item).status_code == 404
    assert entry_of(cast, planted).publication is Publication.SUBMITTED


@pytest.mark.parametrize("collection", ["initiatives", "barriers"])
def test_a_decision_never_changes_words_or_place(cast: Cast, steward: Any, collection: str) -> None:
    planted = cast.plant(collection, publication=Publication.SUBMITTED)
    before = entry_of(cast, planted)
    for verdict in (PUBLISH, HIDE, PUBLISH, RETURN):
        rule(cast, steward, planted, verdict)
        after = entry_of(cast, planted)
        kept = (*WORDS, "exact_shape", "sharing", "neighbourhood", "changed_at", "created_at")
        assert [getattr(after, name, None) for name in kept] == [getattr(before, name, None) for name in kept]


def test_the_contributor_reads_why(cast: Cast, steward: Any) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    rule(cast, steward, planted, RETURN)
    assert entry_of(cast, planted).steward_note == "We do not understand it yet. What day is it on?"
    rule(cast, steward, planted, PUBLISH)
    assert entry_of(cast, planted).steward_note == ""


@pytest.mark.parametrize("outcome", [Publication.RETURNED, Publication.HIDDEN])
def test_sending_back_and_hiding_need_a_reason(cast: Cast, steward: Any, outcome: Publication) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    with pytest.raises(InvalidFields) as refusal:
        rule(cast, steward, planted, Verdict(outcome, None, "I do not like it."))
    assert set(refusal.value.errors) == {"reason"}


@pytest.mark.parametrize("outcome", [Publication.DRAFT, Publication.SUBMITTED, Publication.WITHDRAWN])
def test_a_steward_can_neither_withdraw_nor_hand_in(cast: Cast, steward: Any, outcome: Publication) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    with pytest.raises(Conflict):
        rule(cast, steward, planted, Verdict(outcome, DecisionReason.ADVERT))


@pytest.mark.parametrize("verdict", [PUBLISH, RETURN, HIDE])
def test_what_was_taken_back_stays_so(cast: Cast, client: TestClient, steward: Any, verdict: Verdict) -> None:
    planted = cast.plant()
    cast.withdraw(planted)
    with pytest.raises(Conflict):
        rule(cast, steward, planted, verdict)
    client.cookies.set("person", cast.signed_in(steward))
    assert client.get(f"/moderation{planted.page}").status_code == 410
    assert client.get(planted.item).status_code == 410


def test_two_stewards_cannot_decide_on_the_same_reading(cast: Cast, client: TestClient, steward: Any) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    read_at = entry_of(cast, planted).version
    rule(cast, steward, planted, HIDE, version=read_at)
    with pytest.raises(PreconditionFailed):
        rule(cast, cast.steward(email="second@example.org"), planted, PUBLISH, version=read_at)
    assert client.get(planted.item).status_code == 404


def test_of_eight_at_once_one_decides(cast: Cast, steward: Any) -> None:
    planted = cast.plant(publication=Publication.SUBMITTED)
    read_at = entry_of(cast, planted).version

    def try_it(number: int) -> bool:
        try:
            rule(cast, steward, planted, (PUBLISH, HIDE)[number % 2], version=read_at)
        except (PreconditionFailed, StaleDataError):
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_it, range(8))) == 1
    with cast.house.private.reading() as db:
        (decision,) = db.query(Decision)
        assert decision.outcome is entry_of(cast, planted).publication


def test_confirming_what_is_published_counts_once(cast: Cast, steward: Any) -> None:
    planted = cast.plant()
    read_at = entry_of(cast, planted).version
    rule(cast, steward, planted, PUBLISH, version=read_at)
    with pytest.raises(PreconditionFailed):
        rule(cast, steward, planted, PUBLISH, version=read_at)
    with pytest.raises(Conflict):
        rule(cast, steward, planted, PUBLISH)
    with cast.house.private.reading() as db:
        assert db.query(Decision).count() == 1


def test_a_change_brings_an_entry_back_to_the_desk(cast: Cast, steward: Any) -> None:
    for verdict in (RETURN, HIDE, PUBLISH):
        planted = cast.plant(publication=Publication.SUBMITTED)
        rule(cast, steward, planted, verdict)
        assert planted.id not in pile(cast, steward, Pile.WAITING)
        change(cast, planted)
        assert planted.id in pile(cast, steward, Pile.WAITING)


def test_where_stewards_look_later_a_change_waits_only_after_a_steward_said_no(
    house: Any, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = Cast(house)
    cast.found(review=ReviewPolicy.AFTER)
    steward, start = cast.steward(), clock.now()
    planted = cast.plant()
    assert pile(cast, steward, Pile.UNSEEN) == [planted.id]
    for number, (verdict, status) in enumerate(((PUBLISH, 200), (RETURN, 404), (HIDE, 410))):
        monkeypatch.setattr(clock, "source", lambda number=number: start + timedelta(hours=2 * number + 1))
        if entry_of(cast, planted).publication is Publication.SUBMITTED and verdict is not PUBLISH:
            rule(cast, steward, planted, PUBLISH)
        rule(cast, steward, planted, verdict)
        assert pile(cast, steward, Pile.UNSEEN) == []
        monkeypatch.setattr(clock, "source", lambda number=number: start + timedelta(hours=2 * number + 2))
        change(cast, planted)
        is_shown = verdict is PUBLISH
        assert (planted.id in pile(cast, steward, Pile.UNSEEN)) is is_shown
        assert (planted.id in pile(cast, steward, Pile.WAITING)) is not is_shown
        # A hidden entry that waits again is not gone for good, and not shown either.
        assert client.get(planted.item).status_code == (200 if is_shown else 404), status


def test_the_desk_holds_every_sharing_choice_of_here_and_nothing_of_elsewhere(
    cast: Cast, steward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    expected: list[str] = []
    for number, sharing in enumerate(Sharing):
        for collection in ("initiatives", "barriers"):
            moment = start + timedelta(minutes=2 * number + (collection == "barriers"))
            monkeypatch.setattr(clock, "source", lambda moment=moment: moment)
            planted = cast.plant(collection, publication=Publication.SUBMITTED, sharing=sharing)
            expected.insert(0, planted.id)
    cast.plant(place=None, neighbourhood=SEACROFT, publication=Publication.SUBMITTED)
    cast.plant(publication=Publication.DRAFT)
    assert pile(cast, steward, Pile.WAITING) == expected


def change(cast: Cast, planted: Planted) -> None:
    """The contributor's next words."""
    with cast.house.private.writing() as db:
        entry: Any = db.get_one(model_of(planted.collection), planted.id)
        given = {"title": "Soup on Wednesdays", "activity": "food", "neighbourhood": entry.neighbourhood}
        initiatives.change(db, entry, read_answers(InitiativeAnswers, given), entry.exact_shape)
