"""Grants for the fences: rows as an import leaves them, what may happen to them, and what nobody may notice of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.sign_in import add_person
from app.funding import grants
from app.funding.models import AreaCode, GrantMade
from app.imports.batches import undo
from app.initiatives.models import ImportBatch, Initiative
from app.storage.base import new_id
from app.vocabulary import PlacedBy, Role
from tests.support.cast import BEESTON, CHAPELTOWN, SEACROFT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.cast import Cast, Planted
    from tests.support.life import Life

NUMBERS = ("GB-CHC-999001", "GB-CHC-999002", "GB-COH-00999003")


def plant_grant(cast: Cast, grant_id: str, *, file_name: str = "grants.json", **more: Any) -> str:
    """A grant for Chapeltown, from a file of its own; `more` are columns. Returns the id of its row."""
    columns: dict[str, Any] = {
        "id": new_id(),
        "title": f"Title of {grant_id}",
        "description": "Words that no page shows.",
        "amount_hundredths": 100_000,
        "currency": "GBP",
        "awarded_on": date(2024, 3, 5),
        "funder_name": "A fund",
        "funder_org_id": "GB-CHC-999900",
        "recipient_name": "An association",
        "recipient_org_id": "360G-try-o1",
        "placed_by": PlacedBy.SMALL_AREA,
        "neighbourhood": CHAPELTOWN,
    }
    with cast.house.private.writing() as db:
        batch = ImportBatch(
            id=new_id(),
            file_name=file_name,
            source="A fund’s grants",
            licence="CC-BY-4.0",
            credit="",
            imported_on=date(2026, 1, 5),
            undone_on=None,
            accepted=1,
            rejected=0,
        )
        db.add(batch)
        db.flush()
        made = GrantMade(grant_id=grant_id, batch_id=batch.id, **(columns | more))
        db.add(made)
        db.flush()
        return made.id


def match(cast: Cast, grant: str, planted: Planted, *, email: str = "granting@example.org") -> None:
    """Let a steward say that a grant belongs to an initiative."""
    person = _steward(cast, email)
    with cast.house.private.writing() as db:
        initiative = db.get_one(Initiative, planted.id)
        grants.match(db, db.get_one(GrantMade, grant), initiative, db.get_one(Person, person))


def give_number(cast: Cast, planted: Planted, number: str | None) -> None:
    """Let an initiative give a number of a register."""
    with cast.house.private.writing() as db:
        db.get_one(Initiative, planted.id).organisation_id = number


def grant_in_the_open(cast: Cast, doing: Sequence[Planted], ids: Sequence[str]) -> None:
    """Grants that everyone may read of: one with a number, one matched by a person, one for a city, one for nobody."""
    give_number(cast, doing[0], NUMBERS[0])
    plant_grant(cast, "360G-open-0", id=ids[0], recipient_org_id=NUMBERS[0])
    plant_grant(cast, "360G-open-1", id=ids[1])
    match(cast, ids[1], doing[1])
    plant_grant(cast, "360G-open-2", id=ids[2], placed_by=PlacedBy.CITY, neighbourhood=None)
    plant_grant(cast, "360G-open-3", id=ids[3], recipient_org_id=NUMBERS[1])


def grant_unseen(cast: Cast, hidden: Sequence[Planted], ids: Sequence[str]) -> None:
    """What nobody may notice: matches with what is not shown, by a person and by a number, and codes of areas."""
    for planted, grant in zip(hidden, (ids[0], ids[2], ids[3]), strict=False):
        match(cast, grant, planted)
    for planted in hidden:
        give_number(cast, planted, NUMBERS[0])
    give_number(cast, hidden[0], NUMBERS[1])
    with cast.house.private.writing() as db:
        db.add(AreaCode(code="E01999777", neighbourhood=CHAPELTOWN, share=0.4))


def grant_secrets(
    cast: Cast, seen: Planted, unseen: Sequence[Planted], word: Callable[[str], str], ids: list[str]
) -> None:
    """Grants around one that everyone sees and around others, with secrets in what is withheld; adds to `ids`."""
    name = word("the name of a file")
    one = plant_grant(cast, f"360G-{word('')}", title=word(""), file_name=name, recipient_org_id=NUMBERS[0])
    match(cast, one, seen, email=f"{word('an e-mail address')}@example.org")
    ids.append(one)
    for planted in unseen:
        other = plant_grant(cast, f"360G-to-{planted.id[:8]}-hidden", recipient_org_id=NUMBERS[1])
        match(cast, other, planted, email=f"{word('an e-mail address')}@example.org")
        give_number(cast, planted, f"GB-CHC-{word('the number of what is not shown')}")
        ids.append(other)
    with cast.house.private.writing() as db:
        db.add(AreaCode(code=word("the code of an area")[:20], neighbourhood=CHAPELTOWN, share=0.9))


def granted_ways(life: Life) -> list[Callable[[], None]]:
    """Acts of funders, stewards and groups around grants, to be chosen from among all others."""
    return [_named(act, life) for act in (_give, _give, _match, _match, _let_go, _number, _number, _change, _undo)]


def _named(act: Callable[[Life], None], life: Life) -> Callable[[], None]:
    def go() -> None:
        act(life)

    go.__name__ = act.__name__
    return go


def _give(life: Life) -> None:
    for _ in range(2):
        slug = life.chance.choice([CHAPELTOWN, SEACROFT, BEESTON, None])
        number = life.chance.choice([*NUMBERS, "360G-try-o1"])
        plant_grant(life.cast, f"360G-{life.chance.random()}", neighbourhood=slug, recipient_org_id=number)


def _match(life: Life) -> None:
    grant, planted = _grant(life), _initiative(life)
    if grant is not None and planted is not None:
        match(life.cast, grant, planted)


def _let_go(life: Life) -> None:
    grant = _grant(life)
    if grant is not None:
        with life.cast.house.private.writing() as db:
            grants.unmatch(db, db.get_one(GrantMade, grant))


def _number(life: Life) -> None:
    planted = _initiative(life)
    if planted is not None:
        give_number(life.cast, planted, life.chance.choice([*NUMBERS, None]))


def _change(life: Life) -> None:
    grant = _grant(life)
    if grant is not None:
        with life.cast.house.private.writing() as db:
            row = db.get_one(GrantMade, grant)
            row.title, row.recipient_org_id = f"Title {life.chance.random()}", life.chance.choice(NUMBERS)
            db.get_one(ImportBatch, row.batch_id).credit = f"Credit {life.chance.random()}"


def _undo(life: Life) -> None:
    grant = _grant(life)
    if grant is not None and life.chance.random() < 0.5:
        with life.cast.house.private.writing() as db:
            undo(db, db.get_one(GrantMade, grant).batch_id)


def _grant(life: Life) -> str | None:
    with life.cast.house.private.reading() as db:
        ids = db.scalars(select(GrantMade.id).order_by(GrantMade.grant_id)).all()
    return life.chance.choice(ids) if ids else None


def _initiative(life: Life) -> Planted | None:
    with life.cast.house.private.reading() as db:
        there = set(db.scalars(select(Initiative.id)))
    able = [one for one in life.planted if one.id in there]
    return life.chance.choice(able) if able else None


def _steward(cast: Cast, email: str) -> str:
    with cast.house.private.writing() as db:
        held = db.scalar(select(Person.id).where(Person.email == email))
        return held or add_person(db, email=email, role=Role.STEWARD, neighbourhood=CHAPELTOWN, institution=None).id
