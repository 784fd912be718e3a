"""More of what may happen in a store: journals, recognition, and what groups say of money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.funding import programmes
from app.funding.batches import FIVE
from app.funding.models import ProcessReview, Programme, ProgrammeReply
from app.initiatives.models import Initiative
from app.institutions.models import Institution
from app.learning.models import JournalNote
from app.recognition.models import RecognitionGiven
from app.vocabulary import Agreement, Burden, ConsentScope, DecisionWait, Publication
from tests.support import learning

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cast import Planted
    from tests.support.life import Life


def learned_ways(life: Life) -> list[Callable[[], None]]:
    """Acts of groups, institutions and funders, to be chosen from among all others."""
    acts = (
        *(_write, _write, _change_note, _recognise, _recognise, _settle),
        *(_new_programme, _review_often, _take_review_back, _reply, _hide_reply),
    )
    return [_named(act, life) for act in acts]


def _named(act: Callable[[Life], None], life: Life) -> Callable[[], None]:
    def go() -> None:
        act(life)

    go.__name__ = act.__name__
    return go


def _write(life: Life) -> None:
    one = _initiative(life)
    if one is not None:
        scope = life.chance.choice([ConsentScope.PUBLIC, ConsentScope.PUBLIC, *ConsentScope])
        state = life.chance.choice([Publication.PUBLISHED, Publication.PUBLISHED, *Publication])
        learning.note(life.cast, one, scope=scope, publication=state, tried=f"Tried {life.chance.random()}")


def _change_note(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        notes = db.scalars(select(JournalNote).order_by(JournalNote.tried)).all()
        if not notes:
            return
        one = life.chance.choice(notes)
        if life.chance.random() < 0.2:
            db.delete(one)
        else:
            one.scope, one.publication = ConsentScope.PUBLIC, life.chance.choice(list(Publication))


def _recognise(life: Life) -> None:
    one, group = _initiative(life), _initiative(life)
    if one is None or group is None:
        return
    state, what = life.chance.choice([Agreement.ACCEPTED] * 4 + [*Agreement]), f"What {life.chance.random()}"
    if life.chance.random() < 0.5 or group == one:
        learning.recognise(life.cast, one, by_institution=learning.body(life.cast), state=state, what=what)
    else:
        learning.recognise(life.cast, one, by_group=group, state=state, what=what)


def _settle(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        given = db.scalars(select(RecognitionGiven).order_by(RecognitionGiven.what)).all()
        if not given:
            return
        one = life.chance.choice(given)
        if life.chance.random() < 0.2:
            db.delete(one)
        else:
            one.state = life.chance.choice([Agreement.ACCEPTED] * 3 + [*Agreement])
            one.publication = life.chance.choice([Publication.PUBLISHED] * 3 + [Publication.HIDDEN])


def _new_programme(life: Life) -> None:
    fund = learning.body(life.cast)
    with life.cast.house.private.writing() as db:
        programmes.add(db, f"Programme {life.chance.random()}", db.get_one(Institution, fund))


def _review_often(life: Life) -> None:
    """Enough groups for one programme to be told of, now and then."""
    programme = _programme(life)
    if programme is None:
        return
    for number in range(life.chance.choice([2, FIVE, FIVE + 1])):
        planted = life.cast.plant(title=f"Asked {life.chance.random()}", sharing="neighbourhood")
        life.planted.append(planted)
        words: dict[str, Any] = {"wait": life.chance.choice([None, *DecisionWait]), "again": "yes"}
        learning.review(life.cast, planted, programme, burden=life.chance.choice(list(Burden)), **words)
        if number == 0 and life.chance.random() < 0.3:
            life.cast.decide(planted, Publication.HIDDEN, by=life.cast.steward(email=f"r{len(life.acts)}@example.org"))


def _take_review_back(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        asked = select(ProcessReview).order_by(ProcessReview.said_at, ProcessReview.initiative_id)
        said = db.scalars(asked).all()
        if said:
            db.delete(life.chance.choice(said))


def _reply(life: Life) -> None:
    programme = _programme(life)
    if programme is not None:
        state = life.chance.choice([Publication.DRAFT, Publication.PUBLISHED])
        learning.reply(life.cast, programme, f"Reply {life.chance.random()}", publication=state)


def _hide_reply(life: Life) -> None:
    with life.cast.house.private.writing() as db:
        replies = db.scalars(select(ProgrammeReply).order_by(ProgrammeReply.text)).all()
        if replies:
            life.chance.choice(replies).publication = Publication.HIDDEN


def _programme(life: Life) -> str | None:
    with life.cast.house.private.reading() as db:
        ids = db.scalars(select(Programme.id).order_by(Programme.name)).all()
    return life.chance.choice(ids) if ids else None


def _initiative(life: Life) -> Planted | None:
    """Mostly one that everyone sees: of the others little is told whatever happens."""
    with life.cast.house.private.reading() as db:
        rows = {row.id: row for row in db.scalars(select(Initiative))}
    able = [one for one in life.planted if one.id in rows]
    seen = [one for one in able if rows[one.id].publication is Publication.PUBLISHED and rows[one.id].sharing.is_shown]
    return life.chance.choice(seen * 3 + able) if able else None
