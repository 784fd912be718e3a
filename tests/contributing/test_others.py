"""Has this happened to others? What is asked, what is never told, and what becomes of the answers."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.patterns.models import LikenessAnswer
from app.patterns.service import pattern_of
from app.patterns.suggestions import Suggestions
from app.vocabulary import Likeness, Publication, Sharing
from tests.contributing.test_forms import Fields, Visitor, heading
from tests.support.cast import CHAPELTOWN, Cast, Planted
from tests.support.recurring import HOLDER, TEXTS, gather, reports

TOLD = {
    "what_happened": "The parks team wants public liability insurance before our picnic on the grass.",
    "kind": "health_and_safety",
}
MORE = {"permission_holder": HOLDER}
ASKED, SHARING = "Has this happened to others?", "How much may others see?"


@pytest.fixture
def suggestions(app: FastAPI) -> Iterator[Suggestions]:
    kept: Suggestions = app.state.suggestions
    yield kept
    kept.close()


@pytest.fixture
def telling(cast: Cast, client: TestClient) -> Visitor:
    return Visitor(client, "/barriers/new")


def to_the_question(telling: Visitor, told: Fields | None = None, more: Fields | None = None) -> str:
    """As far as the page after "Tell us more": its heading."""
    for fields in (told or TOLD, {"neighbourhood": CHAPELTOWN}, more or MORE):
        assert telling.send(fields).status_code == 200, telling.answer.text
    return heading(telling.answer)


def sentences(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<legend class="words">(.*?)</legend>', page)]


def answers(cast: Cast) -> list[LikenessAnswer]:
    with cast.house.private.reading() as db:
        return list(db.scalars(select(LikenessAnswer).order_by(LikenessAnswer.said_at)))


def finish(telling: Visitor, **fields: Any) -> str:
    """Answer the question, and send it all."""
    telling.send(fields)
    telling.send({"sharing": "neighbourhood"})
    done = telling.send(go="send")
    assert heading(done) == "Thank you. We have it.", done.text
    return html.unescape(done.text)


def test_a_pattern_is_told_in_one_sentence_that_exposes_nobody(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    planted = reports(cast, 5)
    pattern_id = gather(cast, planted)
    suggestions.refresh()
    assert to_the_question(telling) == ASKED
    (sentence, *_others) = sentences(telling.answer.text)
    assert sentence == (
        f"“Health and safety rules: {HOLDER}”: 5 to 9 groups told of this since January 2026, "
        "and nobody has answered yet."
    )
    assert f'value="patterns/{pattern_id}"' in telling.answer.text
    assert not any(one.id in telling.answer.text for one in planted)
    assert " checked" not in telling.answer.text
    assert "Step " not in telling.answer.text


def test_a_public_report_is_told_by_its_kind_place_month_and_opening_words(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    (planted,) = reports(cast, 1)
    suggestions.refresh()
    assert to_the_question(telling) == ASKED
    (sentence,) = sentences(telling.answer.text)
    assert sentence == (
        f"Somebody in Chapeltown met this in January 2026, with {HOLDER} (Health and safety rules): “{TEXTS[0]}”"
    )
    assert f'value="barriers/{planted.id}"' in telling.answer.text


def test_yes_is_kept_with_the_report_and_seats_it_at_once(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    pattern_id = gather(cast, reports(cast, 5))
    suggestions.refresh()
    to_the_question(telling)
    done = finish(telling, likeness_1="same")
    assert "You are not alone: 5 to 9 groups told of this." in done
    assert f'href="/patterns/{pattern_id}"' in done
    (said,) = answers(cast)
    assert said.likeness is Likeness.SAME
    with cast.house.private.reading() as db:
        found = pattern_of(db, said.barrier_id)
        assert found is not None
        assert found.id == pattern_id


def test_no_and_not_sure_are_kept_too_and_an_open_question_is_not(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    reports(cast, 3)
    suggestions.refresh()
    to_the_question(telling)
    assert len(sentences(telling.answer.text)) == 3
    finish(telling, likeness_1="not_same", likeness_2="not_sure", likeness_3="")
    assert sorted(str(one.likeness) for one in answers(cast)) == ["not_same", "not_sure"]


def test_none_of_these_says_no_to_each(telling: Visitor, cast: Cast, suggestions: Suggestions) -> None:
    reports(cast, 2)
    suggestions.refresh()
    to_the_question(telling)
    assert heading(telling.send(go="none")) == SHARING
    telling.send({"sharing": "neighbourhood"})
    telling.send(go="send")
    assert [one.likeness for one in answers(cast)] == [Likeness.NOT_SAME] * 2


def test_going_on_without_a_word_keeps_nothing(telling: Visitor, cast: Cast, suggestions: Suggestions) -> None:
    reports(cast, 2)
    suggestions.refresh()
    to_the_question(telling)
    finish(telling)
    assert answers(cast) == []


def test_without_anything_alike_the_question_leaves_no_trace(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    suggestions.refresh()
    assert to_the_question(telling) == SHARING
    assert "Step 4 of 5" in telling.answer.text
    assert heading(telling.send(go="back")) == "Tell us more, if you like"
    assert "likeness" not in telling.answer.text
    assert "earlier_1" not in telling.answer.text


def test_back_and_forth_what_was_said_stays(telling: Visitor, cast: Cast, suggestions: Suggestions) -> None:
    gather(cast, reports(cast, 5))
    suggestions.refresh()
    to_the_question(telling)
    sharing = telling.send({"likeness_1": "same"})
    assert (heading(sharing), "Step 4 of 5" in sharing.text) == (SHARING, True)
    again = telling.send(go="back")
    assert heading(again) == ASKED
    assert re.search(r'name="likeness_1" value="same" checked', again.text)
    assert heading(telling.send({"likeness_1": "same"}, go="back")) == "Tell us more, if you like"
    assert heading(telling.send(MORE)) == ASKED
    assert re.search(r'name="likeness_1" value="same" checked', telling.answer.text)
    telling.send({"likeness_1": "same"})
    check = telling.send({"sharing": "neighbourhood"})
    assert "Yes, this is the same: “Health and safety rules" in html.unescape(check.text)
    assert heading(telling.send(go="alike")) == ASKED
    assert heading(telling.send({"likeness_1": "not_sure"})) == "Check before you send"


def test_a_double_send_keeps_each_answer_once(telling: Visitor, cast: Cast, suggestions: Suggestions) -> None:
    gather(cast, reports(cast, 5))
    suggestions.refresh()
    to_the_question(telling)
    telling.send({"likeness_1": "same"})
    check = telling.send({"sharing": "neighbourhood"})
    links = []
    for _press in range(2):
        telling.answer = check
        links.append(re.findall(r"se-edit-[\w-]+", telling.send(go="send").text)[0])
    assert links[0] == links[1]
    assert len(answers(cast)) == 1


def _hide(cast: Cast, planted: Planted) -> None:
    cast.decide(planted, Publication.HIDDEN)


@pytest.mark.parametrize(
    ("sharing", "publication"),
    [
        (Sharing.COUNTED_ONLY, Publication.PUBLISHED),
        (Sharing.STEWARDS_ONLY, Publication.PUBLISHED),
        (Sharing.NEIGHBOURHOOD, Publication.SUBMITTED),
        (Sharing.NEIGHBOURHOOD, Publication.HIDDEN),
        (Sharing.EXACT, Publication.DRAFT),
    ],
)
def test_what_is_not_public_is_never_suggested(
    telling: Visitor, cast: Cast, suggestions: Suggestions, sharing: Sharing, publication: Publication
) -> None:
    hidden = reports(cast, 6, sharing=sharing, publication=publication)
    gather(cast, hidden)
    suggestions.refresh()
    assert to_the_question(telling) == SHARING


def test_the_page_is_the_same_whatever_else_is_hidden(
    telling: Visitor, cast: Cast, client: TestClient, suggestions: Suggestions
) -> None:
    pattern_id = gather(cast, reports(cast, 4))
    suggestions.refresh()
    to_the_question(telling)
    before = telling.answer.text
    hidden = reports(cast, 3, first=4, sharing=Sharing.STEWARDS_ONLY)
    gather(cast, [*hidden, *reports(cast, 1, first=7, publication=Publication.SUBMITTED)], pattern_id=pattern_id)
    suggestions.refresh()
    again = Visitor(client, "/barriers/new")
    to_the_question(again)
    key = re.compile(r'name="idempotency_key" value="[^"]*"')
    assert key.sub("", again.answer.text) == key.sub("", before)


def test_what_was_hidden_a_moment_ago_is_not_told_though_the_old_picture_serves(
    telling: Visitor, cast: Cast, suggestions: Suggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = reports(cast, 2)
    suggestions.refresh()
    monkeypatch.setattr(suggestions, "_begin", lambda: None)
    _hide(cast, first)
    to_the_question(telling)
    assert f"barriers/{first.id}" not in telling.answer.text
    assert f"barriers/{second.id}" in telling.answer.text


def test_an_answer_about_what_was_hidden_meanwhile_is_dropped(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    (planted,) = reports(cast, 1)
    suggestions.refresh()
    to_the_question(telling)
    telling.send({"likeness_1": "same"})
    _hide(cast, planted)
    check = telling.send({"sharing": "neighbourhood"})
    assert "Yes, this is the same" not in check.text
    assert heading(telling.send(go="send")) == "Thank you. We have it."
    assert answers(cast) == []


@pytest.mark.parametrize("name", ["barriers/{hidden}", "patterns/{hidden}", "initiatives/x", "nonsense", "barriers/"])
def test_made_up_names_keep_nothing(telling: Visitor, cast: Cast, suggestions: Suggestions, name: str) -> None:
    (hidden,) = reports(cast, 1, sharing=Sharing.STEWARDS_ONLY)
    reports(cast, 1)
    suggestions.refresh()
    to_the_question(telling)
    done = finish(telling, earlier_1=name.format(hidden=hidden.id), likeness_1="same")
    assert "You are not alone" not in done
    assert answers(cast) == []


WORK = ["cooking", "reading", "sewing", "gardening", "singing", "walking", "driving", "painting", "baking", "teaching"]


def report_of_benefits(cast: Cast, number: int) -> Planted:
    text = f"The jobcentre stopped my money when they heard that I was {WORK[number]} for nothing at our kitchen."
    return reports(cast, 1, first=number, kind="welfare_sanction", holder="Jobcentre", what_happened=text)[0]


def test_a_story_about_benefits_is_asked_by_the_same_rules(
    telling: Visitor, cast: Cast, suggestions: Suggestions
) -> None:
    told = {
        "kind": "welfare_sanction",
        "what_happened": "The jobcentre cut my money because I gave a hand at the community kitchen.",
    }
    holder = {"permission_holder": "Jobcentre"}
    planted = [report_of_benefits(cast, number) for number in range(4)]
    gather(cast, planted)
    suggestions.refresh()
    assert to_the_question(telling, told, holder) == ASKED
    # Four groups are too few for a page on benefits: public reports are asked about, one by one.
    assert "patterns/" not in telling.answer.text
    planted += [report_of_benefits(cast, number) for number in range(4, 10)]
    gather(cast, planted)
    suggestions.refresh()
    again = Visitor(telling.client, "/barriers/new")
    assert to_the_question(again, told, holder) == ASKED
    assert any("10 to 19 groups told of this" in one for one in sentences(again.answer.text))
    assert not any(one.id in again.answer.text for one in planted)


def test_the_question_is_no_step_of_ones_own_page(cast: Cast, client: TestClient) -> None:
    (planted,) = reports(cast, 1)
    client.post("/mine", data={"code": planted.secret})
    page = client.get("/mine/entry/alike")
    assert heading(page) == "What got in the way?"
