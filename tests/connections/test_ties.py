"""Ties: both sides say so, or nobody ever hears of it; and what cannot be is refused with a clear sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connections import service
from app.connections.service import NOT_THERE
from app.initiatives.models import Initiative
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.vocabulary import Agreement, ConnectionKind, Publication, Sharing
from tests.support.cast import Cast, Planted
from tests.support.proposing import Ties


@pytest.fixture
def soup(cast: Cast) -> Planted:
    return cast.plant(title="Soup on Tuesdays", first_active="2021-03")


@pytest.fixture
def choir(cast: Cast) -> Planted:
    return cast.plant(title="Choir", first_active="2023")


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    now = [datetime(2026, 9, 1, 9, tzinfo=UTC)]
    monkeypatch.setattr(clock, "source", lambda: now[0])
    return now


def test_nothing_shows_before_both_agree(ties: Ties, soup: Planted, choir: Planted) -> None:
    tie_id = ties.propose(choir, soup, since="2023-05")
    assert ties.public() == []
    assert (ties.waiting(soup), ties.waiting(choir)) == (1, 0)
    ties.act("accept", soup, tie_id)
    (shown,) = ties.public()
    assert (shown["title"], shown["since"]) == ("Choir grew out of Soup on Tuesdays", "2023-05")


def test_the_other_way_round_is_told_from_the_same_end(ties: Ties, soup: Planted, choir: Planted) -> None:
    tie_id = ties.propose(soup, choir, is_from=False)
    ties.act("accept", choir, tie_id)
    assert [one["title"] for one in ties.public()] == ["Choir grew out of Soup on Tuesdays"]


@pytest.mark.parametrize("ending", ["soup", "choir"])
def test_either_side_ends_it_at_once(ties: Ties, soup: Planted, choir: Planted, ending: str) -> None:
    tie_id = ties.agree(choir, soup)
    ties.act("withdraw", soup if ending == "soup" else choir, tie_id)
    assert ties.public() == []


def test_a_no_stays_between_the_two(ties: Ties, soup: Planted, choir: Planted) -> None:
    tie_id = ties.propose(choir, soup)
    ties.act("decline", soup, tie_id)
    assert ties.public() == []
    assert ties.state(tie_id) is Agreement.DECLINED


def test_only_the_other_side_answers_and_a_stranger_finds_nothing(
    cast: Cast, ties: Ties, soup: Planted, choir: Planted
) -> None:
    tie_id, stranger = ties.propose(choir, soup), cast.plant(title="Stranger")
    for side in (choir, stranger):
        for verb in ("accept", "decline"):
            with pytest.raises(NotFound):
                ties.act(verb, side, tie_id)
    with pytest.raises(NotFound):
        ties.act("withdraw", stranger, tie_id)
    with pytest.raises(NotFound):  # To say no is not to take back what somebody else asked.
        ties.act("withdraw", soup, tie_id)


def test_not_to_oneself(ties: Ties, soup: Planted) -> None:
    with pytest.raises(Invalid, match="your own entry"):
        ties.propose(soup, soup)


@pytest.mark.parametrize(
    "hidden",
    [
        {"publication": Publication.SUBMITTED},
        {"publication": Publication.HIDDEN},
        {"publication": Publication.RETURNED},
        {"publication": Publication.WITHDRAWN},
        {"sharing": Sharing.COUNTED_ONLY},
        {"sharing": Sharing.STEWARDS_ONLY},
    ],
)
def test_nothing_tells_that_a_hidden_one_exists(cast: Cast, ties: Ties, soup: Planted, hidden: dict[str, Any]) -> None:
    told = []
    for other in (cast.plant(title="Hidden", **hidden), "nobody", "x" * 5_000, ""):
        with pytest.raises(Invalid) as refused:
            ties.propose(soup, other)
        told.append((refused.value.message, refused.value.field))
    assert set(told) == {(NOT_THERE, "other")}


def test_a_tie_to_one_that_was_hidden_since_is_refused_like_any_hidden_one(
    cast: Cast, ties: Ties, soup: Planted, choir: Planted
) -> None:
    ties.agree(choir, soup)
    cast.decide(soup, Publication.HIDDEN)
    with pytest.raises(Invalid, match="on the map now"):
        ties.propose(choir, soup)


def test_a_circle_is_refused_and_named(cast: Cast, ties: Ties, soup: Planted, choir: Planted) -> None:
    opera = cast.plant(title="Opera")
    ties.agree(choir, soup)
    ties.agree(opera, choir)
    with pytest.raises(Invalid, match="“Soup on Tuesdays” grew out of “Opera” grew out of “Choir” grew out of “Soup"):
        ties.propose(soup, opera)
    # Other kinds may go round: people learn from each other.
    ties.agree(soup, opera, ConnectionKind.LEARNED_FROM)


def test_a_circle_is_refused_when_the_last_one_says_yes(cast: Cast, ties: Ties) -> None:
    one, other = cast.plant(title="One"), cast.plant(title="Other")
    first, second = ties.propose(one, other), ties.propose(other, one)
    ties.act("accept", other, first)
    with pytest.raises(Invalid, match="circle"):
        ties.act("accept", one, second)


def test_no_circle_is_told_of_that_leads_through_a_hidden_one(cast: Cast, ties: Ties, soup: Planted) -> None:
    hidden, opera = cast.plant(title="Hidden"), cast.plant(title="Opera")
    ties.agree(hidden, soup)
    ties.agree(opera, hidden)
    with cast.house.private.writing() as db:
        db.get_one(Initiative, hidden.id).sharing = Sharing.COUNTED_ONLY
    assert ties.propose(soup, opera)


@pytest.mark.parametrize(
    ("since", "told"),
    [("2022-12", "“Choir” began in 2023"), ("2020", "began in"), ("2999", "in the future"), ("2023", "")],
)
def test_a_date_is_never_before_birth_nor_ahead(
    ties: Ties, soup: Planted, choir: Planted, since: str, told: str
) -> None:
    if told:
        with pytest.raises(Invalid, match=told) as refused:
            ties.propose(choir, soup, since=since)
        assert refused.value.field == "since"
    else:
        ties.propose(choir, soup, since=since)


def test_nothing_grows_out_of_what_began_later(ties: Ties, soup: Planted, choir: Planted) -> None:
    with pytest.raises(Invalid, match="began in 2021-03, before “Choir”"):
        ties.propose(soup, choir)


def test_what_holds_both_ways_is_stored_once(ties: Ties, soup: Planted, choir: Planted) -> None:
    ties.propose(soup, choir, ConnectionKind.SHARES_SPACE)
    with pytest.raises(Conflict, match="They asked you the same"):
        ties.propose(choir, soup, ConnectionKind.SHARES_SPACE)
    with pytest.raises(Conflict, match="already"):
        ties.propose(soup, choir, ConnectionKind.SHARES_SPACE, is_from=False)


def test_after_a_no_one_waits_three_months_and_the_other_side_does_not(
    ties: Ties, soup: Planted, choir: Planted, moved_clock: list[datetime]
) -> None:
    tie_id = ties.propose(soup, choir, ConnectionKind.SHARES_PEOPLE)
    ties.act("decline", choir, tie_id)
    with pytest.raises(Conflict, match="from 30 November 2026"):
        ties.propose(soup, choir, ConnectionKind.SHARES_PEOPLE)
    moved_clock[0] += timedelta(days=90)
    assert ties.propose(soup, choir, ConnectionKind.SHARES_PEOPLE) == tie_id
    ties.act("decline", choir, tie_id)
    assert ties.propose(choir, soup, ConnectionKind.SHARES_PEOPLE) == tie_id


def test_a_flood_is_refused_on_both_sides(
    cast: Cast, ties: Ties, soup: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [cast.plant(title=f"Other {number}") for number in range(4)]
    monkeypatch.setattr(service, "MOST_OPEN", 3)
    for other in others[:3]:
        last = ties.propose(soup, other)
    with pytest.raises(Conflict, match="not answered yet"):
        ties.propose(soup, others[3])
    ties.act("withdraw", soup, last)
    ties.propose(soup, others[3])
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    ties.propose(others[0], others[3])
    with pytest.raises(Conflict, match="Many others"):
        ties.propose(others[1], others[3])
